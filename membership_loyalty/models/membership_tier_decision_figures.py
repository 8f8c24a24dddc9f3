from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

DAY = timedelta(days=1)


class MembershipTierDecision(models.AbstractModel):
    """What members of a programme bought, earned and topped up, in the windows that a decision looks at, as SQL.

    tools.tiers says what the windows are; only what the programme measures is added up.
    """

    _inherit = 'membership.tier.decision'

    # ------------------------------------------------------------------ the days, as SQL

    @api.model
    def _add_months(self, day, months):
        return SQL("(%s + %s * interval '1 month')::date", day, months)

    @api.model
    def _year_start(self, day, anniversary):
        """Return the first day of the year that a day lies in, as tools.periods.year_start."""
        if not anniversary:
            return SQL("date_trunc('year', %s::timestamp)::date", day)
        years = SQL("(date_part('year', %s::date) - date_part('year', m.enrolled))::int", day)
        return SQL(
            """GREATEST(m.enrolled, CASE WHEN %(start)s <= %(day)s THEN %(start)s ELSE %(before)s END)""",
            day=day, start=SQL("(m.enrolled + %s * interval '1 year')::date", years),
            before=SQL("(m.enrolled + (%s - 1) * interval '1 year')::date", years))

    @api.model
    def _window_start(self, policy, end):
        """Return the first day of the running window before a day, as tools.periods.window."""
        if policy.period == 'lifetime':
            return SQL("'-infinity'::date")
        if policy.period == 'rolling':
            return self._add_months(end, -policy.period_months)
        return self._year_start(SQL("(%s - 1)", end), policy.period == 'anniversary')

    @api.model
    def _windows(self, policy, end, posting):
        """Return {slot: (first, end)} of the windows, as tools.tiers.windows; NULL where a member has no such window.

        :param end: first day that no longer counts
        """
        end = SQL('%s::date', end)
        windows = {'now': (self._window_start(policy, end), end)}
        if not posting and policy.period in ('calendar_year', 'anniversary'):
            anniversary = policy.period == 'anniversary'
            year = self._year_start(SQL("(m.tier_until + 1)"), anniversary)
            known = SQL("m.is_over AND %s > m.enrolled", year) if anniversary else SQL("m.is_over")
            windows['past'] = (
                SQL("CASE WHEN %s THEN %s END", known, self._year_start(SQL("(%s - 1)", year), anniversary)),
                SQL("CASE WHEN %s THEN %s + m.grace END", known, year))
        if posting and policy.refund == 'now':
            windows['risen'] = SQL(
                "CASE WHEN m.risen_by IS NOT NULL THEN %s END", self._window_start(policy, SQL("m.tier_since"))), end
        return windows

    # ------------------------------------------------------------------ sources

    @api.model
    def _measured(self, program, rules, today, members, posting):
        """Return the rows of tools.tiers.Windows and Figures: SQL of a SELECT with one row per member.

        :param rules: TierRules
        :param members: SQL of the rows m, see membership.tier.decision
        :param posting: whether the day itself counts
        :return: SQL with m.*, <slot>_first, <slot>_end, <slot>_<measure> and later
        """
        windows = self._windows(rules.policy, today + DAY if posting else today, posting)
        sources = [source(program, rules, windows) for measures, source in (
            ({'spend', 'visits'}, self._from_purchases), ({'points'}, self._from_points),
            ({'top_up', 'top_up_total'}, self._from_top_ups)) if measures & rules.asked]
        slots = SQL(', ').join(
            SQL('%s AS %s', value, SQL.identifier(f'{slot}_{side}'))
            for slot, pair in windows.items() for side, value in zip(('first', 'end'), pair, strict=True))
        figures = [SQL(
            'COALESCE(%s, 0) AS %s', SQL.identifier(f'{slot}_{measure}'), SQL.identifier(f'{slot}_{measure}'))
            for slot in windows for measure in sorted(rules.asked)]
        later = SQL("LEAST(%s)", SQL(', ').join(
            SQL.identifier(f's{number}', 'later') for number in range(len(sources)))) if sources else SQL("NULL::date")
        # Member by member along the index: whatever PostgreSQL thinks of tables that have just been filled.
        return SQL(
            "SELECT %s FROM (SELECT m.*, %s FROM (%s) m) m %s",
            SQL(', ').join([SQL('m.*'), *figures, SQL('%s AS later', later)]), slots, members,
            SQL(' ').join(SQL("LEFT JOIN LATERAL (%s) %s ON TRUE", source, SQL.identifier(f's{number}'))
                          for number, source in enumerate(sources)))

    @api.model
    def _inside(self, day, slot):
        """Return the condition that a day lies in a window."""
        return SQL("%s >= %s AND %s < %s", day, SQL.identifier('m', f'{slot}_first'),
                   day, SQL.identifier('m', f'{slot}_end'))

    @api.model
    def _figures(self, windows, day, measures):
        """Return the aggregates of one source.

        :param measures: {measure: (SQL of an aggregate, SQL of a condition or None)}
        """
        columns = [SQL("%s FILTER (WHERE %s%s) AS %s", aggregate, self._inside(day, slot),
                       SQL(" AND %s", condition) if condition else SQL(), SQL.identifier(f'{slot}_{measure}'))
                   for slot in windows for measure, (aggregate, condition) in measures.items()]
        return SQL("%s, min(%s) FILTER (WHERE %s >= m.now_end) AS later", SQL(', ').join(columns), day, day)

    @api.model
    def _since(self, windows):
        """Return the first day of any window: nothing before it is read."""
        return SQL("LEAST(%s)", SQL(', ').join(SQL.identifier('m', f'{slot}_first') for slot in windows))

    @api.model
    def _from_purchases(self, _program, rules, windows):
        measures = {
            'spend': (SQL("sum(p.amount_total)"), None),
            # Days on which something was paid for that was not all given back, whenever that was.
            'visits': (SQL("count(DISTINCT p.date)"), SQL(
                """p.amount_total > 0 AND p.is_refund IS NOT TRUE AND p.amount_total + COALESCE((
                       SELECT sum(r.amount_total) FROM membership_purchase r
                        WHERE r.origin_key = p.document_key), 0) > 0""")),
        }
        return SQL(
            "SELECT %s FROM membership_purchase p WHERE p.card_id = m.id AND p.date >= %s",
            self._figures(windows, SQL('p.date'), self._chosen(rules, measures)), self._since(windows))

    @api.model
    def _from_points(self, _program, rules, windows):
        """What was earned, less what refunds took back; also on accounts that were merged into the member's."""
        return SQL(
            """SELECT %s FROM membership_ledger_entry e
                WHERE e.card_id IN (
                          WITH RECURSIVE own AS (
                              SELECT m.id UNION ALL
                              SELECT c.id FROM own JOIN loyalty_card c ON c.merged_into_id = own.id)
                          SELECT id FROM own)
                  AND e.date >= %s AND e.kind IN ('earn', 'bonus') AND e.value_type = 'points'""",
            self._figures(windows, SQL('e.date'), {'points': (SQL("sum(e.amount)"), None)}), self._since(windows))

    @api.model
    def _from_top_ups(self, program, rules, windows):
        """Money paid into wallets of the member, in any company of the group; a top-up that was taken back is none."""
        # Of one top-up counts what was not given back, whenever that was.
        kept = SQL("""e.amount - COALESCE((
            SELECT sum(x.amount) FROM membership_ledger_match x JOIN membership_ledger_entry d ON d.id = x.debit_id
             WHERE x.credit_id = e.id AND d.kind = 'top_up'), 0)""")
        measures = {
            'top_up': (SQL("sum(%s)", kept), SQL("e.amount > 0")),
            'top_up_total': (SQL("sum(e.amount)"), None),
        }
        chosen = self._chosen(rules, measures)
        totals = [SQL('%s(%s) AS %s', SQL('max' if measure == 'top_up' else 'sum'), *[SQL.identifier(
            f'{slot}_{measure}')] * 2) for slot in windows for measure in chosen]
        return SQL(
            """SELECT %(totals)s, min(later) AS later FROM (
                   SELECT %(single)s FROM loyalty_card w
                     JOIN loyalty_program wp ON wp.id = w.program_id AND wp.program_type = 'ewallet' AND %(group)s
                     JOIN membership_ledger_entry e ON e.card_id = w.id AND e.date >= %(since)s
                      AND e.kind = 'top_up' AND e.value_type = 'principal'
                    WHERE w.partner_id = m.partner_id GROUP BY e.document_key) t""",
            totals=SQL(', ').join(totals), single=self._figures(windows, SQL('e.date'), chosen),
            group=self._same_group(program), since=self._since(windows))

    @api.model
    def _same_group(self, program):
        """Return the condition that the wallet's programme wp belongs to the same group of companies."""
        if not program.company_id:
            return SQL("TRUE")
        companies = self.env['res.company'].sudo().search([('id', 'child_of', program.company_id.root_id.id)])
        return SQL("(wp.company_id IS NULL OR wp.company_id IN %s)", tuple(companies.ids))

    @api.model
    def _chosen(self, rules, measures):
        return {measure: how for measure, how in measures.items() if measure in rules.asked}
