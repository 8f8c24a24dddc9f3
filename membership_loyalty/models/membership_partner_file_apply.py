import csv
import tempfile

from odoo import models
from odoo.tools import SQL

from ..tools import partner_file, partner_row
from ..tools.partner_event import fingerprint
from ..tools.partner_row import Problem, clean

SET_BATCH = 20_000  # rows posted as a set
SINGLE_BATCH = 500  # rows that go through the service one by one
STAGED = ('file_id', 'row_no', 'ext_txn_id', 'kind', 'card_token', 'occurred_at', 'points', 'amount', 'currency',
          'store', 'terminal', 'receipt_no', 'original', 'note', 'fingerprint', 'state', 'code', 'message')


class MembershipPartnerFile(models.Model):
    """Applying a file: its rows are staged once, then posted; what is earned first, then what is spent or taken back,
    each in the order of the file. So points of a file can be spent in the same file, wherever they stand in it."""

    _inherit = 'membership.partner.file'

    def _apply_batch(self):
        """Do the next step of one file.

        :return: (rows looked at, rows changed)
        """
        self.ensure_one()
        if self.state == 'verified':
            return self._stage(), self.row_count
        if self.mode == 'all_or_nothing':
            done = self._apply_whole()
        else:
            done = self._apply_earned(SET_BATCH) or self._apply_others(SINGLE_BATCH)
        self._count()
        if self.done_count >= self.row_count:
            self._finish()
        return max(done, 1), done

    # ------------------------------------------------------------------ staging

    def _stage(self):
        """Read the rows into the database, with what is wrong with them in themselves.

        :return: number of rows that are done with that
        """
        file = partner_file.parse(self.attachment_id.raw)
        now, places = self.env.cr.now().replace(microsecond=0), self.program_id.points_digits
        _columns, records = partner_file.records(file)
        with tempfile.TemporaryFile('w+', newline='', encoding='utf-8') as buffer:
            writer = csv.writer(buffer)
            for row_no, record in enumerate(records, 1):
                writer.writerow((self.id, row_no, *self._staged(record, now, places)))
            buffer.seek(0)
            self.env.cr.copy_expert(
                f"COPY membership_partner_file_row ({', '.join(STAGED)}) FROM STDIN (FORMAT csv)", buffer)
        self.env.cr.execute("ANALYZE membership_partner_file_row")
        self.state = 'parsed'
        self._count()
        if self.done_count >= self.row_count:
            self._finish()
        return self.done_count

    def _staged(self, record, now, places):
        """Return the cells of one staged row from the partner's number on."""
        try:
            event = partner_row.read(record, now, places)
        except Problem as problem:
            known = {column: clean((record or {}).get(column, '')) for column in partner_row.COLUMNS}
            return (known['ext_txn_id'], known['kind'], known['card_token'], *[None] * 10, 'error', problem.code,
                    self._row_sentence(problem.code, problem.column, problem.value))
        return (event.ext_txn_id, event.kind, event.token, event.occurred_at, event.points, event.amount,
                event.currency or None, event.store or None, event.terminal or None, event.receipt_no or None,
                event.original or None, event.note or None, fingerprint(event), 'new', None, None)

    # ------------------------------------------------------------------ posting

    def _apply_whole(self):
        """Apply all rows or none: when one is refused, nothing of the others stands."""
        savepoint = self.env.cr.savepoint(flush=True)
        while self._apply_earned(SET_BATCH) or self._apply_others(SINGLE_BATCH):
            pass
        refused = self.env.execute_query(SQL(
            "SELECT id, code, message FROM membership_partner_file_row WHERE file_id = %s AND state = 'error'",
            self.id))
        savepoint.close(rollback=bool(refused))
        if refused:
            self.env.invalidate_all(flush=False)
            self._refuse_whole(refused)
        return self.row_count

    def _count(self):
        """Bring the counts of this file up to its rows."""
        [(ok, duplicate, error)] = self.env.execute_query(SQL(
            """SELECT count(*) FILTER (WHERE state = 'ok'), count(*) FILTER (WHERE state = 'duplicate'),
                      count(*) FILTER (WHERE state = 'error')
                 FROM membership_partner_file_row WHERE file_id = %s""", self.id))
        self.write({'ok_count': ok, 'duplicate_count': duplicate, 'error_count': error,
                    'done_count': ok + duplicate + error})
