from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools import revenue
from ..tools.revenue import ZERO, Books, Points

# Whatever moves points from one account to another leaves them in the cohort that they were given in.
MOVED = 'transfer:%'

# What became of every credit that a company owes, with what was handed on to other members.
FATES = """
    WITH RECURSIVE root AS (%(roots)s),
    -- which credits a transferred credit was taken of, and how much of each
    taken AS MATERIALIZED (
        SELECT t.id AS credit_id, m.credit_id AS source_id, sum(m.amount) AS amount,
               sum(sum(m.amount)) OVER (PARTITION BY t.id) AS total
          FROM membership_ledger_entry AS t
          JOIN loyalty_card AS c ON c.id = t.card_id AND c.program_id = %(program)s
          JOIN membership_ledger_entry AS d ON d.document_key = t.document_key AND d.kind = t.kind
               AND d.amount < 0 AND d.card_id <> t.card_id
          JOIN membership_ledger_match AS m ON m.debit_id = d.id AND m.amount > 0
          JOIN membership_ledger_entry AS s ON s.id = m.credit_id AND s.is_reversal IS NOT TRUE
         WHERE t.document_key LIKE %(moved)s AND t.amount > 0 AND t.value_type = 'points'
           AND t.is_reversal IS NOT TRUE
         GROUP BY t.id, m.credit_id),
    part (credit_id, source_id, share) AS (
        SELECT credit_id, source_id, amount / total FROM taken
        UNION ALL
        SELECT p.credit_id, t.source_id, p.share * t.amount / t.total
          FROM part AS p JOIN taken AS t ON t.credit_id = p.source_id),
    fate AS (
        SELECT m.credit_id AS root_id, m.debit_id, m.cause_id, m.amount FROM membership_ledger_match AS m
        UNION ALL
        SELECT p.source_id, m.debit_id, m.cause_id, m.amount * p.share
          FROM part AS p JOIN membership_ledger_match AS m USING (credit_id)),
    told AS (
        SELECT month, origin, currency_id, sum(fee * amount) AS fee, sum(amount) AS issued,
               0 AS redeemed, 0 AS expired, 0 AS cancelled
          FROM root WHERE date <= %(until)s GROUP BY 1, 2, 3
        UNION ALL
        -- of what matches took of a credit, hand back or pass on: passing on leaves it in its cohort
        SELECT r.month, r.origin, r.currency_id,
               -sum(r.fee * f.amount) FILTER (WHERE d.kind = r.kind), -sum(f.amount) FILTER (WHERE d.kind = r.kind),
               sum(f.amount) FILTER (WHERE d.kind = 'redeem'), sum(f.amount) FILTER (WHERE d.kind = 'expire'),
               sum(f.amount) FILTER (WHERE d.kind NOT IN ('redeem', 'expire', r.kind))
          FROM fate AS f JOIN root AS r ON r.id = f.root_id AND r.date <= %(until)s
          JOIN membership_ledger_entry AS d ON d.id = f.debit_id AND d.document_key NOT LIKE %(moved)s
          JOIN membership_ledger_entry AS cause ON cause.id = f.cause_id AND cause.date <= %(until)s
         GROUP BY 1, 2, 3)
    SELECT month, origin, currency_id, sum(fee)::text, COALESCE(sum(issued), 0)::text, COALESCE(sum(redeemed), 0)::text,
           COALESCE(sum(expired), 0)::text, COALESCE(sum(cancelled), 0)::text
      FROM told GROUP BY 1, 2, 3"""


class Standing(NamedTuple):
    """One cohort on one day: what the ledger says, what the books shall say, and what they say now."""

    month: date
    origin: str
    cohort: models.BaseModel  # membership.revenue.cohort, empty as long as nothing was booked
    points: Points
    price: Decimal
    terms: dict  # point_value, allocation_rate, expected_rate, currency_rate: Decimals
    allocation: Decimal  # unrounded
    target: Books
    posted: Books
    estimate: Decimal  # part of the revenue that comes from a changed estimate

    @property
    def move(self):
        return self.target.less(self.posted)

    @property
    def expected(self):
        return revenue.expected_total(self.points, self.terms['expected_rate'])


class MembershipRevenueFigures(models.AbstractModel):
    """Reads what became of the points of a policy, month by month, in one statement over ledger and matches.

    A credit is followed from the day it is given: redeemed, expired, taken back by the refund of what gave it, or
    cancelled by anything else. Points that were given to another member are followed through the transfer.
    """

    _name = 'membership.revenue.figures'
    _description = "Figures of the Liability of Points"

    # ------------------------------------------------------------------ reading the ledger

    @api.model
    def _points(self, program, companies, until):
        """Return {(first day of month, origin): (Points, fees)} of what these companies owe for points given up to a
        day, and what became of the points until then, wherever that was.

        :return: fees is {currency id: Decimal}, what partners pay for these points
        """
        self.env.flush_all()
        figures = {}
        for month, origin, currency_id, fee, *points in self.env.execute_query(SQL(
            FATES,
            roots=self._roots(program, companies), program=program.id, moved=MOVED, until=until,
        )):
            known, fees = figures.get((month, origin), (Points(), {}))
            figures[month, origin] = (
                Points(*(old + Decimal(new) for old, new in zip(known, points, strict=True))),
                {**fees, currency_id: Decimal(fee)} if fee else fees)
        return figures

    @api.model
    def _roots(self, program, companies):
        """Return the query of the credits that these companies owe: id, date, first day of its month, kind, amount,
        origin, and what a partner pays for a point in which currency.

        What hands a debit back is no such credit, nor what came from another member. Points for which a party pays the
        operator when they are given are owed by the operator, all others by the company where they were given.
        """
        return SQL(
            """SELECT e.id, e.date, date_trunc('month', e.date)::date AS month, e.kind, e.amount,
                      CASE WHEN a.id IS NOT NULL THEN 'partner'
                           WHEN e.kind = 'earn' AND COALESCE(p.kind, 'company') = 'company' THEN 'sale'
                           ELSE 'free' END AS origin,
                      CASE WHEN a.id IS NOT NULL THEN COALESCE(r.rate, 0) END AS fee, a.currency_id
                 FROM membership_ledger_entry AS e JOIN loyalty_card AS c ON c.id = e.card_id
                 LEFT JOIN membership_party AS p ON p.id = COALESCE(e.issuer_id, e.party_id)
                 LEFT JOIN membership_agreement AS a ON a.party_id = p.id AND a.program_id = c.program_id
                      AND a.state <> 'draft' AND a.basis = 'issue' AND e.kind IN ('earn', 'bonus')
                      AND e.date >= a.date_from AND (a.date_to IS NULL OR e.date <= a.date_to)
                 LEFT JOIN membership_agreement_rate AS r
                      ON r.agreement_id = a.id AND r.charge = 'issue' AND r.unit = 'per_point'
                WHERE c.program_id = %s AND COALESCE(a.company_id, e.company_id) IN %s AND e.value_type = 'points'
                  AND e.amount > 0 AND e.is_reversal IS NOT TRUE
                  AND NOT (e.document_key LIKE %s AND EXISTS (
                      SELECT 1 FROM membership_ledger_entry AS d
                        JOIN membership_ledger_match AS m ON m.debit_id = d.id AND m.amount > 0
                       WHERE d.document_key = e.document_key AND d.kind = e.kind AND d.amount < 0
                         AND d.card_id <> e.card_id))""",
            program.id, tuple(companies.ids), MOVED)

    @api.model
    def _prices(self, policy, until):
        """Return {first day of month: price} of the sales that gave points, without tax, in the programme's currency;
        what is refunded counts in the month of the sale."""
        self.env.flush_all()
        return {month: Decimal(price) for month, price in self.env.execute_query(SQL(
            """SELECT date_trunc('month', COALESCE(o.date, p.date))::date, sum(p.amount_untaxed)::text
                 FROM membership_purchase AS p
                 JOIN loyalty_card AS c ON c.id = p.card_id AND c.program_id = %s
                 LEFT JOIN membership_purchase AS o ON o.document_key = p.origin_key AND p.is_refund
                WHERE COALESCE(o.company_id, p.company_id) = %s AND p.date <= %s
                  AND COALESCE(o.base_amount, p.base_amount) <> 0
                  AND NOT EXISTS (  -- the operator owes these points, and is paid for them
                      SELECT 1 FROM membership_agreement AS a JOIN membership_party AS y ON y.id = a.party_id
                       WHERE y.company_id = p.company_id AND a.program_id = c.program_id AND a.state <> 'draft'
                         AND a.basis = 'issue' AND COALESCE(o.date, p.date) >= a.date_from
                         AND (a.date_to IS NULL OR COALESCE(o.date, p.date) <= a.date_to))
                GROUP BY 1""", policy.program_id.id, policy.company_id.id, until))}

    # ------------------------------------------------------------------ figures

    @api.model
    def _standings(self, policy, until):
        """Return the Standing of every cohort of a policy on a day, oldest first.

        :param until: last day that counts
        """
        figures, prices = self._points(policy.program_id, policy.company_id, until), self._prices(policy, until)
        cohorts = {(cohort.month, cohort.origin): cohort for cohort in policy.cohort_ids}
        postings = self.env['membership.revenue.posting']
        posted, last = postings._posted(policy.cohort_ids), postings._last_rates(policy.cohort_ids)
        standings = []
        for month, origin in sorted({*figures, *cohorts}):
            cohort = cohorts.get((month, origin), policy.cohort_ids.browse())
            points, fees = figures.get((month, origin), (Points(), {}))
            terms = self._terms(policy, cohort, month)
            price = prices.get(month, ZERO) * terms['currency_rate'] if origin == 'sale' else sum((
                fee * self._currency_rate(policy, currency_id, month) for currency_id, fee in fees.items()), ZERO)
            allocation = self._allocation(cohort, origin, points, price, terms)
            target, former = (
                revenue.books(allocation, points, rate, Decimal(repr(policy.currency_id.rounding)))
                for rate in (terms['expected_rate'], last.get(cohort.id, terms['expected_rate'])))
            standings.append(Standing(
                month, origin, cohort, points, revenue.rounded(price), terms, allocation, target,
                posted.get(cohort.id, Books()), target.redeemed - former.redeemed))
        return standings

    @api.model
    def _allocation(self, cohort, origin, points, price, terms):
        """Return the unrounded amount that is owed for the points of a cohort from the start: of a sale its share, of
        what a partner pays for points all."""
        if cohort.is_allocation_given:
            return Decimal(repr(cohort.given_allocation))
        if origin == 'partner':
            return max(price, ZERO)
        return revenue.allocation(price, points.issued, terms['point_value'], terms['allocation_rate'])

    @api.model
    def _terms(self, policy, cohort, month):
        """Return the estimates of a cohort: its own, or those of the policy as long as it was not booked."""
        source, rate = (cohort, cohort.allocation_rate) if cohort else (policy, policy.expected_rate)
        values = {'point_value': source.point_value, 'allocation_rate': rate, 'expected_rate': source.expected_rate}
        return {
            **{name: Decimal(repr(value)) for name, value in values.items()},
            'currency_rate': Decimal(repr(cohort.currency_rate)) if cohort else self._currency_rate(
                policy, policy.program_id.currency_id.id, month)}

    @api.model
    def _currency_rate(self, policy, currency_id, month):
        """Return what one unit of a currency was in the company's, at the end of the month."""
        currency = self.env['res.currency'].browse(currency_id) or policy.currency_id
        return Decimal(repr(currency._get_conversion_rate(
            currency, policy.currency_id, policy.company_id, policy._month_end(month)))).quantize(Decimal('1E-8'))
