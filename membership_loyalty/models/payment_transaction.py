from odoo import api, models


class PaymentTransaction(models.Model):
    """Products for members are refused before the customer pays online, in the portal and in the web shop."""

    _inherit = 'payment.transaction'

    @api.model_create_multi
    def create(self, vals_list):
        transactions = super().create(vals_list)
        orders = transactions.filtered(lambda tx: tx.operation != 'refund').sale_order_ids
        orders.filtered(lambda order: order.state in ('draft', 'sent'))._membership_check_access()
        return transactions
