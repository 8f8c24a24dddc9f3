from decimal import Decimal

from odoo import models

from ..tools.rounding import to_decimal


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    def _membership_kept_quantity(self):
        """Return what the customer keeps: what was ordered less what was credited, Decimal in the line's unit.

        What was invoiced beyond the order, to be credited again, was never the customer's.
        """
        self.ensure_one()
        ordered = to_decimal(self.product_uom_qty)
        billed = self.invoice_lines.filtered(lambda line: line.parent_state == 'posted')
        invoiced, credited = (
            sum((to_decimal(line.quantity) for line in billed if line.move_type == kind), Decimal(0))
            for kind in ('out_invoice', 'out_refund'))
        return max(Decimal(0), ordered - max(Decimal(0), credited - max(Decimal(0), invoiced - ordered)))
