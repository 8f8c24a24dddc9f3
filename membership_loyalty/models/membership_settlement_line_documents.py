from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date, formatLang

from ..tools.documents import decimals
from ..tools.rounding import to_decimal


class MembershipSettlementLine(models.Model):
    """A statement line as a line of an invoice or bill."""

    _inherit = 'membership.settlement.line'

    def _prepare_document_line(self, company, partner):
        """Return the values of the document line for this statement line; modules that add to documents extend it.

        :param company: in whose books the document stands
        :param partner: the other one, whose language the text is in
        """
        self.ensure_one()
        values = {
            'product_id': self._charge_product().id, 'quantity': 1, 'price_unit': self.amount,
            'name': self.with_context(lang=partner.lang or self.env.lang)._document_label()}
        if self.agreement_id.analytic_distribution and company == self.company_id:
            values['analytic_distribution'] = self.agreement_id.analytic_distribution
        return values

    def _charge_product(self):
        """Return the article of this line: of its rate, or of its charge.

        :raise UserError: when nothing is set
        """
        product = self.rate_id.product_id or self.env['membership.charge.product'].sudo().search(
            [('charge', '=', self.charge)]).product_id
        if not product:
            raise UserError(self.env._(
                "There is no article for %(charge)s. Choose one in Settings, Membership, Articles of charges.",
                charge=self._charge_label()))
        return product

    def _charge_label(self):
        return dict(self._fields['charge']._description_selection(self.env))[self.charge]

    # ------------------------------------------------------------------ text

    def _document_label(self):
        """Return what the line is about, to be understood without the statement."""
        self.ensure_one()
        if self.adjustment_id:
            return self.env._("%(charge)s: %(reason)s", charge=self._charge_label(), reason=self.adjustment_id.reason)
        text = self.env._(
            "%(charge)s, %(month)s: %(basis)s", charge=self._charge_label(), basis=self._document_basis(),
            month=self._month(self.settlement_id.date_to))
        if self.is_reversal:
            text = self.env._("%(text)s (taken back)", text=text)
        if self.is_late:
            text = self.env._("%(text)s (late, of %(month)s)", text=text, month=self._month(self.original_period))
        return text

    def _document_basis(self):
        """Return quantity and rate: '12,345 points × 0.1'."""
        quantity, rate = self._number(self.quantity), self._number(self.rate)
        if self.unit == 'per_point':
            return self.env._("%(quantity)s points × %(rate)s", quantity=quantity, rate=rate)
        if self.unit == 'per_txn':
            return self.env._("%(count)s transactions × %(rate)s", count=self._number(self.atoms), rate=rate)
        if self.unit == 'fixed_month':
            return self.env._("%(rate)s per month", rate=rate)
        if self.unit == 'percent' and self.value_type == 'points':
            return self.env._("%(quantity)s points, %(rate)s %%", quantity=quantity, rate=rate)
        money = self.env._("%(amount)s %(currency)s", amount=quantity, currency=(
            self.settlement_id.program_id.currency_id.name))
        if self.unit == 'percent':
            money = self.env._("%(money)s, %(rate)s %%", money=money, rate=rate)
        if self.fx_rate:
            money = self.env._("%(money)s, at %(fx)s %(currency)s", money=money, fx=self._number(self.fx_rate),
                               currency=self.currency_id.name)
        return money

    def _number(self, value):
        return formatLang(self.env, value, digits=decimals(to_decimal(value)))

    def _month(self, day):
        return format_date(self.env, day, date_format='MMMM y')
