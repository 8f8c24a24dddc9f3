from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import split_every

from ..tools import partner_event
from ..tools.partner_event import DUPLICATE, ERROR, OK, PartnerEvent

SINGLES = 500  # events that the service is given at a time

# Set-based checks of what is earned, in the order in which membership.partner.event makes them, under its reasons: the
# code, and the condition of the rows `e` that are refused.
CHECKS = {
    'conflict': (partner_event.E_KEY_CONFLICT, "e.known_id IS NOT NULL AND e.known_fingerprint <> e.fingerprint"),
    'card': (partner_event.E_CARD, "e.membership_card_id IS NULL"),
    'agreement': (partner_event.E_AGREEMENT, "e.agreement_id IS NULL"),
    'late': (partner_event.E_LATE, "e.late_days > 0 AND e.days > e.late_days"),
    'card_blocked': (partner_event.E_CARD_BLOCKED, "NOT e.is_usable"),
    'holder_earn': (partner_event.E_LIMIT, "NOT e.may_earn"),
}


class MembershipPartnerFilePosting(models.AbstractModel):
    """Rows of a partner's file become events: what is earned as a set, everything else by membership.partner.event.

    An account without debt that only earns is the same in SQL as through the ledger's engine: a credit, its balance, a
    display row. A test holds the two against each other, codes included.
    """

    _name = 'membership.partner.file.posting'
    _description = "Posting of a Partner File"

    # ------------------------------------------------------------------ as a set

    @api.model
    def _is_set_possible(self, program):
        """Tell whether a programme asks nothing of those who earn that only the service knows: limits, a budget, a
        mail when so many points are reached."""
        return not (program.earn_cap_order or program.earn_cap_day or program.earn_cap_month or program.earn_budget
                    or 'points_reach' in program.communication_plan_ids.mapped('trigger'))

    @api.model
    def _post_set(self, file, limit):
        """Check and book the next rows that only earn.

        :param limit: how many rows
        :return: how many there were
        """
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        found = self._fill(file, limit)
        if not found:
            return 0
        self._check()
        self._lock()
        self._fill_terms(file.program_id)
        self._insert(file)
        self.env.invalidate_all(flush=False)
        self._follow_tiers(file.program_id)
        self._keep_results()
        singles = [row_id for row_id, in self.env.execute_query(SQL(
            "SELECT id FROM membership_file_earn WHERE is_single AND reason IS NULL ORDER BY row_no"))]
        self._post_rows(file, SQL("r.id = ANY(%s)", singles))
        return found

    @api.model
    def _fill(self, file, limit):
        """Gather what has to be known of the next rows. Return how many there are."""
        program = file.program_id
        now = fields.Datetime.now()
        self.env.cr.execute(SQL(
            """DROP TABLE IF EXISTS membership_file_earn;
               CREATE TEMPORARY TABLE membership_file_earn ON COMMIT DROP AS
               SELECT r.id, r.row_no, r.ext_txn_id, r.card_token, r.occurred_at, r.points, r.amount, r.store,
                      r.terminal, r.receipt_no, r.note, r.fingerprint, NULL::text AS reason,
                      NULL::int AS transaction_id,
                      replace(replace(r.card_token, ' ', ''), '-', '') AS number,
                      (r.occurred_at AT TIME ZONE 'UTC' AT TIME ZONE %(timezone)s)::date AS day,
                      floor(extract(epoch FROM %(now)s::timestamp - r.occurred_at) / 86400)::int AS days,
                      t.id AS known_id, t.fingerprint AS known_fingerprint, NULL::int AS membership_card_id
                 FROM membership_partner_file_row r
                 LEFT JOIN membership_partner_transaction t
                        ON t.party_id = %(party)s AND t.ext_txn_id = r.ext_txn_id
                WHERE r.file_id = %(file)s AND r.row_no > %(after)s AND r.state = 'new' AND r.is_set
                ORDER BY r.row_no LIMIT %(limit)s""",
            timezone=program.membership_tz or 'UTC', now=now, party=file.party_id.id, file=file.id, limit=limit,
            after=file.set_to))
        found = self.env.cr.rowcount
        if found:
            [(file.set_to,)] = self.env.execute_query(SQL("SELECT max(row_no) FROM membership_file_earn"))
            self._find_cards(program)
            self._join(file, program._membership_date(now))
        return found

    @api.model
    def _find_cards(self, program):
        """Find the cards: by number, and those that are none by what their QR code says."""
        self.env.cr.execute(SQL(
            """ANALYZE membership_file_earn;
               UPDATE membership_file_earn e SET membership_card_id = k.id
                 FROM membership_card k WHERE k.number = e.number AND k.program_id = %(program)s;
               UPDATE membership_file_earn e SET membership_card_id = k.id
                 FROM membership_card k WHERE e.membership_card_id IS NULL AND k.program_id = %(program)s
                  AND (k.number = e.card_token OR k.token IN (e.card_token, e.number))""", program=program.id))

    @api.model
    def _join(self, file, today):
        """Add card, account and agreement to the rows."""
        self.env.cr.execute(SQL(
            """ALTER TABLE membership_file_earn
                   ADD account_id int, ADD is_usable boolean, ADD may_earn boolean, ADD is_single boolean,
                   ADD agreement_id int, ADD late_days int;
               UPDATE membership_file_earn e
                  SET account_id = c.id, may_earn = k.holder_id IS NULL OR COALESCE(k.holder_may_earn, FALSE),
                      is_usable = k.state = 'active' AND COALESCE(k.valid_until >= %(today)s, TRUE)
                          AND (c.active OR c.merged_into_id IS NOT NULL),
                      is_single = COALESCE(c.points, 0) < 0 OR c.merged_into_id IS NOT NULL
                 FROM membership_card k JOIN loyalty_card c ON c.id = k.account_id
                WHERE k.id = e.membership_card_id;
               UPDATE membership_file_earn e SET agreement_id = a.id, late_days = COALESCE(a.late_days, 0)
                 FROM membership_agreement a
                WHERE a.party_id = %(party)s AND a.program_id = %(program)s AND a.state <> 'draft'
                  AND e.day >= a.date_from AND (a.date_to IS NULL OR e.day <= a.date_to)""",
            today=today, party=file.party_id.id, program=file.program_id.id))

    @api.model
    def _check(self):
        """Mark the rows that are not booked, first reason first; then those that repeat a row of the same file."""
        mark = "UPDATE membership_file_earn e SET reason = %s WHERE e.reason IS NULL AND (%s)"
        for reason, (_code, condition) in CHECKS.items():
            self.env.cr.execute(SQL(mark, reason, SQL(condition)))
            if reason == 'conflict':
                self.env.cr.execute(SQL(mark, DUPLICATE, SQL("e.known_id IS NOT NULL")))
        self.env.cr.execute(SQL(
            """UPDATE membership_file_earn e
                  SET reason = CASE WHEN e.fingerprint = first.fingerprint THEN %s ELSE 'conflict' END
                 FROM (SELECT DISTINCT ON (ext_txn_id) ext_txn_id, row_no, fingerprint FROM membership_file_earn
                        WHERE reason IS NULL ORDER BY ext_txn_id, row_no) first
                WHERE first.ext_txn_id = e.ext_txn_id AND first.row_no < e.row_no""", DUPLICATE))

    @api.model
    def _lock(self):
        """Lock the accounts in the order of their ids, as every posting does."""
        self.env.cr.execute(
            """SELECT id FROM loyalty_card
                WHERE id IN (SELECT account_id FROM membership_file_earn WHERE reason IS NULL)
                ORDER BY id FOR NO KEY UPDATE""")

    @api.model
    def _fill_terms(self, program):
        """Ask the programme what points issued on each of the days carry; a file has few days."""
        self.env.cr.execute(
            """DROP TABLE IF EXISTS membership_file_day;
               CREATE TEMPORARY TABLE membership_file_day (
                   day date, available_from date, expires_on date, is_pending boolean) ON COMMIT DROP""")
        for day, in self.env.execute_query(SQL("SELECT DISTINCT day FROM membership_file_earn WHERE reason IS NULL")):
            terms = program._membership_credit_terms('earn', day)
            self.env.cr.execute(SQL(
                "INSERT INTO membership_file_day VALUES (%s, %s, %s, %s)",
                day, terms['available_from'], terms['expires_on'], terms['is_pending']))

    @api.model
    def _insert(self, file):
        """Book the good rows: transactions, ledger, balances, display rows."""
        posted = {
            'party': file.party_id.id, 'program': file.program_id.id, 'uid': self.env.uid,
            'company': (file.party_id.company_id or file.party_id.operator_id).id, 'name': file.party_id.name,
            'now': fields.Datetime.now(), 'good': SQL("reason IS NULL AND NOT is_single")}
        for statement in (TRANSACTIONS, ENTRIES, BALANCES, HISTORY):
            self.env.cr.execute(SQL(statement, **posted))

    @api.model
    def _follow_tiers(self, program):
        [(first,)] = self.env.execute_query(SQL(
            "SELECT min(day) FROM membership_file_earn WHERE transaction_id IS NOT NULL"))
        if first:
            self.env['membership.tier.review']._look_at(program, SQL(
                "c.id IN (SELECT account_id FROM membership_file_earn WHERE transaction_id IS NOT NULL)"),
                {'points'}, first)

    @api.model
    def _keep_results(self):
        """Write what became of the rows, in the words of the service."""
        service = self.env['membership.partner.event']
        names = ('day', 'days', 'allowed', 'number')
        told = SQL(', ').join(
            SQL("(%s, %s, %s)", reason, code, service._reason(reason, {name: f'{{{name}}}' for name in names}))
            for reason, (code, _condition) in CHECKS.items())
        self.env.cr.execute(SQL(
            """UPDATE membership_partner_file_row r
                  SET state = CASE WHEN e.reason IS NULL THEN %(ok)s WHEN e.reason = %(duplicate)s THEN %(duplicate)s
                                   ELSE %(error)s END,
                      transaction_id = COALESCE(e.transaction_id, CASE WHEN e.reason = %(duplicate)s THEN COALESCE(
                          e.known_id, (SELECT o.transaction_id FROM membership_file_earn o
                                        WHERE o.ext_txn_id = e.ext_txn_id AND o.transaction_id IS NOT NULL)) END),
                      code = told.code,
                      message = replace(replace(replace(replace(told.message, '{number}', e.ext_txn_id),
                          '{allowed}', COALESCE(e.late_days, 0)::text), '{days}', e.days::text), '{day}', e.day::text)
                 FROM membership_file_earn e LEFT JOIN (VALUES %(told)s) AS told (reason, code, message) USING (reason)
                WHERE r.id = e.id AND NOT (e.reason IS NULL AND e.is_single)""",
            ok=OK, duplicate=DUPLICATE, error=ERROR, told=told))

    # ------------------------------------------------------------------ one by one

    @api.model
    def _post_rows(self, file, condition, limit=None):
        """Check and book rows by the service, in their order.

        :param condition: SQL on membership_partner_file_row `r`
        :return: how many there were
        """
        rows = self.env.execute_query(SQL(
            """SELECT r.id, r.kind, r.ext_txn_id, r.occurred_at, COALESCE(r.card_token, ''), r.points::text,
                      r.amount::text, COALESCE(r.currency, ''), COALESCE(r.original, ''), COALESCE(r.store, ''),
                      COALESCE(r.terminal, ''), COALESCE(r.receipt_no, ''), COALESCE(r.note, '')
                 FROM membership_partner_file_row r
                WHERE r.file_id = %s AND r.state = 'new' AND %s
                ORDER BY r.kind <> 'earn', r.row_no %s""",
            file.id, condition, SQL("LIMIT %s", limit) if limit else SQL()))
        service = self.env['membership.partner.event']
        for batch in split_every(SINGLES, rows):
            events = [event(*row[1:]) for row in batch]
            results = service._post_bulk(file.party_id, file.program_id, events, 'import')
            self._keep([(row[0], result) for row, result in zip(batch, results, strict=True)])
        return len(rows)

    @api.model
    def _keep(self, results):
        """Write what became of rows.

        :param results: list of (id of the row, tools.partner_event.Result)
        """
        self.env.cr.execute(SQL(
            """UPDATE membership_partner_file_row r
                  SET state = v.state, code = v.code, message = v.message, transaction_id = v.transaction_id
                 FROM (VALUES %s) AS v (id, state, code, message, transaction_id) WHERE r.id = v.id""",
            SQL(', ').join(SQL(
                "(%s, %s, %s::text, %s::text, %s::int)", row_id, result.state, result.code or None,
                result.message or None, result.transaction_id) for row_id, result in results)))


def event(kind, ext_txn_id, occurred_at, token, points, amount, *texts):
    """Return the event of a staged row; figures are texts."""
    return PartnerEvent(kind, ext_txn_id, occurred_at, token, points and Decimal(points), amount and Decimal(amount),
                        *texts)


TRANSACTIONS = """
    WITH booked AS (
        INSERT INTO membership_partner_transaction (
            party_id, program_id, company_id, ext_txn_id, kind, card_id, membership_card_id, points, amount,
            occurred_at, date, received_at, channel, store, terminal, receipt_no, note, fingerprint, document_key,
            create_uid, create_date, write_uid, write_date)
        SELECT %(party)s, %(program)s, %(company)s, ext_txn_id, 'earn', account_id, membership_card_id, points,
               COALESCE(amount, 0), occurred_at, day, %(now)s, 'import', store, terminal, receipt_no, note, fingerprint,
               'party:' || %(party)s || ':' || ext_txn_id,
               %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
          FROM membership_file_earn WHERE %(good)s ORDER BY row_no
        ON CONFLICT (party_id, ext_txn_id) DO NOTHING RETURNING id, ext_txn_id)
    UPDATE membership_file_earn e SET transaction_id = booked.id
      FROM booked WHERE booked.ext_txn_id = e.ext_txn_id AND %(good)s"""
ENTRIES = """
    INSERT INTO membership_ledger_entry (
        card_id, company_id, channel, kind, value_type, is_reversal, amount, remaining, is_pending, available_from,
        expires_on, occurred_at, date, document_key, document_model, document_id, seq, description, party_id,
        create_uid, create_date, write_uid, write_date)
    SELECT account_id, %(company)s, 'import', 'earn', 'points', FALSE, points, points, is_pending, available_from,
           expires_on, occurred_at, day, 'party:' || %(party)s || ':' || ext_txn_id, 'membership.partner.transaction',
           transaction_id, 1, concat_ws(' ', %(name)s, receipt_no), %(party)s,
           %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM membership_file_earn JOIN membership_file_day USING (day) WHERE %(good)s ORDER BY row_no"""
BALANCES = """
    UPDATE loyalty_card c SET points = (COALESCE(c.points, 0)::numeric(16, 2) + e.points)::float8
      FROM (SELECT account_id, sum(points) AS points FROM membership_file_earn JOIN membership_file_day USING (day)
             WHERE %(good)s AND NOT is_pending GROUP BY account_id) e WHERE e.account_id = c.id"""
HISTORY = """
    INSERT INTO loyalty_history (
        card_id, issued, used, description, order_model, order_id, create_uid, create_date, write_uid, write_date)
    SELECT account_id, points::float8, 0, concat_ws(' ', %(name)s, receipt_no), 'membership.partner.transaction',
           transaction_id, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM membership_file_earn JOIN membership_file_day USING (day)
     WHERE %(good)s AND NOT is_pending ORDER BY row_no"""
