from datetime import timedelta

from odoo import fields, models

from ..tools.revenue import ZERO, Books, Points


class MembershipRevenuePolicy(models.Model):
    """What was owed before a month, what moved it, and what is owed after: in points and in money."""

    _inherit = 'membership.revenue.policy'

    def _roll_forward(self, until, standings):
        """Return the roll-forward of one month; a month that is booked is told as it was booked.

        :param until: last day of the month
        :param standings: the Standings of that day
        :return: dict(points, money, is_booked): two lists of (label, Decimal), the first row is the opening, the last
            the closing, and the rows between add up to the difference
        """
        self.ensure_one()
        postings = self.env['membership.revenue.posting'].sudo()
        before = fields.Date.start_of(until, 'month') - timedelta(days=1)
        last = postings._last_day(self.sudo())
        is_booked = bool(last and last >= until)
        opening, opening_points = self._booked(before)
        if is_booked:
            closing, closing_points = self._booked(until)
            effect = self._estimate_effects(before, until)
        else:
            closing = _add(Books, [standing.target for standing in standings])
            closing_points = _add(Points, [standing.points for standing in standings])
            # Between the last month that is booked and this one there may be others: they count here.
            effect = self._estimate_effects(before, until) + sum((s.estimate for s in standings), ZERO)
        return {
            'is_booked': is_booked,
            'points': self._points_rows(opening_points, closing_points),
            'money': self._money_rows(opening, closing, effect),
        }

    def _booked(self, day):
        """Return (Books, Points) of all cohorts as they stood in the books on a day."""
        postings, cohorts = self.env['membership.revenue.posting'].sudo(), self.sudo().cohort_ids
        return (_add(Books, postings._posted(cohorts, day).values()),
                _add(Points, postings._last_points(cohorts, day).values()))

    def _estimate_effects(self, after, until):
        postings = self.env['membership.revenue.posting'].sudo()
        return postings._estimate_effects(self.sudo().cohort_ids, after, until)

    def _points_rows(self, opening, closing):
        moved = Points(*(there - here for here, there in zip(opening, closing, strict=True)))
        return [
            (self.env._("Points left before"), opening.open),
            (self.env._("Given, less what refunds took back"), moved.issued),
            (self.env._("Redeemed"), -moved.redeemed),
            (self.env._("Expired"), -moved.expired),
            (self.env._("Corrected otherwise"), -moved.cancelled),
            (self.env._("Points left after"), closing.open),
        ]

    def _money_rows(self, opening, closing, effect):
        moved = closing.less(opening)
        return [
            (self.env._("Owed before"), opening.liability),
            (self.env._("Deferred for points given"), moved.allocated),
            (self.env._("Revenue for points redeemed"), effect - moved.redeemed),
            (self.env._("Breakage"), -moved.breakage),
            (self.env._("Effect of changed estimates"), -effect),
            (self.env._("Owed after"), closing.liability),
        ]


def _add(kind, parts):
    """Return the sum of named tuples of numbers."""
    return kind(*(sum(column, ZERO) for column in zip(*parts, strict=True))) if parts else kind()
