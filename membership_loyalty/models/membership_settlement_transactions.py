from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..tools import card_number
from ..tools.settlement import ISSUED, price
from ..tools.settlement_facts import TO_HQ, Fact
from .membership_settlement_dispute_part import line_key

ENTRY, MATCH, SPEND = 1, 2, 3
FAMILIES = {ENTRY: 'entry', MATCH: 'match', SPEND: 'spend'}
# Of which movements a charge is the price: where it is claimed from, and of which kinds.
MOVEMENTS = {
    'issue': (ENTRY, ISSUED), 'mkt': (ENTRY, ISSUED), 'reimb': (ENTRY, ('redeem',)), 'fee': (ENTRY, ('redeem',)),
    'fund': (MATCH, ('redeem',)), 'brkg': (MATCH, ('expire',)), 'comm': (SPEND, ('spend',)),
    'svl': (ENTRY, ('top_up',)), 'svr': (ENTRY, ('top_up',)), 'svs': (ENTRY, ('spend',)),
}


class MembershipSettlementLine(models.Model):
    """The transactions behind a line, as many of them as a page shows."""

    _inherit = 'membership.settlement.line'

    def _movements(self):
        """Return (k, kinds) of the transactions of this line; (None, ()) for a fee or an adjustment, which has none."""
        self.ensure_one()
        if self.charge == 'svbon':
            return (MATCH if self.direction == TO_HQ else ENTRY), ('spend',)
        return MOVEMENTS.get(self.charge, (None, ()))

    def _transactions_query(self, receipt=''):
        """Return SQL for the transactions of this line, those that are set aside included.

        :param receipt: part of a receipt number, or the whole identity of a document
        """
        k, kinds = self._movements()
        sources = {None: self._no_source, ENTRY: self._entry_source, MATCH: self._match_source,
                   SPEND: self._spend_source}
        pattern = '%' + receipt.replace('\\', '\\\\').replace('%', r'\%').replace('_', r'\_') + '%'
        return SQL(
            """SELECT t.* FROM (%(source)s) t
                WHERE t.kind IN %(kinds)s AND t.value_type = %(value_type)s AND t.is_reversal = %(is_reversal)s
                  AND t.late IS NOT DISTINCT FROM %(late)s AND t.day >= %(first)s
                  AND (%(last)s::date IS NULL OR t.day <= %(last)s) AND %(receipt)s""",
            source=sources[k](), kinds=tuple(kinds) or ('',), value_type=self.value_type, is_reversal=self.is_reversal,
            late=self.original_period or None, first=self.agreement_id.date_from or None,
            last=self.agreement_id.date_to or None,
            receipt=SQL("(t.receipt ILIKE %s OR t.document_key = %s)", pattern, receipt) if receipt else SQL("TRUE"))

    def _count_transactions(self, receipt=''):
        [[count]] = self.env.execute_query(SQL("SELECT count(*) FROM (%s) t", self._transactions_query(receipt)))
        return count

    def _transactions(self, receipt='', limit=None, offset=0):
        """Return dicts of the transactions of this line: key ('k-id'), member (masked), shop, receipt, occurred_at
        (UTC), quantity and exact (Decimals, as they count in the line), is_held, dispute_id.
        """
        self.ensure_one()
        names = ('k', 'atom_id', 'kind', 'value_type', 'is_reversal', 'day', 'late', 'quantity', 'uncovered', 'is_held',
                 'card_id', 'shop_id', 'occurred_at', 'receipt', 'dispute_id')
        rows = [dict(zip(names, row, strict=True)) for row in self.env.execute_query(SQL(
            """SELECT t.k, t.atom_id, t.kind, t.value_type, t.is_reversal, t.day, t.late, t.quantity::text,
                      t.uncovered::text, t.is_held, t.card_id, t.shop_id, t.occurred_at, t.receipt, d.dispute_id
                 FROM (%s) t LEFT JOIN membership_settlement_dispute_atom d
                   ON d.k = t.k AND d.atom_id = t.atom_id AND d.is_live
                ORDER BY t.atom_id LIMIT %s OFFSET %s""", self._transactions_query(receipt), limit, offset))]
        fx = self.settlement_id._fx_rate()
        cards = self.env['loyalty.card'].sudo().browse({row['card_id'] for row in rows})
        shops = self.env['membership.shop'].sudo().browse({row['shop_id'] for row in rows if row['shop_id']})
        members = {card.id: card._masked_member() for card in cards}
        names = {shop.id: shop.name for shop in shops}
        for row in rows:
            charge = self._charge_of(row, fx)
            row.update(
                key=f"{row['k']}-{row['atom_id']}", member=members[row['card_id']], shop=names.get(row['shop_id'], ''),
                quantity=charge.quantity, exact=charge.exact)
        return rows

    def _charge_of(self, row, fx):
        """Return the tools.settlement.Charge that one transaction adds to this line."""
        fact = Fact(FAMILIES[row['k']], row['kind'], row['value_type'], row['day'], Decimal(row['quantity']), 1,
                    row['is_reversal'], row['late'], Decimal(row['uncovered']))
        charges, _unpriced = price([fact], [self.agreement_id._version()], fx)
        return next(charge for charge in charges if line_key(charge) == self._key())

    # ------------------------------------------------------------------ sources

    def _no_source(self):
        """Return no rows, in the columns of a source."""
        return SQL("%s AND FALSE", self._entry_source())

    def _entry_source(self):
        return SQL(
            """SELECT a.k, a.atom_id, e.kind, e.value_type, COALESCE(e.is_reversal, FALSE) AS is_reversal,
                      COALESCE(e.price_date, e.date) AS day,
                      CASE WHEN e.settle_date > e.date THEN date_trunc('month', e.date)::date END AS late,
                      e.amount AS quantity, COALESCE(a.uncovered, 0) AS uncovered, a.is_held, e.card_id, e.shop_id,
                      e.occurred_at, e.description AS receipt, e.document_key
                 FROM membership_settlement_atom a JOIN membership_ledger_entry e ON e.id = a.atom_id
                WHERE a.k = 1 AND a.settlement_id = %s""", self.settlement_id.id)

    def _match_source(self):
        """What was used of the party's points: shown is when that happened; where, only if it was with this party."""
        return SQL(
            """SELECT a.k, a.atom_id, d.kind, d.value_type, m.amount < 0 AS is_reversal,
                      CASE WHEN d.kind = 'expire' THEN c.date ELSE COALESCE(d.price_date, d.date) END AS day,
                      CASE WHEN m.settle_date > x.date THEN date_trunc('month', x.date)::date END AS late,
                      m.amount AS quantity, 0 AS uncovered, a.is_held, x.card_id, x.occurred_at,
                      CASE WHEN x.party_id = %(party)s THEN x.shop_id END AS shop_id,
                      CASE WHEN x.party_id = %(party)s OR d.kind = 'expire' THEN x.description END AS receipt,
                      CASE WHEN x.party_id = %(party)s THEN x.document_key END AS document_key
                 FROM membership_settlement_atom a JOIN membership_ledger_match m ON m.id = a.atom_id
                 JOIN membership_ledger_entry d ON d.id = m.debit_id
                 JOIN membership_ledger_entry c ON c.id = m.credit_id
                 JOIN membership_ledger_entry x ON x.id = m.cause_id
                WHERE a.k = 2 AND a.settlement_id = %(settlement)s""",
            party=self.settlement_id.party_id.id, settlement=self.settlement_id.id)

    def _spend_source(self):
        return SQL(
            """SELECT a.k, a.atom_id, 'spend' AS kind, 'spend' AS value_type, s.amount < 0 AS is_reversal,
                      COALESCE(s.price_date, s.date) AS day,
                      CASE WHEN s.settle_date > s.date THEN date_trunc('month', s.date)::date END AS late,
                      s.amount AS quantity, 0 AS uncovered, a.is_held, s.card_id, NULL::int AS shop_id, s.occurred_at,
                      s.document_key AS receipt, s.document_key
                 FROM membership_settlement_atom a JOIN membership_partner_spend s ON s.id = a.atom_id
                WHERE a.k = 3 AND a.settlement_id = %s""", self.settlement_id.id)


class LoyaltyCard(models.Model):
    _inherit = 'loyalty.card'

    def _masked_member(self):
        """Return enough of a member for a partner to find its receipt, too little to learn who that is."""
        self.ensure_one()
        card = self.membership_card_id
        return card._masked_number() if card else card_number.mask(str(self.id).zfill(8))
