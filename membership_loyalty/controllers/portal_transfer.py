import time
import uuid

from odoo.exceptions import UserError
from odoo.http import request, route

from ..tools.throttle import Throttle
from .portal import MembershipPortal

# Wrong card numbers of one visitor within ten minutes, per worker, before no number is looked up any more.
_WRONG_NUMBERS = Throttle(limit=10, seconds=600)


class MembershipPortalTransfer(MembershipPortal):
    """A member gives points to another one: a form, a page to confirm, and then the transfer."""

    @route('/my/membership/<int:account_id>/give', type='http', auth='user', website=True, methods=['GET', 'POST'])
    def portal_my_membership_give(self, account_id, **post):
        account = self._get_own_accounts().filtered(lambda own: own.id == account_id)
        if not account or account.program_id.transfer_policy != 'members':
            return request.redirect('/my/membership')
        values = {'number': '', 'amount': '', 'note': '', 'event': str(uuid.uuid4()), **{
            name: str(post[name]).strip()[:200] for name in ('number', 'amount', 'note', 'event') if post.get(name)}}
        if request.httprequest.method == 'POST':
            try:
                with request.env.cr.savepoint():
                    values.update(self._membership_give(account, values, confirmed=post.get('confirmed') == '1'))
            except UserError as error:
                values['error'] = error.args[0]
            if values.get('transfer'):
                return request.redirect(f'/my/membership/{account.id}')
        return request.render('membership_loyalty.portal_membership_give', {
            **self._prepare_portal_layout_values(), 'page_name': 'membership', 'account': account, **values})

    def _membership_give(self, account, values, confirmed):
        """Check what a visitor asks for; post it once it was confirmed.

        :return: dict(receiver, fee, received) to be confirmed, or dict(transfer)
        """
        program = account.program_id
        program._membership_check_transfer_policy(by_member=True)
        receiver = self._membership_receiver(account, values['number'])
        if confirmed:
            return {'transfer': request.env['membership.transfer'].sudo()._make(
                account, receiver, values['amount'], values['event'], note=values['note'], by_member=True)}
        amount = program._membership_transfer_amount(values['amount'])
        fee = program._membership_transfer_fee(amount)
        # Enough to notice a wrong number, too little to learn whose card it is.
        return {'receiver': f'{(receiver.partner_id.name or "")[:1]}***', 'fee': float(fee),
                'received': float(amount - fee)}

    def _membership_receiver(self, account, number):
        """Return the account of the card with this number; whatever is wrong with it, there is one answer."""
        key, now = (request.env.cr.dbname, request.env.uid), time.monotonic()
        if not _WRONG_NUMBERS.is_closed(key, now):
            card = request.env['membership.card'].sudo()._identify(number)
            receiver = card.account_id.filtered('active')
            if card.state == 'active' and receiver.program_id == account.program_id and receiver != account:
                return receiver
            _WRONG_NUMBERS.failed(key, now)
        raise UserError(request.env._(
            "No other member's card has this number. Check it; after several wrong numbers wait ten minutes."))
