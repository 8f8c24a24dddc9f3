from odoo.exceptions import UserError
from odoo.http import request, route

from .portal import MembershipPortal

MOVES_SHOWN = 5


class MembershipTierPortal(MembershipPortal):
    """Tiers on the member's own page, and the member's answer to an invitation."""

    def _membership_values(self, account):
        return {
            **super()._membership_values(account),
            'invitations': account._membership_open_invitations(),
            'invitation_closed': 'invitation' in request.params,
            'tier_moves': account.tier_change_ids.sorted('id', reverse=True)[:MOVES_SHOWN],
        }

    @route('/my/membership/invitation/<int:invitation_id>', type='http', auth='user', methods=['POST'], website=True)
    def portal_answer_invitation(self, invitation_id, answer=None, **_kwargs):
        """Record the visitor's answer to an invitation of his own; others' do not exist for him."""
        accounts = self._get_own_accounts()
        invitation = accounts.tier_invitation_ids.filtered(lambda own: own.id == invitation_id)
        if not invitation or answer not in ('accepted', 'declined'):
            return request.redirect('/my/membership')
        try:
            invitation._answer(answer)
        except UserError:
            return request.redirect(f'/my/membership/{invitation.card_id.id}?invitation=closed')
        return request.redirect(f'/my/membership/{invitation.card_id.id}')
