from odoo import api, models
from odoo.tools import SQL

BATCH = 20_000


class MembershipPointsRelease(models.AbstractModel):
    """Every night: points whose waiting time is over can be spent, and orders that were paid or delivered without
    anybody noticing are looked after."""

    _name = 'membership.points.release'
    _description = "Release of Pending Points"
    _inherit = 'membership.job.mixin'

    @api.model
    def _job_count(self):
        [(count,)] = self.env.execute_query(SQL("SELECT count(*) FROM (%s) due", self._due()))
        for program in self._programs_waiting():
            [(more,)] = self.env.execute_query(SQL(
                "SELECT count(*) FROM (%s) ready", self._ready(program, self._of_ready_orders(program))))
            count += more
        return count

    @api.model
    def _job_batch(self):
        for program in self._programs_waiting():
            done = self._release_waiting(program, self._of_ready_orders(program))
            if done:
                return done, done
        return self.env['membership.ledger.entry']._release(SQL("%s LIMIT %s", self._due(), BATCH))

    @api.model
    def _due(self):
        """Return SQL for (id, card_id) of the credits whose day has come, in the order of the index."""
        today = self.env['membership.ledger.entry']._today_sql()
        return SQL(
            """SELECT e.id, e.card_id FROM membership_ledger_entry e
                 JOIN loyalty_card c ON c.id = e.card_id
                 JOIN (VALUES %(today)s) AS t (program_id, today) ON t.program_id = c.program_id
                WHERE e.is_pending AND e.available_from <= t.today
                  AND e.available_from <= (SELECT max(today) FROM (VALUES %(today)s) AS t (program_id, today))
                ORDER BY e.available_from, e.id""", today=today)

    # ------------------------------------------------------------------ points that wait for an event

    @api.model
    def _programs_waiting(self):
        """Return the programmes with credits that wait for an event."""
        return self.env['loyalty.program'].sudo().browse(id_ for id_, in self.env.execute_query(SQL(
            """SELECT DISTINCT c.program_id FROM membership_ledger_entry e JOIN loyalty_card c ON c.id = e.card_id
                WHERE e.is_pending AND e.available_from IS NULL AND e.document_model = 'sale.order'""")))

    @api.model
    def _of_ready_orders(self, program):
        return SQL(
            "e.document_model = 'sale.order' AND e.document_id IN (SELECT o.id FROM sale_order o WHERE %s)",
            self.env['sale.order']._membership_ready_sql(program.points_pending_event))

    @api.model
    def _ready(self, program, condition, still=SQL("e.available_from IS NULL")):  # noqa: B008 a constant
        """Return SQL for (id, card_id, today) of a programme's credits whose event has happened."""
        return SQL(
            """SELECT e.id, e.card_id, %s::date AS today FROM membership_ledger_entry e
                 JOIN loyalty_card c ON c.id = e.card_id
                WHERE e.is_pending AND %s AND c.program_id = %s AND %s""",
            program._membership_today()[program.id], still, program.id, condition)

    @api.model
    def _release_waiting(self, program, condition):
        """Let credits that waited for an event be spent, or have them wait the programme's days from now on.

        :param condition: SQL on membership_ledger_entry `e`
        :return: number of credits
        """
        entries, days = self.env['membership.ledger.entry'], program.points_pending_days
        started = entries._start_waiting(
            SQL("%s LIMIT %s", self._ready(program, condition), BATCH), days, program.points_grace_days)
        if started and not days:
            today = SQL("e.available_from = %s", program._membership_today()[program.id])
            entries._release(self._ready(program, condition, still=today))
        return started
