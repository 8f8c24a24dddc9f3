from odoo import api, fields, models
from odoo.exceptions import UserError


class MembershipExpiryStart(models.TransientModel):
    """Let points that were issued before points expired do so, too: what that means, before it is decided."""

    _name = 'membership.expiry.start'
    _description = "Expiry of Points Issued Before"

    program_id = fields.Many2one('loyalty.program', string="Programme", required=True, readonly=True)
    policy = fields.Selection(related='program_id.points_expiry')
    member_count = fields.Integer(string="Members", compute='_compute_preview')
    credit_count = fields.Integer(string="Purchases and gifts with points left", compute='_compute_preview')
    points = fields.Float(digits=(16, 2), compute='_compute_preview', help="Points without a last day.")
    last_day = fields.Date(
        compute='_compute_preview', help="One full period from today. Members keep all their points until then.")
    confirmed = fields.Boolean(string="I understand that a last day, once given, is never taken back")

    @api.depends('program_id')
    def _compute_preview(self):
        for wizard in self:
            wizard.program_id.check_access('read')
            preview = wizard.program_id.sudo()._membership_old_points()
            wizard.member_count, wizard.credit_count = preview['members'], preview['credits']
            wizard.points, wizard.last_day = preview['points'], preview['last_day']

    def action_start(self):
        """Give these points their last day."""
        self.ensure_one()
        self.program_id.check_access('write')
        if not self.confirmed:
            raise UserError(self.env._("Tick the box to confirm: a last day is never taken back."))
        if not self.last_day:
            raise UserError(self.env._(
                "Points of %(program)s do not expire. Say on the page Points when they do, and save, first.",
                program=self.program_id.name))
        if not self.member_count:
            raise UserError(self.env._("All points of %(program)s have a last day.", program=self.program_id.name))
        started = self.program_id.sudo()._membership_expire_old_points()
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'title': self.program_id.name,
                'message': self.env._(
                    "%(points)s points of %(members)s members are being given their last day. See Jobs.",
                    points=f"{started['points']:g}", members=started['members']),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }
