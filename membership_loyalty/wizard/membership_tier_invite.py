from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

DAYS_TO_ANSWER = 30


class MembershipTierInvite(models.TransientModel):
    """Invite members to a tier that is not reached by purchases."""

    _name = 'membership.tier.invite'
    _description = "Invite Members to a Tier"

    account_ids = fields.Many2many('loyalty.card', string="Members", required=True)
    program_id = fields.Many2one('loyalty.program', compute='_compute_program_id')
    tier_id = fields.Many2one(
        'membership.tier', required=True,
        domain="[('program_id', '=', program_id), ('entry', '=', 'invitation')]")
    until = fields.Date(string="Held until", help="Last day in the tier; then purchases decide. Empty: for ever.")
    answer_by = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self) + timedelta(days=DAYS_TO_ANSWER),
        help="Last day on which the invitation can be accepted.")
    message = fields.Text(help="Stands in the e-mail and on the member's page.")

    def _compute_program_id(self):
        for wizard in self:
            wizard.program_id = wizard.account_ids.program_id[:1]

    def action_invite(self):
        """Send the invitations. Who is in the tier, or has not answered yet, gets none."""
        self.ensure_one()
        self._check()
        invitations = self.env['membership.tier.invitation'].sudo()
        asked = invitations.search([
            ('state', '=', 'sent'), ('tier_id', '=', self.tier_id.id), ('card_id', 'in', self.account_ids.ids)]).card_id
        members = self.account_ids.filtered(lambda account: account.active and account.tier_id != self.tier_id) - asked
        sent = invitations.create([{
            'card_id': account.id, 'tier_id': self.tier_id.id, 'until': self.until, 'answer_by': self.answer_by,
            'message': self.message,
        } for account in members])
        return self._summary(len(members), len(sent._send()), len(self.account_ids - members))

    def _check(self):
        self.account_ids.check_access('read')
        today = fields.Date.context_today(self)
        if len(self.account_ids.program_id) != 1 or self.tier_id.program_id != self.account_ids.program_id:
            raise UserError(self.env._("Choose members and a tier of one membership programme."))
        if self.tier_id.entry != 'invitation':
            raise UserError(self.env._(
                "%(tier)s is not a tier by invitation. Set \"Members come in\" on the tier first.",
                tier=self.tier_id.name))
        if self.answer_by < today or (self.until and self.until < self.answer_by):
            raise UserError(self.env._(
                "The invitation must be open today or longer, and end before the tier does."))

    def _summary(self, invited, mailed, others):
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success' if invited else 'warning',
                'title': self.tier_id.name,
                'message': self.env._(
                    "Invited: %(invited)s, by e-mail: %(mailed)s. In the tier or invited already: %(others)s.",
                    invited=invited, mailed=mailed, others=others),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }
