from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    membership_sale_journal_id = fields.Many2one(related='company_id.membership_sale_journal_id', readonly=False)
    membership_purchase_journal_id = fields.Many2one(
        related='company_id.membership_purchase_journal_id', readonly=False)
    membership_netting_journal_id = fields.Many2one(related='company_id.membership_netting_journal_id', readonly=False)
    membership_document_date = fields.Selection(related='company_id.membership_document_date', readonly=False)
    membership_is_posted = fields.Boolean(related='company_id.membership_is_posted', readonly=False)
    membership_is_netted = fields.Boolean(related='company_id.membership_is_netted', readonly=False)
    membership_stored_value_note = fields.Char(related='company_id.membership_stored_value_note', readonly=False)
