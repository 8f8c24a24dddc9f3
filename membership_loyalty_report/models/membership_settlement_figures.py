from datetime import datetime, time
from decimal import Decimal

import pytz

from odoo import models
from odoo.tools import SQL

from odoo.addons.membership_loyalty.tools.rounding import to_decimal

from ..report.statement_figures import (
    GROUP,
    Adjustment,
    Control,
    DetailTotals,
    Exchange,
    Line,
    Matrix,
    RollForward,
    StatementFigures,
)

# Points that own companies (NULL: the operator) redeemed of each other's, less what was handed back.
MATRIX = """
    WITH used AS (
        SELECT m.* FROM membership_ledger_match m
         WHERE m.kind = 'redeem' AND m.lot_party_id IN %(own)s AND m.settle_date BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT m.* FROM membership_ledger_entry x
          JOIN membership_ledger_match m ON m.cause_id = x.id AND m.kind = 'redeem' AND m.lot_party_id IS NULL
         WHERE x.date BETWEEN %(first)s AND %(last)s)
    SELECT used.lot_party_id, d.party_id, sum(used.amount)::text
      FROM used JOIN membership_ledger_entry d ON d.id = used.debit_id
      JOIN membership_ledger_entry c ON c.id = used.credit_id AND NOT COALESCE(c.is_reversal, FALSE)
      JOIN loyalty_card account ON account.id = used.card_id AND account.program_id = %(program)s
     WHERE d.party_id IS NULL OR d.party_id IN %(own)s
     GROUP BY 1, 2"""
# What members paid to the party into their wallets, what they got on top, and what of both has been used.
MONEY = """
    WITH moved AS (
        SELECT e.value_type, e.settle_date, e.amount AS sold, 0 AS used FROM membership_ledger_entry e
          JOIN loyalty_card account ON account.id = e.card_id AND account.program_id = %(program)s
         WHERE e.party_id = %(party)s AND e.settle_date <= %(last)s AND e.amount > 0 AND e.value_type <> 'points'
           AND NOT COALESCE(e.is_reversal, FALSE)
        UNION ALL
        SELECT m.value_type, m.settle_date, 0, m.amount FROM membership_ledger_match m
          JOIN loyalty_card account ON account.id = m.card_id AND account.program_id = %(program)s
         WHERE m.lot_party_id = %(party)s AND m.settle_date <= %(last)s AND m.value_type <> 'points')
    SELECT value_type, COALESCE(sum(sold - used) FILTER (WHERE settle_date < %(first)s), 0)::text,
           COALESCE(sum(sold) FILTER (WHERE settle_date >= %(first)s), 0)::text,
           COALESCE(sum(used) FILTER (WHERE settle_date >= %(first)s), 0)::text
      FROM moved GROUP BY 1"""


class MembershipSettlement(models.Model):
    """What a statement says, collected for its workbook."""

    _inherit = 'membership.settlement'

    def _statement_figures(self):
        """Return the StatementFigures, in the language of the environment."""
        self.ensure_one()
        tz = self.program_id.membership_tz or 'UTC'
        money, (tax, taxes) = self._exact_amounts(), self._figure_taxes()
        return StatementFigures(
            name=self.name, revision=self.revision, party=self.party_id.name, party_code=self.party_id.code,
            operator=self.company_id.name, program=self.program_id.name, date_from=self.date_from,
            date_to=self.date_to, tz=tz, agreement=self._agreement_label(self.agreement_id),
            currency=self.currency_id.name, digits=self.currency_id.decimal_places,
            created=self.sent_at or datetime.combine(self.date_to, time.max).replace(microsecond=0),
            sent_at=self.sent_at and pytz.utc.localize(self.sent_at).astimezone(pytz.timezone(tz)).replace(tzinfo=None),
            dispute_until=self.dispute_until or None, due_date=self._due_date(), bank=self._payee_bank(),
            content_hash=self.content_hash or None, carried_in=money['carried_in'], payable=money['payable'],
            receivable=money['receivable'], balance=money['balance'], tax=tax, lines=self._figure_lines(taxes),
            adjustments=self._figure_adjustments(), roll_forward=self._figure_roll_forwards(),
            controls=self._figure_controls(), columns=self._detail_columns(), matrix=self._figure_matrix(),
            exchange=self._figure_exchange())

    def _exact_amounts(self):
        """Return {field: Decimal} of the totals."""
        return {name: to_decimal(self[name]) for name in ('carried_in', 'payable', 'receivable', 'balance')}

    def _agreement_label(self, agreement):
        return self.env._("Version %(version)s", version=agreement.version) if agreement else None

    def _due_date(self):
        """Return the last day of payment by the terms of the agreement, from the last day of the period."""
        terms = self.agreement_id.payment_term_id.line_ids
        return max((term._get_due_date(self.date_to) for term in terms), default=None)

    def _payee_bank(self):
        """Return the account that the balance is to be paid to."""
        payee = self.party_id.partner_id if self.balance > 0 else self.company_id.partner_id
        account = payee.bank_ids[:1]
        return ' '.join(filter(None, [account.bank_name, account.acc_number])) or None

    # ------------------------------------------------------------------ lines

    def _figure_lines(self, taxes):
        """Return the Lines; numbers come as text from the database, where they are exact.

        :param taxes: {line: the names of its taxes}
        """
        charges = self._labels('membership.settlement.line', 'charge')
        values = self._labels('membership.settlement.line', 'value_type')
        units = self._labels('membership.settlement.line', 'unit')
        exact = {line_id: [number and Decimal(number) for number in numbers] for line_id, *numbers in
                 self.env.execute_query(SQL(
                     """SELECT id, rate::text, quantity::text, exact::text, amount::text FROM membership_settlement_line
                         WHERE settlement_id = %s""", self.id))}
        lines = []
        for number, line in enumerate(self.line_ids, 1):
            rate, quantity, amount_exact, amount = exact[line.id]
            lines.append(Line(
                number=number, code=line.charge.upper(), charge=charges[line.charge],
                value=values.get(line.value_type), agreement=self._agreement_label(line.agreement_id), rate=rate,
                unit=units.get(line.unit), valid_from=line.agreement_id.date_from or None, is_late=line.is_late,
                original_month=line.original_period or None, is_reversal=line.is_reversal, atoms=line.atoms,
                quantity=quantity, exact=amount_exact, amount=amount, is_to_party=line.direction == 'hq_to_party',
                tax=taxes.get(line)))
        return lines

    def _figure_adjustments(self):
        charges = self._labels('membership.settlement.line', 'charge')
        return [Adjustment(
            day=line.adjustment_id.date, charge=charges[line.charge], reason=line.adjustment_id.reason,
            origin=line.origin_line_id.settlement_id.name or None, origin_line=charges.get(line.origin_line_id.charge),
            amount=to_decimal(line.amount), is_to_party=line.direction == 'hq_to_party',
        ) for line in self.line_ids if line.adjustment_id]

    # ------------------------------------------------------------------ proofs

    def _figure_roll_forwards(self):
        """Return a RollForward for each kind of value that the statement keeps one of."""
        _ = self.env._
        labels = {'issued': _("Issued"), 'redeemed': _("Redeemed"), 'expired': _("Expired"), 'adjusted': _("Adjusted")}
        figures = {name: Decimal(str(value)) for name, value in (self.roll_forward or {}).items()}
        return [RollForward(
            _("Points issued by %(party)s", party=self.party_id.name), figures['opening'],
            [(label, -figures[name] if name in ('redeemed', 'expired') else figures[name])
             for name, label in labels.items()], figures['closing'])] if figures else self._figure_money()

    def _figure_money(self):
        """Return the RollForwards of the stored value that the party sold, of a programme of stored value."""
        if not self.program_id.is_stored_value:
            return []
        _ = self.env._
        labels = {'principal': _("Principal of top-ups sold by %(party)s", party=self.party_id.name),
                  'bonus': _("Bonus money of top-ups sold by %(party)s", party=self.party_id.name)}
        rows = self.env.execute_query(SQL(
            MONEY, party=self.party_id.id, program=self.program_id.id, first=self.date_from, last=self.date_to))
        found = {value_type: list(map(Decimal, sums)) for value_type, *sums in rows}
        return [RollForward(
            label, opening, [(_("Topped up"), sold), (_("Spent or taken back"), -used)], opening + sold - used)
            for value_type, label in labels.items() if value_type in found
            for opening, sold, used in [found[value_type]]]

    def _figure_controls(self):
        """Return what is claimed beside what the ledger has, for each kind of transaction."""
        labels, totals, ledger = self._detail_labels(), self._detail_totals(), self._ledger_totals()
        nothing = DetailTotals(0, Decimal(), 0)
        return [Control(
            code, tuple(labels[name].get(part, part) for name, part in zip(GROUP, code, strict=True)),
            totals.get(code, nothing), ledger.get(code, nothing)) for code in sorted(totals.keys() | ledger.keys())]

    # ------------------------------------------------------------------ matrix, exchange

    def _figure_matrix(self):
        """Return the Matrix of what own companies redeemed of each other's points, on the statement of one of them."""
        if self.party_id.kind != 'company':
            return None
        own = self.env['membership.party'].sudo().with_context(active_test=False).search([
            ('kind', '=', 'company'), ('operator_id', '=', self.company_id.id)], order='code')
        names = {None: self.company_id.name, **{party.id: f"{party.code} {party.name}" for party in own}}
        rows = self.env.execute_query(SQL(
            MATRIX, own=tuple(own.ids), program=self.program_id.id, first=self.date_from, last=self.date_to))
        return Matrix(list(names.values()), {
            (names[issuer], names[redeemer]): Decimal(points) for issuer, redeemer, points in rows})

    def _figure_exchange(self):
        """Return the Exchange into the operator's currency, in which it books the statement."""
        currency = self.company_id.currency_id
        if currency == self.currency_id:
            return None
        rate = self.env['res.currency']._get_conversion_rate(
            self.currency_id, currency, self.company_id, self.date_to)
        return Exchange(currency.name, self.date_to, to_decimal(rate), currency.decimal_places)
