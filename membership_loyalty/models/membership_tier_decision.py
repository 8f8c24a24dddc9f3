from odoo import api, models
from odoo.tools import SQL

from ..tools import periods, tiers
from ..tools.tiers import NOBODY


class MembershipTierDecision(models.AbstractModel):
    """The decision of tools.tiers.decide over a set of members, as one SELECT. Every rule is explained there; each
    method here says which function it repeats, and the tests compare the two member by member."""

    _name = 'membership.tier.decision'
    _description = "Decision About Tiers"

    # ------------------------------------------------------------------ who

    @api.model
    def _members(self, program, rules, today, chosen, posting):
        """Return the rows m of the members to decide about: tools.tiers.Standing, with ranks for levels.

        :param chosen: condition on loyalty_card c
        """
        policy, held = rules.policy, self._rank(rules, SQL("c.tier_id"))
        grace = SQL("CASE WHEN c.tier_basis = 'figures' THEN %s ELSE 0 END", policy.grace_days)
        columns = [
            SQL("c.id, c.partner_id, c.tier_id, c.tier_since, c.tier_until, c.tier_basis, c.tier_best_id"),
            SQL("c.tier_check_on, %s AS held, %s AS grace", held, grace),
            SQL("GREATEST(%s, %s) AS best", held, self._rank(rules, SQL("c.tier_best_id"))),
            SQL("COALESCE(c.tier_until + %s < %s::date, FALSE) AS is_over", grace, today)]
        if policy.period == 'anniversary':
            columns.append(SQL("c.member_since AS enrolled"))
        last = SQL("LEFT JOIN LATERAL (SELECT * FROM membership_tier_change t WHERE t.card_id = c.id "
                   "ORDER BY t.id DESC LIMIT 1) l ON TRUE")
        if posting and policy.refund == 'now':
            before = self._rank(rules, SQL("l.old_tier_id"))
            columns.append(SQL(
                """%(before)s AS before, l.old_until AS before_until, l.old_basis AS before_basis,
                   CASE WHEN l.rule IN ('enter', 'reenter') AND l.policy_version = %(version)s
                         AND l.new_tier_id = c.tier_id AND c.tier_basis = 'figures'
                         AND %(held)s > GREATEST(%(floor)s, %(before)s) THEN l.rule END AS risen_by""",
                before=before, held=held, version=rules.version, floor=rules.ladder.floor))
        else:
            columns.append(SQL("NULL::text AS risen_by"))
            last = SQL()
        return SQL(
            "SELECT %s FROM loyalty_card c %s WHERE c.program_id = %s AND c.is_membership AND c.active AND %s",
            SQL(', ').join(columns), last, program.id, chosen)

    @api.model
    def _rank(self, rules, tier):
        """Return the rank of a tier's id, as Ladder.rank."""
        if not rules.ladder.levels:
            return SQL('%s', NOBODY)
        return SQL("CASE %s %s ELSE %s END", tier, SQL(' ').join(
            SQL("WHEN %s THEN %s", level.id, rank) for rank, level in enumerate(rules.ladder.levels)), NOBODY)

    # ------------------------------------------------------------------ what is reached

    @api.model
    def _reaches(self, rules, asked, slot):
        """Return the condition that figures of a window reach thresholds, as tools.tiers.reaches."""
        conditions = [SQL("%s >= %s", SQL.identifier(f'{slot}_{measure}'), value)
                      for measure, value in asked.items() if measure in rules.policy.measures]
        needed = tiers.needed(rules.policy, len(conditions))
        if not conditions:
            return SQL("FALSE")
        if needed in (1, len(conditions)):
            return SQL("(%s)", SQL(' OR ' if needed == 1 else ' AND ').join(conditions))
        return SQL("(%s >= %s)", SQL(' + ').join(SQL("(%s)::int", condition) for condition in conditions), needed)

    @api.model
    def _highest(self, rules, slot, held=None, best=None, below=None):
        """Return the rank of the highest level reached, as tools.tiers.highest.

        :param held, best: SQL of ranks; None leaves that step out
        :param below: SQL of a rank; only those beneath it are in question
        """
        cases = []
        for rank in range(len(rules.ladder.levels) - 1, rules.ladder.floor, -1):
            level = rules.ladder.levels[rank]
            if not level.by_figures:
                continue
            condition = self._reaches(rules, level.enter, slot)
            for step, up_to in ((level.reenter, best), (level.keep, held)):
                if up_to is not None and not level.enter == level.reenter == level.keep:
                    condition = SQL("CASE WHEN %s >= %s THEN %s ELSE %s END",
                                    up_to, rank, self._reaches(rules, step, slot), condition)
            if below is not None:
                condition = SQL("%s > %s AND %s", below, rank, condition)
            cases.append(SQL("WHEN %s THEN %s", condition, rank))
        return SQL("CASE %s ELSE %s END", SQL(' ').join(cases), rules.ladder.floor) if cases \
            else SQL('%s', rules.ladder.floor)

    @api.model
    def _taken_back(self, rules):
        """Return the condition that what led to a tier no longer does, as tools.tiers._taken_back."""
        cases = [SQL("WHEN %s THEN NOT CASE risen_by WHEN 'enter' THEN %s ELSE %s END", rank,
                     self._reaches(rules, level.enter, 'risen'), self._reaches(rules, level.reenter, 'risen'))
                 for rank, level in enumerate(rules.ladder.levels) if level.by_figures]
        return SQL("risen_by IS NOT NULL AND CASE held %s ELSE FALSE END", SQL(' ').join(cases)) if cases \
            else SQL("FALSE")

    # ------------------------------------------------------------------ what follows

    @api.model
    def _decide(self, program, rules, today, chosen, posting):
        """Return SQL of what shall be different for the members chosen; those for whom all stays have no row.

        :param program: loyalty.program
        :param rules: its TierRules
        :param today: the day of the decision
        :param chosen: condition on loyalty_card c
        :param posting: as for tools.tiers.decide
        :return: SQL of a SELECT with the old columns, and rank, rule, slot, new_since, new_until, new_basis,
            new_check_on
        """
        return SQL(
            """WITH measured AS (%(measured)s),
                    judged AS MATERIALIZED (SELECT *, %(judged)s FROM measured),
                    ruled AS (SELECT *, %(ruled)s FROM judged),
                    placed AS MATERIALIZED (SELECT *, %(placed)s FROM ruled),
                    standing AS (SELECT *, %(standing)s FROM placed),
                    checked AS (
                        SELECT *, LEAST(new_until + 1 + CASE WHEN new_basis = 'figures' THEN %(grace)s ELSE 0 END,
                                        later + 1) AS new_check_on FROM standing)
               SELECT * FROM checked WHERE rank <> held OR (tier_until, tier_basis, tier_check_on)
                   IS DISTINCT FROM (new_until, new_basis, new_check_on)""",
            measured=self._measured(
                program, rules, today, self._members(program, rules, today, chosen, posting), posting),
            judged=self._judged(rules, today, posting), ruled=self._ruled(posting), placed=self._placed(rules),
            standing=self._standing(rules, today), grace=rules.policy.grace_days)

    @api.model
    def _judged(self, rules, today, posting):
        """What is reached, by the running window and by the year that was over; and where a refund leads to."""
        reached, past = SQL('%s', NOBODY), SQL('NULL::int')
        if not posting:
            held = SQL("CASE WHEN is_over THEN held ELSE %s END", NOBODY)
            reached = self._highest(rules, 'now', held, SQL('best'))
            if rules.policy.period in ('calendar_year', 'anniversary'):
                past = SQL("CASE WHEN past_first IS NOT NULL THEN %s END",
                           self._highest(rules, 'past', SQL('held'), SQL('best')))
        elif rules.policy.upgrade == 'at_once':
            reached = self._highest(rules, 'now', best=SQL('best'))
        refund = SQL("FALSE AS is_taken, FALSE AS goes_back, held AS refund_rank, NULL AS back_basis, "
                     "NULL::date AS back_until")
        if posting and rules.policy.refund == 'now':
            left = self._highest(rules, 'now', below=SQL('held'))
            back = SQL("((before_until IS NULL OR before_until >= %s::date) AND before >= %s)", today, left)
            refund = SQL(
                """(%(taken)s) AS is_taken, (%(taken)s) AND %(back)s AS goes_back, before_basis AS back_basis,
                   CASE WHEN %(back)s THEN before ELSE %(left)s END AS refund_rank, before_until AS back_until""",
                taken=self._taken_back(rules), back=back, left=left)
        return SQL("%s AS reached_now, %s AS reached_past, %s", reached, past, refund)

    @api.model
    def _ruled(self, posting):
        """Which rule decides: as the branches of tools.tiers.decide."""
        return SQL(
            """GREATEST(reached_now, reached_past) AS reached,
               CASE WHEN is_taken THEN 'risen' WHEN reached_past >= reached_now THEN 'past' ELSE 'now' END AS slot,
               CASE WHEN is_taken THEN 'refund'
                    WHEN GREATEST(reached_now, reached_past) > held
                    THEN CASE WHEN GREATEST(reached_now, reached_past) <= best THEN 'reenter' ELSE 'enter' END
                    WHEN %s AND is_over THEN 'end' END AS verdict""", not posting)

    @api.model
    def _placed(self, rules):
        """Where that leads; a term that is over comes out as a drop, or as keep."""
        fall = SQL('reached')
        if rules.policy.drop == 'never':
            fall = SQL('held')
        elif rules.policy.drop == 'one' and rules.ladder.levels:
            fall = SQL("GREATEST(reached, CASE held %s END)", SQL(' ').join(
                SQL("WHEN %s THEN %s", rank, rules.ladder.below(rank)) for rank in range(len(rules.ladder.levels))))
        end = SQL("CASE WHEN tier_basis = 'figures' THEN %s ELSE reached END", fall)
        return SQL(
            """CASE verdict WHEN 'refund' THEN refund_rank WHEN 'end' THEN %(end)s WHEN 'enter' THEN reached
                   WHEN 'reenter' THEN reached ELSE held END AS rank,
               CASE WHEN verdict IS DISTINCT FROM 'end' THEN verdict WHEN %(end)s < held THEN 'drop' ELSE 'keep' END
                   AS rule""", end=end)

    @api.model
    def _standing(self, rules, today):
        """Since when, until when and by what the tier is held then, as tools.tiers._move."""
        policy = rules.policy
        term = SQL("%s::date", periods.term_end(today, policy.term_months, policy.term_month_end))
        following = self._term_end(SQL("(tier_until + 1)"), policy)
        return SQL(
            """CASE WHEN rule IN ('enter', 'reenter', 'drop', 'refund') THEN %(today)s::date ELSE tier_since END
                   AS new_since,
               CASE WHEN rule IS NULL THEN COALESCE(
                        tier_until, CASE WHEN tier_basis = 'figures' AND held > %(floor)s THEN %(term)s END)
                    WHEN rank <= %(floor)s THEN NULL
                    WHEN rule IN ('enter', 'reenter') THEN %(first)s::date
                    WHEN rule = 'keep' THEN CASE WHEN %(next)s < %(today)s::date THEN %(term)s ELSE %(next)s END
                    WHEN goes_back THEN back_until
                    ELSE %(term)s END AS new_until,
               CASE WHEN rule IS NULL THEN tier_basis WHEN goes_back THEN back_basis ELSE 'figures' END AS new_basis""",
            today=today, floor=rules.ladder.floor, term=term, first=tiers.first_term(policy, today), next=following)

    @api.model
    def _term_end(self, first, policy):
        """Return the last day of a term, as tools.periods.term_end."""
        if not policy.term_months:
            return SQL("NULL::date")
        later = self._add_months(first, policy.term_months)
        last = SQL("CASE WHEN date_part('day', %s) = date_part('day', %s) THEN %s - 1 ELSE %s END",
                   later, first, later, later)
        return SQL("(date_trunc('month', (%s)::timestamp) + interval '1 month - 1 day')::date", last) \
            if policy.term_month_end else SQL("(%s)", last)
