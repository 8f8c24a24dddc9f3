from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = 'product.product'

    membership_is_paid_in = fields.Boolean(
        compute='_compute_membership_is_paid_in',
        help="Fills a gift card or an eWallet: points are earned when that is spent, not when it is bought.")

    def _compute_membership_is_paid_in(self):
        paid_in = self.env['loyalty.rule']._membership_paid_in(self)
        for product in self:
            product.membership_is_paid_in = product in paid_in
