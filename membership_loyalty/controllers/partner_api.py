import re

from odoo.http import Controller, request, route

from ..models.membership_api_request import StillRunning
from ..tools import openapi, partner_api
from ..tools.partner_api import BY_NAME, ROOT, Invalid
from .partner_api_http import BODY_BYTES, Problem, answer, dump

IDEMPOTENCY_KEY = re.compile(r'[!-~]{1,255}')


def api_route(path, method, **options):
    """A route of the partner interface. It is no page: no session, no form, no website."""
    return route(f'{ROOT}{path}', **{
        'type': 'membership_partner_api', 'auth': 'membership_partner', 'methods': [method], 'csrf': False,
        'save_session': False, 'readonly': False, 'max_content_length': BODY_BYTES, **options})


class PartnerApi(Controller):
    """The routes. What they take and give is in tools.partner_api, what they do in membership.partner.api."""

    @api_route('/ping', 'POST')
    def ping(self):
        return self._serve('ping')

    @api_route('/lookup', 'POST')
    def lookup(self):
        return self._serve('lookup')

    @api_route('/balance/<string:token>', 'GET')
    def balance(self, token):
        return self._serve('balance', token=token)

    @api_route('/earn', 'POST')
    def earn(self):
        return self._serve('earn')

    @api_route('/redeem', 'POST')
    def redeem(self):
        return self._serve('redeem')

    @api_route('/reverse', 'POST')
    def reverse(self):
        return self._serve('reverse')

    @api_route('/spend', 'POST')
    def spend(self):
        return self._serve('spend')

    @api_route('/transactions/<path:ext_txn_id>', 'GET')
    def transaction(self, ext_txn_id):
        return self._serve('transaction', ext_txn_id=ext_txn_id)

    @api_route('/statements', 'GET')
    def statements(self):
        return self._serve('statements')

    @api_route('/statements/<path:name>', 'GET')
    def statement(self, name):
        return self._serve('statement', name=name)

    @api_route('/statement-files/<string:file_id>', 'GET')
    def statement_file(self, file_id):
        return self._serve('statement_file', file_id=file_id)

    @api_route('/openapi.json', 'GET', auth='membership_partner_public')
    def openapi(self):
        return answer(openapi.text())

    @route(f'{ROOT}/<path:rest>', type='membership_partner_api', auth='membership_partner_public', csrf=False,
           save_session=False, readonly=False)
    def nothing(self, rest):
        raise Problem(404, 'ROUTE', "There is nothing here. See openapi.json for addresses and methods.")

    # ------------------------------------------------------------------ serving

    def _serve(self, name, /, **in_path):
        operation, key = BY_NAME[name], request.dispatcher.key
        if operation.scope and operation.scope not in key._scopes():
            raise Problem(403, 'SCOPE', f"This key may not do that: it lacks the scope {operation.scope}.")
        idempotency_key = self._idempotency_key() if operation.books else None
        sent = request.dispatcher.read_json() if operation.method == 'POST' else {}
        values = self._read(operation, {**sent, **in_path} if isinstance(sent, dict) else sent)
        if operation.books:
            return self._serve_once(operation, idempotency_key, sent, values)
        done = self._run(operation, values)
        if done.file:
            return request.env['ir.binary']._get_stream_from(done.file).get_response(as_attachment=True)
        return self._send(done.status, self._text(done))

    def _idempotency_key(self):
        key = request.httprequest.headers.get('Idempotency-Key', '')
        if not IDEMPOTENCY_KEY.fullmatch(key):
            raise Problem(400, 'IDEMPOTENCY_KEY', "Send an Idempotency-Key of 1 to 255 letters, the same one each time "
                                                  "you send this request again.")
        return key

    def _read(self, operation, sent):
        try:
            return partner_api.read(operation, sent)
        except Invalid as invalid:
            raise Problem(422, 'VALIDATION', "Some fields are missing, unknown or not in the form required.", errors=[
                {'field': field, 'fault': fault} for field, fault in invalid.errors]) from None

    def _serve_once(self, operation, idempotency_key, sent, values):
        """Book, and keep the answer; or give the answer that was kept."""
        key = request.dispatcher.key
        fingerprint = partner_api.fingerprint(operation.method, ROOT + operation.path, sent)
        try:
            kept, is_new = request.env['membership.api.request'].sudo()._claim(
                key, idempotency_key, operation.name, values['ext_txn_id'], fingerprint)
        except StillRunning:
            raise Problem(409, 'STATE', "The same request is still running. Send it again in a moment.", {
                'Retry-After': '2'}) from None
        if is_new:
            done = self._run(operation, values)
            text = self._text(done)
            kept._answer(done.status, done.code, text)
            return self._send(done.status, text)
        if kept.fingerprint != fingerprint:
            raise Problem(422, 'IDEMPOTENCY_KEY', "This Idempotency-Key belongs to another request.")
        return self._send(kept.status, kept.body, **{'Idempotent-Replayed': 'true'})

    def _run(self, operation, values):
        done = request.env['membership.partner.api']._run(request.dispatcher.key, operation, values)
        request.dispatcher.cost = done.cost
        return done

    def _text(self, done):
        """Return an answer as JSON text: what was asked for, or the problem."""
        if done.status < 400:
            return dump(done.body)
        more = {'reason': done.reason} if done.reason else {}
        return dump(Problem(done.status, done.code, done.message, **more).values)

    def _send(self, status, text, **headers):
        return answer(text, status, **headers)
