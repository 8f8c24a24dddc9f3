import re
import tempfile

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.membership_loyalty.models.membership_settlement import OPEN

from ..report.statement_detail import MOST_ROWS, write_archive
from ..report.statement_figures import GROUP
from ..report.statement_workbook import StatementWorkbook
from ..report.stream import stream

MOST_AT_ONCE = 20_000  # transactions whose workbooks are made while the user waits: about two seconds
XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'


class MembershipSettlement(models.Model):
    """The workbook of a statement: made when it is sent, and kept as it was sent."""

    _inherit = 'membership.settlement'

    workbook_id = fields.Many2one(
        'ir.attachment', string="Workbook file", readonly=True, copy=False, ondelete='restrict',
        index='btree_not_null')
    workbook_sha256 = fields.Char(string="Workbook SHA-256", readonly=True, copy=False)
    detail_id = fields.Many2one(
        'ir.attachment', string="Transactions file", readonly=True, copy=False, ondelete='restrict',
        index='btree_not_null',
        help="Transactions as a zipped CSV: when there are more than a sheet of a workbook can hold.")
    detail_sha256 = fields.Char(string="Transactions SHA-256", readonly=True, copy=False)
    workbook_user_id = fields.Many2one(
        'res.users', string="Workbook is made for", readonly=True, copy=False, index='btree_not_null',
        help="The workbook is being made in the background; this user is told when it is there.")

    # ------------------------------------------------------------------ asking for it

    def action_workbook(self):
        """Download the workbook; of a statement that was not sent, make it as it would be sent now."""
        self.ensure_one()
        self._check_group('membership_loyalty.group_membership_auditor')
        settlement = self.sudo()
        if not settlement.workbook_id:
            settlement._ask_for_workbooks()
        if not settlement.workbook_id:
            return self._workbook_notice()
        return {
            'type': 'ir.actions.act_url',
            'url': f'/web/content/{settlement.workbook_id.id}?download=true',
            'target': 'download',
        }

    def _workbook_notice(self):
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'info', 'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
                'message': self.env._(
                    "The workbook is long and is made in the background. You are told when it is there."),
            },
        }

    def _compute_settlement(self):
        self.sudo()._drop_workbooks()
        return super()._compute_settlement()

    def _reopen(self, reason):
        result = super()._reopen(reason)
        self.sudo()._drop_workbooks()
        return result

    def _after_sent(self):
        self._ask_for_workbooks()
        return super()._after_sent()

    def _price_again(self):
        """What a dispute has changed of a statement that was sent is in new files; those that were sent stay."""
        super()._price_again()
        if self.state not in OPEN:
            self._ask_for_workbooks()

    def _ask_for_workbooks(self):
        """Make the workbooks of these statements, long ones in the background."""
        settlements = self.sudo()
        if settlements._count_transactions() <= MOST_AT_ONCE:
            for settlement in settlements:
                settlement._make_workbook()
        else:
            settlements._drop_workbooks()
            settlements.workbook_user_id = self.env.user
            self.env.ref('membership_loyalty_report.ir_cron_statement_workbook').sudo()._trigger()

    def _count_transactions(self):
        """Return how many rows of detail these statements have."""
        [(count,)] = self.env.execute_query(SQL(
            "SELECT count(*) FROM membership_settlement_atom WHERE settlement_id = ANY(%s)", self.ids))
        return count

    @api.model
    def _get_statement_files(self):
        settlement = self.sudo()
        return super()._get_statement_files() + (settlement.workbook_id + settlement.detail_id).with_env(self.env)

    # ------------------------------------------------------------------ making it

    def _drop_workbooks(self):
        """Forget the files of these statements; those that were sent are kept."""
        files = (self.workbook_id + self.detail_id).filtered(lambda file: not file.is_sent_statement)
        self.write({'workbook_id': False, 'workbook_sha256': False, 'detail_id': False, 'detail_sha256': False})
        files.unlink()

    def _make_workbook(self):
        """Make the files of one statement, in the language of the party."""
        self.ensure_one()
        self._drop_workbooks()
        statement = self.with_context(lang=self.party_id.partner_id.lang or self.env.lang)
        name = re.sub(r'[^\w-]+', '-', f'{self.name} {self.party_id.code}')
        values = {'res_model': self._name, 'res_id': self.id, 'is_sent_statement': self.state not in OPEN}
        store = self.env['ir.attachment']._membership_store
        with tempfile.TemporaryFile() as book, tempfile.TemporaryFile() as archive:
            has_archive = statement._write_files(book, archive, f'{name}.zip', MOST_ROWS)
            kept, digest = store(book, {**values, 'name': f'{name}.xlsx', 'mimetype': XLSX})
            self.write({'workbook_id': kept.id, 'workbook_sha256': digest})
            if has_archive:
                kept, digest = store(archive, {**values, 'name': f'{name}.zip', 'mimetype': 'application/zip'})
                self.write({'detail_id': kept.id, 'detail_sha256': digest})
        self._tell_of_workbook()

    def _tell_of_workbook(self):
        """Note the files and their fingerprints in the history of a statement that was sent."""
        if self.workbook_id.is_sent_statement:
            for file, digest in ((self.workbook_id, self.workbook_sha256), (self.detail_id, self.detail_sha256)):
                if file:
                    self._message_log(body=self.env._(
                        "File of the statement: %(name)s, SHA-256 %(digest)s", name=file.name, digest=digest))
        if self.workbook_user_id:
            self.workbook_user_id._bus_send('simple_notification', {
                'type': 'success', 'title': self.name,
                'message': self.env._("The workbook of the statement is there.")})
            self.workbook_user_id = False

    def _write_files(self, book, archive, archive_name, most_rows):
        """Write the workbook, and the archive of transactions if they do not fit into it.

        :param book: binary file
        :param archive: binary file
        :param archive_name: how the workbook calls the archive
        :return: whether there is an archive
        """
        figures = self._statement_figures()
        if figures.count > most_rows:
            figures.archive = archive_name
            write_archive(
                archive, self._csv_columns().values(), self._detail_rows(stream, is_csv=True),
                self._manifest(figures), figures.created)
        StatementWorkbook(self.env, book, figures).write(self._detail_rows(stream))
        return bool(figures.archive)

    def _manifest(self, figures):
        """Return what the archive of transactions says of itself."""
        return {
            'statement': figures.name, 'revision': figures.revision, 'party': figures.party_code,
            'programme': figures.program, 'date_from': str(figures.date_from), 'date_to': str(figures.date_to),
            'time_zone': figures.tz, 'rows': figures.count,
            'totals': [{
                **dict(zip(GROUP, control.code, strict=True)), 'count': control.statement.count,
                'quantity': str(control.statement.quantity), 'hash_total': control.statement.numbers,
            } for control in figures.controls],
        }
