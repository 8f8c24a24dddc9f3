from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.settlement import ISSUED
from ..tools.settlement_facts import TO_HQ
from .membership_settlement_claim import PAID_LOTS

ENTRY, MATCH, SPEND = 'membership.ledger.entry', 'membership.ledger.match', 'membership.partner.spend'
# Which transactions a charge is the price of: their model, and the kinds that count.
TRANSACTIONS = {
    'issue': (ENTRY, ISSUED), 'mkt': (ENTRY, ISSUED), 'reimb': (ENTRY, ('redeem',)), 'fee': (ENTRY, ('redeem',)),
    'fund': (MATCH, ('redeem',)), 'brkg': (MATCH, ('expire',)), 'comm': (SPEND, ()),
    'svl': (ENTRY, ('top_up',)), 'svr': (ENTRY, ('top_up',)), 'svs': (ENTRY, ('spend',)),
}
# The atoms of a statement, with what their line depends on.
SOURCES = {
    ENTRY: SQL("""
        SELECT e.id, e.kind, e.value_type, COALESCE(e.is_reversal, FALSE) AS is_reversal,
               COALESCE(e.price_date, e.date) AS day, e.date, e.settle_date, a.settlement_id, a.is_held
          FROM membership_settlement_atom a JOIN membership_ledger_entry e ON a.k = 1 AND e.id = a.atom_id
         UNION ALL  -- accepted beyond the balance, and covered since
        SELECT d.id, d.kind, d.value_type, FALSE, COALESCE(d.price_date, d.date), d.date, d.date, a.settlement_id,
               a.is_held
          FROM membership_settlement_atom a JOIN membership_ledger_match m ON a.k = 4 AND m.id = a.atom_id
          JOIN membership_ledger_entry d ON d.id = m.debit_id"""),
    MATCH: SQL("""
        SELECT m.id, d.kind, d.value_type, m.amount < 0 AS is_reversal,
               CASE WHEN d.kind = 'expire' THEN c.date ELSE COALESCE(d.price_date, d.date) END AS day,
               x.date, m.settle_date, a.settlement_id, a.is_held
          FROM membership_settlement_atom a JOIN membership_ledger_match m ON a.k = 2 AND m.id = a.atom_id
          JOIN membership_ledger_entry d ON d.id = m.debit_id
          JOIN membership_ledger_entry c ON c.id = m.credit_id AND (d.kind <> 'expire' OR c.kind IN %s)
          JOIN membership_ledger_entry x ON x.id = m.cause_id""", PAID_LOTS),
    SPEND: SQL("""
        SELECT s.id, 'spend' AS kind, 'spend' AS value_type, s.amount < 0 AS is_reversal,
               COALESCE(s.price_date, s.date) AS day, s.date, s.settle_date, a.settlement_id, a.is_held
          FROM membership_settlement_atom a JOIN membership_partner_spend s ON a.k = 3 AND s.id = a.atom_id"""),
}


class MembershipSettlementLine(models.Model):
    """From a line, and so from a line of an invoice, to the transactions behind it."""

    _inherit = 'membership.settlement.line'

    def _transactions_source(self):
        """Return (model, kinds) of the transactions of this line.

        :raise UserError: for a line that has none
        """
        self.ensure_one()
        if self.charge == 'svbon':
            return (MATCH if self.direction == TO_HQ else ENTRY), ('spend',)
        if self.charge not in TRANSACTIONS:
            raise UserError(self.env._("This line is an agreed amount: there are no transactions behind it."))
        return TRANSACTIONS[self.charge]

    def _transaction_ids(self, model):
        """Return the SQL of the ids of what this line is priced from."""
        source, kinds = self._transactions_source()
        if source != model:
            return SQL("SELECT NULL::int WHERE FALSE")
        agreement = self.agreement_id
        return SQL(
            """SELECT t.id FROM (%(source)s) t
                WHERE t.settlement_id = %(settlement)s AND NOT t.is_held AND t.value_type = %(value_type)s
                  AND t.is_reversal = %(is_reversal)s AND t.day BETWEEN %(first)s AND COALESCE(%(last)s, t.day)
                  AND CASE WHEN t.settle_date > t.date THEN date_trunc('month', t.date)::date END
                      IS NOT DISTINCT FROM %(late)s::date AND (%(every)s OR t.kind = ANY(%(kinds)s))""",
            source=SOURCES[source], settlement=self.settlement_id.id, value_type=self.value_type,
            is_reversal=self.is_reversal, first=agreement.date_from, last=agreement.date_to or None,
            late=self.original_period or None, every=not kinds, kinds=list(kinds))

    def action_transactions(self):
        """Open the transactions that this line is priced from."""
        self.ensure_one()
        self.check_access('read')
        model, _kinds = self._transactions_source()
        return {
            'type': 'ir.actions.act_window', 'res_model': model, 'views': [(False, 'list'), (False, 'form')],
            'name': self.env._(
                "%(statement)s: %(charge)s", statement=self.settlement_id.name, charge=self._charge_label()),
            'domain': [('settlement_line_id', '=', self.id)]}

    def _search_transactions(self, model, operator, value):
        if operator != 'in':
            return NotImplemented
        queries = [line._transaction_ids(model) for line in self.browse(value).exists()]
        return Domain('id', 'in', SQL("(%s)", SQL(" UNION ALL ").join(queries))) if queries else Domain.FALSE


class MembershipLedgerEntry(models.Model):
    _inherit = 'membership.ledger.entry'

    settlement_line_id = fields.Many2one(
        'membership.settlement.line', string="Statement line", store=False, search='_search_settlement_line_id')

    def _search_settlement_line_id(self, operator, value):
        return self.env['membership.settlement.line']._search_transactions(self._name, operator, value)


class MembershipLedgerMatch(models.Model):
    _inherit = 'membership.ledger.match'

    settlement_line_id = fields.Many2one(
        'membership.settlement.line', string="Statement line", store=False, search='_search_settlement_line_id')

    def _search_settlement_line_id(self, operator, value):
        return self.env['membership.settlement.line']._search_transactions(self._name, operator, value)


class MembershipPartnerSpend(models.Model):
    _inherit = 'membership.partner.spend'

    settlement_line_id = fields.Many2one(
        'membership.settlement.line', string="Statement line", store=False, search='_search_settlement_line_id')

    def _search_settlement_line_id(self, operator, value):
        return self.env['membership.settlement.line']._search_transactions(self._name, operator, value)
