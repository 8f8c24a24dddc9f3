from odoo import api, models


class LoyaltyProgram(models.Model):
    """A programme draws the numbers of its own cards outside the ranges of its partners."""

    _inherit = 'loyalty.program'

    @api.constrains('card_prefix', 'card_sequence_digits', 'card_random_digits', 'is_membership')
    def _check_card_ranges(self):
        self.env['membership.card.range'].sudo().search([])._check_own_numbers(self.filtered('is_membership'))

    def _membership_own_numbers(self):
        """Return the lowest and the highest number that this programme may draw for a card."""
        self.ensure_one()
        prefix = self.card_prefix or ''
        drawn = self.card_sequence_digits + self.card_random_digits + 1
        return prefix + '0' * drawn, prefix + '9' * drawn
