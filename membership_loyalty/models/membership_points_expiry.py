from odoo import api, models
from odoo.tools import SQL

BATCH = 10_000


class MembershipPointsExpiry(models.AbstractModel):
    """Every night: what can no longer be spent expires. Money paid in never does, nor do points that still wait."""

    _name = 'membership.points.expiry'
    _description = "Expiry of Points"
    _inherit = 'membership.job.mixin'

    @api.model
    def _job_count(self):
        queries = [self._due(), self._due_accounts(), self._old_points()]
        return sum(self.env.execute_query(SQL("SELECT count(*) FROM (%s) due", query))[0][0] for query in queries)

    @api.model
    def _job_batch(self):
        entries = self.env['membership.ledger.entry']
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL random_page_cost = 1.1")
        given = self._give_old_points_a_day()
        if given:
            return given, given
        stopped = self._expire_inactive()
        if stopped:
            return stopped
        return entries._expire(SQL("%s LIMIT %s", self._due(), BATCH))

    @api.model
    def _due(self):
        """Return SQL for (id, card_id, remaining, today) of the credits past their day, in the order of the index."""
        today = self.env['membership.ledger.entry']._today_sql()
        return SQL(
            """SELECT e.id, e.card_id, e.remaining, t.today FROM membership_ledger_entry e
                 JOIN loyalty_card c ON c.id = e.card_id
                 JOIN (VALUES %(today)s) AS t (program_id, today) ON t.program_id = c.program_id
                WHERE e.remaining > 0 AND e.expires_on < t.today
                  AND e.expires_on < (SELECT max(today) FROM (VALUES %(today)s) AS t (program_id, today))
                  AND NOT COALESCE(e.is_pending, FALSE) AND e.value_type <> 'principal'
                ORDER BY e.expires_on, e.id""", today=today)

    # ------------------------------------------------------------------ inactivity

    @api.model
    def _due_accounts(self):
        """Return SQL for (id, today) of the accounts whose members were not seen for too long."""
        return SQL(
            """SELECT c.id, t.today FROM loyalty_card c
                 JOIN (VALUES %s) AS t (program_id, today) ON t.program_id = c.program_id
                WHERE c.points_expire_on < t.today ORDER BY c.id""",
            self.env['membership.ledger.entry']._today_sql())

    @api.model
    def _expire_inactive(self):
        """Expire all points of some inactive members, and stop their clocks until they are seen again.

        :return: (accounts and credits looked at, rows changed), or None when there are none
        """
        accounts = [id_ for id_, _today in self.env.execute_query(SQL(
            """SELECT id, today FROM (%s LIMIT %s) due JOIN loyalty_card USING (id)
                FOR NO KEY UPDATE OF loyalty_card SKIP LOCKED""", self._due_accounts(), BATCH // 10))]
        if not accounts:
            return None
        found, expired = self.env['membership.ledger.entry']._expire(SQL(
            """SELECT e.id, e.card_id, e.remaining, t.today FROM membership_ledger_entry e
                 JOIN (%s) t ON t.id = e.card_id
                WHERE e.remaining > 0 AND e.value_type = 'points' AND NOT COALESCE(e.is_pending, FALSE)
                  AND e.card_id = ANY(%s)""", self._due_accounts(), accounts))
        self.env.cr.execute(SQL("UPDATE loyalty_card SET points_expire_on = NULL WHERE id = ANY(%s)", accounts))
        self.env['loyalty.card'].invalidate_model(['points_expire_on'])
        return len(accounts), len(accounts) + expired

    # ------------------------------------------------------------------ points issued before

    @api.model
    def _old_points(self):
        """Return SQL for (id, card_id, last) of credits without a last day that their owner wants to have one."""
        return SQL(
            """SELECT e.id, e.card_id, p.points_old_expire_on AS last FROM membership_ledger_entry e
                 JOIN loyalty_card c ON c.id = e.card_id
                 JOIN loyalty_program p ON p.id = c.program_id AND p.points_old_expire_on IS NOT NULL
                WHERE e.remaining > 0 AND e.expires_on IS NULL AND e.value_type = 'points' ORDER BY e.id""")

    @api.model
    def _give_old_points_a_day(self):
        """Give some of these credits their last day; when none is left, the order is carried out.

        :return: number of credits
        """
        programs = self.env['loyalty.program'].sudo().with_context(active_test=False)
        ordered = programs.search([('points_old_expire_on', '!=', False)])
        if not ordered:
            return 0
        ordered.flush_recordset(['points_old_expire_on'])
        self.env.cr.execute(SQL(
            """WITH due AS MATERIALIZED (%s LIMIT %s),
               locked AS MATERIALIZED (
                   SELECT id FROM loyalty_card WHERE id IN (SELECT card_id FROM due)
                    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
               UPDATE membership_ledger_entry e SET expires_on = due.last
                 FROM due JOIN locked ON locked.id = due.card_id WHERE e.id = due.id""", self._old_points(), BATCH))
        given = self.env.cr.rowcount
        self.env['membership.ledger.entry'].invalidate_model(['expires_on'])
        if not given and not self.env.execute_query(SQL("%s LIMIT 1", self._old_points())):
            self.env['loyalty.program'].sudo().with_context(active_test=False).search(
                [('points_old_expire_on', '!=', False)]).points_old_expire_on = False
        return given
