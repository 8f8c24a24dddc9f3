from odoo import fields, models


class LoyaltyProgram(models.Model):
    """Members are told before their points expire."""

    _inherit = 'loyalty.program'

    points_reminder_days = fields.Integer(
        string="Remind members before",
        help="Days before points expire on which members get a mail, once a month at most. 0: no mail.")
    points_reminder_template_id = fields.Many2one(
        'mail.template', string="Mail", ondelete='set null', domain=[('model', '=', 'loyalty.card')],
        default=lambda self: self.env.ref('membership_loyalty.mail_template_points_reminder', raise_if_not_found=False),
        help="The account is the record: its points, next expiry and member can be put into the text.")

    _points_reminder_range = models.Constraint(
        'CHECK (points_reminder_days BETWEEN 0 AND 366)', "Members are reminded up to 366 days before.")
