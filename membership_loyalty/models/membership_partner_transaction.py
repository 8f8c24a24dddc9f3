from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CHANNELS, POINTS_DIGITS
from ..tools.partner_event import document_key

KINDS = [
    ('earn', "Earned"),
    ('redeem', "Redeemed"),
    ('reverse', "Taken back"),
    ('spend', "Co-branded spending"),
]
APPEND_ONLY = """
    CREATE OR REPLACE FUNCTION membership_partner_transaction_append_only() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION 'A partner transaction is never changed or deleted; the partner sends a reversal instead.'
            USING ERRCODE = 'restrict_violation';
    END $$ LANGUAGE plpgsql;
    CREATE OR REPLACE TRIGGER membership_partner_transaction_append_only
        BEFORE UPDATE OR DELETE ON membership_partner_transaction
        FOR EACH ROW EXECUTE FUNCTION membership_partner_transaction_append_only();
"""


class MembershipPartnerTransaction(models.Model):
    """One row per event of a partner that was accepted, whatever way it came, also when it moved no points.

    It is what makes an event unique for ever, what a reversal looks for, and what the partner asks for when an answer
    was lost.
    """

    _name = 'membership.partner.transaction'
    _description = "Partner Transaction"
    _order = 'id desc'
    _rec_name = 'ext_txn_id'
    _check_company_auto = True

    party_id = fields.Many2one('membership.party', required=True, readonly=True, ondelete='restrict')
    program_id = fields.Many2one('loyalty.program', string="Programme", required=True, readonly=True,
                                 ondelete='restrict')
    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, help="The party itself, or the operator of the programme.")
    ext_txn_id = fields.Char(string="Partner's number", required=True, readonly=True,
                             help="The partner's own number of this transaction: each counts once, for ever.")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    card_id = fields.Many2one('loyalty.card', string="Account", required=True, readonly=True, index=True,
                              ondelete='restrict')
    partner_id = fields.Many2one(related='card_id.partner_id', string="Member")
    membership_card_id = fields.Many2one(
        'membership.card', string="Card shown", readonly=True, index='btree_not_null', ondelete='restrict')
    points = fields.Float(digits=POINTS_DIGITS, required=True, readonly=True,
                          help="What it moved on the account: points earned are positive, points spent negative.")
    amount = fields.Float(
        digits=(20, 4), required=True, readonly=True,
        help="Money of the purchase in the programme's currency; of what is taken back, negative.")
    currency_id = fields.Many2one(related='program_id.currency_id')
    occurred_at = fields.Datetime(
        string="Happened on", required=True, readonly=True, help="When it happened, as the partner says (UTC).")
    date = fields.Date(required=True, readonly=True, help="The day it happened, in the programme's time zone.")
    received_at = fields.Datetime(string="Received on", required=True, readonly=True, default=fields.Datetime.now)
    channel = fields.Selection(CHANNELS, string="Came by", required=True, readonly=True)
    original_id = fields.Many2one('membership.partner.transaction', string="Takes back", readonly=True,
                                  index='btree_not_null', ondelete='restrict')
    reversal_ids = fields.One2many('membership.partner.transaction', 'original_id', string="Taken back by",
                                   readonly=True)
    store = fields.Char(readonly=True)
    terminal = fields.Char(readonly=True)
    receipt_no = fields.Char(string="Receipt", readonly=True)
    note = fields.Char(readonly=True)
    fingerprint = fields.Char(required=True, readonly=True, help="Tells the same event from another one.")
    document_key = fields.Char(string="Key in the ledger", required=True, readonly=True)

    _once = models.UniqueIndex('(party_id, ext_txn_id)', "This transaction of the partner was received before.")
    _by_document = models.Index('(document_key)')
    _by_date = models.Index('(party_id, date)')

    def init(self):
        self.env.cr.execute(APPEND_ONLY)

    # ------------------------------------------------------------------ for the partner's events only

    @api.model
    def _known(self, party, numbers):
        """Return {partner's number: Known} of those transactions of a party that were received."""
        if not numbers:
            return {}
        # Numbers travel as text: psycopg2 would hand Odoo floats.
        return {row[1]: Known(*row) for row in self.env.execute_query(SQL(
            """SELECT id, ext_txn_id, kind, program_id, card_id, membership_card_id, points::text, amount::text,
                      occurred_at, date, original_id, fingerprint, document_key
                 FROM membership_partner_transaction WHERE party_id = %s AND ext_txn_id = ANY(%s)""",
            party.id, list(numbers)))}

    @api.model
    def _reversed(self, original):
        """Return (count, points, amount) of what was taken back of a transaction, as text and signed like it."""
        [row] = self.env.execute_query(SQL(
            """SELECT count(*), COALESCE(-sum(points), 0)::text, COALESCE(-sum(amount), 0)::text
                 FROM membership_partner_transaction WHERE original_id = %s""", original.id))
        return row

    @api.model
    def _record(self, party, values):
        """Insert one transaction; of two at the same moment, the database sends the later one back to try again.

        :param values: dict with the columns of _COLUMNS; missing ones are empty
        :return: Known
        """
        values = {**values, 'party_id': party.id, 'document_key': document_key(party.id, values['ext_txn_id'])}
        [(transaction_id,)] = self.env.execute_query(SQL(
            """INSERT INTO membership_partner_transaction (%s, create_uid, create_date, write_uid, write_date)
               VALUES (%s, %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC')
               ON CONFLICT (party_id, ext_txn_id) DO NOTHING RETURNING id""",
            SQL(', ').join(map(SQL.identifier, _COLUMNS)),
            SQL(', ').join(SQL('%s', values.get(column)) for column in _COLUMNS), self.env.uid, self.env.uid))
        return Known(transaction_id, **{name: values.get(name) for name in Known._fields[1:]})


_COLUMNS = (
    'party_id', 'program_id', 'company_id', 'ext_txn_id', 'kind', 'card_id', 'membership_card_id', 'points', 'amount',
    'occurred_at', 'date', 'received_at', 'channel', 'original_id', 'store', 'terminal', 'receipt_no', 'note',
    'fingerprint', 'document_key',
)


class Known(NamedTuple):
    """What has to be known of a transaction to answer for it or to take it back; amounts as text."""

    id: int
    ext_txn_id: str
    kind: str
    program_id: int
    card_id: int
    membership_card_id: int | None
    points: str
    amount: str
    occurred_at: object
    date: object
    original_id: int | None
    fingerprint: str
    document_key: str
