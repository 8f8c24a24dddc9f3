from datetime import timedelta

from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..tools.partner_api import KEEP_DAYS

WAIT = '3s'  # for a request with the same idempotency key that is still running


class StillRunning(Exception):  # noqa: N818 it is an answer, not a failure
    """Another request with the same idempotency key has not been answered yet."""


class MembershipApiRequest(models.Model):
    """What a partner asked us to book and what we answered: the same idempotency key gets the same answer.

    The row is inserted first, in the transaction of the booking itself: either both are there or neither is.
    """

    _name = 'membership.api.request'
    _description = "Partner API Request"
    _order = 'id desc'
    _rec_name = 'idempotency_key'

    key_id = fields.Many2one('membership.api.key', string="Key", required=True, readonly=True, ondelete='restrict')
    party_id = fields.Many2one('membership.party', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='party_id.operator_id', string="Operator")
    idempotency_key = fields.Char(required=True, readonly=True)
    operation = fields.Char(required=True, readonly=True)
    ext_txn_id = fields.Char(string="Partner's number", readonly=True)
    fingerprint = fields.Char(required=True, readonly=True)
    status = fields.Integer(string="Answer", readonly=True, aggregator=False, help="HTTP status: 200 was booked.")
    code = fields.Char(readonly=True, help="Why it was not booked.")
    body = fields.Text(readonly=True, help="What was answered.")
    create_date = fields.Datetime(string="Received at", readonly=True)

    _once = models.UniqueIndex('(key_id, idempotency_key)', "This request was received before.")
    _by_age = models.Index('(create_date)')

    @api.model
    def _claim(self, key, idempotency_key, operation, ext_txn_id, fingerprint):
        """Begin a request: insert its row, or find the one that is there already.

        :return: (membership.api.request, whether it is a new one)
        :raise StillRunning: when another one with this idempotency key does not come to its end
        """
        cr = self.env.cr
        try:
            with cr.savepoint(flush=False):
                cr.execute(SQL("SET LOCAL lock_timeout = %s", WAIT))
                cr.execute(SQL(
                    """INSERT INTO membership_api_request (
                           key_id, party_id, idempotency_key, operation, ext_txn_id, fingerprint,
                           create_uid, create_date, write_uid, write_date)
                       VALUES (%s, %s, %s, %s, %s, %s, %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC')
                       ON CONFLICT (key_id, idempotency_key) DO NOTHING RETURNING id""",
                    key.id, key.party_id.id, idempotency_key, operation, ext_txn_id, fingerprint,
                    self.env.uid, self.env.uid), log_exceptions=False)
                rows = cr.fetchall()
                cr.execute("SET LOCAL lock_timeout = DEFAULT")
        except LockNotAvailable:
            raise StillRunning from None
        if rows:
            return self.browse(rows[0][0]), True
        return self.search([('key_id', '=', key.id), ('idempotency_key', '=', idempotency_key)]), False

    def _answer(self, status, code, body):
        """Keep the answer.

        :param body: JSON text, as it is sent
        """
        self.write({'status': status, 'code': code, 'body': body})

    @api.autovacuum
    def _gc_old(self):
        """Forget requests after their days; the partner's number of a transaction is kept for ever."""
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        old = self.search([('create_date', '<', limit)], limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT
