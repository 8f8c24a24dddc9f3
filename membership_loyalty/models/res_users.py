from odoo import fields, models


class ResUsers(models.Model):
    _inherit = 'res.users'

    membership_adjust_own = fields.Boolean(
        string="Own limit for adjustments", groups='base.group_user',
        help="This user has a limit of their own; otherwise that of the membership programme counts.")
    membership_adjust_limit = fields.Float(
        string="Points adjusted in a day at most", digits=(16, 2), groups='base.group_user',
        help="Points that this user may give and take by adjustments in one day, without a second person. With 0 a "
             "manager's adjustments all need approval, and a user makes none.")

    _membership_adjust_limit = models.Constraint(
        'CHECK (membership_adjust_limit >= 0)', "The limit for adjustments cannot be negative.")
