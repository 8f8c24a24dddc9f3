from odoo import models


class PosOrder(models.Model):
    """Promotions for some customers only: the till offers them to nobody else, and here it is looked at again."""

    _inherit = 'pos.order'

    def action_pos_order_paid(self):
        result = super().action_pos_order_paid()
        for order in self:
            order._membership_check_audience()
        return result

    def _membership_check_audience(self):
        """Tell the programmes' managers of a promotion that the customer should not have had: the order is paid."""
        programs = self.lines.reward_id.sudo().program_id
        for program in programs.filtered(lambda program: not program._membership_is_for(self.partner_id)):
            self.sudo().message_post(
                subject=self.env._("Promotion to check: %(order)s", order=self.name),
                body=self.env._(
                    "%(customer)s had the promotion %(promotion)s, which is for other customers.",
                    customer=self.partner_id.name or self.env._("A customer without a name"), promotion=program.name),
                partner_ids=program.membership_tier_ids.program_id.membership_manager_id.partner_id.ids)
