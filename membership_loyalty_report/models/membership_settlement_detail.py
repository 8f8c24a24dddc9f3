from decimal import Decimal
from itertools import chain

from odoo import models
from odoo.tools import SQL

from ..report.statement_figures import DetailTotals
from ..report.workbook_tables import Column

# What a statement claims, one row each, of the atoms that a condition names.
# What was issued, accepted, topped up and spent at the party.
ENTRIES = """
    SELECT a.id, 'entry' AS family, e.kind, e.value_type, e.occurred_at, e.date, e.create_date AS received_at,
           e.settle_date, e.card_id, e.shop_id, e.document_key, e.description, e.amount AS quantity,
           p.amount_total AS order_amount, NULL::date AS lot_date,
           COALESCE(e.origin_key, CASE WHEN e.is_reversal THEN e.document_key END) AS origin_key, e.channel,
           CASE WHEN e.channel = 'manual' THEN e.create_uid END AS user_id, a.is_held
      FROM (%s) a JOIN membership_ledger_entry e ON e.id = a.id
      LEFT JOIN membership_purchase p ON p.document_key = e.document_key"""
# What became of points that the party had issued. Where that was is the business of the one who accepted them.
MATCHES = """
    SELECT a.id, 'match' AS family, m.kind, m.value_type, x.occurred_at, m.date, x.create_date AS received_at,
           m.settle_date, m.card_id, NULL::int AS shop_id, c.document_key, NULL AS description, m.amount AS quantity,
           NULL::numeric AS order_amount, c.date AS lot_date,
           NULL AS origin_key, NULL AS channel, NULL::int AS user_id, a.is_held
      FROM (%s) a JOIN membership_ledger_match m ON m.id = a.id
      JOIN membership_ledger_entry c ON c.id = m.credit_id
      JOIN membership_ledger_entry x ON x.id = m.cause_id"""
# What was spent with co-branded cards.
SPENDS = """
    SELECT a.id, 'spend' AS family, 'spend' AS kind, 'spend' AS value_type, s.occurred_at, s.date,
           s.create_date AS received_at, s.settle_date, s.card_id, NULL::int AS shop_id, s.document_key,
           NULL AS description, s.amount AS quantity, NULL::numeric AS order_amount, NULL::date AS lot_date,
           NULL AS origin_key, s.source AS channel, NULL::int AS user_id, a.is_held
      FROM (%s) a JOIN membership_partner_spend s ON s.id = a.id"""
# What covers points that a member did not have when they were accepted.
COVERED = """
    SELECT a.id, 'cover' AS family, m.kind, m.value_type, d.occurred_at, d.date, x.create_date AS received_at,
           m.date AS settle_date, m.card_id, d.shop_id, d.document_key, d.description, m.amount AS quantity,
           NULL::numeric AS order_amount, NULL::date AS lot_date, NULL AS origin_key, d.channel,
           NULL::int AS user_id, a.is_held
      FROM (%s) a JOIN membership_ledger_match m ON m.id = a.id
      JOIN membership_ledger_entry d ON d.id = m.debit_id
      JOIN membership_ledger_entry x ON x.id = m.cause_id"""
FAMILIES = {1: ENTRIES, 2: MATCHES, 3: SPENDS, 4: COVERED}  # as membership_settlement_atom.k numbers them
# A sheet counts days from here.
SHEET = {
    'date': "(%s - DATE '1899-12-30')",
    'datetime': "(EXTRACT(EPOCH FROM %s - TIMESTAMP '1899-12-30') / 86400)::float8",
    'quantity': "(%s)::float8",
    'money': "(%s)::float8",
}
CSV = {
    'number': "(%s)::text",
    'date': "(%s)::text",
    'quantity': "(%s)::text",
    'money': "(%s)::text",
}
LOCAL = "(%(at)s AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)"
OFFSET = """CASE WHEN %(local)s < %(at)s THEN '-' ELSE '+' END
            || to_char(GREATEST(%(local)s - %(at)s, %(at)s - %(local)s), 'HH24:MI')"""


class MembershipSettlement(models.Model):
    """The transactions of a statement, as rows of its workbook."""

    _inherit = 'membership.settlement'

    def _detail_columns(self):
        """Return {name: Column} of the details; the names are the titles in a CSV."""
        _ = self.env._
        return {
            'number': Column(_("Number"), 11, 'number'),
            'type': Column(_("Type"), 20),
            'kind': Column(_("Kind"), 14),
            'value': Column(_("Value"), 12),
            'occurred_at': Column(_("Occurred at"), 19, 'datetime'),
            'utc_offset': Column(_("UTC offset"), 9),
            'day': Column(_("Day"), 11, 'date'),
            'received_at': Column(_("Received at"), 19, 'datetime'),
            'settled_on': Column(_("Settled on"), 11, 'date'),
            'member': Column(_("Member"), 20),
            'shop': Column(_("Shop"), 18),
            'transaction': Column(_("Transaction"), 30),
            'receipt': Column(_("Receipt"), 24),
            'quantity': Column(_("Quantity"), 14, 'quantity'),
            'order_amount': Column(_("Order amount"), 14, 'quantity'),
            'lot_date': Column(_("Issued on"), 11, 'date'),
            'origin': Column(_("Takes back"), 24),
            'channel': Column(_("Channel"), 14),
            'operator': Column(_("Entered by"), 18),
            'held': Column(_("Set aside"), 9),
        }

    def _csv_columns(self):
        """Return the same for the CSV: titles for machines; its moments say themselves how far they are from UTC."""
        columns = self._detail_columns()
        del columns['utc_offset']
        return {name: column._replace(title=name) for name, column in columns.items()}

    def _detail_labels(self):
        """Return {column: {code: what a reader sees}}."""
        _ = self.env._
        return {
            'type': {'entry': _("Transaction"), 'match': _("Use of issued points"), 'spend': _("Card spending"),
                     'cover': _("Overdraft covered")},
            'kind': self._labels('membership.ledger.entry', 'kind'),
            'value': self._labels('membership.settlement.line', 'value_type'),
            'channel': {**self._labels('membership.partner.spend', 'source'),
                        **self._labels('membership.ledger.entry', 'channel')},
        }

    def _labels(self, model, fname):
        return dict(self.env[model]._fields[fname]._description_selection(self.env))

    # ------------------------------------------------------------------ rows

    def _detail_rows(self, stream, is_csv=False):
        """Return an iterator over the rows of the details, in the order of what they are and of their numbers.

        :param stream: function from a query to a context manager of its rows
        :param is_csv: text with codes and ISO dates for machines, else numbers and words for a sheet
        """
        self.ensure_one()
        return chain.from_iterable(
            self._family_rows(stream, self._detail_query(k, is_csv)) for k in FAMILIES)

    def _family_rows(self, stream, query):
        with stream(self.env, query) as rows:
            yield from rows

    def _detail_query(self, k, is_csv):
        values = self._detail_values(is_csv)
        columns, casts = (self._csv_columns(), CSV) if is_csv else (self._detail_columns(), SHEET)
        return SQL(
            """SELECT %(columns)s FROM (%(rows)s) d
                 LEFT JOIN membership_shop shop ON shop.id = d.shop_id
                 LEFT JOIN res_users login ON login.id = d.user_id
                 LEFT JOIN res_partner person ON person.id = login.partner_id
                 LEFT JOIN LATERAL (SELECT number FROM membership_card WHERE account_id = d.card_id
                                     ORDER BY state <> 'active', id DESC LIMIT 1) card ON TRUE
                ORDER BY d.id""",
            columns=SQL(', ').join(
                SQL(casts.get(column.style, '%s'), values[name]) for name, column in columns.items()),
            rows=self._claimed(k))

    def _claimed(self, k, atoms=None):
        """Return the query of what is claimed of a family.

        :param atoms: query of ids, by default of those on the statement
        """
        return SQL(FAMILIES[k], atoms or SQL(
            "SELECT atom_id AS id, is_held FROM membership_settlement_atom WHERE k = %s AND settlement_id = %s",
            k, self.id))

    def _detail_values(self, is_csv):
        """Return {column: SQL}, in terms of d and what is joined to it."""
        is_own = self.party_id.kind == 'company'
        values = {
            'number': SQL('d.id'),
            'type': SQL('d.family'), 'kind': SQL('d.kind'), 'value': SQL('d.value_type'),
            'occurred_at': self._local_time(SQL('d.occurred_at'), is_csv),
            'utc_offset': self._utc_offset(SQL('d.occurred_at')),
            'day': SQL('d.date'),
            'received_at': self._local_time(SQL('d.received_at'), is_csv),
            'settled_on': SQL('d.settle_date'),
            'member': SQL("repeat('•', GREATEST(length(card.number) - 4, 0)) || right(card.number, 4)"),
            'shop': self.env['membership.shop']._field_to_sql('shop', 'name'),
            'transaction': SQL('d.document_key'),
            'receipt': SQL('d.description'),
            'quantity': SQL('d.quantity'), 'order_amount': SQL('d.order_amount'),
            'lot_date': SQL('d.lot_date'),
            'origin': SQL('d.origin_key'),
            'channel': SQL('d.channel'),
            # Who works for the operator is no business of a partner.
            'operator': SQL('person.name') if is_own else SQL('NULL'),
            'held': SQL("CASE WHEN d.is_held THEN %s END", 'yes' if is_csv else self.env._("yes")),
        }
        if not is_csv:
            for name, labels in self._detail_labels().items():
                cases = SQL(' ').join(SQL("WHEN %s THEN %s", code, label) for code, label in labels.items())
                values[name] = SQL("CASE %s %s END", values[name], cases)
        return values

    def _local_time(self, at, is_csv):
        """Return the SQL of a moment in the programme's time zone; in a CSV as text with its distance from UTC."""
        local = SQL(LOCAL, at=at, tz=self.program_id.membership_tz or 'UTC')
        return SQL("to_char(%s, 'YYYY-MM-DD\"T\"HH24:MI:SS') || %s", local, self._utc_offset(at)) if is_csv else local

    def _utc_offset(self, at):
        return SQL(OFFSET, at=at, local=SQL(LOCAL, at=at, tz=self.program_id.membership_tz or 'UTC'))

    # ------------------------------------------------------------------ totals

    def _detail_totals(self, claimed=None):
        """Return {(family, kind, value type): DetailTotals} of the statement, or of other queries of ids.

        :param claimed: {k: SQL of the ids}
        """
        totals = {}
        for k in FAMILIES:
            rows = self._claimed(k, claimed and SQL("SELECT id, FALSE AS is_held FROM (%s) c", claimed[k]))
            totals.update({tuple(group): DetailTotals(count, Decimal(quantity), numbers)
                           for *group, count, quantity, numbers in self.env.execute_query(SQL(
                               """SELECT family, kind, value_type, count(*), sum(quantity)::text,
                                         mod(sum(id), 10 ^ 12::numeric)::bigint
                                    FROM (%s) d GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""", rows))})
        return totals

    def _ledger_totals(self):
        """Return the same of what the ledger has for this party and period, claimed or not; overdrafts that were
        covered before are on the statement of that time."""
        return self._detail_totals({k: SQL(
            """SELECT id FROM (%s) c WHERE NOT EXISTS (SELECT FROM membership_settlement_atom a
                WHERE c.k = 4 AND a.k = c.k AND a.atom_id = c.id AND a.settlement_id <> %s)""",
            claim, self.id) for k, claim in zip(FAMILIES, self._claims(), strict=True)})
