from odoo import api, models
from odoo.tools import SQL


class MembershipTierDecision(models.AbstractModel):
    """The row that says why a member moved: figures, what it took, and a sentence, written with the move."""

    _inherit = 'membership.tier.decision'

    @api.model
    def _log(self, program, rules, today, posting):
        """Return SQL that inserts one membership.tier.change for each move among the rows `changed`."""
        slots = self._windows(rules.policy, today, posting)
        return SQL(
            """INSERT INTO membership_tier_change (
                   card_id, old_tier_id, new_tier_id, date, basis, old_basis, old_until, rule, until, figures,
                   thresholds, policy_version, reason, create_uid, create_date, write_uid, write_date)
               SELECT id, tier_id, %(tier)s, %(today)s, new_basis, tier_basis, tier_until, rule, new_until,
                      jsonb_build_object(%(figures)s 'first', NULLIF(first, '-infinity'), 'last', last), needed,
                      %(version)s, %(reason)s, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                 FROM (SELECT *, %(needed)s AS needed, %(first)s AS first, %(end)s - 1 AS last %(found)s
                         FROM changed WHERE rank <> held ORDER BY id) y""",
            tier=self._tier(rules, SQL("rank")), today=today, version=rules.version, uid=self.env.uid,
            figures=SQL().join(SQL("%s, %s, ", measure, SQL.identifier(measure)) for measure in sorted(rules.asked)),
            found=SQL().join(SQL(", %s AS %s", self._by_slot(slots, measure), SQL.identifier(measure))
                             for measure in sorted(rules.asked)),
            needed=self._needed(rules), reason=self._reason(program, rules),
            first=self._by_slot(slots, 'first'), end=self._by_slot(slots, 'end'))

    @api.model
    def _tier(self, rules, rank):
        """Return the tier's id of a rank."""
        if not rules.ladder.levels:
            return SQL("NULL::int")
        return SQL("CASE %s %s END", rank, SQL(' ').join(
            SQL("WHEN %s THEN %s", number, level.id) for number, level in enumerate(rules.ladder.levels)))

    @api.model
    def _by_slot(self, slots, name):
        """Return what belongs to the window that decided."""
        return SQL("CASE slot %s END", SQL(' ').join(
            SQL("WHEN %s THEN %s", slot, SQL.identifier(f'{slot}_{name}')) for slot in slots))

    @api.model
    def _needed(self, rules):
        """Return what it took, as JSON: thresholds of the tier reached, or of the one that was not kept."""
        def dump(asked):
            return SQL("jsonb_build_object(%s)", SQL(', ').join(
                SQL("%s, %s", measure, value) for measure, value in asked.items() if measure in rules.policy.measures))

        def cases(step):
            return SQL(' ').join(
                SQL("WHEN %s THEN %s", rank, dump(getattr(level, step) if level.by_figures else {}))
                for rank, level in enumerate(rules.ladder.levels))

        if not rules.ladder.levels:
            return SQL("'{}'::jsonb")
        return SQL(
            """COALESCE(CASE WHEN rule = 'enter' THEN CASE rank %(enter)s END
                             WHEN rule = 'reenter' THEN CASE rank %(reenter)s END
                             WHEN rule = 'drop' THEN CASE held %(keep)s END
                             WHEN risen_by = 'enter' THEN CASE held %(enter)s END
                             WHEN risen_by = 'reenter' THEN CASE held %(reenter)s END END, '{}')""",
            enter=cases('enter'), keep=cases('keep'), reenter=cases('reenter'))

    # ------------------------------------------------------------------ the sentence

    @api.model
    def _reason(self, program, rules):
        """Return the sentence that is kept with a move, as SQL."""
        sentences, measures, names = program._membership_tier_words()
        facts = [SQL(
            """CASE WHEN jsonb_exists(needed, %(measure)s)
                    THEN format(%(text)s, trim_scale(%(found)s), trim_scale((needed -> %(measure)s)::numeric)) END""",
            measure=measure, text=text, found=SQL("%s::numeric", SQL.identifier(measure)),
        ) for measure, text in measures.items() if measure in rules.asked]
        told = SQL("""CASE WHEN rule = 'refund' OR needed <> '{}' THEN rule
                           WHEN rule = 'drop' THEN 'ended' ELSE 'start' END""")
        return SQL(
            "format(CASE %s %s END, %s, %s, first, last, %s)",
            told, SQL(' ').join(SQL("WHEN %s THEN %s", rule, text) for rule, text in sentences.items()),
            self._name_of(rules, names, SQL("rank")), self._name_of(rules, names, SQL("held")),
            SQL("concat_ws(', ', %s)", SQL(', ').join(facts)) if facts else SQL("''"))

    @api.model
    def _name_of(self, rules, names, rank):
        if not rules.ladder.levels:
            return SQL("''")
        return SQL("CASE %s %s END", rank, SQL(' ').join(
            SQL("WHEN %s THEN %s", number, names[level.id]) for number, level in enumerate(rules.ladder.levels)))

    @api.model
    def _get_sentences(self, program):
        """Return {rule: sentence for format()}; ended and start are what asked for nothing."""
        _ = self.env._
        words = {'new': '%1$s', 'old': '%2$s', 'first': '%3$s', 'last': '%4$s', 'facts': '%5$s'}
        sentences = {
            'ended': _("%(old)s has ended", **words),
            'start': _("Members start in %(new)s", **words),
        }
        if program.tier_period == 'lifetime':
            return {
                **sentences,
                'enter': _("%(new)s reached by %(last)s: %(facts)s", **words),
                'reenter': _("%(new)s reached again by %(last)s: %(facts)s", **words),
                'drop': _("%(old)s not kept by %(last)s: %(facts)s", **words),
                'refund': _("%(old)s taken back after a refund: %(facts)s", **words),
            }
        return {
            **sentences,
            'enter': _("%(new)s reached from %(first)s to %(last)s: %(facts)s", **words),
            'reenter': _("%(new)s reached again from %(first)s to %(last)s: %(facts)s", **words),
            'drop': _("%(old)s not kept from %(first)s to %(last)s: %(facts)s", **words),
            'refund': _("%(old)s taken back after a refund, from %(first)s to %(last)s: %(facts)s", **words),
        }

    @api.model
    def _get_facts(self):
        """Return {measure: text for format()}."""
        _ = self.env._
        words = {'figure': '%1$s', 'needed': '%2$s'}
        return {
            'spend': _("spent %(figure)s of %(needed)s", **words),
            'visits': _("%(figure)s of %(needed)s visits", **words),
            'points': _("%(figure)s of %(needed)s tier points", **words),
            'top_up': _("one top-up of %(figure)s of %(needed)s", **words),
            'top_up_total': _("topped up %(figure)s of %(needed)s", **words),
        }
