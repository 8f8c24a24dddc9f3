import base64

from odoo import models

MAIL_LIMIT = 10 << 20  # bytes; a bigger file is fetched from the statement's page


class MailTemplate(models.Model):
    _inherit = 'mail.template'

    def _generate_template_attachments(self, res_ids, render_fields, render_results=None):
        """Mails about a statement carry its files, unless they are too big, and the page itself where this server can
        make a PDF of it."""
        results = super()._generate_template_attachments(res_ids, render_fields, render_results=render_results)
        if self.model == 'membership.settlement' and 'attachment_ids' in render_fields:
            for settlement in self.env['membership.settlement'].browse(res_ids):
                values = results[settlement.id]
                files = settlement._get_statement_files().filtered(lambda file: file.file_size <= MAIL_LIMIT)
                values['attachment_ids'] = [*values['attachment_ids'], *files.ids]
                pdf = settlement._get_statement_pdf()
                if pdf:
                    values['attachments'] = [
                        *(values.get('attachments') or []),
                        (f'{settlement._get_report_base_filename()}.pdf', base64.b64encode(pdf))]
        return results
