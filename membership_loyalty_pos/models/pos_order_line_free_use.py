from odoo import api, fields, models

from odoo.addons.membership_loyalty.tools.rounding import to_decimal


class PosOrderLine(models.Model):
    """A line that a member need not pay: an article that is free some times per period."""

    _inherit = 'pos.order.line'

    membership_benefit_id = fields.Many2one(
        'membership.benefit', string="Free by benefit", readonly=True, copy=False, index='btree_not_null',
        help="Given away as a benefit of the membership: it counts as a use.")

    @api.model
    def _load_pos_data_fields(self, config):
        return super()._load_pos_data_fields(config) + ['membership_benefit_id']

    def _membership_taken_benefit(self):
        """Return the benefit that this line takes a free use of, mostly none. A line that is charged uses nothing."""
        taken = self.qty > 0 and self.discount == 100 and not self._membership_is_settled()
        return self.sudo().membership_benefit_id if taken else self.env['membership.benefit'].sudo()

    def _membership_returned_benefit(self):
        """Return the benefit that a use is given back of by this line, mostly none."""
        origin = self.sudo().refunded_orderline_id
        if not origin or not self._membership_is_return():
            return self.env['membership.benefit'].sudo()
        settled = origin._membership_is_settled() and origin.sale_order_line_id.membership_benefit_id
        return settled or origin._membership_taken_benefit()

    def _membership_free_quantity(self):
        return to_decimal(self.qty)
