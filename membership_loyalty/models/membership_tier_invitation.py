from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [('sent', "Sent"), ('accepted', "Accepted"), ('declined', "Declined"), ('expired', "Expired")]


class MembershipTierInvitation(models.Model):
    """A member is asked into a tier that cannot be reached otherwise. The answer is the member's."""

    _name = 'membership.tier.invitation'
    _description = "Invitation to a Tier"
    _order = 'id desc'
    _rec_name = 'tier_id'

    card_id = fields.Many2one(
        'loyalty.card', string="Account", required=True, readonly=True, index=True, ondelete='cascade')
    partner_id = fields.Many2one(related='card_id.partner_id', string="Member")
    company_id = fields.Many2one(related='card_id.company_id')
    tier_id = fields.Many2one('membership.tier', required=True, readonly=True, ondelete='restrict')
    until = fields.Date(string="Held until", readonly=True, help="Last day in the tier. Empty: for ever.")
    answer_by = fields.Date(required=True, readonly=True, help="Last day on which the invitation can be accepted.")
    message = fields.Text(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default='sent')
    answered_on = fields.Date(readonly=True)
    answered_by_id = fields.Many2one('res.users', string="Answered by", readonly=True)

    _one_open = models.UniqueIndex(
        "(card_id, tier_id) WHERE state = 'sent'", "This member has been invited to this tier and not answered yet.")

    # ------------------------------------------------------------------ answers

    def action_accept(self):
        """Record that the member accepts; for membership users, whom the member told so."""
        self._check_may_answer()
        self._answer('accepted')

    def action_decline(self):
        self._check_may_answer()
        self._answer('declined')

    def _check_may_answer(self):
        if not self.env.user.has_group('membership_loyalty.group_membership_user'):
            raise AccessError(self.env._("Only a membership user may answer an invitation for a member."))
        self.check_access('read')

    def _answer(self, state):
        """Record the answer, and move to the tier whoever accepted.

        :raise UserError: when there is nothing to answer any more
        """
        for invitation in self.sudo():
            account = invitation.card_id
            today = account._membership_today()
            if invitation.state != 'sent' or invitation.answer_by < today or not account.active:
                raise UserError(self.env._(
                    "The invitation of %(member)s to %(tier)s is no longer open. Send a new one.",
                    member=account.partner_id.name, tier=invitation.tier_id.name))
            invitation.write({'state': state, 'answered_on': today, 'answered_by_id': self.env.uid})
            if state == 'accepted':
                account._membership_move_to(
                    invitation.tier_id, self.env._("Invitation accepted"), basis='invited',
                    until=invitation.until or None, rule='invited')

    # ------------------------------------------------------------------ sending, running out

    def _send(self):
        """Send the invitations by e-mail; members without an address see them on their page."""
        template = self.env.ref('membership_loyalty.mail_template_tier_invitation')
        reachable = self.filtered('partner_id.email')
        if reachable:
            template.sudo().send_mail_batch(reachable.ids)
        return reachable

    @api.model
    def _overdue_domain(self):
        return [('state', '=', 'sent'), ('answer_by', '<', fields.Date.context_today(self))]
