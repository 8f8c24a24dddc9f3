from odoo.exceptions import UserError
from odoo.http import request, route

from ..tools.rounding import to_amount
from .portal import MembershipPortal


class MembershipPortalFamily(MembershipPortal):
    """The owner of an account sees the family and says who may do what."""

    @route('/my/membership/<int:account_id>/family', type='http', auth='user', website=True, methods=['GET', 'POST'])
    def portal_my_membership_family(self, account_id, **post):
        account = self._get_own_accounts().filtered(lambda own: own.id == account_id)
        if not account:
            return request.redirect('/my/membership')
        error = ''
        if request.httprequest.method == 'POST':
            card = account.family_card_ids.filtered(lambda card: str(card.id) == str(post.get('card_id')))
            try:
                self._membership_permit(card, post)
            except UserError as refusal:
                error = refusal.args[0]
        return request.render('membership_loyalty.portal_membership_family', {
            **self._prepare_portal_layout_values(), 'page_name': 'membership', 'account': account, 'error': error,
            'cards': account.family_card_ids.filtered(lambda card: card.state in ('active', 'frozen'))})

    def _membership_permit(self, card, post):
        """Write what the owner allows the holder of this card, or withdraw it."""
        if post.get('withdraw'):
            card._membership_withdraw()
            return
        try:
            limit = to_amount(str(post.get('limit') or 0))
        except (ValueError, ArithmeticError):
            limit = None
        if limit is None or limit < 0:
            raise UserError(request.env._("Enter a number of points, or 0 for no limit."))
        card.write({'holder_may_earn': bool(post.get('may_earn')), 'holder_may_spend': bool(post.get('may_spend')),
                    'holder_spend_limit': float(limit)})
