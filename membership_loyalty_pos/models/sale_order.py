from odoo import models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    def _membership_may_overdraw(self):
        """A quotation that was settled at the till is paid: lack of points is no reason to keep it from the books."""
        return super()._membership_may_overdraw() or self._membership_is_paid_at_till()

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        points = super()._get_real_points_for_coupon(coupon, post_confirm=post_confirm)
        # Native refuses to confirm when this is below zero; the ledger then tells the debt.
        return max(points, 0) if points < 0 and coupon.is_ledger_kept and self._membership_is_paid_at_till() else points

    def _update_programs_and_rewards(self):
        # What was paid is not calculated again: native would take the reward off that there are no points for.
        if not (self._membership_rewards() and self._membership_is_paid_at_till()):
            return super()._update_programs_and_rewards()
        return None

    def _membership_is_paid_at_till(self):
        lines = self.env['pos.order.line'].sudo()
        return 'sale_order_origin_id' in lines._fields and bool(self) and set(self.ids) <= set(lines.search([
            ('sale_order_origin_id', 'in', self.ids), ('order_id.state', 'in', ('paid', 'done')),
        ]).sale_order_origin_id.ids)
