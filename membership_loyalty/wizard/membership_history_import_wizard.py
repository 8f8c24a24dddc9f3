import base64
import binascii
import csv
import io
from itertools import islice

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import history_rows
from ..tools.csv_safe import harmless

PREVIEW_ROWS = 8


class MembershipHistoryImportWizard(models.TransientModel):
    _name = 'membership.history.import.wizard'
    _description = "Import Purchase History"

    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, domain=[('is_membership', '=', True)],
        default=lambda self: self._default_program())
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    file = fields.Binary(
        string="CSV file", attachment=False, help="UTF-8, with the column names in the first line.")
    file_name = fields.Char()
    timezone = fields.Selection(
        selection=lambda self: self.env['loyalty.program']._get_timezones(), string="Times are in", required=True,
        default=lambda self: self.env.user.tz or 'UTC', help="Time zone of times that do not name one themselves.")
    create_members = fields.Boolean(
        string="Enrol new members", default=True,
        help="Make a contact and an account for each member reference that no contact has.")
    partial = fields.Boolean(
        string="Import good rows although others are rejected",
        help="Otherwise nothing is imported until every row is good.")
    state = fields.Selection([('upload', "Upload"), ('checked', "Checked"), ('done', "Done")], default='upload')
    summary = fields.Char(readonly=True)
    preview = fields.Html(readonly=True, sanitize=False)
    columns_help = fields.Html(compute='_compute_columns_help', sanitize=False)
    rejected_count = fields.Integer(readonly=True)
    rejected_file = fields.Binary(string="Rejected rows", readonly=True, attachment=False)
    rejected_name = fields.Char(default='rejected.csv')

    @api.model
    def _default_program(self):
        wanted = self.env['loyalty.program'].browse(self.env.context.get('active_id')) \
            if self.env.context.get('active_model') == 'loyalty.program' else self.env['loyalty.program']
        if wanted.is_membership:
            return wanted
        return self.env['loyalty.program'].search([('is_membership', '=', True)], limit=1)

    def _compute_columns_help(self):
        for wizard in self:
            wizard.columns_help = self.env._(
                "Needed: %(required)s. Possible: %(optional)s. An amount below zero is a refund; its origin is the "
                "reference of the purchase it takes back.",
                required=self._codes(history_rows.REQUIRED), optional=self._codes(history_rows.OPTIONAL))

    @api.model
    def _codes(self, names):
        return Markup(', ').join(Markup('<code>%s</code>') % name for name in names)

    # ------------------------------------------------------------------ steps

    def action_check(self):
        """Check the file and show what would happen, without importing anything."""
        records = self._read_file()
        count, rejected = self.env['membership.history.import'].sudo()._check(records, *self._options())
        self._show(records, rejected)
        self.write({'state': 'checked', 'summary': self.env._(
            "%(rows)s rows read, %(good)s can be imported, %(bad)s are rejected.",
            rows=count, good=count - len(rejected), bad=len(rejected))})
        return self._reopen()

    def action_import(self):
        """Import the file, all or nothing unless partial imports were asked for."""
        records = self._read_file()
        program, company, timezone, create_members = self._options()
        result = self.env['membership.history.import'].sudo()._load(
            records, program, company, timezone, self.partial, create_members)
        self._show(records, result.rejected)
        if result.rejected and not self.partial:
            self.write({'state': 'checked', 'summary': self.env._(
                "Nothing was imported: %(bad)s rows are rejected. Correct them, or allow a partial import.",
                bad=len(result.rejected))})
            return self._reopen()
        self.write({'state': 'done', 'summary': self.env._(
            "%(purchases)s purchases imported, %(refunds)s refunds among them; %(members)s new members; %(points)s "
            "points; %(known)s rows were imported before; %(bad)s rejected.",
            purchases=result.purchases, refunds=result.refunds, members=result.members, points=result.points,
            known=result.known, bad=len(result.rejected))})
        return self._reopen()

    def action_back(self):
        self.write({'state': 'upload', 'preview': False, 'rejected_file': False, 'rejected_count': 0})
        return self._reopen()

    def _options(self):
        """Return program, company, time zone and whether to make members, as the caller may use them."""
        self.ensure_one()
        self.program_id.check_access('write')
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("You do not work in %(company)s.", company=self.company_id.sudo().name))
        return self.program_id.sudo(), self.company_id.sudo(), self.timezone, self.create_members

    def _reopen(self):
        return {
            'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id, 'view_mode': 'form',
            'target': 'new', 'name': self.env._("Import Purchase History")}

    # ------------------------------------------------------------------ the file

    def _read_file(self):
        """Return the rows of the CSV file as dicts.

        :raise UserError: when it is no such file
        """
        if not self.file:
            raise UserError(self.env._("Choose a CSV file first."))
        try:
            content = base64.b64decode(self.file).decode('utf-8-sig')
            dialect = csv.Sniffer().sniff(content.partition('\n')[0] or ',', delimiters=',;\t')
        except (UnicodeDecodeError, binascii.Error) as error:
            raise UserError(self.env._("The file is not a UTF-8 text. Save it as CSV UTF-8 and try again.")) from error
        except csv.Error as error:
            raise UserError(self.env._(
                "The columns of the first line cannot be told apart. Separate them by comma, semicolon or tab.",
            )) from error
        reader = csv.DictReader(io.StringIO(content, newline=''), delimiter=dialect.delimiter, restkey='?', restval='')
        records = list(reader)
        ragged = next((number for number, record in enumerate(records, 2) if '?' in record), None)
        if ragged or not records:
            raise UserError(self.env._("Line %(line)s has more cells than columns.", line=ragged) if ragged
                            else self.env._("The file has no rows below its first line."))
        return [{(name or '').strip(): cell for name, cell in record.items()} for record in records]

    def _show(self, records, rejected):
        """Fill in the preview and the downloadable list of rejected rows."""
        reasons = self.env['membership.history.import']._get_reasons()
        bad = {item.row: reasons[item.reason] for item in rejected}
        shown = list(islice(bad, PREVIEW_ROWS)) or range(1, PREVIEW_ROWS + 1)
        cell = Markup('<td>%s</td>')
        lines = Markup().join(
            Markup('<tr class="%s">%s%s%s</tr>') % (
                'table-danger' if row in bad else '', cell % row,
                Markup().join(cell % (value or '') for value in records[row - 1].values()), cell % bad.get(row, ''))
            for row in shown if row <= len(records))
        heads = ['#', *records[0], self.env._("Problem")]
        self.preview = Markup('<table class="table table-sm"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>') % (
            Markup().join(Markup('<th>%s</th>') % head for head in heads), lines)
        output = io.StringIO()
        writer = csv.writer(output)
        writer.writerow(['row', 'reference', 'reason', 'value', 'explanation'])
        writer.writerows([*map(harmless, item), reasons[item.reason]] for item in rejected)
        self.rejected_count = len(rejected)
        self.rejected_file = base64.b64encode(output.getvalue().encode('utf-8-sig')) if rejected else False
