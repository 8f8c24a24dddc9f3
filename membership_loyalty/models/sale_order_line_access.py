from odoo import api, models


class SaleOrderLine(models.Model):
    """Products for members are refused when they are put into a web cart, or into an order that is confirmed already.

    A quotation only warns: it may be made before its customer becomes a member.
    """

    _inherit = 'sale.order.line'

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._membership_check_access()
        return lines

    def write(self, vals):
        more = self if 'product_id' in vals else self.filtered(
            lambda line: vals.get('product_uom_qty', 0) > line.product_uom_qty)
        result = super().write(vals)
        more._membership_check_access()
        return result

    def _membership_check_access(self):
        for order, lines in self.grouped('order_id').items():
            if order.state == 'sale' or order._membership_is_web_cart():
                order._membership_check_access(lines)

    def _membership_is_bought(self):
        """Whether the customer buys this line: no reward, no delivery or down payment, nothing that goes back."""
        return bool(
            self.product_id and self.product_uom_qty > 0 and not self.display_type and not self.is_downpayment
            and not self.reward_id)
