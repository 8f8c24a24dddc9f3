from odoo import models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    def _membership_may_overdraw(self):
        """A quotation that was settled at the till is paid: lack of points is no reason to keep it from the books."""
        return super()._membership_may_overdraw() or self._membership_is_paid_at_till()

    def _membership_is_paid_at_till(self):
        lines = self.env['pos.order.line'].sudo()
        return 'sale_order_origin_id' in lines._fields and bool(self) and set(self.ids) <= set(lines.search([
            ('sale_order_origin_id', 'in', self.ids), ('order_id.state', 'in', ('paid', 'done')),
        ]).sale_order_origin_id.ids)
