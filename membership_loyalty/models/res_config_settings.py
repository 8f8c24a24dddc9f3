from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    membership_program_id = fields.Many2one(related='company_id.membership_program_id', readonly=False)

    def action_membership_groups(self):
        """Open the rights of this add-on, to see who has which."""
        action = self.env['ir.actions.act_window']._for_xml_id('base.action_res_groups')
        privilege = self.env.ref('membership_loyalty.privilege_membership')
        return {**action, 'domain': [('privilege_id', '=', privilege.id)], 'context': {}}
