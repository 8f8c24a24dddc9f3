from odoo import fields, models
from odoo.tools import SQL

from ..tools.expiry import inactive_to, last_day


class LoyaltyProgram(models.Model):
    """Points that were issued before points expired at all: they never do, unless the owner says so."""

    _inherit = 'loyalty.program'

    points_old_expire_on = fields.Date(
        string="Last day of earlier points", readonly=True, copy=False,
        help="Points issued before they expired are being given this last day, in the background.")

    def _membership_old_points(self):
        """Return what the owner would decide about: credits, points, members without a last day, and the day they
        would be given: one full period from today.

        :return: dict(credits, points, members, last_day)
        """
        self.ensure_one()
        policy, today = self._membership_expiry_policy(), self._membership_date(fields.Datetime.now())
        if policy.kind == 'inactivity':
            row = SQL(
                """SELECT 0, COALESCE(sum(c.points)::numeric(16, 2), 0)::float8, count(*) FROM loyalty_card c
                    WHERE c.program_id = %s AND c.points > 0 AND c.points_expire_on IS NULL""", self.id)
        else:
            row = SQL(
                """SELECT count(*), COALESCE(sum(e.remaining), 0)::float8, count(DISTINCT e.card_id)
                     FROM membership_ledger_entry e JOIN loyalty_card c ON c.id = e.card_id
                    WHERE c.program_id = %s AND e.remaining > 0 AND e.expires_on IS NULL AND e.value_type = 'points'""",
                self.id)
        self.env.flush_all()
        [(credits, points, members)] = self.env.execute_query(row)
        return {'credits': credits, 'points': points, 'members': members,
                'last_day': last_day(policy, today) or inactive_to(policy, today)}

    def _membership_expire_old_points(self):
        """Give points issued before a last day: one full period from today. Credits get theirs in the background."""
        self.ensure_one()
        decided = self._membership_old_points()
        if self.points_expiry == 'inactivity':
            today = self._membership_date(fields.Datetime.now())
            self.env['loyalty.card']._membership_set_clock(self, SQL(
                """(SELECT id AS card_id, %s::date AS day FROM loyalty_card
                     WHERE program_id = %s AND points > 0 AND points_expire_on IS NULL) AS seen""", today, self.id))
        else:
            self.points_old_expire_on = decided['last_day']
            self.env.ref('membership_loyalty.ir_cron_points_expiry').sudo()._trigger()
        return decided
