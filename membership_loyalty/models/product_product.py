from odoo import fields, models

PAYMENT_PROGRAMS = ('gift_card', 'ewallet')


class ProductProduct(models.Model):
    _inherit = 'product.product'

    membership_is_paid_in = fields.Boolean(
        compute='_compute_membership_is_paid_in',
        help="Fills a gift card or an eWallet: it earns points when that is spent, not when it is bought.")

    def _compute_membership_is_paid_in(self):
        paid_in = self.env['loyalty.rule'].sudo().search([
            ('program_type', 'in', PAYMENT_PROGRAMS), ('product_ids', 'in', self.ids)]).product_ids
        for product in self:
            product.membership_is_paid_in = product in paid_in
