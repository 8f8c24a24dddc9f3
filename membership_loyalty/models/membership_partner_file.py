import hashlib

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools import partner_file
from ..tools.partner_file import Refused, Totals

STATES = [
    ('verified', "To be applied"),
    ('parsed', "Being applied"),
    ('applied', "Applied"),
    ('partially_applied', "Applied in part"),
    ('rejected', "Rejected"),
    ('duplicate', "Received before"),
]
ACCEPTED = SQL("state NOT IN ('rejected', 'duplicate')")
MAX_BYTES = 100 * 2 ** 20


class MembershipPartnerFile(models.Model):
    """A file of events that a party has sent. Whatever comes in is kept, also what is refused as a whole."""

    _name = 'membership.partner.file'
    _description = "Partner File"
    _inherit = ['mail.thread']
    _order = 'id desc'

    name = fields.Char(string="File", required=True, readonly=True)
    party_id = fields.Many2one('membership.party', required=True, readonly=True, index=True, ondelete='restrict')
    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, readonly=True, ondelete='restrict')
    company_id = fields.Many2one(related='party_id.operator_id', string="Operator", store=True)
    attachment_id = fields.Many2one('ir.attachment', string="As received", readonly=True)
    response_id = fields.Many2one('ir.attachment', string="Response file", readonly=True)
    sha256 = fields.Char(string="SHA-256", required=True, readonly=True, help="Digest of the whole file.")
    file_ref = fields.Char(string="File id", readonly=True, help="Identity that the party gave to this file.")
    seq = fields.Integer(string="Number", readonly=True, help="The party numbers its files without gaps.")
    mode = fields.Selection(
        [('partial', "Good rows"), ('all_or_nothing', "All rows or none")], string="Apply", readonly=True)
    manifest = fields.Json(readonly=True)
    manifest_table = fields.Html(string="Manifest as received", compute='_compute_manifest_table', sanitize=False)
    origin = fields.Selection(
        [('backend', "Back office"), ('portal', "Portal")], string="Received by", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, tracking=True)
    is_queued = fields.Boolean(string="Waiting for its turn", readonly=True, help="The job applies it.")
    code = fields.Char(readonly=True, help="Why the whole file was refused.")
    detail = fields.Json(readonly=True)
    message = fields.Char(compute='_compute_message')
    warning = fields.Char(compute='_compute_warning')
    failure = fields.Char(readonly=True, help="What went wrong on our side; the file can be applied again.")
    original_id = fields.Many2one('membership.partner.file', string="Received before as", readonly=True)
    row_ids = fields.One2many('membership.partner.file.row', 'file_id', string="Rows", readonly=True)
    row_count = fields.Integer(string="Rows in the file", readonly=True)
    set_to = fields.Integer(readonly=True, help="Last row up to which those that only earn were posted as sets.")
    done_count = fields.Integer(string="Rows done", readonly=True)
    ok_count = fields.Integer(string="Applied rows", readonly=True)
    duplicate_count = fields.Integer(string="Known rows", readonly=True)
    error_count = fields.Integer(string="Refused rows", readonly=True)
    progress = fields.Float(compute='_compute_progress', help="Per cent.")

    # Three layers against applying something twice; the third is the identity of each event. What was refused claims
    # nothing: the party may send it again, mended or complete.
    _bytes_once = models.UniqueIndex(
        "(party_id, sha256) WHERE state NOT IN ('rejected', 'duplicate')", "This file was received before.")
    _ref_once = models.UniqueIndex(
        "(party_id, file_ref) WHERE state NOT IN ('rejected', 'duplicate')",
        "Another file of this party has the same id.")
    _seq_once = models.UniqueIndex(
        "(party_id, seq) WHERE state NOT IN ('rejected', 'duplicate')",
        "Another file of this party has the same number.")
    _waiting = models.Index('(id) WHERE is_queued')

    # ------------------------------------------------------------------ screens

    @api.depends('code', 'detail', 'state')
    def _compute_message(self):
        codes = self.env['membership.partner.code']
        for file in self:
            file.message = codes._file_sentence(file.code, file.detail or {}) if file.code else (
                file.state == 'rejected' and self.env._(
                    "Nothing was applied: %(count)s rows are refused. The response file says why.",
                    count=file.error_count))

    @api.depends('party_id', 'seq', 'state')
    def _compute_warning(self):
        """A gap in the numbers is no reason to refuse a file, but somebody should ask for what is missing."""
        before = {}
        if self.ids:
            self.flush_model(['party_id', 'seq', 'state'])
            before = dict(self.env.execute_query(SQL(
                """SELECT f.id, (SELECT max(b.seq) FROM membership_partner_file b
                                  WHERE b.party_id = f.party_id AND b.seq < f.seq AND %s)
                     FROM membership_partner_file f WHERE f.id IN %s""", ACCEPTED, tuple(self.ids))))
        for file in self:
            last = before.get(file.id)
            gap = last and file.state not in ('rejected', 'duplicate') and file.seq > last + 1
            file.warning = gap and self.env._(
                "File number %(first)s has not arrived yet.", first=last + 1) if gap and file.seq == last + 2 else (
                gap and self.env._("Files number %(first)s to %(last)s have not arrived yet.",
                                   first=last + 1, last=file.seq - 1))

    @api.depends('manifest')
    def _compute_manifest_table(self):
        for file in self:
            file.manifest_table = file.manifest and manifest_table(file.manifest)

    @api.depends('row_count', 'done_count')
    def _compute_progress(self):
        for file in self:
            file.progress = 100 * file.done_count / file.row_count if file.row_count else 0

    def action_apply(self):
        """Have the job apply these files as soon as it can."""
        self._check_manager()
        wrong = self.filtered(lambda file: file.state not in ('verified', 'parsed'))
        if wrong:
            raise UserError(self.env._(
                "%(files)s cannot be applied: only files that were checked and wait can.",
                files=', '.join(wrong.mapped('name'))))
        self._queue()

    def action_open_rows(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_partner_file_row_action')
        return {**action, 'domain': [('file_id', '=', self.id)], 'context': {
            'search_default_error': self.error_count > 0}}

    def action_download_response(self):
        self.ensure_one()
        self.check_access('read')
        return {'type': 'ir.actions.act_url', 'target': 'download',
                'url': f'/web/content/{self.response_id.id}?download=true'}

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group('membership_loyalty.group_settlement_manager'):
            raise AccessError(self.env._(
                "Only a settlement manager may apply files of partners: they give and take points."))

    def _queue(self):
        self.sudo().write({'is_queued': True, 'failure': False})
        self.env.ref('membership_loyalty.ir_cron_partner_file').sudo()._trigger()

    # ------------------------------------------------------------------ receiving

    @api.model
    def _receive(self, party, program, name, content, origin):
        """Take in a file: check it as a whole and keep it, whatever comes out. No row is applied.

        :param bytes content: of the file
        :param origin: of the field of that name
        :return: membership.partner.file, in state verified, rejected or duplicate
        """
        sha256 = hashlib.sha256(content).hexdigest()
        values = {'party_id': party.id, 'program_id': program.id, 'name': name, 'origin': origin, 'sha256': sha256}
        original = self._find_accepted(party, 'sha256', sha256)
        try:
            if original:
                values.update(self._told(content), state='duplicate', original_id=original.id)
                file = self.sudo().create(values)
            else:
                values.update(self._verified(party, program, content))
                file = self._claim(values)
        except Refused as refused:
            file = self.sudo().create({**values, **self._told(content), **self._refusal(refused)})
        file.attachment_id = self.env['ir.attachment'].sudo().create({
            'name': name, 'raw': content, 'res_model': self._name, 'res_id': file.id})
        return file.with_env(self.env)

    @api.model
    def _find_accepted(self, party, column, value):
        return self.sudo().search([
            ('party_id', '=', party.id), (column, '=', value), ('state', 'not in', ('rejected', 'duplicate'))], limit=1)

    @api.model
    def _told(self, content):
        """Return what the manifest tells, if it can be read, for a file that is kept but not applied."""
        try:
            file = partner_file.parse(content)
        except Refused:
            return {}
        return {'manifest': file.manifest, 'file_ref': file.manifest['file_id'], 'seq': file.seq, 'mode': file.mode}

    @api.model
    def _refusal(self, refused):
        return {'state': 'rejected', 'code': refused.code, 'detail': {'reason': refused.reason, **refused.values}}

    @api.model
    def _verified(self, party, program, content):
        """Return the values of a file that is sound as a whole.

        :raise Refused: E_FORMAT, E_SIGN, E_CONTROL, E_AGREEMENT
        """
        if len(content) > MAX_BYTES:
            raise Refused('E_LIMIT', 'size', limit=MAX_BYTES // 2 ** 20)
        file = partner_file.parse(content)
        if file.manifest['party_code'] != party.code:
            raise Refused('E_FORMAT', 'party', value=file.manifest['party_code'], known=party.code)
        partner_file.verify(file, party.sudo().file_secret)
        _columns, records = partner_file.records(file)
        totals = Totals()
        for record in records:
            totals.add(record)
        totals.check(file.manifest)
        if not party.sudo().agreement_ids.filtered(lambda a: a.program_id == program and a.state != 'draft'):
            raise Refused('E_AGREEMENT', 'none', party=party.name, program=program.name)
        return {**self._told(content), 'state': 'verified', 'row_count': totals.count}

    @api.model
    def _claim(self, values):
        """Insert a file unless one of the same bytes, id or number was accepted before.

        Of two that arrive at the same moment the second waits here, and PostgreSQL makes Odoo try it again: then it
        finds the first.

        :raise Refused: E_KEY_CONFLICT or E_SEQ
        """
        party = self.env['membership.party'].browse(values['party_id'])
        claimed = self.env.execute_query(SQL(
            """INSERT INTO membership_partner_file (party_id, program_id, company_id, name, origin, sha256, file_ref,
                                                    seq, state, create_uid, create_date, write_uid, write_date)
               VALUES (%(party_id)s, %(program_id)s, %(company)s, %(name)s, %(origin)s, %(sha256)s, %(file_ref)s,
                       %(seq)s, %(state)s, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC')
               ON CONFLICT DO NOTHING RETURNING id""",
            **{name: values[name] for name in (
                'party_id', 'program_id', 'name', 'origin', 'sha256', 'file_ref', 'seq', 'state')},
            company=party.sudo().operator_id.id, uid=self.env.uid))
        if not claimed:
            taken = self._find_accepted(party, 'file_ref', values['file_ref'])
            if taken:
                raise Refused('E_KEY_CONFLICT', 'file', value=values['file_ref'], other=taken.name)
            taken = self._find_accepted(party, 'seq', values['seq'])
            raise Refused('E_SEQ', 'used', value=str(values['seq']), other=taken.name)
        file = self.sudo().browse(claimed[0])
        file.write({name: values[name] for name in ('manifest', 'mode', 'row_count')})
        return file


def manifest_table(manifest):
    """Return the HTML table of what a manifest says."""
    row = Markup('<tr><th class="pe-4">%s</th><td class="text-break">%s</td></tr>')
    return Markup('<table class="table table-sm w-auto">%s</table>') % Markup().join(
        row % (key, manifest[key]) for key in (*partner_file.REQUIRED, *partner_file.OPTIONAL) if key in manifest)
