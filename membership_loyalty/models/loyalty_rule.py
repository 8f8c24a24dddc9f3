from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools.earning import Rule
from ..tools.rounding import to_decimal


class LoyaltyRule(models.Model):
    _inherit = 'loyalty.rule'

    @api.constrains('reward_point_split', 'program_id')
    def _check_membership_split(self):
        if self.filtered(lambda rule: rule.reward_point_split and rule.program_id.is_membership):
            raise ValidationError(self.env._(
                "Points of a membership belong to one account and cannot be split into codes."))

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
