from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

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

    def _check_before_send(self):
        return super()._check_before_send() + [
            warning for settlement in self for warning in settlement._rate_warnings()]

    def _rate_warnings(self):
        """Return sentences about currencies of which there is no exchange rate."""
        return [self.env._(
            "%(statement)s: there is no exchange rate of %(currency)s for %(day)s or before. Enter it in Accounting, "
            "Configuration, Currencies, or amounts are booked one to one.", statement=self.name,
            currency=currency.name, day=format_date(self.env, self.date_to)) for currency in self._missing_rates()]

    def _missing_rates(self):
        """Return the currencies that have no exchange rate for the end of the period in the operator's books."""
        self.ensure_one()
        base = self.company_id.currency_id
        return (self.currency_id | self.program_id.currency_id).filtered(lambda currency: currency != base and not (
            self.env['res.currency.rate'].sudo().search_count([
                ('currency_id', '=', currency.id), ('name', '<=', self.date_to),
                ('company_id', 'in', [False, self.company_id.root_id.id])], limit=1)))
