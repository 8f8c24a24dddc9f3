from odoo import fields, models


class LoyaltyCard(models.Model):
    """Transfers of points as the account shows them."""

    _inherit = 'loyalty.card'

    transfer_policy = fields.Selection(related='program_id.transfer_policy')

    def action_open_transfers(self):
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_transfer_action')
        return {**action, 'domain': ['|', ('source_id', 'in', self.ids), ('destination_id', 'in', self.ids)]}
