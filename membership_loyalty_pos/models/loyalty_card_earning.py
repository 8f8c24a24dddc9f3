from odoo import fields, models


class LoyaltyCard(models.Model):
    _inherit = 'loyalty.card'

    membership_occasion = fields.Json(
        compute='_compute_membership_occasion',
        help="What the till's estimate needs to know of the member today: spans of the birthday, first purchase.")

    def _compute_membership_occasion(self):
        self.membership_occasion = False
        for program, accounts in self.filtered('is_membership').grouped('program_id').items():
            if program.sudo().has_multipliers:
                accounts.sudo()._membership_compute_occasion(program.sudo())

    def _membership_compute_occasion(self, program):
        """Compute it for the accounts of one programme; a till sees no birthday, only whether there is a present."""
        multipliers = program.multiplier_ids
        today = program._membership_date(fields.Datetime.now())
        spans = set(multipliers.mapped('birthday')) - {False}
        new = self._membership_without_purchase() if any(multipliers.mapped('first_purchase')) else self.browse()
        for account in self:
            account.membership_occasion = {
                'celebrated': sorted(account._membership_celebrated(today, spans)), 'is_first': account in new}
