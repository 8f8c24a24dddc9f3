from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..guard import posting

# The balance of a card, in preview and conversion alike: without float noise, half a cent goes away from zero.
_POINTS = SQL("round(COALESCE(c.points, 0)::numeric, 2)")


class LoyaltyProgram(models.Model):
    """Turning a loyalty programme of native Odoo into a membership, with every point and every printed card."""

    _inherit = 'loyalty.program'

    def _membership_convert(self, create_tiers=True):
        """Turn native loyalty programmes into memberships. A programme that is one already is left as it is.

        Points become opening entries, duplicate cards of a contact one account, codes card numbers that still scan.

        :param create_tiers: give a programme without tiers the usual three
        """
        for program in self.filtered(lambda p: not p.is_membership):
            program._check_convertible()
            cards = program.with_context(active_test=False).coupon_ids
            cards.lock_for_update()
            program._convert_program(create_tiers)
            self.env.flush_all()
            program._convert_archive_expired()
            keepers = program._convert_merge_duplicates()
            self.env.invalidate_all()
            posting(program).write({'is_membership': True})
            self.env.flush_all()
            program._convert_issue_cards(keepers)
            program._convert_open_ledger(keepers)
            program._convert_tiers()
            self.env.invalidate_all()

    def _check_convertible(self):
        self.ensure_one()
        if self.program_type != 'loyalty':
            raise UserError(self.env._(
                "%(program)s is not a loyalty card programme. Only loyalty cards can become a membership.",
                program=self.name))
        if not self.reward_ids:
            raise UserError(self.env._("%(program)s has no rewards. Add one first.", program=self.name))
        preview = self._conversion_preview()
        if preview['not_a_number']:
            raise UserError(self.env._(
                "%(count)s cards have a balance that is not a number. Correct these balances first: %(codes)s",
                count=preview['not_a_number'], codes=', '.join(preview['broken_codes'])))
        if preview['taken_codes']:
            raise UserError(self.env._(
                "These codes are already numbers of membership cards: %(codes)s",
                codes=', '.join(preview['taken_codes'])))

    def _conversion_preview(self):
        """Return the figures that conversion would work on, without changing anything."""
        self.ensure_one()
        self.env.flush_all()
        names = ('cards', 'archived', 'anonymous', 'duplicates', 'negative', 'debt', 'points', 'not_a_number',
                 'broken_codes', 'taken_codes')
        finite = SQL("c.points NOT IN ('NaN', 'Infinity', '-Infinity')")
        row, = self.env.execute_query(SQL(
            """SELECT count(*), count(*) FILTER (WHERE NOT c.live), count(*) FILTER (WHERE c.partner_id IS NULL),
                      count(*) FILTER (WHERE c.place > 1),
                      count(*) FILTER (WHERE %(finite)s AND c.points < 0),
                      COALESCE(-sum(c.rounded) FILTER (WHERE c.rounded < 0), 0)::float,
                      COALESCE(sum(c.rounded), 0)::float,
                      count(*) FILTER (WHERE NOT %(finite)s),
                      array_remove(array_agg(CASE WHEN NOT %(finite)s THEN c.code END), NULL),
                      array_remove(array_agg(m.number), NULL)
                 FROM (SELECT c.*, CASE WHEN %(finite)s THEN %(points)s END AS rounded,
                              CASE WHEN c.live AND c.partner_id IS NOT NULL THEN row_number() OVER (
                                  PARTITION BY c.live, c.partner_id ORDER BY c.id) END AS place
                         FROM (SELECT c.*, c.active AND COALESCE(c.expiration_date >= %(today)s, TRUE) AS live
                                 FROM loyalty_card c WHERE c.program_id = %(program)s) c) c
                 LEFT JOIN membership_card m ON m.number = c.code""",
            finite=finite, points=_POINTS, program=self.id,
            today=self._membership_date(fields.Datetime.now())))
        return dict(zip(names, row, strict=True))

    def _convert_program(self, create_tiers):
        """Make the programme one whose undivided points are for future orders; its type is never written: that would
        reset rules and rewards."""
        self.rule_ids.filtered('reward_point_split').reward_point_split = False
        self.write({'applies_on': 'future', 'membership_tz': self.membership_tz or self.env.user.tz or 'UTC'})
        if create_tiers and not self.tier_ids:
            self.tier_ids = [Command.create(values) for values in self._membership_template_tiers()]
        self.default_tier_id = self.default_tier_id or self.tier_ids.sorted('sequence')[:1]

    def _convert_merge_duplicates(self):
        """Bring the points of a contact's duplicate active cards to the oldest one, and whatever refers to them.

        :return: {id of a merged card: id of the card that has its points now}
        """
        keepers = dict(self.env.execute_query(SQL(
            """SELECT id, keeper FROM (
                   SELECT id, min(id) OVER (PARTITION BY partner_id) AS keeper FROM loyalty_card
                    WHERE program_id = %s AND active AND partner_id IS NOT NULL) c WHERE id <> keeper""", self.id)))
        if not keepers:
            return {}
        pairs = SQL(', ').join(SQL("(%s, %s)", merged, keeper) for merged, keeper in keepers.items())
        self.env.cr.execute(SQL(
            """UPDATE loyalty_card k SET points = COALESCE(k.points, 0) + s.points
                 FROM (SELECT v.keeper, sum(c.points) AS points
                         FROM (VALUES %s) AS v (merged, keeper) JOIN loyalty_card c ON c.id = v.merged GROUP BY 1) s
                WHERE k.id = s.keeper""", pairs))
        self.env.cr.execute(SQL(
            "UPDATE loyalty_card SET points = 0, active = FALSE WHERE id IN %s", tuple(keepers)))
        for field in self._convert_references():
            self.env.cr.execute(SQL(
                "UPDATE %(table)s t SET %(column)s = v.keeper FROM (VALUES %(pairs)s) AS v (merged, keeper)"
                " WHERE t.%(column)s = v.merged",
                table=SQL.identifier(self.env[field.model]._table), column=SQL.identifier(field.name), pairs=pairs))
        return keepers

    def _convert_references(self):
        """Return the fields of orders and history that name a card and shall name the account it was merged into."""
        return [
            field for field in self.env['ir.model.fields'].sudo().search([
                ('relation', '=', 'loyalty.card'), ('ttype', '=', 'many2one'), ('store', '=', True),
                ('model', 'in', ['loyalty.history', 'sale.order.line', 'pos.order.line'])])
            if field.model in self.env
        ]

    def _convert_archive_expired(self):
        """What native Odoo no longer accepts does not come back to life."""
        self.env.cr.execute(SQL(
            "UPDATE loyalty_card SET active = FALSE WHERE program_id = %s AND active AND expiration_date < %s",
            self.id, self._membership_date(fields.Datetime.now())))

    def _convert_issue_cards(self, keepers):
        """Make every code the number of a membership card, so that what is in the members' hands still scans."""
        pairs = SQL(', ').join(SQL("(%s, %s)", merged, keeper) for merged, keeper in keepers.items()) \
            or SQL("(NULL::int, NULL::int)")
        self.env.cr.execute(SQL(
            """INSERT INTO membership_card (account_id, program_id, partner_id, company_id, number, token, kind, state,
                                            issued_on, create_uid, create_date, write_uid, write_date)
               SELECT k.id, k.program_id, k.partner_id, k.company_id, c.code,
                      replace(gen_random_uuid()::text, '-', ''), 'plastic',
                      CASE WHEN k.active THEN 'active' ELSE 'frozen' END, c.create_date::date,
                      %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                 FROM loyalty_card c
                 LEFT JOIN (VALUES %(pairs)s) AS v (merged, keeper) ON v.merged = c.id
                 JOIN loyalty_card k ON k.id = COALESCE(v.keeper, c.id)
                WHERE c.program_id = %(program)s ORDER BY c.id""",
            uid=self.env.uid, pairs=pairs, program=self.id))

    def _convert_open_ledger(self, keepers):
        """Write one opening entry per account, of its balance; the rows of native history tell how it came about.

        A balance below zero opens as debt. What expires natively keeps its day, on the entry; what does not is given
        one by the programme's policy.
        """
        now = fields.Datetime.now()
        expires_on = self._membership_credit_terms('opening', self._membership_date(now))['expires_on']
        self.env.cr.execute(SQL(
            "UPDATE loyalty_card c SET points = %s, member_since = create_date::date WHERE program_id = %s",
            _POINTS, self.id))
        self.env.cr.execute(SQL(
            """INSERT INTO membership_ledger_entry (
                   card_id, company_id, channel, kind, value_type, is_reversal, amount, remaining, is_pending,
                   expires_on, occurred_at, date, document_key, seq, description,
                   create_uid, create_date, write_uid, write_date)
               SELECT c.id, COALESCE(c.company_id, %(company)s), 'manual', 'opening', %(value_type)s, FALSE,
                      c.points::numeric, c.points::numeric, FALSE,
                      CASE WHEN c.points > 0 AND %(expires)s THEN COALESCE(
                          CASE WHEN c.active THEN c.expiration_date END, %(expires_on)s::date) END, %(now)s, %(date)s,
                      'opening:' || c.id, 1, %(description)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                 FROM loyalty_card c WHERE c.program_id = %(program)s AND c.points <> 0 ORDER BY c.id""",
            value_type='principal' if self.is_stored_value else 'points', expires=not self.is_stored_value,
            company=self.env.company.id, now=now, date=self._membership_date(now), uid=self.env.uid, program=self.id,
            expires_on=expires_on,
            description=self.env._("Opening balance")))
        self.env.cr.execute(SQL(
            "UPDATE loyalty_card SET expiration_date = NULL WHERE program_id = %s AND active", self.id))

    def _convert_tiers(self):
        accounts = self.env['loyalty.card'].sudo().with_context(active_test=False).search([
            ('program_id', '=', self.id), ('partner_id', '!=', False), ('active', '=', True)])
        if self.default_tier_id:
            accounts._membership_move_to(self.default_tier_id, self.env._("Programme turned into a membership"))
