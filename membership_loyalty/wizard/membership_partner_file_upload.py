import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.membership_partner_file import manifest_table
from ..tools import partner_file
from ..tools.partner_file import Refused


class MembershipPartnerFileUpload(models.TransientModel):
    """Take in a file that a partner has sent by another way, and look at what it says of itself."""

    _name = 'membership.partner.file.upload'
    _inherit = ['membership.partner.choice']
    _description = "Upload a Partner File"

    program_id = fields.Many2one(help="Programme that the cards of the file belong to.")
    file = fields.Binary(attachment=False, required=True, help="CSV with a header row, or JSON lines; UTF-8.")
    file_name = fields.Char()
    preview = fields.Html(compute='_compute_preview', sanitize=False)
    problem = fields.Char(compute='_compute_preview')

    @api.depends('file', 'party_id')
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = wizard.problem = False
            if not wizard.file:
                continue
            try:
                manifest = partner_file.parse(base64.b64decode(wizard.file)).manifest
            except Refused as refused:
                wizard.problem = self.env['membership.partner.code']._file_sentence(
                    refused.code, {'reason': refused.reason, **refused.values})
                continue
            wizard.preview = manifest_table(manifest)

    def action_upload(self):
        """Take the file in and show what became of it; no row is applied yet."""
        self.ensure_one()
        files = self.env['membership.partner.file']
        files._check_manager()
        self.party_id.check_access('read')
        if self.program_id not in self.program_ids:
            raise UserError(self.env._(
                "%(party)s has no agreement for this programme. Activate one first.", party=self.party_id.name))
        return files._receive(
            self.party_id, self.program_id, self.file_name or self.env._("Uploaded file"),
            base64.b64decode(self.file), 'backend')._get_records_action()
