from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import split_every

from ..tools.refund import refund_share
from .membership_document import Posting

# The one place where points of a history are rounded in SQL: the same three methods as tools.rounding.
ROUNDING = {
    'down': "trunc(%(value)s, %(digits)s)",
    'half_up': "round(%(value)s, %(digits)s)",
    'up': "sign(%(value)s) * ceil(abs(%(value)s) * power(10::numeric, %(digits)s)) / power(10::numeric, %(digits)s)",
}


class MembershipHistoryPosting(models.AbstractModel):
    """The postings behind an import of purchase history, over the staged and checked rows.

    The rows are those of the temporary table that membership.history.import fills.
    """

    _name = 'membership.history.posting'
    _description = "Posting of a Purchase History"

    # ------------------------------------------------------------------ arithmetic

    @api.model
    def _get_rules(self, program):
        return program.rule_ids.filtered(lambda rule: rule.mode == 'auto')

    @api.model
    def _check_rules(self, program):
        """Refuse a programme whose rules need to know articles: a history has amounts only."""
        if program.has_product_rates:
            raise UserError(self.env._(
                "In %(program)s some articles earn nothing or more than others, and a purchase history does not name "
                "articles. Give the points of each purchase in a column named points.", program=program.name))
        for rule in self._get_rules(program):
            if rule.reward_point_mode == 'unit' or rule._get_valid_product_domain() or rule.minimum_qty > 1:
                raise UserError(self.env._(
                    "A rule of %(program)s depends on articles or quantities, which a purchase history does not have. "
                    "Give the points of each purchase in a column named points.", program=program.name))

    @api.model
    def _get_points_sql(self, program, amount, untaxed, multiplier):
        """Return the points of a purchase as SQL: all rules added, multiplied once, rounded once, a refund mirrored.

        The multiplier of the tier applies. The programme's other multipliers and its limits do not: they are for what
        is bought from now on.

        :param amount: SQL of the amount, numeric
        :param untaxed: SQL of the amount without tax
        :param multiplier: SQL of the tier's multiplier
        """
        points = SQL('0::numeric')
        for rule in self._get_rules(program):
            rule = rule._membership_rule(self.env['product.product'])
            worth = SQL('%s::numeric', rule.rate)
            if rule.mode == 'money':
                worth = SQL('%s * abs(%s)', worth, untaxed if program.earn_on == 'excluded' else amount)
            points = SQL(
                '%s + CASE WHEN abs(%s) >= %s::numeric THEN %s ELSE 0 END',
                points, untaxed if rule.minimum_untaxed else amount, rule.minimum_amount, worth)
        value = SQL('((%s) * %s::numeric)', points, multiplier)
        rounded = SQL(ROUNDING[program.points_rounding], value=value, digits=program.points_digits)
        return SQL('(CASE WHEN %s < 0 THEN -1 ELSE 1 END * %s)', amount, rounded)

    @api.model
    def _get_base_sql(self, program):
        """Return what a staged row earns points on, as SQL."""
        return SQL('r.amount_untaxed') if program.earn_on == 'excluded' else SQL('r.amount')

    # ------------------------------------------------------------------ posting

    @api.model
    def _post_staged(self, program, company):
        """Post the staged rows: as a set what only earns, through the engine what takes back or pays a debt.

        :return: (number of purchases, of refunds among them, net points)
        """
        self._fill_earned(program)
        self._fill_credit_terms(program)
        posted = {'company': company.id, 'uid': self.env.uid, 'base': self._get_base_sql(program)}
        self._insert_credits(posted)
        self._insert_display_rows()
        self._insert_purchases(posted)
        self.env['loyalty.card']._membership_seen_in_history(program)
        # Whatever reads the ledger next, the nightly jobs first of all, shall know how much there is now.
        self.env.cr.execute("ANALYZE membership_ledger_entry, membership_purchase, loyalty_card")
        points = self._post_engine_rows(program, company)
        [(purchases, refunds, credits)] = self.env.execute_query(SQL(
            """SELECT count(*), count(*) FILTER (WHERE amount < 0), COALESCE(sum(earned) FILTER (WHERE as_set), 0)::text
                 FROM membership_import_row"""))
        return purchases, refunds, Decimal(credits) + points

    @api.model
    def _fill_earned(self, program):
        """Lock the accounts; work out the points of each row and whether it can be posted as part of a set."""
        self.env.cr.execute(SQL(
            """SELECT id FROM loyalty_card WHERE id IN (SELECT card_id FROM membership_import_row)
                ORDER BY id FOR NO KEY UPDATE;
               ALTER TABLE membership_import_row ADD COLUMN earned numeric, ADD COLUMN as_set boolean;
               UPDATE membership_import_row r
                  SET amount_untaxed = COALESCE(r.amount_untaxed, r.amount), earned = COALESCE(r.points, %(points)s)
                 FROM loyalty_card c LEFT JOIN membership_tier t ON t.id = c.tier_id WHERE c.id = r.card_id;
               UPDATE membership_import_row SET as_set = earned > 0 AND card_id NOT IN (
                   SELECT card_id FROM membership_ledger_entry WHERE remaining < 0)""",
            points=self._get_points_sql(
                program, SQL('r.amount'), SQL('COALESCE(r.amount_untaxed, r.amount)'),
                SQL('COALESCE(t.multiplier, 1)'))))

    @api.model
    def _get_description(self, reference):
        return self.env._("Imported purchase %(reference)s", reference=reference)

    @api.model
    def _insert_credits(self, posted):
        self.env.cr.execute(SQL(
            """INSERT INTO membership_ledger_entry (
                   card_id, company_id, shop_id, channel, kind, value_type, is_reversal, amount, remaining, is_pending,
                   available_from, expires_on, occurred_at, date, document_key, seq, description,
                   create_uid, create_date, write_uid, write_date)
               SELECT card_id, %(company)s, shop_id, 'import', 'earn', 'points', FALSE, earned, earned, is_pending,
                      available_from, expires_on, occurred_at, day, key, 1,
                      replace(%(description)s, '{reference}', reference),
                      %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                 FROM membership_import_row JOIN membership_import_day USING (day)
                WHERE as_set ORDER BY occurred_at, row;
               UPDATE loyalty_card c SET points = (COALESCE(c.points, 0)::numeric(16, 2) + r.earned)::float8
                 FROM (SELECT card_id, sum(earned) AS earned FROM membership_import_row
                         JOIN membership_import_day USING (day)
                        WHERE as_set AND NOT is_pending GROUP BY card_id) r WHERE r.card_id = c.id""",
            description=self._get_description('{reference}'), **posted))

    @api.model
    def _insert_display_rows(self):
        """One line per account in the native history: a year of purchases would hide everything else there."""
        self.env.cr.execute(SQL(
            """INSERT INTO loyalty_history (
                   card_id, issued, used, description, create_uid, create_date, write_uid, write_date)
               SELECT card_id, sum(earned)::float8, 0, replace(replace(replace(
                          %(description)s, '{count}', count(*)::text), '{first}', min(occurred_at)::date::text),
                          '{last}', max(occurred_at)::date::text),
                      %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                 FROM membership_import_row JOIN membership_import_day USING (day)
                WHERE as_set AND NOT is_pending GROUP BY card_id ORDER BY card_id""",
            uid=self.env.uid, description=self.env._(
                "Imported: %(count)s purchases from %(first)s to %(last)s",
                count='{count}', first='{first}', last='{last}')))

    @api.model
    def _insert_purchases(self, posted):
        self.env.cr.execute(SQL(
            """INSERT INTO membership_purchase (
                   card_id, membership_card_id, company_id, shop_id, channel, amount_total, amount_untaxed, base_amount,
                   is_refund, origin_key, occurred_at, date, document_key, create_uid, create_date, write_uid,
                   write_date)
               SELECT r.card_id, k.id, %(company)s, r.shop_id, 'import', r.amount, r.amount_untaxed, %(base)s,
                      r.amount < 0, r.origin_key, r.occurred_at, r.day, r.key,
                      %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                 FROM membership_import_row r LEFT JOIN membership_card k ON k.number = r.card_number
                ORDER BY r.occurred_at, r.row""", **posted))

    # ------------------------------------------------------------------ through the engine

    @api.model
    def _post_engine_rows(self, program, company):
        """Post refunds and the earnings of members in debt. Return their net points."""
        rows = self.env.execute_query_dict(SQL(
            """SELECT key, card_id, shop_id, reference, origin_key, occurred_at, %s::text AS base, earned::text,
                      origin IS NOT NULL AND points IS NULL AS by_share
                 FROM membership_import_row r WHERE NOT as_set AND (earned <> 0 OR origin IS NOT NULL)
                ORDER BY occurred_at, row""", self._get_base_sql(program)))
        plain = [(row, Decimal(row['earned'])) for row in rows if not row['by_share']]
        points = self._post_in_batches(program, company, plain)
        # The purchases behind these refunds are all posted now.
        shares = self._get_refund_shares(program, [row for row in rows if row['by_share']])
        return points + self._post_in_batches(program, company, shares)

    @api.model
    def _get_refund_shares(self, program, rows):
        """Return [(row, points)] that each refund moves, by cumulative proportion of the purchase it takes back."""
        origins = list({row['origin_key'] for row in rows})
        bases = dict(self.env.execute_query(SQL(
            "SELECT document_key, base_amount::text FROM membership_purchase WHERE document_key = ANY(%s)", origins)))
        refunded = defaultdict(Decimal, {key: Decimal(amount) for key, amount in self.env.execute_query(SQL(
            """SELECT origin_key, (-sum(base_amount))::text FROM membership_purchase
                WHERE origin_key = ANY(%s) AND document_key <> ALL(%s) GROUP BY origin_key""",
            origins, [row['key'] for row in rows]))})
        posted = self.env['membership.ledger.entry']._posted(origins)
        shares = []
        for row in rows:
            key = row['origin_key']
            earned, base = posted.get((key, row['card_id'], 'earn'), Decimal(0)), Decimal(bases[key])
            before, now = refunded[key], refunded[key] - Decimal(row['base'])
            refunded[key] = now
            share_before, share_now = (
                refund_share(earned, base, back, program.points_digits, program.points_rounding)
                for back in (before, now))
            shares.append((row, share_before - share_now))
        return shares

    @api.model
    def _post_in_batches(self, program, company, wanted):
        """Post [(row, points)] through the engine. Return the net points."""
        entries = self.env['membership.ledger.entry'].sudo()
        for batch in split_every(500, sorted(wanted, key=lambda pair: pair[0]['card_id'])):
            entries._reconcile([Posting(
                key=row['key'], card_id=row['card_id'], kind='earn', wanted=points, company_id=company.id,
                channel='import', occurred_at=row['occurred_at'], date=program._membership_date(row['occurred_at']),
                # A refund that names no purchase takes points back all the same.
                origins=(row['origin_key'] or row['key'],) if points < 0 else (), shop_id=row['shop_id'],
                description=self._get_description(row['reference'])) for row, points in batch])
        return sum((points for _row, points in wanted), Decimal(0))
