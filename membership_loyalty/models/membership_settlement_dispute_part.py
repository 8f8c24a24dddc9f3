from odoo import api, fields, models

from .membership_agreement_rate import CHARGES, WAYS
from .membership_settlement_line import MONEY_CHARGES

OPPOSITE = {'party_to_hq': 'hq_to_party', 'hq_to_party': 'party_to_hq'}


class MembershipSettlementDisputePart(models.Model):
    """What the transactions of a dispute are on one line of the statement."""

    _name = 'membership.settlement.dispute.part'
    _description = "Part of a Settlement Dispute"
    _order = 'dispute_id, id'
    _rec_name = 'charge'

    dispute_id = fields.Many2one(
        'membership.settlement.dispute', required=True, readonly=True, index=True, ondelete='cascade')
    currency_id = fields.Many2one(related='dispute_id.currency_id')
    line_id = fields.Many2one('membership.settlement.line', readonly=True, index='btree_not_null',
                              ondelete='set null')
    line_key = fields.Char(required=True, readonly=True, help="What identifies the line when it is computed again.")
    charge = fields.Selection(CHARGES + MONEY_CHARGES, required=True, readonly=True)
    direction = fields.Selection(WAYS, string="Who pays", required=True, readonly=True)
    quantity = fields.Float(digits=(20, 4), readonly=True, help="Points or money of these transactions.")
    exact = fields.Float(string="Before rounding", digits=(30, 10), readonly=True)
    amount = fields.Monetary(
        readonly=True, help="What the line loses when these transactions are set aside; rounded so that this and what "
                            "is left are what was computed.")
    line_amount = fields.Monetary(
        related='line_id.amount', string="Line now",
        help="What the statement says now: with these transactions, or without them once they were set aside.")
    charged = fields.Monetary(string="Counts", readonly=True, help="What counts of it after the decision.")

    @api.depends('line_id', 'charge')
    def _compute_display_name(self):
        for part in self:
            part.display_name = part.line_id._get_label() or dict(
                self._fields['charge']._description_selection(self.env))[part.charge]

    def _prepare_adjustment(self):
        """Return the values of the adjustment that charges what the decision says."""
        self.ensure_one()
        settlement = self.dispute_id.settlement_id
        return {
            'party_id': settlement.party_id.id, 'program_id': settlement.program_id.id, 'charge': 'dispute',
            'direction': self.direction if self.charged > 0 else OPPOSITE[self.direction],
            'amount': abs(self.charged), 'currency_id': settlement.currency_id.id,
            # Any statement after the disputed one may take it.
            'date': fields.Date.add(settlement.date_to, days=1),
            'reason': self.env._(
                "%(dispute)s, %(line)s: %(resolution)s", dispute=self.dispute_id.display_name, line=self.display_name,
                resolution=self.dispute_id.resolution),
            'origin_line_id': self.line_id.id, 'dispute_id': self.dispute_id.id,
        }


def line_key(charge):
    """Return what identifies the line of a tools.settlement.Charge, the same as MembershipSettlementLine._key."""
    return key_text(charge.charge, charge.value_type, charge.direction, charge.version_id,
                    charge.rate.id if charge.rate else None, charge.is_reversal, charge.late)


def key_text(*values):
    return '/'.join(str(value or '') for value in values)


class MembershipSettlementLine(models.Model):
    _inherit = 'membership.settlement.line'

    def _key(self):
        """Return what identifies this line, also when its statement is computed again."""
        self.ensure_one()
        return key_text(self.charge, self.value_type, self.direction, self.agreement_id.id, self.rate_id.id,
                        self.is_reversal, self.original_period)
