from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.rounding import round_points, to_amount, to_decimal


class LoyaltyProgram(models.Model):
    """Whether members may give points to each other, and on what terms."""

    _inherit = 'loyalty.program'

    transfer_policy = fields.Selection(
        [('off', "Not allowed"), ('staff', "By staff only"), ('members', "By staff and by members themselves")],
        string="Transfer of points", default='off', required=True,
        help="Whether points can be given to another member of this programme. Members do it on their page of the "
             "portal, with the number of the other member's card.")
    transfer_minimum = fields.Float(
        string="Points at least", digits=(16, 2), help="The smallest transfer. 0: any number of points.")
    transfer_month_limit = fields.Float(
        string="Points a month at most", digits=(16, 2),
        help="What one member may give away in a calendar month, fees included. 0: no limit.")
    transfer_fee_percent = fields.Float(
        string="Fee in percent", digits=(5, 2),
        help="Kept back from the points that are given; rounded as the points of this programme are. The giver sees it "
             "before the transfer.")

    _transfer_policy_range = models.Constraint(
        'CHECK (transfer_minimum >= 0 AND transfer_month_limit >= 0 AND transfer_fee_percent >= 0'
        ' AND transfer_fee_percent < 100)',
        "Minimum and limit of a transfer cannot be negative; the fee lies between 0 and less than 100 percent.")

    def _membership_transfer_fee(self, amount):
        """Return the part of a transfer that nobody receives: Decimal points, by the programme's rounding."""
        self.ensure_one()
        fee = to_decimal(amount) * to_decimal(self.transfer_fee_percent) / 100
        return round_points(fee, self.points_digits, self.points_rounding)

    def _membership_transfer_amount(self, amount):
        """Return the points to transfer as Decimal, or say what is wrong with them.

        :raise UserError: when this is no number of points, or none that the programme lets pass
        """
        self.ensure_one()
        try:
            points = to_amount(amount)
        except (ValueError, ArithmeticError):
            raise UserError(self.env._("Enter a number of points.")) from None
        if points <= 0:
            raise UserError(self.env._("Enter how many points to give: more than nothing."))
        if points != round_points(points, self.points_digits):
            raise UserError(self.env._(
                "%(program)s counts points with %(digits)s decimals. Enter a number that has no more.",
                program=self.name, digits=self.points_digits))
        if points < to_amount(self.transfer_minimum):
            raise UserError(self.env._(
                "At least %(minimum)s points can be given at once.", minimum=f'{self.transfer_minimum:.15g}'))
        if points - self._membership_transfer_fee(points) <= Decimal(0):
            raise UserError(self.env._("The fee would take all of it. Give more points."))
        return points

    def _membership_check_transfer_policy(self, by_member=False):
        """Refuse a transfer that the programme does not allow at all.

        :param by_member: a member does it, not the staff
        """
        for program in self:
            if program.transfer_policy == 'off':
                raise UserError(self.env._(
                    "%(program)s does not allow points to be given to others. The manager can change this on the "
                    "programme.", program=program.name))
            if by_member and program.transfer_policy != 'members':
                raise UserError(self.env._(
                    "Members of %(program)s cannot give points away themselves. Ask at your next visit.",
                    program=program.name))
