from odoo import fields, models

# What, changed on a programme or its tiers, makes a new version of the policy: moves name the version they followed.
POLICY_FIELDS = {
    'tier_period', 'tier_period_months', 'tier_by_spend', 'tier_by_visits', 'tier_by_points', 'tier_by_top_up',
    'tier_by_top_up_total', 'tier_match', 'tier_match_count', 'tier_drop', 'tier_grace_days', 'tier_first_term_months',
    'tier_term_months', 'tier_term_month_end', 'tier_upgrade', 'tier_refund', 'membership_tz',
}


class LoyaltyProgram(models.Model):
    """How members rise and fall between tiers: five switches that are independent of each other."""

    _inherit = 'loyalty.program'

    # 1. The period that is looked at.
    tier_period = fields.Selection(
        [('rolling', "The last months, day by day"), ('calendar_year', "The calendar year"),
         ('anniversary', "The year from the day of enrolment"), ('lifetime', "All time")],
        string="Period", default='rolling', required=True,
        help="Which purchases count. The calendar year and the year of enrolment start again at nothing; the last "
             "months move along with every day.")
    tier_period_months = fields.Integer(string="Months looked back", default=12)
    # 2. What is measured.
    tier_by_spend = fields.Boolean(
        string="Spending", default=True, help="Purchases in the programme's currency, tax included, less refunds.")
    tier_by_visits = fields.Boolean(string="Visits", help="Days with at least one purchase that was not all refunded.")
    tier_by_points = fields.Boolean(
        string="Tier points", help="Points earned in the period, spent or not. Spending points never costs a tier.")
    tier_by_top_up = fields.Boolean(string="One top-up", help="The largest single top-up of stored value.")
    tier_by_top_up_total = fields.Boolean(string="Top-ups in total", help="All top-ups of stored value.")
    tier_match = fields.Selection(
        [('any', "Any one of them"), ('all', "All of them"), ('some', "At least a number of them")],
        string="How many must be reached", default='any', required=True)
    tier_match_count = fields.Integer(string="At least", default=1)
    # 3. The thresholds are on the tiers.
    # 4. How far a member falls, and what softens it.
    tier_drop = fields.Selection(
        [('figures', "To the tier the figures say"), ('one', "By one tier"), ('never', "Not at all")],
        string="When a tier is not kept, members fall", default='figures', required=True)
    tier_grace_days = fields.Integer(
        string="Grace",
        help="Days after the end of the term in which purchases still count and the tier is still held.")
    tier_first_term_months = fields.Integer(
        string="First term at least", help="Months for which a tier just reached is held at least. 0: one term.")
    # 5. The term.
    tier_term_months = fields.Integer(
        string="Term", default=12, help="Months for which a tier is held before it is looked at again. 0: for ever.")
    tier_term_month_end = fields.Boolean(
        string="Terms end with the month", default=True,
        help="A term that ends on the 12th lasts to the end of that month.")
    # When it happens.
    tier_upgrade = fields.Selection(
        [('at_once', "At once, with the purchase that reaches it"), ('at_review', "At the nightly review")],
        string="Members rise", default='at_once', required=True)
    tier_refund = fields.Selection(
        [('term_end', "The tier stays until the end of its term"), ('now', "The tier is checked again at once")],
        string="When a purchase that led to a tier is refunded", default='term_end', required=True)
    tier_policy_version = fields.Integer(string="Version of the tier policy", default=1, readonly=True, copy=False)

    _tier_policy_months = models.Constraint(
        'CHECK (tier_period_months BETWEEN 1 AND 120 AND tier_term_months BETWEEN 0 AND 120'
        ' AND tier_first_term_months BETWEEN 0 AND 120 AND tier_grace_days BETWEEN 0 AND 366)',
        "Look back 1 to 120 months; terms last up to 120 months, grace up to 366 days.")
    _tier_match_count = models.Constraint(
        'CHECK (tier_match_count BETWEEN 1 AND 5)', "At least one and at most five measures must be reached.")
