from decimal import Decimal
from math import isfinite

from odoo import fields, models
from odoo.tools import float_is_zero

from odoo.addons.membership_loyalty.const import PAYMENT_PROGRAMS
from odoo.addons.membership_loyalty.tools.earning import DISCOUNT, GOODS
from odoo.addons.membership_loyalty.tools.rounding import to_decimal


class PosOrderLine(models.Model):
    _inherit = 'pos.order.line'

    membership_alert = fields.Char(
        readonly=True, copy=False, index='btree_not_null',
        help="Why this reward was not charged as the till said; the programme's manager was told.")

    def _membership_is_return(self):
        """Whether the line takes goods of another order back. The sign decides: a link alone frees nobody from paying
        for a reward."""
        self.ensure_one()
        return self.qty * self.sudo().refunded_orderline_id.qty < 0

    def _membership_is_settled(self):
        """Whether the line is of a quotation that was settled at the till: that one earns and spends as a sale order.

        A reward must be there on the quotation, and not be settled already: a link alone frees nobody from paying.
        """
        line = self.sudo()
        if 'sale_order_origin_id' not in self._fields or not line.sale_order_origin_id:
            return False
        source = line.sale_order_line_id
        return not line.reward_id or (
            source.order_id == line.sale_order_origin_id and source.reward_id == line.reward_id
            and source.pos_order_line_ids.filtered(lambda other: other.order_id.state in ('paid', 'done'))[:1] <= line)

    def _membership_is_reward(self):
        """Whether the line is a reward of a membership programme, bought with points of earlier orders."""
        return self.reward_id.sudo().program_id.is_membership and self._membership_is_sold_here()

    def _wallet_is_payment(self):
        """Whether the line is paid from a wallet of stored value."""
        return self.reward_id.sudo().program_id.is_stored_value and self._membership_is_sold_here()

    def _wallet_is_top_up(self):
        """Whether the line of a top-up product fills a wallet: sold here, for money."""
        return (not self.reward_id and self.qty > 0 and self.price_subtotal_incl > 0
                and self._membership_is_sold_here())

    def _membership_is_sold_here(self):
        return not self._membership_is_return() and not self._membership_is_settled()

    def _membership_counts(self, not_goods):
        """Whether points are earned on the line, or lessened by it.

        :param not_goods: products that are paid in, not bought: tips, gift cards and wallets
        """
        return (
            not self.combo_parent_id
            and self.product_id not in not_goods
            and self.reward_id.sudo().program_id.program_type not in PAYMENT_PROGRAMS
            and not self._membership_is_return()
            and not self._membership_is_settled()
        )

    def _membership_amount(self, name):
        """Return an amount of the line with those of its combo's articles, Decimal in the order's currency."""
        return sum(to_decimal(line[name]) for line in self | self.combo_line_ids)

    def _membership_role(self):
        return DISCOUNT if self.qty > 0 and self.price_subtotal_incl < 0 else GOODS

    def _membership_returned_before(self, order):
        """Return how much of the line was taken back by other orders than this one, in its own unit."""
        return -sum((to_decimal(line.qty) for line in self._membership_returns_elsewhere(order)), Decimal(0))

    def _membership_amount_returned_before(self, order):
        """Return what other orders than this one gave back of the line's amount, with the sign of the amount."""
        return -sum(
            (to_decimal(line.price_subtotal_incl) for line in self._membership_returns_elsewhere(order)), Decimal(0))

    def _membership_returns_elsewhere(self, order):
        return self.sudo().refund_orderline_ids.filtered(
            lambda line: line.order_id.state in ('paid', 'done') and line.order_id != order)

    def _membership_correct(self, account, points, alert):
        """Let the lines of a reward tell what was charged to whom, whatever the till said.

        :param account: loyalty.card that was charged, may be empty
        :param float points: cost of the reward; a reward of several lines tells it on the first
        :param str alert: what was wrong, if anything
        """
        for line, cost in zip(self, [points] + [0.0] * (len(self) - 1), strict=True):
            vals = {'membership_alert': alert} if alert else {}
            if line.coupon_id != account:
                vals['coupon_id'] = account.id
            if not isfinite(line.points_cost) or not float_is_zero(line.points_cost - cost, precision_digits=2):
                vals['points_cost'] = cost
            if vals:
                line.write(vals)
