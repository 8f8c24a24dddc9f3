from odoo import fields, models

from ..tools.rounding import to_amount


class LoyaltyProgram(models.Model):
    """How many points a person may adjust in a day before a second one has to agree."""

    _inherit = 'loyalty.program'

    adjust_limit_user = fields.Float(
        string="Users adjust at most", digits=(16, 2),
        help="Points that a membership user may give and take by adjustments in one day, counted together. Above it a "
             "manager has to approve. 0: users do not adjust at all. A limit on the user's own form goes before this.")
    adjust_limit_manager = fields.Float(
        string="Managers adjust at most", digits=(16, 2),
        help="Points that a membership manager may give and take in one day; above it another manager has to approve. "
             "0: no limit. A limit on the manager's own user form goes before this.")

    _adjust_limits = models.Constraint(
        'CHECK (adjust_limit_user >= 0 AND adjust_limit_manager >= 0)', "Limits of adjustments cannot be negative.")

    def _membership_adjust_limit(self, user):
        """Return the points that a user may adjust in a day: Decimal, or None for any number of points."""
        self.ensure_one()
        program, user = self.sudo(), user.sudo()
        if user.membership_adjust_own:
            return to_amount(user.membership_adjust_limit)
        if user.has_group('membership_loyalty.group_membership_manager'):
            return to_amount(program.adjust_limit_manager) or None
        return to_amount(program.adjust_limit_user)
