from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .membership_settlement_atoms import COVER, ENTRY, MATCH, SPEND

# Where the transactions of a line are kept; what covers an overdraft is shown as the redemption that it covers.
MODELS = {
    ENTRY: 'membership.ledger.entry', COVER: 'membership.ledger.entry', MATCH: 'membership.ledger.match',
    SPEND: 'membership.partner.spend'}


class MembershipSettlementLine(models.Model):
    """From a line, and so from a line of an invoice, to the transactions behind it."""

    _inherit = 'membership.settlement.line'

    def _transactions_model(self):
        """Return the model of the transactions of this line.

        :raise UserError: for a line that has none
        """
        families, _kinds = self._movements()
        if not families:
            raise UserError(self.env._("This line is an agreed amount: there are no transactions behind it."))
        return MODELS[families[0]]

    def _transaction_ids(self, model):
        """Return the SQL of the ids of what this line is priced from."""
        families, _kinds = self._movements()
        if not families or MODELS[families[0]] != model:
            return SQL("SELECT NULL::int WHERE FALSE")
        return SQL(
            """SELECT CASE WHEN t.k = %s THEN m.debit_id ELSE t.atom_id END
                 FROM (%s) t LEFT JOIN membership_ledger_match m ON t.k = %s AND m.id = t.atom_id
                WHERE NOT t.is_held""", COVER, self._transactions_query(), COVER)

    def action_transactions(self):
        """Open the transactions that this line is priced from."""
        self.ensure_one()
        self.check_access('read')
        model = self._transactions_model()
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
