from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import formatLang

from ..tools.settlement_facts import TO_HQ
from .membership_settlement_line import ADJUSTMENTS

ADJUSTED = dict(ADJUSTMENTS)


class MembershipSettlement(models.Model):
    """The statement as its party reads it: on the portal, on paper, in the mail."""

    _inherit = 'membership.settlement'

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.name.replace('/', '-')

    def _statement_values(self):
        """Return what the page of a statement shows: lines, adjustments, totals, due date, bank account, files."""
        self.ensure_one()
        adjusted = self.line_ids.filtered(lambda line: line.charge in ADJUSTED)
        return {
            'lines': self.line_ids - adjusted,
            'adjustments': adjusted,
            'roll_forward': self._roll_forward_rows(),
            'due_date': self._get_due_date(),
            'bank': self._get_bank_account(),
            'files': self._get_statement_files().sudo(),
            'held': self._get_held_amounts(),
        }

    def _get_held_amounts(self):
        """Return {line id: amount left out because of disputes, open or accepted, in the line's direction}."""
        held = defaultdict(float)
        for part in self.dispute_ids.filtered(lambda dispute: dispute.is_held).part_ids:
            held[part.line_id.id] += part.amount
        return held

    def _get_due_date(self):
        """Return the day on which the balance is to be paid, or nothing; documents have due dates of their own."""
        self.ensure_one()
        terms = self.agreement_id.payment_term_id.line_ids
        return max((line._get_due_date(self.date_to) for line in terms), default=None) if self.balance else None

    def _get_bank_account(self):
        """Return the res.partner.bank that the balance is paid to."""
        self.ensure_one()
        payee = self.company_id.partner_id if self.balance < 0 else self.partner_id.commercial_partner_id
        return payee.bank_ids[:1]


class MembershipSettlementLine(models.Model):
    _inherit = 'membership.settlement.line'

    rate_label = fields.Char(string="Price", compute='_compute_rate_label', help="The rate in words.")

    @api.depends('charge', 'is_reversal', 'original_period')
    @api.depends_context('lang')
    def _compute_display_name(self):
        for line in self:
            line.display_name = line._get_label()

    @api.depends('rate', 'unit', 'value_type')
    @api.depends_context('lang')
    def _compute_rate_label(self):
        for line in self:
            line.rate_label = line._get_rate_label()

    def _get_label(self):
        """Return in words what a line is the price of."""
        if not self:
            return ''
        self.ensure_one()
        label = dict(self._fields['charge']._description_selection(self.env))[self.charge]
        if self.is_reversal and self.charge != 'svr':
            label = self.env._("%(charge)s, taken back", charge=label)
        if self.original_period:
            label = self.env._("%(charge)s, late for %(month)s", charge=label, month=str(self.original_period)[:7])
        return label

    def _get_rate_label(self):
        """Return the rate in words: '0.09 per point', '2 %'; empty for what has none."""
        self.ensure_one()
        if not self.unit:
            return ''
        rate = f'{self.rate:.8f}'.rstrip('0').rstrip('.')
        if self.unit == 'percent':
            return self.env._("%(rate)s %% of their value", rate=rate) if self.value_type == 'points' else f'{rate} %'
        unit = dict(self._fields['unit']._description_selection(self.env))[self.unit]
        return f'{rate} {unit}'

    def _get_quantity_label(self):
        """Return the quantity as people read it: money of stored value and spending, or a number of points."""
        self.ensure_one()
        if self.value_type in ('principal', 'bonus', 'spend'):
            return formatLang(self.env, self.quantity, currency_obj=self.settlement_id.program_id.currency_id)
        return formatLang(self.env, self.quantity, digits=2 if self.quantity % 1 else 0)

    def _is_paid(self):
        """Whether the party pays this line: above zero to the operator, or taken back from what it received."""
        self.ensure_one()
        return self.direction == TO_HQ
