from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..const import PAYMENT_PROGRAMS
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

    @api.model
    def _membership_paid_in(self, products):
        """Return those of the products that are money paid into a gift card or wallet: they earn when it is spent."""
        # Plain SQL: this is asked at every sale to a member, and the answer is nearly always "none".
        self.flush_model(['active', 'product_ids'])
        return products.browse(row[0] for row in self.env.execute_query(SQL(
            """SELECT rel.product_product_id
                 FROM loyalty_rule_product_product_rel AS rel
                 JOIN loyalty_rule AS rule ON rule.id = rel.loyalty_rule_id AND rule.active
                 JOIN loyalty_program AS program ON program.id = rule.program_id AND program.active
                WHERE rel.product_product_id IN %s AND program.program_type IN %s""",
            tuple(products.ids), PAYMENT_PROGRAMS))) if products else products
