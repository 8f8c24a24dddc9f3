from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..tools.rounding import to_decimal
from ..tools.settlement import price, rounded, version_on
from ..tools.settlement_facts import Fact, Rate, Version


class MembershipSettlement(models.Model):
    """From sums to the lines of a statement."""

    _inherit = 'membership.settlement'

    def _price(self, facts=None):
        """Write the lines of what is claimed anew, and what nobody has agreed on to the controls.

        :param facts: Facts of what is claimed, held ones too; by default they are read
        """
        self.ensure_one()
        self.env.cr.execute(SQL("DELETE FROM membership_settlement_line WHERE settlement_id = %s", self.id))
        facts = self._all_facts()[self.id] if facts is None else facts
        versions = self._versions()
        charges, unpriced = price(
            [fact for fact in facts if not fact.is_held] + self._month_facts(versions), versions, self._fx_rate())
        self._store_lines(charges)
        self._set_controls(facts, versions, unpriced)

    def _versions(self):
        """Return the tools.settlement.Versions of the agreement, the oldest first."""
        agreements = self.env['membership.agreement'].sudo().search([
            ('party_id', '=', self.party_id.id), ('program_id', '=', self.program_id.id),
            ('state', '!=', 'draft'), ('currency_id', '=', self.currency_id.id)], order='date_from')
        return [agreement._version() for agreement in agreements]

    def _month_facts(self, versions):
        """Return the fact that fixed fees are paid for: the month itself, while the agreement holds at its end."""
        month = Fact('month', 'month', 'points', self.date_to, Decimal(1))
        return [month] if version_on(versions, month.day) else []

    def _fx_rate(self):
        """Return what one unit of the programme's currency is in the statement's, on the last day."""
        return Decimal(str(self.env['res.currency']._get_conversion_rate(
            self.program_id.currency_id, self.currency_id, self.company_id, self.date_to)))

    def _store_lines(self, charges):
        """Insert one line per charge, and one per adjustment; exact amounts do not pass through floats."""
        digits = self.currency_id.decimal_places
        rows = [SQL(
            "(%s, %s, %s, %s, %s, %s, %s, %s::numeric, %s, %s, %s::date, %s, %s, %s::numeric, %s::numeric, %s::numeric,"
            " NULL::int, NULL::int)",
            self.id, number, charge.charge, charge.value_type, charge.direction, charge.version_id,
            charge.rate and charge.rate.id, charge.rate and charge.rate.rate, charge.rate and charge.rate.unit,
            charge.late is not None, charge.late, charge.is_reversal, charge.atoms, charge.quantity, charge.exact,
            rounded(charge.exact, digits)) for number, charge in enumerate(charges, start=1)]
        rows += [SQL(
            "(%s, %s, %s, 'points', %s, NULL::int, NULL::int, NULL::numeric, NULL, FALSE, NULL::date, FALSE, 0, 0,"
            " %s::numeric, %s::numeric, %s, %s::int)",
            self.id, 1000 + number, adjustment.charge, adjustment.direction, to_decimal(adjustment.amount),
            to_decimal(adjustment.amount), adjustment.id, adjustment.origin_line_id.id or None)
            for number, adjustment in enumerate(self.adjustment_ids)]
        if rows:
            self.env.cr.execute(SQL(
                """INSERT INTO membership_settlement_line (
                       settlement_id, sequence, charge, value_type, direction, agreement_id, rate_id, rate, unit,
                       is_late, original_period, is_reversal, atoms, quantity, exact, amount, adjustment_id,
                       origin_line_id)
                   VALUES %s""", SQL(', ').join(rows)))
        self.invalidate_recordset(['line_ids'])

    def _take_adjustments(self):
        """Put the open adjustments of the party up to the last day on this statement."""
        self.env['membership.settlement.adjustment'].sudo().search([
            ('party_id', '=', self.party_id.id), ('program_id', '=', self.program_id.id),
            ('currency_id', '=', self.currency_id.id), ('settlement_id', '=', False), ('date', '<=', self.date_to),
        ]).settlement_id = self


class MembershipAgreement(models.Model):
    _inherit = 'membership.agreement'

    def _version(self):
        """Return this agreement as a tools.settlement.Version."""
        self.ensure_one()
        rates = {}
        for rate in self.rate_ids:
            rates.setdefault(rate.charge, []).append(Rate(
                rate.id, rate.unit, Decimal(str(rate.rate)).quantize(Decimal('1E-8')), rate.direction))
        return Version(
            self.id, self.date_from, self.date_to or None, self.basis, rates, self.bonus_bearer,
            to_decimal(self.bonus_share), self.overdraft_bearer)
