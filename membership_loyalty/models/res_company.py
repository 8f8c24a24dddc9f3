from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    membership_program_id = fields.Many2one(
        'loyalty.program', string="Default membership programme",
        domain="[('is_membership', '=', True), ('company_id', 'in', [id, False])]",
        help="Proposed when a member is enrolled, and shown on contacts who are members of several programmes.")
