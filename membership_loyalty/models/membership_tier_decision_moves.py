from odoo import api, models
from odoo.tools import SQL

STATE = ('tier_id', 'tier_since', 'tier_until', 'tier_basis', 'tier_best_id', 'tier_check_on')


class MembershipTierDecision(models.AbstractModel):
    """What follows from a decision: accounts, rows that say why, and prices, in one statement and one transaction."""

    _inherit = 'membership.tier.decision'

    @api.model
    def _move(self, program, today, chosen, posting=False):
        """Decide about members and write what is different.

        :param chosen: condition on loyalty_card c
        :param posting: as for tools.tiers.decide
        :return: number of accounts changed
        """
        program, rules = program.sudo(), program._membership_tier_rules()
        self.env['loyalty.card'].flush_model(['program_id', 'active', 'partner_id', 'merged_into_id', *STATE])
        self.env['membership.tier.change'].flush_model()
        groups = self.env.execute_query(SQL(
            """WITH changed AS (%(changed)s),
                    updated AS (
                        UPDATE loyalty_card c
                           SET tier_id = %(tier)s, tier_since = new_since, tier_until = new_until,
                               tier_basis = new_basis, tier_check_on = new_check_on,
                               tier_best_id = CASE WHEN rank <> held THEN %(best)s ELSE c.tier_best_id END,
                               write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                          FROM changed x WHERE x.id = c.id AND (%(chosen)s)),
                    logged AS (%(logged)s)
               SELECT held, rank, count(*), %(ids)s FROM changed GROUP BY held, rank""",
            # Chosen once more, so that a batch reads its own accounts and not the whole table.
            changed=self._decide(program, rules, today, chosen, posting), chosen=chosen, uid=self.env.uid,
            tier=self._tier(rules, SQL("x.rank")), best=self._tier(rules, SQL("GREATEST(x.best, x.rank)")),
            logged=self._log(program, rules, today, posting),
            ids=SQL("CASE WHEN held <> rank THEN array_agg(id) END" if rules.prices else "NULL")))
        if groups:
            self._forget()
            self._follow_prices(rules, groups)
        return sum(count for _held, _rank, count, _ids in groups)

    @api.model
    def _forget(self):
        self.env['loyalty.card'].invalidate_model([*STATE, 'tier_change_ids'], flush=False)
        self.env['res.partner'].invalidate_model(['membership_tier_id'], flush=False)
        self.env['membership.card'].invalidate_model(['tier_id'], flush=False)

    @api.model
    def _follow_prices(self, rules, groups):
        """Let the price lists of the contacts follow; a programme whose tiers have none touches no contact."""
        pricelists = self.env['product.pricelist'].sudo()
        for held, rank, _count, ids in groups:
            old, new = (pricelists.browse(rules.prices.get(rules.ladder.id(number))) for number in (held, rank))
            if ids and old != new:
                self.env['loyalty.card'].sudo().browse(ids)._membership_apply_prices(old, new)

    # ------------------------------------------------------------------ the row that says why
