from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import POINTS_DIGITS
from ..tools.revenue import Books, Points
from .membership_revenue_policy import RATE_DIGITS

APPEND_ONLY = """
    CREATE OR REPLACE FUNCTION membership_revenue_posting_append_only() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION 'What was booked for points is never changed or deleted; the next posting corrects it.'
            USING ERRCODE = 'restrict_violation';
    END $$ LANGUAGE plpgsql;
    CREATE OR REPLACE TRIGGER membership_revenue_posting_append_only
        BEFORE UPDATE OR DELETE ON membership_revenue_posting
        FOR EACH ROW EXECUTE FUNCTION membership_revenue_posting_append_only();
"""
# A posting counts as long as its journal entry does: the next posting makes good for one cancelled or reversed.
STANDS = SQL("""(p.move_id IS NULL OR EXISTS (
    SELECT 1 FROM account_move AS m WHERE m.id = p.move_id AND m.state <> 'cancel' AND NOT EXISTS (
        SELECT 1 FROM account_move AS r WHERE r.reversed_entry_id = m.id AND r.state = 'posted')))""")


class MembershipRevenuePosting(models.Model):
    """What was booked for a cohort, or expected of it, and the figures behind it; nothing is ever changed."""

    _name = 'membership.revenue.posting'
    _description = "Posting of a Cohort of Points"
    _order = 'id desc'
    _rec_name = 'cohort_id'
    _check_company_auto = True

    cohort_id = fields.Many2one(
        'membership.revenue.cohort', required=True, readonly=True, index=True, ondelete='restrict')
    # Copied, not related: a row that is never changed cannot be computed after it was written.
    policy_id = fields.Many2one(
        'membership.revenue.policy', string="Settings", required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(
        [('posting', "Booked"), ('estimate', "Estimate changed"), ('allocation', "Amount given by hand")],
        required=True, readonly=True)
    date = fields.Date(
        required=True, readonly=True, help="Up to this day everything that happened to the points is counted.")
    reason = fields.Char(readonly=True)
    expected_rate = fields.Float(string="Expected to be redeemed", digits=RATE_DIGITS, readonly=True)
    expected_total = fields.Float(
        string="Points expected", digits=POINTS_DIGITS, readonly=True, help="To be redeemed in the end.")
    price = fields.Monetary(readonly=True, help="Of the sales that gave the points, without tax.")
    points_issued = fields.Float(digits=POINTS_DIGITS, readonly=True, help="Less what refunds took back.")
    points_redeemed = fields.Float(digits=POINTS_DIGITS, readonly=True)
    points_expired = fields.Float(digits=POINTS_DIGITS, readonly=True)
    points_cancelled = fields.Float(digits=POINTS_DIGITS, readonly=True, help="Corrections, fees.")
    allocation_exact = fields.Float(
        string="Allocation, unrounded", digits=(30, 10), readonly=True, help="Of the price to the points.")
    allocated = fields.Monetary(string="Deferred", readonly=True,
        help="Booked now: out of revenue, into the liability.")
    redeemed = fields.Monetary(
        string="Revenue", readonly=True, help="Booked now for points redeemed, the effect of the estimate included.")
    breakage = fields.Monetary(readonly=True, help="Booked now for points that are gone unused.")
    estimate_effect = fields.Monetary(readonly=True, help="Part of the revenue that comes from a changed estimate.")
    move_id = fields.Many2one(
        'account.move', string="Journal entry", readonly=True, index='btree_not_null', ondelete='restrict',
        check_company=True)
    move_state = fields.Selection(related='move_id.state', string="State of the entry")

    def init(self):
        self.env.cr.execute(APPEND_ONLY)

    @api.model_create_multi
    def create(self, vals_list):
        cohorts = self.env['membership.revenue.cohort'].browse(vals['cohort_id'] for vals in vals_list)
        return super().create([
            {**vals, 'policy_id': cohort.policy_id.id, 'company_id': cohort.company_id.id}
            for vals, cohort in zip(vals_list, cohorts, strict=True)])

    # ------------------------------------------------------------------ reading

    @api.model
    def _posted(self, cohorts, until=None):
        """Return {cohort id: Books} of what stands in the books, of postings up to a day."""
        return {cohort_id: Books(*map(Decimal, amounts)) for cohort_id, *amounts in self._rows(SQL(
            """SELECT p.cohort_id, sum(p.allocated)::text, sum(p.redeemed)::text, sum(p.breakage)::text
                 FROM membership_revenue_posting AS p WHERE %s GROUP BY 1""", self._standing(cohorts, until)))}

    @api.model
    def _last_points(self, cohorts, until=None):
        """Return {cohort id: Points} as they were counted when the cohorts were last booked."""
        return {cohort_id: Points(*map(Decimal, points)) for cohort_id, *points in self._rows(SQL(
            """SELECT DISTINCT ON (p.cohort_id) p.cohort_id, p.points_issued::text, p.points_redeemed::text,
                      p.points_expired::text, p.points_cancelled::text
                 FROM membership_revenue_posting AS p WHERE %s
                ORDER BY p.cohort_id, p.id DESC""", self._standing(cohorts, until)))}

    @api.model
    def _last_rates(self, cohorts):
        """Return {cohort id: expected rate} with which the cohorts were last booked."""
        return {cohort_id: Decimal(rate) for cohort_id, rate in self._rows(SQL(
            """SELECT DISTINCT ON (p.cohort_id) p.cohort_id, p.expected_rate::text
                 FROM membership_revenue_posting AS p WHERE %s
                ORDER BY p.cohort_id, p.id DESC""", self._standing(cohorts, None)))}

    @api.model
    def _estimate_effects(self, cohorts, after, until):
        """Return the revenue that came from changed estimates, booked for days after one and up to another."""
        [(effect,)] = self._rows(SQL(
            """SELECT COALESCE(sum(p.estimate_effect), 0)::text
                 FROM membership_revenue_posting AS p WHERE p.date > %s AND %s""",
            after, self._standing(cohorts, until)))
        return Decimal(effect)

    @api.model
    def _last_day(self, policy):
        """Return the last day up to which the points of a policy are booked, or None."""
        [(day,)] = self._rows(SQL(
            "SELECT max(p.date) FROM membership_revenue_posting AS p WHERE %s",
            self._standing(policy.cohort_ids, None)))
        return day

    @api.model
    def _standing(self, cohorts, until):
        return SQL("p.kind = 'posting' AND p.cohort_id IN %s AND p.date <= %s AND %s",
                   tuple(cohorts.ids) or (0,), until or fields.Date.to_date('9999-12-31'), STANDS)

    @api.model
    def _rows(self, query):
        self.flush_model()
        self.env['account.move'].flush_model(['state', 'reversed_entry_id'])
        return self.env.execute_query(query)
