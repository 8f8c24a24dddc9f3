from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import SQL

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

TRANSACTIONS_SHOWN = 50
REPORT = 'membership_loyalty.membership_settlement_report'


class SettlementPortal(CustomerPortal):
    """The statements of a partner. The visitor's own rights, or the link of a mail, say which; transactions are then
    read with the rights of the server."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if 'settlement_count' in counters:
            values['settlement_count'] = request.env['membership.settlement'].sudo().search_count(
                self._settlement_domain(), limit=100)
        return values

    # ------------------------------------------------------------------ access

    def _settlement_domain(self):
        """Return the domain of the statements of the visitor's own business, whatever else a user may read."""
        partner = request.env.user.partner_id.commercial_partner_id
        return Domain('party_id.partner_id', 'child_of', partner.id) & Domain(
            'state', 'not in', ('draft', 'computed', 'nil', 'cancel'))

    def _settlement_get(self, settlement_id, access_token=None):
        """Return the statement, sudo, if the visitor may see it.

        :raise AccessError, MissingError: the visitor may not, or it was not sent
        """
        self._document_check_access('membership.settlement', settlement_id, access_token)
        settlement_sudo = request.env['membership.settlement'].browse(settlement_id).sudo()
        if not settlement_sudo._is_shown_to_party() and not settlement_sudo.sudo(False).has_access('read'):
            raise MissingError(request.env._("This statement has not been sent."))
        return settlement_sudo

    def _settlement_is_party(self, settlement_sudo):
        """Whether the visitor may answer in the name of the party: a portal user of its business, logged in."""
        user = request.env.user
        return user._is_portal() and settlement_sudo.sudo(False).has_access('read')

    # ------------------------------------------------------------------ list

    @route(['/my/settlements', '/my/settlements/page/<int:page>'], type='http', auth='user', website=True,
           readonly=True)
    def portal_my_settlements(self, page=1, sortby='date', filterby='all', **_kwargs):
        settlements = request.env['membership.settlement'].sudo()
        sortings = {
            'date': {'label': request.env._("Period"), 'order': 'date_from desc, id desc'},
            'name': {'label': request.env._("Number"), 'order': 'name desc'},
            'state': {'label': request.env._("State"), 'order': 'state, date_from desc'},
        }
        filters = {
            'all': {'label': request.env._("All"), 'domain': []},
            'answer': {'label': request.env._("To answer"), 'domain': [('state', 'in', ('sent', 'disputed'))]},
            'confirmed': {'label': request.env._("Confirmed"), 'domain': [('state', 'in', ('confirmed', 'invoiced'))]},
            'settled': {'label': request.env._("Settled"), 'domain': [('state', 'in', ('settled', 'carried'))]},
        }
        sortby = sortby if sortby in sortings else 'date'
        filterby = filterby if filterby in filters else 'all'
        domain = self._settlement_domain() & Domain(filters[filterby]['domain'])
        pager = portal_pager(
            url='/my/settlements', url_args={'sortby': sortby, 'filterby': filterby}, page=page,
            total=settlements.search_count(domain), step=self._items_per_page)
        return request.render('membership_loyalty.portal_my_settlements', {
            **self._prepare_portal_layout_values(), 'page_name': 'settlement', 'default_url': '/my/settlements',
            'settlements': settlements.search(
                domain, order=sortings[sortby]['order'], limit=self._items_per_page, offset=pager['offset']),
            'pager': pager, 'searchbar_sortings': sortings, 'sortby': sortby, 'searchbar_filters': filters,
            'filterby': filterby})

    # ------------------------------------------------------------------ statement

    @route('/my/settlements/<int:settlement_id>', type='http', auth='public', website=True)
    def portal_my_settlement(self, settlement_id, access_token=None, report_type=None, download=False, **kwargs):
        try:
            settlement = self._settlement_get(settlement_id, access_token)
        except (AccessError, MissingError):
            return request.redirect('/my')
        if report_type in ('html', 'pdf'):
            if report_type == 'pdf':
                settlement._note_download('PDF', is_by_link=not self._settlement_is_party(settlement))
            return self._show_report(settlement, report_type, REPORT, download=download)
        return self._render_settlement(settlement, access_token, **kwargs)

    def _render_settlement(self, settlement, access_token=None, **kwargs):
        is_party = self._settlement_is_party(settlement)
        token = f'?access_token={access_token}' if access_token else ''
        return request.render('membership_loyalty.portal_settlement_page', self._get_page_view_values(
            settlement, access_token, {
                'page_name': 'settlement', 'settlement': settlement, 'statement': settlement._statement_values(),
                'is_party': is_party, 'is_disputable': settlement._is_disputable(),
                'may_confirm': is_party and settlement.state == 'sent',
                'has_pdf': request.env['ir.actions.report'].sudo()._can_print_pdf(),
                'line_url': f'/my/settlements/{settlement.id}/line/%s{token}',
                'error': kwargs.pop('error', None), 'message': request.session.pop('settlement_message', None),
            }, 'my_settlements_history', False, **kwargs))

    @route('/my/settlements/<int:settlement_id>/file/<int:file_id>', type='http', auth='public')
    def portal_my_settlement_file(self, settlement_id, file_id, access_token=None, **_kwargs):
        try:
            settlement = self._settlement_get(settlement_id, access_token)
        except (AccessError, MissingError):
            return request.redirect('/my')
        file = settlement._get_statement_files().filtered(lambda file: file.id == file_id)
        if not file:
            return request.not_found()
        settlement._note_download(file.sudo().name, is_by_link=not self._settlement_is_party(settlement))
        return request.env['ir.binary']._get_stream_from(file.sudo()).get_response(as_attachment=True)

    @route('/my/settlements/<int:settlement_id>/confirm', type='http', auth='user', website=True, methods=['POST'])
    def portal_my_settlement_confirm(self, settlement_id, seen='', **_post):
        return self._settlement_answer(
            settlement_id, lambda settlement: settlement._confirm_by_party(seen),
            request.env._("Thank you: the statement is confirmed."))

    def _settlement_answer(self, settlement_id, answer, done):
        """Do what a portal user of the party asks for, and show the statement with what came of it."""
        try:
            settlement = self._settlement_get(settlement_id)
        except (AccessError, MissingError):
            return request.redirect('/my')
        if not self._settlement_is_party(settlement):
            return request.redirect(settlement.access_url)
        try:
            with request.env.cr.savepoint():
                answer(settlement)
        except UserError as error:
            settlement.invalidate_recordset()
            return self._render_settlement(settlement, error=error.args[0])
        request.session['settlement_message'] = done
        return request.redirect(settlement.access_url)

    # ------------------------------------------------------------------ transactions of a line

    @route(['/my/settlements/<int:settlement_id>/line/<int:line_id>',
            '/my/settlements/<int:settlement_id>/line/<int:line_id>/page/<int:page>'],
           type='http', auth='public', website=True, methods=['GET'])
    def portal_my_settlement_line(self, settlement_id, line_id, page=1, receipt='', access_token=None, **_kwargs):
        try:
            settlement = self._settlement_get(settlement_id, access_token)
        except (AccessError, MissingError):
            return request.redirect('/my')
        line = settlement.line_ids.filtered(lambda line: line.id == line_id)
        if not line:
            return request.redirect(settlement.get_portal_url() if access_token else settlement.access_url)
        return self._render_line(line, page, receipt.strip(), access_token)

    def _render_line(self, line, page=1, receipt='', access_token=None, **values):
        settlement = line.settlement_id
        count = line._count_transactions(receipt)
        url = f'/my/settlements/{settlement.id}/line/{line.id}'
        pager = portal_pager(
            url=url, page=page, total=count, step=TRANSACTIONS_SHOWN,
            url_args={name: value for name, value in (('receipt', receipt), ('access_token', access_token)) if value})
        is_party = self._settlement_is_party(settlement)
        return request.render('membership_loyalty.portal_settlement_line', {
            **self._prepare_portal_layout_values(), 'page_name': 'settlement', 'settlement': settlement, 'line': line,
            'count': count, 'pager': pager, 'receipt': receipt, 'url': url, 'access_token': access_token,
            'no_breadcrumbs': not is_party and not request.env.user._is_internal(),
            'transactions': line._transactions(receipt, TRANSACTIONS_SHOWN, pager['offset']),
            'may_dispute': is_party and settlement._is_disputable(), 'chosen': (), 'reason': '', 'error': None,
            **values})

    # ------------------------------------------------------------------ disputes

    @route('/my/settlements/<int:settlement_id>/line/<int:line_id>/dispute', type='http', auth='user', website=True,
           methods=['POST'])
    def portal_my_settlement_dispute(self, settlement_id, line_id, reason='', receipt='', page='1', **post):
        try:
            settlement = self._settlement_get(settlement_id)
        except (AccessError, MissingError):
            return request.redirect('/my')
        line = settlement.line_ids.filtered(lambda line: line.id == line_id)
        if not line or not self._settlement_is_party(settlement):
            return request.redirect(settlement.access_url)
        keys = request.httprequest.form.getlist('transaction')
        receipt = receipt.strip()
        try:
            with request.env.cr.savepoint():
                is_all = post.get('scope') == 'all'
                settlement._open_dispute(
                    line, reason, self._chosen(line, keys, receipt, is_all), None if is_all else len(keys))
        except UserError as error:
            settlement.invalidate_recordset()
            return self._render_line(line, int(page) if page.isdigit() else 1, receipt, error=error.args[0],
                                     chosen=keys, reason=reason)
        request.session['settlement_message'] = request.env._(
            "Your dispute was sent. We look into it and write to you here.")
        return request.redirect(settlement.access_url + '#disputes')

    def _chosen(self, line, keys, receipt, is_all):
        """Return SQL for the transactions of the line that were ticked, or for all that the search finds and are in
        no dispute yet."""
        if is_all:
            return SQL(
                """SELECT f.k, f.atom_id FROM (%s) f WHERE NOT EXISTS (
                       SELECT FROM membership_settlement_dispute_atom d
                        WHERE d.k = f.k AND d.atom_id = f.atom_id AND d.is_live)""", line._transactions_query(receipt))
        return SQL("SELECT f.k, f.atom_id FROM (%s) f WHERE f.k || '-' || f.atom_id = ANY(%s)",
                   line._transactions_query(), keys)

    @route('/my/settlements/<int:settlement_id>/dispute/<int:dispute_id>/withdraw', type='http', auth='user',
           website=True, methods=['POST'])
    def portal_my_settlement_withdraw(self, settlement_id, dispute_id, **_post):
        def withdraw(settlement):
            settlement.dispute_ids.filtered(lambda dispute: dispute.id == dispute_id)._withdraw()

        return self._settlement_answer(settlement_id, withdraw, request.env._("Your dispute was withdrawn."))
