from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

ENTRIES_SHOWN = 20
SOON = relativedelta(months=2)


class MembershipPortal(CustomerPortal):
    """The member's own page. Everything is read with the rights of the server, of the visitor's own accounts only."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if 'membership_count' in counters:
            values['membership_count'] = len(self._get_own_accounts())
        return values

    def _get_own_accounts(self):
        return request.env['loyalty.card'].sudo().search([
            ('partner_id', '=', request.env.user.partner_id.id), ('is_membership', '=', True),
            ('program_id.active', '=', True)])

    def _get_family_cards(self):
        return request.env['membership.card'].sudo().search([
            ('holder_id', '=', request.env.user.partner_id.id), ('state', '=', 'active'),
            ('program_id.active', '=', True)])

    @route(['/my/membership', '/my/membership/<int:account_id>'], type='http', auth='user', website=True,
           readonly=True)
    def portal_my_membership(self, account_id=None, **_kwargs):
        accounts = self._get_own_accounts()
        account = accounts.filtered(lambda own: own.id == account_id) if account_id else accounts[:1]
        if account_id and not account:
            return request.redirect('/my/membership')
        return request.render('membership_loyalty.portal_my_membership', {
            **self._prepare_portal_layout_values(),
            'page_name': 'membership',
            'accounts': accounts,
            'family_cards': self._get_family_cards(),
            **(self._membership_values(account) if account else {'account': account}),
        })

    def _membership_values(self, account):
        """Return what the page shows of one account of the visitor."""
        entries = request.env['membership.ledger.entry'].sudo()
        mine = [('card_id', '=', account.id), ('value_type', '=', 'points')]
        today = fields.Date.context_today(account)
        expiring = entries._read_group(
            [*mine, ('remaining', '>', 0), ('expires_on', '>=', today), ('expires_on', '<=', today + SOON)],
            ['expires_on:day'], ['remaining:sum'], order='expires_on:day')
        card = account.membership_card_id
        return {
            'account': account,
            'card': card if card.state == 'active' else card.browse(),
            'card_frozen': card.state in ('frozen', 'lost') and card,
            'entries': entries.search(mine, limit=ENTRIES_SHOWN, order='date desc, id desc'),
            'expiring': expiring,
        }
