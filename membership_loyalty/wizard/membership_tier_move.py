from odoo import fields, models
from odoo.exceptions import UserError


class MembershipTierMove(models.TransientModel):
    """Move members to another tier by hand, with a reason, for a time or for good."""

    _name = 'membership.tier.move'
    _description = "Move Members to a Tier"

    account_ids = fields.Many2many('loyalty.card', string="Members", required=True, readonly=True)
    program_id = fields.Many2one('loyalty.program', compute='_compute_program_id')
    tier_id = fields.Many2one(
        'membership.tier', string="New tier", required=True, domain="[('program_id', '=', program_id)]")
    pricelist_id = fields.Many2one(related='tier_id.pricelist_id')
    until = fields.Date(
        help="Last day on which the tier is held by hand; from the next day on purchases decide. Empty: for good.")
    reason = fields.Char(required=True)

    def _compute_program_id(self):
        for wizard in self:
            wizard.program_id = wizard.account_ids.program_id[:1]

    def action_apply(self):
        self.ensure_one()
        if len(self.account_ids.program_id) != 1 or not self.account_ids.program_id.is_membership:
            raise UserError(self.env._("Choose members of one membership programme."))
        if not self.reason.strip():
            raise UserError(self.env._("Say why: the reason is kept with the member."))
        if self.until and self.until < self.account_ids[0]._membership_today():
            raise UserError(self.env._("The last day of the tier is over already. Choose a later day, or none."))
        self.account_ids.check_access('read')
        self.account_ids._membership_move_to(
            self.tier_id, self.reason.strip(), basis='manual', until=self.until or None, rule='override')
        return {'type': 'ir.actions.act_window_close'}
