from decimal import Decimal

from odoo import api, fields, models

from ..tools.rounding import to_decimal


class SaleOrderLine(models.Model):
    """A line that a member need not pay: an article that is free some times per period."""

    _inherit = 'sale.order.line'

    membership_benefit_id = fields.Many2one(
        'membership.benefit', string="Free by benefit", readonly=True, copy=False, index='btree_not_null',
        help="Given away as a benefit of the membership: it counts as a use.")

    @api.depends('membership_benefit_id')
    def _compute_discount(self):
        super()._compute_discount()
        self.filtered('membership_benefit_id').discount = 100

    @api.depends('membership_benefit_id')
    def _compute_name(self):
        super()._compute_name()

    def _get_sale_order_line_multiline_description_sale(self):
        description = super()._get_sale_order_line_multiline_description_sale()
        return f'{description}\n{self.membership_benefit_id.name}' if self.membership_benefit_id else description

    def write(self, vals):
        # Whoever charges for the article, or makes another of it, has not used the benefit.
        freed = self.browse()
        if 'membership_benefit_id' not in vals and {'discount', 'product_id'} & vals.keys():
            freed = self.filtered(lambda line: line.membership_benefit_id and (
                vals.get('discount', 100) != 100
                or vals.get('product_id', line.product_id.id) != line.membership_benefit_id.sudo().product_id.id))
        result = super().write(vals)
        if freed:
            freed.membership_benefit_id = False
            freed.order_id._membership_follow_edit()
        return result

    def _membership_used(self):
        """Return how many uses the line stands for, Decimal: what is sold, less what credit notes took back."""
        quantity = to_decimal(self.product_uom_id._compute_quantity(self.product_uom_qty, self.product_id.uom_id))
        credits = self.invoice_lines.filtered(
            lambda line: line.move_type == 'out_refund' and line.parent_state == 'posted')
        back = sum(line.product_uom_id._compute_quantity(line.quantity, self.product_id.uom_id) for line in credits)
        return max(Decimal(0), quantity - to_decimal(back))
