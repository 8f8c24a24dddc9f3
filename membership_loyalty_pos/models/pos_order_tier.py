from decimal import Decimal

from odoo import models

from odoo.addons.membership_loyalty.tools.rounding import to_decimal

from .pos_order import PAID


class PosOrder(models.Model):
    """Orders of the till that sell a tier."""

    _inherit = 'pos.order'

    def _membership_post(self):
        self._membership_enrol_buyers()
        self._membership_miss_buyers()
        return super()._membership_post()

    def write(self, vals):
        result = super().write(vals)
        if vals.get('partner_id'):
            self.filtered(lambda order: order.state in PAID)._membership_follow_late_buyers()
        return result

    def _membership_follow_late_buyers(self):
        """A customer who is named later gets the tier that was paid, whatever the policy for points is."""
        self._membership_enrol_buyers()
        self._membership_follow_paid_tiers()

    def _membership_counts_in(self, program):
        return program._membership_sells_at(self.config_id, program._membership_date(self._membership_moment()))

    def _membership_tier_documents(self):
        returns = self.lines.filtered(lambda line: line._membership_is_return())
        origins = dict.fromkeys(self._membership_origin(line.sudo().refunded_orderline_id) for line in returns)
        return [self, *origins]

    def _membership_tier_goods(self, sellers):
        goods = {}
        for line in self.lines if self.state in PAID else ():
            if line.product_id.id in sellers and line._membership_is_tier_sale():
                sold = to_decimal(line.qty)
                kept = sold - to_decimal(line._membership_returned_before(line.order_id))
                quantity, price = goods.get(line.product_id, (Decimal(0), Decimal(0)))
                price += to_decimal(line.price_subtotal_incl) * kept / sold
                goods[line.product_id] = (quantity + kept, price)
        return goods

    def _membership_miss_buyers(self):
        """Say on the order when a tier was paid for and nobody was named to get it: the money is in the drawer."""
        sellers = self.env['membership.tier'].sudo()._membership_sellers()
        for order in self.filtered(lambda order: sellers and not order.partner_id):
            tiers = self.env['membership.tier'].sudo().browse(
                sellers[product.id][0] for product in order._membership_tier_goods(sellers.keys()))
            if tiers:
                order.message_post(body=self.env._(
                    "%(tiers)s was paid for and no customer was chosen. Set the customer on this order: the tier "
                    "follows.", tiers=', '.join(tiers.mapped('name'))))
