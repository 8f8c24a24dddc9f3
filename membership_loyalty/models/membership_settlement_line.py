from odoo import fields, models
from odoo.exceptions import UserError

from .membership_agreement_rate import CHARGES, UNITS, WAYS

MONEY_CHARGES = [
    ('svl', "Top-ups sold"),
    ('svr', "Top-ups refunded"),
    ('svs', "Stored value accepted"),
    ('svbon', "Bonus money"),
]
ADJUSTMENTS = [
    ('adj', "Adjustment"),
    ('trueup', "True-up"),
    ('exit', "End of agreement"),
    ('dispute', "Decided dispute"),
]


class MembershipSettlementLine(models.Model):
    """A line of a statement: written by its computation, never by hand."""

    _name = 'membership.settlement.line'
    _description = "Settlement Line"
    _order = 'settlement_id, sequence, id'
    _rec_name = 'charge'

    settlement_id = fields.Many2one(
        'membership.settlement', required=True, readonly=True, index=True, ondelete='cascade')
    sequence = fields.Integer(readonly=True)
    party_id = fields.Many2one(related='settlement_id.party_id')
    company_id = fields.Many2one(related='settlement_id.company_id')
    currency_id = fields.Many2one(related='settlement_id.currency_id')
    charge = fields.Selection(CHARGES + MONEY_CHARGES + ADJUSTMENTS, required=True, readonly=True)
    value_type = fields.Selection(
        [('points', "Points"), ('principal', "Principal"), ('bonus', "Bonus money"), ('spend', "Spending")],
        readonly=True)
    direction = fields.Selection(WAYS, string="Who pays", required=True, readonly=True)
    agreement_id = fields.Many2one('membership.agreement', readonly=True, ondelete='restrict')
    rate_id = fields.Many2one('membership.agreement.rate', string="Agreed rate", readonly=True, ondelete='restrict')
    rate = fields.Float(digits=(18, 8), readonly=True)
    unit = fields.Selection(UNITS, readonly=True)
    is_late = fields.Boolean(string="Late", readonly=True, help="Belongs to a month that was closed when it arrived.")
    original_period = fields.Date(readonly=True, help="First day of the month that a late line belongs to.")
    is_reversal = fields.Boolean(string="Taken back", readonly=True)
    atoms = fields.Integer(string="Transactions", readonly=True)
    quantity = fields.Float(digits=(20, 4), readonly=True, help="Points or money; what was taken back is negative.")
    exact = fields.Float(string="Before rounding", digits=(30, 10), readonly=True)
    amount = fields.Monetary(readonly=True, help="In the direction of the line, rounded once.")
    adjustment_id = fields.Many2one('membership.settlement.adjustment', readonly=True, ondelete='restrict')
    origin_line_id = fields.Many2one(
        'membership.settlement.line', string="Corrects", readonly=True, ondelete='restrict',
        help="Line of an earlier statement that this one is about.")

    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    def unlink(self):
        self._refuse_change()
        return super().unlink()

    def _refuse_change(self):
        raise UserError(self.env._(
            "The lines of a statement are computed from its transactions and never changed by hand. "
            "Add an adjustment to the next statement instead."))
