from decimal import Decimal

from odoo import models

from ..tools.rounding import to_decimal


class SaleOrder(models.Model):
    """Sale orders that sell a tier."""

    _inherit = 'sale.order'

    def _membership_fix_terms(self, late=False):
        self._membership_enrol_buyers()
        return super()._membership_fix_terms(late=late)

    def _membership_counts_in(self, program):
        return bool(program.filtered_domain(self._get_program_domain()))

    def _membership_tier_goods(self, sellers):
        goods = {}
        for line in self.order_line if self.state == 'sale' else ():
            if line.product_id.id in sellers and line._membership_is_goods():
                kept = line._membership_kept_quantity()
                quantity, price = goods.get(line.product_id, (Decimal(0), Decimal(0)))
                share = kept / to_decimal(line.product_uom_qty) if line.product_uom_qty else Decimal(0)
                goods[line.product_id] = (quantity + kept, price + to_decimal(line.price_total) * share)
        return goods
