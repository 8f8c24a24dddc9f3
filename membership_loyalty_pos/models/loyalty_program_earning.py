from odoo import fields, models


class LoyaltyProgram(models.Model):
    _inherit = 'loyalty.program'

    membership_rates = fields.Json(
        compute='_compute_membership_rates', help="Articles that earn nothing or more, as the till reads them.")

    def _compute_membership_rates(self):
        for program in self:
            program.membership_rates = [
                {'rate': line.rate, **line._membership_product_json()} for line in program.product_rate_ids
            ] if program.has_product_rates else []
