from odoo import api, fields, models

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
    income_account_id = fields.Many2one('account.account', compute='_compute_bookkeeping', help="On invoices.")
    expense_account_id = fields.Many2one('account.account', compute='_compute_bookkeeping', help="On bills.")
    sale_tax_ids = fields.Many2many('account.tax', string="Sales Taxes", compute='_compute_bookkeeping')
    purchase_tax_ids = fields.Many2many('account.tax', string="Purchase Taxes", compute='_compute_bookkeeping')

    _charge_unique = models.UniqueIndex('(charge)', "This charge has its article already.")

    @api.depends('product_id')
    @api.depends_context('company')
    def _compute_bookkeeping(self):
        """Show what is used in the company that the user works in: accounts and taxes of others cannot be read."""
        for charge in self:
            product = charge.product_id.sudo().with_company(self.env.company)
            accounts = product.product_tmpl_id.get_product_accounts()
            charge.income_account_id = accounts['income'].sudo(False)
            charge.expense_account_id = accounts['expense'].sudo(False)
            charge.sale_tax_ids = product.taxes_id._filter_taxes_by_company(self.env.company)
            charge.purchase_tax_ids = product.supplier_taxes_id._filter_taxes_by_company(self.env.company)
