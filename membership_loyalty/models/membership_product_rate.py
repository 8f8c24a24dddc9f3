from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.rounding import to_decimal


class MembershipProductRate(models.Model):
    """Articles that earn nothing, or more than others."""

    _name = 'membership.product.rate'
    _inherit = ['membership.article.condition']
    _description = "Points of Articles"
    _order = 'program_id, sequence, id'
    _check_company_auto = True

    program_id = fields.Many2one('loyalty.program', string="Programme", required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='program_id.company_id', store=True)
    sequence = fields.Integer(default=10, help="The first line that an article is in decides.")
    rate = fields.Float(
        string="Points counted", digits=(6, 2), default=0, required=True,
        help="How many times the points these articles earn: 0 nothing, 1 as usual, 2 twice. Articles that earn "
             "nothing do not count towards the minimum purchase of a rule either.")

    _rate_range = models.Constraint(
        'CHECK (rate >= 0 AND rate <= 100)', "Articles earn between 0 and 100 times the points.")

    @api.constrains('product_ids', 'categ_ids', 'program_id')
    def _check_products(self):
        if any(not line._membership_is_for_some() for line in self):
            raise ValidationError(self.env._(
                "Choose the products or categories that earn nothing or more. What all articles earn is said by the "
                "rules of the programme."))

    @api.depends('rate')
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._(
                "%(articles)s: %(rate)s times", articles=line._membership_product_names(), rate=f'{line.rate:g}')

    def _membership_rates(self, products):
        """Return {product id: Decimal} of those of the products that do not earn once; the first line decides."""
        rates = {}
        for line in self:
            for product in line._membership_products(products):
                rates.setdefault(product, to_decimal(line.rate))
        return {product: rate for product, rate in rates.items() if rate != 1}
