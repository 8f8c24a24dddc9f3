from odoo import models


class ResPartner(models.Model):
    """Who has a birthday is asked every night, of members by the million."""

    _inherit = 'res.partner'

    _membership_birthday_of_year = models.Index(
        '(EXTRACT(month FROM membership_birthday), EXTRACT(day FROM membership_birthday)) '
        'WHERE membership_birthday IS NOT NULL')
