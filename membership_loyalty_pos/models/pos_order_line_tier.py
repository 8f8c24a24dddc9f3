from odoo import models


class PosOrderLine(models.Model):
    _inherit = 'pos.order.line'

    def _membership_is_tier_sale(self):
        """Whether the line sells its product here: it is no gift, no return, and of no quotation."""
        self.ensure_one()
        return self.qty > 0 and not (self.reward_id or self._membership_is_return() or self._membership_is_settled())
