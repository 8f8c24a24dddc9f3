from odoo import fields, models

from .membership_agreement_rate import CHARGES
from .membership_settlement_line import ADJUSTMENTS, MONEY_CHARGES


class MembershipChargeProduct(models.Model):
    """The article that stands on the documents for a charge: its accounts and taxes are those of the charge."""

    _name = 'membership.charge.product'
    _description = "Article of a Settlement Charge"
    _order = 'id'
    _rec_name = 'charge'

    charge = fields.Selection(CHARGES + MONEY_CHARGES + ADJUSTMENTS, required=True, readonly=True)
    product_id = fields.Many2one(
        'product.product', string="Article", required=True, ondelete='restrict', domain="[('type', '=', 'service')]",
        help="Its income and expense accounts and its taxes are used, in each company its own. The rate of an "
             "agreement can name another article.")

    income_account_id = fields.Many2one(related='product_id.property_account_income_id')
    expense_account_id = fields.Many2one(related='product_id.property_account_expense_id')
    sale_tax_ids = fields.Many2many(related='product_id.taxes_id')
    purchase_tax_ids = fields.Many2many(related='product_id.supplier_taxes_id', string="Purchase Taxes")

    _charge_unique = models.UniqueIndex('(charge)', "This charge has its article already.")
