from odoo import fields, models


class LoyaltyCard(models.Model):
    """Invitations of a member to tiers."""

    _inherit = 'loyalty.card'

    tier_invitation_ids = fields.One2many(
        'membership.tier.invitation', 'card_id', string="Invitations", readonly=True)

    def action_invite_to_tier(self):
        """Open the invitation for the members chosen in the list."""
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_tier_invite_action')
        return {**action, 'context': {'default_account_ids': self.ids}}

    def _membership_open_invitations(self):
        """Return the invitations that the member can still answer."""
        self.ensure_one()
        today = self._membership_today()
        return self.tier_invitation_ids.filtered(
            lambda invitation: invitation.state == 'sent' and invitation.answer_by >= today)
