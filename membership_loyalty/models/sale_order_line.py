from odoo import api, models

from ..guard import muted
from ..tools.earning import DISCOUNT, GOODS, Line
from ..tools.rounding import to_decimal

# What moves the points of a confirmed order when it is edited.
MOVING = {
    'product_id', 'product_uom_qty', 'product_uom_id', 'price_unit', 'discount', 'tax_ids', 'points_cost', 'coupon_id',
    'reward_id', 'order_id',
}


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    @api.model_create_multi
    def create(self, vals_list):
        lines = super(SaleOrderLine, muted(self)).create(vals_list).with_env(self.env)
        lines.order_id._membership_follow_edit()
        return lines

    def write(self, vals):
        if not MOVING & vals.keys():
            return super().write(vals)
        orders = self.filtered(lambda line: not line.is_downpayment).order_id
        result = super(SaleOrderLine, muted(self)).write(vals)
        orders._membership_follow_edit()
        return result

    def unlink(self):
        orders = self.order_id
        result = super(SaleOrderLine, muted(self)).unlink()
        orders.exists()._membership_follow_edit()
        return result

    # ------------------------------------------------------------------ what a line is to the programme

    def _membership_is_goods(self):
        """Whether the line sells something: no note, down payment, reward, discount, delivery, gift card or wallet."""
        self.ensure_one()
        return not (
            self.display_type or self.is_downpayment or self.reward_id or self._is_discount_line()
            or self.product_id.membership_is_paid_in
            or self in self.order_id._get_no_effect_on_threshold_lines())

    def _membership_is_discount(self):
        """Whether the line lowers the price of the goods. Gift cards and wallets only pay it."""
        self.ensure_one()
        return self._is_discount_line() and not self.reward_id.program_id.is_payment_program and not self.display_type

    def _membership_lines(self, rate):
        """Return these lines for the arithmetic of tools.earning; a combo counts as its parent at its parts' price.

        :param rate: Decimal, programme currency for one unit of the order's currency
        """
        result = []
        for line in self.filtered(lambda line: not line.combo_item_id):
            role = GOODS if line._membership_is_goods() else DISCOUNT if line._membership_is_discount() else None
            if role:
                parts = line._get_lines_with_price()
                result.append(Line(
                    line.product_id.id, to_decimal(line.product_uom_qty),
                    to_decimal(sum(parts.mapped('price_subtotal'))) * rate,
                    to_decimal(sum(parts.mapped('price_total'))) * rate, role))
        return result
