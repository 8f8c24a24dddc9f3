from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.membership_partner_file import MAX_BYTES
from ..tools.partner_row import clean

URL = '/my/partner-files'


class PartnerFilePortal(CustomerPortal):
    """Where a partner sends its files and fetches the answers. Everything is read with the rights of the server, of the
    parties of the visitor's own business only, and for portal users only: colleagues have the back office."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if 'partner_party_count' in counters:
            values['partner_party_count'] = len(self._partner_file_parties())
        return values

    # ------------------------------------------------------------------ access

    def _partner_file_parties(self):
        """Return the parties, sudo, that the visitor may send files for."""
        user, parties = request.env.user, request.env['membership.party'].sudo()
        return parties.search([
            ('partner_id', 'child_of', user.partner_id.commercial_partner_id.id)]) if user._is_portal() else parties

    def _partner_file_domain(self):
        return Domain('party_id', 'in', self._partner_file_parties().ids)

    def _partner_file_choices(self):
        """Return [(party, programme)] that files can be sent for."""
        return [
            (party, program) for party in self._partner_file_parties()
            for program in party.agreement_ids.filtered(lambda agreement: agreement.state != 'draft').program_id
            if program.is_membership]

    # ------------------------------------------------------------------ pages

    @route([URL, f'{URL}/page/<int:page>'], type='http', auth='user', website=True, methods=['GET'])
    def portal_my_partner_files(self, page=1, **_kwargs):
        if not self._partner_file_parties():
            return request.redirect('/my')
        files = request.env['membership.partner.file'].sudo()
        domain = self._partner_file_domain()
        pager = portal_pager(url=URL, page=page, total=files.search_count(domain), step=self._items_per_page)
        return request.render('membership_loyalty.portal_my_partner_files', {
            **self._prepare_portal_layout_values(), 'page_name': 'partner_file', 'default_url': URL, 'pager': pager,
            'files': files.search(domain, limit=self._items_per_page, offset=pager['offset']),
            'choices': self._partner_file_choices(), 'message': request.session.pop('partner_file_message', None),
            'error': request.session.pop('partner_file_error', None)})

    @route(f'{URL}/upload', type='http', auth='user', website=True, methods=['POST'])
    def portal_my_partner_file_upload(self, choice='', file=None, **_post):
        chosen = [(party, program) for party, program in self._partner_file_choices()
                  if choice == f'{party.id}-{program.id}']
        if not chosen:
            return request.redirect('/my')
        name, content = '', b''
        if hasattr(file, 'read'):
            name, content = clean(file.filename or ''), file.read(MAX_BYTES + 1)
        try:
            with request.env.cr.savepoint():
                request.session['partner_file_message'] = self._partner_file_receive(*chosen[0], name, content)
        except UserError as error:
            request.session['partner_file_error'] = error.args[0]
        return request.redirect(URL)

    def _partner_file_receive(self, party, program, name, content):
        """Take a file in and have it applied; return what to tell the visitor.

        :raise UserError: when nothing or nothing good was sent
        """
        if not content:
            raise UserError(request.env._("Choose a file first."))
        file = request.env['membership.partner.file']._receive(party, program, name, content, 'portal').sudo()
        if file.state == 'verified':
            file._queue()
            return request.env._("%(name)s is complete. Its rows are applied within a few minutes; reload this page to "
                                 "see the answer.", name=name)
        if file.state == 'duplicate':
            return request.env._("%(name)s was received before, as number %(number)s. Nothing was done.",
                                 name=name, number=file.original_id.seq)
        return request.env._("%(name)s was refused. The list below says why.", name=name)

    @route(f'{URL}/<int:file_id>/response', type='http', auth='user', readonly=True)
    def portal_my_partner_file_response(self, file_id, **_kwargs):
        file = request.env['membership.partner.file'].sudo().search(
            self._partner_file_domain() & Domain('id', '=', file_id))
        if not file.response_id:
            return request.not_found()
        return request.env['ir.binary']._get_stream_from(file.response_id).get_response(as_attachment=True)
