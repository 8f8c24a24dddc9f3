from datetime import date

from odoo import api, models
from odoo.tools import SQL


class MembershipLedgerEntry(models.Model):
    """Pending points become spendable, as a set."""

    _inherit = 'membership.ledger.entry'

    _waiting = models.Index('(available_from, id) WHERE is_pending')
    _credits_wait = models.Constraint(
        'CHECK (NOT is_pending OR amount > 0)', "Only a credit waits until it can be spent.")

    @api.model
    def _today_sql(self):
        """Return SQL of rows (program_id, today): the day it is now in each programme that the ledger keeps."""
        programs = self.env['loyalty.program'].sudo().with_context(active_test=False).search(
            [('is_ledger_kept', '=', True)])
        days = programs._membership_today() or {0: date.min}  # VALUES wants a row
        return SQL(', ').join(SQL("(%s, %s::date)", *pair) for pair in days.items())

    @api.model
    def _release(self, credits):
        """Make pending credits spendable: those named, as far as nobody else is working on their accounts.

        :param credits: SQL of a query for (id, card_id) of pending entries
        :return: (number of credits found, number released)
        """
        self.env['loyalty.card'].flush_model(['points'])
        [(found, released, indebted)] = self.env.execute_query(SQL(
            """WITH due AS MATERIALIZED (%(credits)s),
               locked AS MATERIALIZED (
                   SELECT id FROM loyalty_card WHERE id IN (SELECT card_id FROM due)
                    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED),
               released AS (
                   UPDATE membership_ledger_entry e SET is_pending = FALSE
                     FROM due JOIN locked ON locked.id = due.card_id WHERE e.id = due.id
                   RETURNING e.card_id, e.remaining),
               moved AS (SELECT card_id, sum(remaining) AS points FROM released GROUP BY card_id),
               balances AS (
                   UPDATE loyalty_card c SET points = (COALESCE(c.points, 0)::numeric(16, 2) + moved.points)::float8
                     FROM moved WHERE moved.card_id = c.id AND moved.points <> 0),
               history AS (
                   INSERT INTO loyalty_history (
                       card_id, issued, used, description, create_uid, create_date, write_uid, write_date)
                   SELECT card_id, points::float8, 0, %(description)s,
                          %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM moved WHERE points <> 0)
               SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM released), ARRAY(
                   SELECT DISTINCT d.card_id FROM membership_ledger_entry d JOIN moved ON moved.card_id = d.card_id
                    WHERE d.remaining < 0)""",
            credits=credits, uid=self.env.uid, description=self.env._("Points that can be spent now")))
        self.env['loyalty.card'].invalidate_model(['points'])
        self.invalidate_model(['is_pending'])
        if indebted:
            self._settle_debts(self.env['loyalty.card'].sudo().browse(sorted(indebted)))
        return found, released

    @api.model
    def _settle_debts(self, cards):
        """Let what became spendable cover the debts of these accounts, through the arithmetic of the ledger; what is
        open of both goes down by the same, the balance stays."""
        accounts = self._lock(cards)
        self._load_entries(accounts, {}, SQL("card_id IN %s AND remaining <> 0", tuple(accounts)))
        for account in accounts.values():
            account.settle()
        self._store_matches([match for account in accounts.values() for match in account.new_matches], self.env.uid)
        self._store_remaining([entry for account in accounts.values() for entry in account.changed.values()])
        self.invalidate_model(['remaining'])

    @api.model
    def _start_waiting(self, credits, days, grace):
        """Tell credits that waited for an event how long they still wait, and give them time to be spent.

        :param credits: SQL of a query for (id, card_id, today) of pending entries
        :param int days: from today until they can be spent
        :param int grace: days that they can be spent at least
        :return: number of credits
        """
        self.env.cr.execute(SQL(
            """WITH due AS MATERIALIZED (%(credits)s),
               locked AS MATERIALIZED (
                   SELECT id FROM loyalty_card WHERE id IN (SELECT card_id FROM due)
                    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
               UPDATE membership_ledger_entry e
                  SET available_from = due.today + %(days)s,
                      expires_on = CASE WHEN e.expires_on IS NOT NULL
                                        THEN GREATEST(e.expires_on, due.today + %(days)s + %(grace)s) END
                 FROM due JOIN locked ON locked.id = due.card_id WHERE e.id = due.id""",
            credits=credits, days=days, grace=grace))
        started = self.env.cr.rowcount
        self.invalidate_model(['available_from', 'expires_on'])
        return started
