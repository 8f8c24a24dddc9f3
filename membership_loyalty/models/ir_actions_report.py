from odoo import models


class IrActionsReport(models.Model):
    _inherit = 'ir.actions.report'

    def _can_print_pdf(self):
        """Whether this server has the program that makes PDF files; without it, pages are printed by the browser."""
        return self.get_wkhtmltopdf_state() in ('ok', 'upgrade')
