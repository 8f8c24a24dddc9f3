from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.rounding import to_amount, to_decimal


class MembershipTopUpPackage(models.Model):
    """Pay 1,000 and get 100 money, 500 points, a coupon and a tier: sold as an article, at the till and in sales."""

    _name = 'membership.top.up.package'
    _description = "Top-up Package"
    _order = 'program_id, sequence, amount'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    program_id = fields.Many2one(
        'loyalty.program', string="Stored value", required=True, ondelete='cascade', index=True,
        domain="[('is_stored_value', '=', True)]")
    company_id = fields.Many2one(related='program_id.company_id', store=True)
    currency_id = fields.Many2one(related='program_id.currency_id')
    product_id = fields.Many2one(
        'product.product', string="Sold as", required=True, ondelete='restrict',
        help="The article of this package: one of the programme's top-up products, without tax. It is sold like any "
             "other article.")
    amount = fields.Monetary(string="Amount paid", required=True, help="Becomes principal.")
    bonus = fields.Monetary(string="Money on top", help="Becomes bonus, spent by the programme's rule.")
    bonus_months = fields.Integer(
        string="Given in parts", default=1,
        help="1: all at once. 12: one twelfth with the top-up, the next a month later, and so on.")
    bonus_valid_months = fields.Integer(
        string="Bonus valid for", help="Months in which the bonus can be spent, from its last part on. 0: for ever. "
                                       "Money paid in never expires.")
    points = fields.Float(digits=(16, 2), string="Points on top")
    points_program_id = fields.Many2one(
        'loyalty.program', string="Points in", domain="[('is_membership', '=', True)]",
        help="The membership in which the points are given, and whose tier is reached. Only members get them.")
    coupon_program_id = fields.Many2one(
        'loyalty.program', string="Coupon", domain="[('program_type', '=', 'coupons')]",
        help="One coupon of this programme is given with each package.")
    tier_id = fields.Many2one(
        'membership.tier', string="Tier", domain="[('program_id', '=', points_program_id)]",
        help="Members below this tier move up to it with the top-up.")

    _product_once = models.UniqueIndex(
        '(product_id) WHERE active', "This article already is the one of another package.")
    _amounts = models.Constraint(
        'CHECK (amount > 0 AND bonus >= 0 AND points >= 0 AND bonus_months BETWEEN 1 AND 60'
        ' AND bonus_valid_months >= 0)',
        "A package costs something, gives nothing negative, and its bonus comes in 1 to 60 parts.")

    @api.constrains('product_id', 'program_id', 'tier_id', 'points', 'points_program_id')
    def _check_package(self):
        for package in self:
            if package.product_id not in package.program_id.rule_ids.product_ids:
                raise ValidationError(self.env._(
                    "%(package)s: %(product)s is no top-up product of %(program)s. Add it to the eWallet products of "
                    "the programme first.", package=package.name, product=package.product_id.display_name,
                    program=package.program_id.name))
            if package.points and not package.points_program_id:
                raise ValidationError(self.env._(
                    "%(package)s: choose the membership in which the points are given.", package=package.name))
            if package.tier_id and package.tier_id.program_id != package.points_program_id:
                raise ValidationError(self.env._(
                    "%(package)s: the tier belongs to another membership.", package=package.name))

    @api.model
    def _of(self, product):
        """Return the package that a top-up product stands for, or none."""
        return self.sudo().search([('product_id', '=', product.id)], limit=1)

    def _member(self, partner):
        """Return the account in which a contact gets the points and the tier of this package, or none."""
        accounts = self.points_program_id._membership_accounts(partner)
        return accounts.get((self.points_program_id.id, partner.id), self.env['loyalty.card'])

    def _bonus_for(self, paid, quantity):
        """Return the bonus money of a line: in full at the package's price, in proportion for less, never more.

        :param paid: Decimal, what the line cost in the programme's currency
        :param quantity: Decimal, packages on the line
        """
        price = to_decimal(self.amount) * quantity
        return to_amount(to_decimal(self.bonus) * quantity * min(paid / price, 1)) if price > 0 else to_amount(0)

    def _release_days(self, day):
        """Return (day or None, weight) of each part of the bonus of a top-up of that day; () for all at once."""
        return tuple(
            (day + relativedelta(months=month) if month else None, 1) for month in range(self.bonus_months)
        ) if self.bonus_months > 1 else ()

    def _bonus_until(self, day):
        """Return the last day of the bonus of a top-up of that day, or None when it does not expire."""
        months = self.bonus_months - 1 + self.bonus_valid_months
        return day + relativedelta(months=months) if self.bonus_valid_months else None
