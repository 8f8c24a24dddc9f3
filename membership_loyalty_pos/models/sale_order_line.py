from decimal import Decimal

from odoo import models


class SaleOrderLine(models.Model):
    """Lines of quotations that were settled at the till come back there, too."""

    _inherit = 'sale.order.line'

    def _membership_kept_quantity(self):
        kept = super()._membership_kept_quantity()
        settled = self.sudo().pos_order_line_ids if 'pos_order_line_ids' in self._fields else ()
        back = sum((line._membership_returned_before(line.order_id) for line in settled), Decimal(0))
        return max(Decimal(0), kept - back)
