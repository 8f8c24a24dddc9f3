from odoo import api, fields, models

from .membership_agreement_rate import WAYS
from .membership_settlement_line import ADJUSTMENTS


class MembershipSettlementAdjustment(models.Model):
    """An amount with a reason that the next statement takes."""

    _name = 'membership.settlement.adjustment'
    _description = "Settlement Adjustment"
    _inherit = ['mail.thread']
    _order = 'id desc'
    _rec_name = 'reason'

    party_id = fields.Many2one('membership.party', required=True, index=True, ondelete='restrict', tracking=True)
    program_id = fields.Many2one('loyalty.program', string="Programme", required=True, ondelete='restrict')
    company_id = fields.Many2one(related='party_id.operator_id', string="Operator", store=True)
    charge = fields.Selection(ADJUSTMENTS, string="Kind", required=True, default='adj', tracking=True)
    direction = fields.Selection(WAYS, string="Who pays", required=True, default='party_to_hq', tracking=True)
    amount = fields.Monetary(required=True, tracking=True)
    currency_id = fields.Many2one(
        'res.currency', required=True, compute='_compute_currency_id', store=True, readonly=False, precompute=True)
    reason = fields.Char(required=True, tracking=True)
    date = fields.Date(
        required=True, default=fields.Date.context_today,
        help="The statement that includes this day takes it, or the next one.")
    origin_line_id = fields.Many2one('membership.settlement.line', string="About", ondelete='restrict')
    settlement_id = fields.Many2one(
        'membership.settlement', string="Statement", readonly=True, index=True, copy=False, ondelete='restrict')

    @api.depends('party_id')
    def _compute_currency_id(self):
        for adjustment in self:
            adjustment.currency_id = adjustment.party_id.currency_id
