from odoo import fields, models


class MembershipSettlementLine(models.Model):
    """What lines are grouped by when they are analysed."""

    _inherit = 'membership.settlement.line'

    date_from = fields.Date(related='settlement_id.date_from', string="Period")
    program_id = fields.Many2one(related='settlement_id.program_id', string="Programme")
    state = fields.Selection(related='settlement_id.state', string="State")
