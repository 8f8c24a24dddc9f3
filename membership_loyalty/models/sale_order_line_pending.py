from odoo import models

DELIVERED = 'membership_delivered'


class SaleOrderLine(models.Model):
    """Tells when goods were delivered, by hand or by the warehouse."""

    _inherit = 'sale.order.line'

    def write(self, vals):
        result = super().write(vals)
        if 'qty_delivered' in vals:
            self.order_id._membership_release_ready()
        return result

    def _compute_qty_delivered(self):
        result = super()._compute_qty_delivered()
        delivered = [line.id for line in self if isinstance(line.id, int) and line.qty_delivered]
        if delivered:
            # Nothing may be posted while fields are computed: once, before the transaction is committed.
            hooks = self.env.cr.precommit
            if DELIVERED not in hooks.data:
                hooks.data[DELIVERED] = set()
                hooks.add(self.env['sale.order.line'].sudo()._membership_follow_delivery)
            hooks.data[DELIVERED].update(delivered)
        return result

    def _membership_follow_delivery(self):
        """Look at the orders of the lines whose delivered quantity was computed in this transaction."""
        lines = self.browse(self.env.cr.precommit.data.pop(DELIVERED, ())).exists()
        lines.order_id._membership_release_ready()
