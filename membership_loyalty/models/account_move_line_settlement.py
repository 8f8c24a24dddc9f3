from odoo import api, fields, models

from ..tools.documents import sign_on


class AccountMoveLine(models.Model):
    """Each line of a document of a statement leads back to the transactions behind it."""

    _inherit = 'account.move.line'

    membership_settlement_line_id = fields.Many2one(
        'membership.settlement.line', string="Statement line", readonly=True, copy=False, ondelete='restrict')
    membership_settlement_amount = fields.Monetary(
        compute='_compute_membership_settlement_amount', compute_sudo=True, currency_field='currency_id',
        help="Amount of the statement line as it has to stand on this document.")

    _membership_booked_once = models.UniqueIndex(
        '(membership_settlement_line_id, company_id) WHERE membership_settlement_line_id IS NOT NULL',
        "A line of a statement is booked once in each company.")

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get('membership_settlement_line_id') for vals in vals_list):
            self.env['account.move']._membership_refuse_link()
        return super().create(vals_list)

    def write(self, vals):
        if 'membership_settlement_line_id' in vals:
            self.env['account.move']._membership_refuse_link()
        return super().write(vals)

    @api.depends('membership_settlement_line_id', 'move_id.move_type')
    def _compute_membership_settlement_amount(self):
        for line in self:
            of_statement = line.membership_settlement_line_id
            line.membership_settlement_amount = of_statement and of_statement.amount * sign_on(
                line.move_id.move_type, line.company_id == of_statement.company_id, of_statement.direction)

    def action_membership_transactions(self):
        """Open the transactions behind this line."""
        self.ensure_one()
        return self.membership_settlement_line_id.action_transactions()
