from odoo import fields, models


class LoyaltyProgram(models.Model):
    """What a programme gives its members, and on which terms friends are brought."""

    _inherit = 'loyalty.program'

    benefit_ids = fields.One2many('membership.benefit', 'program_id', string="Gifts and free uses")
    referral_return_days = fields.Integer(
        string="Return window", default=14,
        help="Days after a friend's first purchase until both members are given their referral gifts. As long as goods "
             "can be returned.")
    referral_min_amount = fields.Monetary(
        string="Least first purchase",
        help="What the friend's first purchase must come to, tax included and refunds deducted. 0: any amount.")
    referral_month_limit = fields.Integer(
        string="Friends per month", default=10,
        help="A member is rewarded for at most so many friends in a calendar month. 0: no limit.")

    _referral_figures = models.Constraint(
        'CHECK (referral_return_days >= 0 AND referral_min_amount >= 0 AND referral_month_limit >= 0)',
        "Return window, least purchase and number of friends cannot be negative.")
