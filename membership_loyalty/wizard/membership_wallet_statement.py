from odoo import api, fields, models
from odoo.tools import date_utils


class MembershipWalletStatement(models.TransientModel):
    """What a wallet held, got and paid in a period: to look at, and to print."""

    _name = 'membership.wallet.statement'
    _description = "Statement of a Wallet"

    wallet_id = fields.Many2one('loyalty.card', required=True, readonly=True)
    date_from = fields.Date(
        string="From", required=True,
        default=lambda self: date_utils.start_of(fields.Date.context_today(self), 'month'))
    date_to = fields.Date(
        string="To", required=True, default=lambda self: fields.Date.context_today(self))
    html = fields.Html(compute='_compute_html', sanitize=False)

    _period = models.Constraint('CHECK (date_from <= date_to)', "The statement ends on or after the day it begins.")

    @api.depends('wallet_id', 'date_from', 'date_to')
    def _compute_html(self):
        for wizard in self:
            dates = wizard.date_from and wizard.date_to and wizard.date_from <= wizard.date_to
            wizard.html = dates and self.env['ir.qweb']._render(
                'membership_loyalty.wallet_statement_table', wizard._values())

    def _values(self):
        """Return what the template of the statement shows."""
        self.ensure_one()
        return {
            'wallet': self.wallet_id, 'date_from': self.date_from, 'date_to': self.date_to,
            'statement': self.wallet_id._wallet_statement(self.date_from, self.date_to)}

    def action_print(self):
        self.ensure_one()
        return self.env.ref('membership_loyalty.membership_wallet_statement_report').report_action(self)
