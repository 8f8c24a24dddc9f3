from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..tools.revenue import ZERO


class MembershipRevenuePolicy(models.Model):
    """The monthly entry: what is missing in the books, as one draft entry and one row of history for each cohort."""

    _inherit = 'membership.revenue.policy'

    def _check_accountant(self):
        if not self.env.user.has_group('membership_loyalty.group_membership_accountant'):
            raise AccessError(self.env._("Only an accountant of the membership books the liability of points."))
        self.check_access('read')

    def _today(self):
        return self.program_id._membership_date(fields.Datetime.now())

    def _month_end(self, day):
        return fields.Date.end_of(day, 'month')

    # ------------------------------------------------------------------ preview

    def _entry_date(self, until):
        """Return the day of the entry: the end of the month, or the first day that is not locked any more."""
        locks = self.company_id._get_violated_lock_dates(until, False, self.journal_id)
        return max([until, *(lock + timedelta(days=1) for lock, _name in locks)])

    def _entry_lines(self, standings, until):
        """Return [(account, label, amount)] of the entry, debits positive; nothing when nothing is missing."""
        self.ensure_one()
        month = f'{until:%Y-%m}'
        allocated, redeemed, breakage = (
            sum((standing.move[place] for standing in standings), ZERO) for place in range(3))
        owed = self.liability_account_id
        pairs = [
            (allocated, self.revenue_account_id, owed,
             self.env._("Points of %(month)s: part of the price owed to members", month=month)),
            (redeemed, owed, self.revenue_account_id,
             self.env._("Points of %(month)s: redeemed", month=month)),
            (breakage, owed, self.breakage_account_id,
             self.env._("Points of %(month)s: gone unused", month=month)),
        ]
        return [
            (account, label, sign * amount)
            for amount, debit, credit, label in pairs if amount for account, sign in ((debit, 1), (credit, -1))]

    def _warnings(self, until):
        """Return what the accountant should know before booking, as sentences."""
        self.ensure_one()
        warnings, day = [], self._entry_date(until)
        if until >= self._today():
            warnings.append(self.env._(
                "%(month)s is not over: this is a preview, it can be booked from %(day)s on.", month=f'{until:%Y-%m}',
                day=until + timedelta(days=1)))
        last = self.env['membership.revenue.posting']._last_day(self)
        if last and last > until:
            warnings.append(self.env._(
                "%(last)s is booked already. What is missing for %(month)s is part of the next entry.",
                last=f'{last:%Y-%m}', month=f'{until:%Y-%m}'))
        if day != until:
            warnings.append(self.env._(
                "The books are locked up to %(locked)s: the entry will be dated %(day)s, not %(until)s.",
                locked=day - timedelta(days=1), day=day, until=until))
        return warnings

    # ------------------------------------------------------------------ booking

    def _book(self, until):
        """Book what is missing up to the end of a month; called again, nothing.

        :param until: last day of a month that is over
        :return: the draft account.move, empty when nothing is missing
        :raise AccessError: for others than accountants of the membership
        :raise UserError: for a month that is not over, or is followed by one that is booked
        """
        self.ensure_one()
        self._check_accountant()
        # Two accountants at once: the second one waits for nothing and is told to try again.
        self.sudo().lock_for_update()
        last = self.env['membership.revenue.posting'].sudo()._last_day(self.sudo())
        if until >= self._today() or (last and last > until):
            raise UserError(' '.join(self._warnings(until)[:2]))
        policy = self.sudo()
        standings = self.env['membership.revenue.figures'].sudo()._standings(policy, until)
        move = policy._create_entry(policy._entry_lines(standings, until), until)
        policy._record(standings, until, move)
        return move.sudo(False)

    def _create_entry(self, lines, until):
        if not lines:
            return self.env['account.move']
        return self.env['account.move'].with_company(self.company_id).create({
            'move_type': 'entry', 'journal_id': self.journal_id.id, 'company_id': self.company_id.id,
            'date': self._entry_date(until),
            'ref': self.env._("%(program)s: points of %(month)s", program=self.program_id.name, month=f'{until:%Y-%m}'),
            'line_ids': [Command.create({
                'account_id': account.id, 'name': label, 'debit': float(max(amount, ZERO)),
                'credit': float(max(-amount, ZERO))}) for account, label, amount in lines]})

    def _record(self, standings, until, move):
        """Keep the figures of every cohort for which something is new since it was last booked."""
        postings = self.env['membership.revenue.posting']
        known = postings._last_points(self.cohort_ids)
        rates = postings._last_rates(self.cohort_ids)
        news = [standing for standing in standings
                if any(standing.move) or known.get(standing.cohort.id) != standing.points
                or rates.get(standing.cohort.id) != standing.terms['expected_rate']]
        cohorts = self._cohorts(news)
        self.env['membership.revenue.posting'].create([{
            **self._posting_values(standing, cohort, until), 'kind': 'posting', 'move_id': move.id,
            'allocated': float(standing.move.allocated), 'redeemed': float(standing.move.redeemed),
            'breakage': float(standing.move.breakage), 'estimate_effect': float(standing.estimate),
        } for standing, cohort in zip(news, cohorts, strict=True)])

    def _cohorts(self, standings):
        """Return the cohorts of these standings, in their order; those booked for the first time are created."""
        created = iter(self.env['membership.revenue.cohort'].create([{
            'policy_id': self.id, 'month': standing.month, 'origin': standing.origin,
            **{name: float(value) for name, value in standing.terms.items()},
        } for standing in standings if not standing.cohort]))
        return self.env['membership.revenue.cohort'].concat(
            *(standing.cohort or next(created) for standing in standings))

    def _posting_values(self, standing, cohort, until):
        points = standing.points
        return {
            'cohort_id': cohort.id, 'date': until, 'price': float(standing.price),
            'expected_rate': float(standing.terms['expected_rate']), 'expected_total': float(standing.expected),
            'points_issued': float(points.issued), 'points_redeemed': float(points.redeemed),
            'points_expired': float(points.expired), 'points_cancelled': float(points.cancelled),
            'allocation_exact': float(standing.allocation),
        }
