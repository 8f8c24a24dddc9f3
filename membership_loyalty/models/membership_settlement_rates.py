from odoo import fields, models
from odoo.tools import SQL

MONEY = ('comm', 'svl', 'svr', 'svs', 'svbon')  # charges that are taken of money in the programme's currency


class MembershipSettlementLine(models.Model):
    _inherit = 'membership.settlement.line'

    fx_rate = fields.Float(
        string="Exchange rate", digits=(20, 10), readonly=True,
        help="What one unit of the programme's currency was in the currency of the statement, on the last day of the "
             "period. Only where money was converted.")


class MembershipSettlement(models.Model):
    """Statements in the partner's currency: the rate that was used stays on the line."""

    _inherit = 'membership.settlement'

    def _store_lines(self, charges):
        # This file is imported after that of the pricing, which it extends.
        super()._store_lines(charges)
        if self.currency_id != self.program_id.currency_id:
            self.env.cr.execute(SQL(
                """UPDATE membership_settlement_line SET fx_rate = %s
                    WHERE settlement_id = %s AND charge IN %s AND value_type IN ('spend', 'principal', 'bonus')""",
                self._fx_rate(), self.id, MONEY))
            self.line_ids.invalidate_recordset(['fx_rate'])

    def _missing_rates(self):
        """Return the currencies that have no exchange rate for the end of the period in the operator's books."""
        self.ensure_one()
        base = self.company_id.currency_id
        return (self.currency_id | self.program_id.currency_id).filtered(lambda currency: currency != base and not (
            self.env['res.currency.rate'].sudo().search_count([
                ('currency_id', '=', currency.id), ('name', '<=', self.date_to),
                ('company_id', 'in', [False, self.company_id.root_id.id])], limit=1)))
