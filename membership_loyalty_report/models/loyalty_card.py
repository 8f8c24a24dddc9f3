from odoo import models


class LoyaltyCard(models.Model):
    _inherit = 'loyalty.card'

    def action_workbook(self):
        """Open the workbook wizard for the statement of one member."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty_report.membership_workbook_action')
        return {**action, 'context': {'default_program_id': self.program_id.id, 'default_account_id': self.id}}
