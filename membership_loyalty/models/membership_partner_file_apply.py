import csv
import tempfile

from odoo import fields, models
from odoo.tools import SQL

from ..tools import partner_file, partner_row
from ..tools.partner_event import ERROR, fingerprint
from ..tools.partner_row import Problem, clean

SET_BATCH = 20_000  # rows posted as a set
SINGLE_BATCH = 2_000  # rows that go through the service one by one
STAGED = ('file_id', 'row_no', 'ext_txn_id', 'kind', 'card_token', 'occurred_at', 'points', 'amount', 'currency',
          'store', 'terminal', 'receipt_no', 'original', 'note', 'fingerprint', 'is_set', 'state', 'code', 'message')


class MembershipPartnerFile(models.Model):
    """Applying a file: its rows are staged once, then posted; what is earned first, then what is spent or taken back,
    each in the order of the file. So points of a file can be spent in the same file, wherever they stand in it."""

    _inherit = 'membership.partner.file'

    def _apply_batch(self):
        """Do the next step of one file that was checked as a whole.

        :return: (rows looked at, rows changed)
        """
        self.ensure_one()
        self = self.with_context(lang=self.party_id.partner_id.lang)  # it is the partner who reads the answers
        if self.state == 'verified':
            done = self._stage()
        elif self.mode == 'all_or_nothing':
            done = self._apply_whole()
        else:
            done = self._apply_earned(SET_BATCH) or self._apply_others(SINGLE_BATCH)
        self.done_count += done
        if self.done_count >= self.row_count:
            self._finish()
        return max(done, 1), done

    def _apply_earned(self, limit):
        posting = self.env['membership.partner.file.posting']
        return posting._post_set(self, limit) if posting._is_set_possible(self.program_id) else 0

    def _apply_others(self, limit):
        return self.env['membership.partner.file.posting']._post_rows(self, SQL("TRUE"), limit)

    # ------------------------------------------------------------------ staging

    def _stage(self):
        """Read the rows into the database, with what is wrong with them in themselves.

        :return: number of rows that are refused already
        """
        file = partner_file.parse(self.attachment_id.raw)
        read = self._get_reader()
        self.env.flush_all()
        with tempfile.TemporaryFile('w+', newline='', encoding='utf-8') as buffer:
            writer = csv.writer(buffer)
            for row_no, record in enumerate(partner_file.records(file)[1], 1):
                writer.writerow((self.id, row_no, *read(record)))
            buffer.seek(0)
            self.env.cr.copy_expert(
                f"COPY membership_partner_file_row ({', '.join(STAGED)}) FROM STDIN (FORMAT csv)", buffer)
        self.env.cr.execute("ANALYZE membership_partner_file_row")
        self.state = 'parsed'
        [(refused,)] = self.env.execute_query(SQL(
            "SELECT count(*) FROM membership_partner_file_row WHERE file_id = %s AND state = %s", self.id, ERROR))
        return refused

    def _get_reader(self):
        """Return a function that gives the cells of one staged row, from the partner's number on."""
        now, places, currency = fields.Datetime.now(), self.program_id.points_digits, self.program_id.currency_id.name
        codes, empty = self.env['membership.partner.code'], [None] * (len(STAGED) - 9)

        def read(record):
            try:
                event = partner_row.read(record, now, places)
            except Problem as problem:
                known = [clean((record or {}).get(column, '')) for column in ('ext_txn_id', 'kind', 'card_token')]
                return *known, *empty, False, ERROR, problem.code, codes._row_sentence(self, problem)
            is_set = event.kind == 'earn' and event.points is not None and (
                event.amount is None or event.currency in ('', currency))
            return (event.ext_txn_id, event.kind, event.token, event.occurred_at, event.points, event.amount,
                    event.currency or None, event.store or None, event.terminal or None, event.receipt_no or None,
                    event.original or None, event.note or None, fingerprint(event), is_set, 'new', None, None)

        return read

    # ------------------------------------------------------------------ all or nothing

    def _apply_whole(self):
        """Apply all rows or none: when one is refused, nothing of the others stands.

        :return: number of rows that were left to do
        """
        left = self.row_count - self.done_count
        savepoint = self.env.cr.savepoint(flush=True)
        while self._apply_earned(SET_BATCH) or self._apply_others(SINGLE_BATCH):
            pass
        refused = self.env.execute_query(SQL(
            "SELECT id, code, message FROM membership_partner_file_row WHERE file_id = %s AND state = %s",
            self.id, ERROR))
        savepoint.close(rollback=bool(refused))
        if refused:
            self.env.invalidate_all(flush=False)
            self._skip_all_but(refused)
        return left

    def _skip_all_but(self, refused):
        """Keep what is wrong with some rows, and that nothing was done with the others.

        :param refused: list of (id of the row, code, message)
        """
        self.env.cr.execute(SQL(
            "UPDATE membership_partner_file_row SET state = 'skipped' WHERE file_id = %s AND state <> %s",
            self.id, ERROR))
        self.env.cr.execute(SQL(
            """UPDATE membership_partner_file_row r SET state = %s, code = v.code, message = v.message
                 FROM unnest(%s::int[], %s::text[], %s::text[]) AS v (id, code, message) WHERE r.id = v.id""",
            ERROR, *map(list, zip(*refused, strict=True))))

    # ------------------------------------------------------------------ end

    def _finish(self):
        """Close a file all of whose rows are done: counts, state, response file, a note in the chatter."""
        self.env['membership.partner.file.row'].invalidate_model()
        counts = dict(self.env.execute_query(SQL(
            "SELECT state, count(*) FROM membership_partner_file_row WHERE file_id = %s GROUP BY state", self.id)))
        good, known, refused = (counts.get(state, 0) for state in ('ok', 'duplicate', ERROR))
        self.write({
            'ok_count': good, 'duplicate_count': known, 'error_count': refused, 'is_queued': False,
            'state': 'applied' if not refused else 'partially_applied' if good or known else 'rejected'})
        self._respond()
        self.message_post(body=self.env._(
            "%(ok)s rows applied, %(duplicate)s known before, %(error)s refused, of %(all)s.",
            ok=good, duplicate=known, error=refused, all=self.row_count))
