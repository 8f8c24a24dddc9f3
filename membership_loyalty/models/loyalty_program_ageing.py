from odoo import models
from odoo.tools import SQL

DAYS = (30, 60, 90, 180, 364)


class LoyaltyProgram(models.Model):
    """How old the points are that members can still spend, or will be able to."""

    _inherit = 'loyalty.program'

    def _membership_ageing(self, day, bounds=DAYS):
        """Return what is open today by its age on a day: points, credits and members for each range of days.

        :param day: the age is counted up to this day; what was issued later is left out
        :param bounds: last day of each range but the last, ascending
        :return: {(first day, last day): (points, credits, members)}, last day None for whatever is older
        """
        ranges = list(zip((0, *(bound + 1 for bound in bounds)), (*bounds, None), strict=True))
        self.env['membership.ledger.entry'].flush_model()
        found = {number: figures for number, *figures in self.env.execute_query(SQL(
            """SELECT width_bucket(%(day)s::date - e.date, %(firsts)s::int[]) - 1 AS range, sum(e.remaining)::float8,
                      count(*), count(DISTINCT e.card_id)
                 FROM membership_ledger_entry e JOIN loyalty_card c ON c.id = e.card_id
                WHERE e.remaining > 0 AND e.value_type = 'points' AND e.date <= %(day)s AND c.program_id IN %(programs)s
                GROUP BY 1""", day=day, firsts=[first for first, _last in ranges], programs=tuple(self.ids)))}
        return {days: tuple(found.get(number, (0.0, 0, 0))) for number, days in enumerate(ranges)}
