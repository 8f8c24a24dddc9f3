from odoo import api, models
from odoo.tools import SQL

from .pos_order_line import PAYMENT_PROGRAMS


class LoyaltyRule(models.Model):
    _inherit = 'loyalty.rule'

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
