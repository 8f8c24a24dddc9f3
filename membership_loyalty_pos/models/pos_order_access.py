from odoo import models


class PosOrder(models.Model):
    """Products for members: the till sells them to nobody else, and here it is looked at again."""

    _inherit = 'pos.order'

    def action_pos_order_paid(self):
        result = super().action_pos_order_paid()
        for order in self:
            order._membership_tell_access()
        return result

    def _membership_tell_access(self):
        """Tell the programmes' managers of articles that were not for the customer: the order is paid."""
        # A settled quotation tells it as a sale order.
        bought = self.lines.filtered(
            lambda line: line.qty > 0 and not line.reward_id and line._membership_is_sold_here())
        access = self.env['membership.product.access'].sudo()
        refusals = access._membership_refusals(
            self.partner_id, bought.product_id, self.company_id, self._membership_moment())
        if refusals:
            programs = access.browse(access._membership_access_ids(self.company_id)).program_id
            self.sudo().message_post(
                subject=self.env._("Products for members to check: %(order)s", order=self.name),
                body=' '.join(access._membership_refusal_rows(refusals)),
                partner_ids=programs.membership_manager_id.partner_id.ids)
