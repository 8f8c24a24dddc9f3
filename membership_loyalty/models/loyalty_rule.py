from odoo import models

from ..tools.earning import Rule
from ..tools.rounding import to_decimal


class LoyaltyRule(models.Model):
    _inherit = 'loyalty.rule'

    def _membership_rule(self, products):
        """Return this native rule for the arithmetic of tools.earning.

        :param products: the product.product records of the document
        :return: tools.earning.Rule
        """
        self.ensure_one()
        domain = self._get_valid_product_domain()
        return Rule(
            mode=self.reward_point_mode,
            rate=to_decimal(self.reward_point_amount),
            products=frozenset(products.filtered_domain(domain).ids) if domain else None,
            minimum_quantity=to_decimal(self.minimum_qty),
            minimum_amount=to_decimal(self._compute_amount(self.program_id.currency_id)),
            minimum_untaxed=self.minimum_amount_tax_mode == 'excl',
        )
