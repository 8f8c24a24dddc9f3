from odoo import fields, models
from odoo.fields import Domain


class MembershipArticleCondition(models.AbstractModel):
    """Some articles, by themselves or by their category: what multipliers and product rates have in common."""

    _name = 'membership.article.condition'
    _description = "Articles of a Membership Rule"

    product_ids = fields.Many2many('product.product', string="Products")
    categ_ids = fields.Many2many(
        'product.category', string="Product categories", help="With all categories below them.")

    def _membership_is_for_some(self):
        """Whether these are some articles only; otherwise all."""
        return bool(self.product_ids or self.categ_ids)

    def _membership_products(self, products):
        """Return the ids of those of the products that are meant.

        :param products: product.product records
        :return: frozenset
        """
        self.ensure_one()
        domain = Domain('id', 'in', self.product_ids.ids) | Domain('categ_id', 'child_of', self.categ_ids.ids)
        return frozenset(products.filtered_domain(domain).ids)

    def _membership_product_json(self):
        """Return the articles as the till reads them: ids of products, and of categories with those below."""
        below = self.env['product.category'].search([('id', 'child_of', self.categ_ids.ids)]) if self.categ_ids else []
        return {'products': self.product_ids.ids, 'categories': below.ids if below else []}

    def _membership_product_names(self):
        return ', '.join([*self.categ_ids.mapped('name'), *self.product_ids.mapped('display_name')])
