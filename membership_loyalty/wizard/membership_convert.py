from odoo import fields, models
from odoo.exceptions import UserError


class MembershipConvert(models.TransientModel):
    """Show what turning a loyalty programme into a membership would do, and do it."""

    _name = 'membership.convert'
    _description = "Turn a Loyalty Programme into a Membership"

    program_id = fields.Many2one('loyalty.program', string="Programme", required=True, readonly=True)
    create_tiers = fields.Boolean(string="Create tiers Basic, Silver and Gold", default=True)
    has_tiers = fields.Boolean(compute='_compute_preview')
    card_count = fields.Integer(string="Cards", compute='_compute_preview')
    archived_count = fields.Integer(
        string="Archived or expired", compute='_compute_preview', help="Keep their points and stay archived.")
    anonymous_count = fields.Integer(
        string="Without contact", compute='_compute_preview',
        help="Become accounts without a member; their cards can be given to a contact later.")
    duplicate_count = fields.Integer(
        string="Second cards of a contact", compute='_compute_preview',
        help="Their points go to the contact's oldest card; both numbers go on working.")
    points = fields.Float(string="Points in total", digits=(16, 2), compute='_compute_preview')
    negative_count = fields.Integer(string="Balances below zero", compute='_compute_preview')
    debt = fields.Float(digits=(16, 2), compute='_compute_preview', help="Paid back by the next points earned.")
    confirmed = fields.Boolean(string="I have a backup and understand that this cannot be undone")

    def _compute_preview(self):
        for wizard in self:
            preview = wizard.program_id._conversion_preview()
            wizard.has_tiers = bool(wizard.program_id.tier_ids)
            wizard.card_count = preview['cards']
            wizard.archived_count = preview['archived']
            wizard.anonymous_count = preview['anonymous']
            wizard.duplicate_count = preview['duplicates']
            wizard.points = preview['points']
            wizard.negative_count = preview['negative']
            wizard.debt = preview['debt']

    def action_convert(self):
        self.ensure_one()
        if not self.confirmed:
            raise UserError(self.env._("Tick the box to confirm: this cannot be undone."))
        self.program_id.check_access('write')
        self.program_id._membership_convert(create_tiers=self.create_tiers)
        return self.program_id._get_records_action(
            views=[(self.env.ref('loyalty.loyalty_program_view_form').id, 'form')])
