import json
import logging
from http import HTTPStatus

from werkzeug.exceptions import HTTPException

from odoo.exceptions import ConcurrencyError
from odoo.http import Dispatcher, Response, request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

MEDIA_TYPE = 'application/problem+json'
BODY_BYTES = 64 * 1024


class Problem(HTTPException):
    """An answer that says what is wrong, in the form of RFC 9457."""

    def __init__(self, status, code, detail, headers=(), **more):
        super().__init__(detail)
        self.code = status
        self.headers = dict(headers)
        self.values = {
            'type': 'about:blank', 'title': HTTPStatus(status).phrase, 'status': status, 'code': code,
            'detail': detail, **more}

    def get_response(self, environ=None, scope=None):
        return Response(dump(self.values), self.code, {
            'Content-Type': MEDIA_TYPE, 'Cache-Control': 'no-store', **self.headers})


class PartnerApiDispatcher(Dispatcher):
    """Reads and writes JSON for partners, and makes a problem of everything that goes wrong on the way."""

    routing_type = 'membership_partner_api'
    mimetypes = ('application/json',)

    def __init__(self, request):
        super().__init__(request)
        self.key = None  # membership.api.key, sudo
        self.cost = 1  # requests that this one counts as

    @classmethod
    def is_compatible_with(cls, request):
        return True

    def check_key(self, key):
        """Let a key in, unless it is unknown, unsigned or used too often.

        :raise Problem: when it is not let in
        """
        if not key:
            raise Problem(401, 'KEY', "The key is missing, unknown, expired or revoked.", {
                'WWW-Authenticate': 'Bearer realm="loyalty"'})
        http = self.request.httprequest
        http.max_content_length = BODY_BYTES
        if not key._is_signed(http):
            raise Problem(401, 'SIGNATURE', "This key signs its requests: X-Signature is missing, wrong or too old.", {
                'WWW-Authenticate': 'Bearer realm="loyalty"'})
        self.key = key
        seconds = key._seconds_to_wait()
        if seconds:
            raise Problem(429, 'RATE', f"This key allows {key.rate_limit} requests a minute.", {
                'Retry-After': str(seconds)})

    def dispatch(self, endpoint, args):
        self.request.params = dict(args)
        try:
            return self.request.registry['ir.http']._dispatch(endpoint)
        except Exception:
            self.request.env.cr.rollback()  # what failed is undone, that it was asked is counted
            raise
        finally:
            if self.key:
                self.key._count(self.cost)

    def read_json(self):
        """Return what the body says; an empty one says nothing.

        :raise Problem: when it is no JSON
        """
        http = self.request.httprequest
        data = http.get_data()
        if not data:
            return {}
        if http.mimetype != 'application/json':
            raise Problem(415, 'VALIDATION', "Send JSON, with Content-Type: application/json.")
        try:
            return json.loads(data.decode('utf-8'), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Problem(400, 'VALIDATION', "The body is no JSON.") from None

    def handle_error(self, exc):
        if isinstance(exc, Problem):
            return exc.get_response()
        if isinstance(exc, HTTPException) and exc.response:
            return exc.response
        if isinstance(exc, (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)):
            return Problem(503, 'BUSY', "Too much at once. Send the same request again.", {
                'Retry-After': '2'}).get_response()
        status = exc.code if isinstance(exc, HTTPException) else 500
        return Problem(status, 'ERROR', "This could not be done; nothing was booked.").get_response()


def _refuse_constant(name):
    raise ValueError(name)


def dump(values):
    """Return JSON text as it is sent and kept."""
    return json.dumps(values, ensure_ascii=False, separators=(',', ':'))


def answer(text, status=200, **headers):
    return request.make_response(text, status=status, headers={
        'Content-Type': MEDIA_TYPE if status >= 400 else 'application/json', 'Cache-Control': 'no-store', **headers,
    }.items())
