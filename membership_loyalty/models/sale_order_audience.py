from odoo import models


class SaleOrder(models.Model):
    """Promotions for some tiers or segments: offered to those customers only, refused to others with words."""

    _inherit = 'sale.order'

    def _get_program_domain(self):
        return [*super()._get_program_domain(),
                *self.env['loyalty.program']._membership_audience_domain(self.partner_id)]

    def _try_apply_program(self, program, coupon=None):
        if not program._membership_is_for(self.partner_id):
            return {'error': program._membership_audience_refusal()}
        return super()._try_apply_program(program, coupon)

    def _try_apply_code(self, code):
        result = super()._try_apply_code(code)
        if 'not_found' in result and self.env['loyalty.program']._membership_any_audience():
            program = self.env['loyalty.card'].sudo().search([('code', '=', code)], limit=1).program_id
            if program.active and not program._membership_is_for(self.partner_id):
                return {'error': program._membership_audience_refusal()}
        return result
