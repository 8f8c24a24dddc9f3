from odoo import fields
from odoo.http import request, route
from odoo.tools import date_utils

from odoo.addons.portal.controllers.portal import CustomerPortal


class WalletPortal(CustomerPortal):
    """The customer's own wallet. All is read with the rights of the server, of the visitor's own wallets only."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if 'wallet_count' in counters:
            values['wallet_count'] = len(self._get_own_wallets())
        return values

    def _get_own_wallets(self):
        return request.env['loyalty.card'].sudo().search([
            ('partner_id', '=', request.env.user.partner_id.id), ('program_id.is_stored_value', '=', True),
            ('program_id.active', '=', True)])

    @route(['/my/stored-value', '/my/stored-value/<int:wallet_id>'], type='http', auth='user', website=True,
           readonly=True)
    def portal_my_wallet(self, wallet_id=None, date_from=None, date_to=None, **_kwargs):
        wallets = self._get_own_wallets()
        wallet = wallets.filtered(lambda own: own.id == wallet_id) if wallet_id else wallets[:1]
        if wallet_id and not wallet:
            return request.redirect('/my/stored-value')
        first, last = self._get_period(date_from, date_to)
        return request.render('membership_loyalty.portal_my_wallet', {
            **self._prepare_portal_layout_values(),
            'page_name': 'wallet', 'wallets': wallets, 'wallet': wallet, 'date_from': first, 'date_to': last,
            'statement': wallet and wallet._wallet_statement(first, last),
        })

    def _get_period(self, date_from, date_to):
        """Return the days that were asked for; this month instead of what is no period."""
        today = fields.Date.context_today(request.env.user)
        try:
            first = fields.Date.to_date(date_from) or date_utils.start_of(today, 'month')
            last = fields.Date.to_date(date_to) or today
        except ValueError:
            first = last = None
        return (first, last) if first and first <= last else (date_utils.start_of(today, 'month'), today)
