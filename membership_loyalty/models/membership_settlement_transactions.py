from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..tools import card_number
from ..tools.settlement import ISSUED, price
from ..tools.settlement_facts import TO_HQ, Fact
from .membership_settlement_atoms import COVER, ENTRY, FAMILIES, MATCH, SPEND
from .membership_settlement_dispute_part import line_key

# Of which movements a charge is the price: in which families they are claimed, and of which kinds they are.
MOVEMENTS = {
    'issue': ((ENTRY,), ISSUED), 'mkt': ((ENTRY,), ISSUED), 'reimb': ((ENTRY, COVER), ('redeem',)),
    'fee': ((ENTRY, COVER), ('redeem',)), 'fund': ((MATCH,), ('redeem',)), 'brkg': ((MATCH,), ('expire',)),
    'comm': ((SPEND,), ('spend',)), 'svl': ((ENTRY,), ('top_up',)), 'svr': ((ENTRY,), ('top_up',)),
    'svs': ((ENTRY,), ('spend',)),
}
COLUMNS = (
    'k', 'atom_id', 'kind', 'value_type', 'day', 'is_reversal', 'late', 'quantity', 'uncovered',
    'is_held', 'card_id', 'shop_id', 'occurred_at', 'receipt', 'dispute_id')


class MembershipSettlementLine(models.Model):
    """The transactions behind a line, as many of them as a page shows."""

    _inherit = 'membership.settlement.line'

    def _movements(self):
        """Return (families, kinds) of the transactions of this line; nothing for a fee or an adjustment."""
        self.ensure_one()
        if self.charge == 'svbon':
            return ((MATCH if self.direction == TO_HQ else ENTRY),), ('spend',)
        return MOVEMENTS.get(self.charge, ((), ()))

    def _transactions_query(self, receipt=''):
        """Return SQL for the transactions of this line, those that are set aside included.

        :param receipt: part of a receipt number, or the whole identity of a document
        """
        families, kinds = self._movements()
        escaped = receipt.replace('\\', r'\\').replace('%', r'\%').replace('_', r'\_')
        return SQL(
            """SELECT t.* FROM (%(atoms)s) t
                WHERE t.kind IN %(kinds)s AND t.value_type = %(value_type)s
                  AND t.is_reversal = %(is_reversal)s AND t.late IS NOT DISTINCT FROM %(late)s AND t.day >= %(first)s
                  AND (%(last)s::date IS NULL OR t.day <= %(last)s) AND %(receipt)s""",
            atoms=self.settlement_id._atoms(families or (ENTRY,)), kinds=kinds or ('',), value_type=self.value_type,
            is_reversal=self.is_reversal, late=self.original_period or None,
            first=self.agreement_id.date_from or None, last=self.agreement_id.date_to or None,
            receipt=SQL("(t.receipt ILIKE %s OR t.document_key = %s)", f'%{escaped}%', receipt)
            if receipt else SQL("TRUE"))

    def _count_transactions(self, receipt=''):
        [[count]] = self.env.execute_query(SQL("SELECT count(*) FROM (%s) t", self._transactions_query(receipt)))
        return count

    def _transactions(self, receipt='', limit=None, offset=0):
        """Return dicts of the transactions of this line, in the order of time: key ('k-id'), member (masked), shop,
        receipt, occurred_at (UTC), quantity and exact (Decimals, as they count in the line), is_held, dispute_id.
        """
        self.ensure_one()
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in self.env.execute_query(SQL(
            """SELECT t.k, t.atom_id, t.kind, t.value_type, t.day, t.is_reversal, t.late,
                      t.quantity::text, t.uncovered::text, t.is_held, t.card_id, t.shop_id, t.occurred_at, t.receipt,
                      d.dispute_id
                 FROM (%s) t LEFT JOIN membership_settlement_dispute_atom d
                   ON d.k = t.k AND d.atom_id = t.atom_id AND d.is_live
                ORDER BY t.occurred_at, t.k, t.atom_id LIMIT %s OFFSET %s""",
            self._transactions_query(receipt), limit, offset))]
        fx = self.settlement_id._fx_rate()
        version = self.agreement_id._version() if rows else None
        cards = self.env['loyalty.card'].sudo().browse({row['card_id'] for row in rows})
        shops = self.env['membership.shop'].sudo().browse({row['shop_id'] for row in rows if row['shop_id']})
        members = {card.id: card._masked_member() for card in cards}
        names = {shop.id: shop.name for shop in shops}
        for row in rows:
            charge = self._charge_of(row, version, fx)
            row.update(
                key=f"{row['k']}-{row['atom_id']}", member=members[row['card_id']], shop=names.get(row['shop_id'], ''),
                quantity=charge.quantity, exact=charge.exact)
        return rows

    def _charge_of(self, row, version, fx):
        """Return the tools.settlement.Charge that one transaction adds to this line."""
        fact = Fact(
            FAMILIES[row['k']], row['kind'], row['value_type'], row['day'], Decimal(row['quantity']), 1,
            row['is_reversal'], row['late'], Decimal(row['uncovered']))
        charges, _unpriced = price([fact], [version], fx)
        return next(charge for charge in charges if line_key(charge) == self._key())


class LoyaltyCard(models.Model):
    _inherit = 'loyalty.card'

    def _masked_member(self):
        """Return enough of a member for a partner to find its receipt, too little to learn who that is."""
        self.ensure_one()
        card = self.membership_card_id
        return card._masked_number() if card else card_number.mask(str(self.id).zfill(8))
