from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.ledger import EXPIRE


class MembershipLedgerEntry(models.Model):
    """Credits expire, as a set: for each a debit with its match; for each account the balance and a display row."""

    _inherit = 'membership.ledger.entry'

    # Money that was paid in is the member's for ever.
    _principal_stays = models.Constraint(
        "CHECK (kind <> 'expire' OR value_type <> 'principal')", "Money paid in by a member does not expire.")

    @api.model
    def _expire(self, credits):
        """Expire what is left of these credits, as far as nobody else is working on their accounts.

        Accounts are locked first and by id, as every posting does. Those that are locked are left for the next time;
        those that were posted to since the transaction began make PostgreSQL refuse, and the batch is tried again.

        :param credits: SQL of a query for (id, card_id, remaining, today) of credits that can be spent
        :return: (number of credits found, number expired)
        """
        self.env['loyalty.card'].flush_model(['points'])
        [counts] = self.env.execute_query(SQL(
            """WITH due AS MATERIALIZED (%(credits)s),
               locked AS MATERIALIZED (
                   SELECT id FROM loyalty_card WHERE id IN (SELECT card_id FROM due)
                    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED),
               gone AS (
                   UPDATE membership_ledger_entry e SET remaining = 0
                     FROM due JOIN locked ON locked.id = due.card_id WHERE e.id = due.id
                   RETURNING e.id, e.card_id, e.company_id, e.shop_id, e.value_type, e.date AS issued_on,
                             due.remaining AS points, due.today, nextval('membership_ledger_entry_id_seq') AS debit_id),
               debits AS (%(debits)s),
               matches AS (
                   INSERT INTO membership_ledger_match (
                       debit_id, credit_id, amount, cause_id, create_uid, create_date, write_uid, write_date)
                   -- Each debit is there before its match: the trigger of the match reads it.
                   SELECT debits.id, gone.id, points, debits.id, %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM debits JOIN gone ON gone.debit_id = debits.id),
               lost AS (SELECT card_id, sum(points) AS points FROM gone GROUP BY card_id),
               balances AS (
                   UPDATE loyalty_card c SET points = (c.points::numeric(16, 2) - lost.points)::float8
                     FROM lost WHERE lost.card_id = c.id),
               history AS (
                   INSERT INTO loyalty_history (
                       card_id, issued, used, description, create_uid, create_date, write_uid, write_date)
                   SELECT card_id, 0, points::float8, %(summary)s, %(uid)s, %(now)s, %(uid)s, %(now)s FROM lost)
               SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM gone)""",
            credits=credits, debits=self._expire_debits(), uid=self.env.uid, now=fields.Datetime.now(),
            summary=self.env._("Expired points")))
        self.env['loyalty.card'].invalidate_model(['points'])
        self.invalidate_model(['remaining'])
        return counts

    @api.model
    def _load_expired(self, accounts, entries, postings):
        """Load what expired of the very points that these postings take back, if they can have expired at all."""
        keys = {key for posting in postings if accounts[posting.card_id].posted(
            posting.key, posting.kind, posting.value_type) > posting.wanted for key in (posting.key, *posting.origins)}
        used = [f'{EXPIRE}:{entry.id}' for entry in entries.values()
                if entry.amount > entry.remaining >= 0 and entry.key in keys and not entry.is_reversal]
        if not used:
            return
        known = len(entries)
        self._load_entries(accounts, entries, SQL(
            "card_id IN %s AND document_key IN %s AND id NOT IN %s", tuple(accounts), tuple(used), tuple(entries)))
        if len(entries) > known:
            self._load_matches(accounts, entries, [
                entry.id for entry in entries.values() if entry.key in used and entry.amount < 0])

    @api.model
    def _expire_debits(self):
        """Return SQL that posts one debit for each row of `gone`. A credit that got points back by a refund after it
        expired, expires once more: the second entry of the same event."""
        return SQL(
            """INSERT INTO membership_ledger_entry (
                   id, card_id, company_id, shop_id, channel, kind, value_type, is_reversal, amount, remaining,
                   is_pending, occurred_at, date, document_key, seq, description,
                   create_uid, create_date, write_uid, write_date)
               SELECT debit_id, card_id, company_id, shop_id, 'manual', 'expire', value_type, FALSE, -points, 0, FALSE,
                      %(now)s, today, 'expire:' || id, 1 + COALESCE((
                          SELECT max(seq) FROM membership_ledger_entry x
                           WHERE x.document_key = 'expire:' || gone.id AND x.card_id = gone.card_id), 0),
                      replace(%(description)s, '{date}', issued_on::text),
                      %(uid)s, %(now)s, %(uid)s, %(now)s
                 FROM gone RETURNING id""",
            uid=self.env.uid, now=fields.Datetime.now(),
            description=self.env._("Expired points of %(date)s", date='{date}'))
