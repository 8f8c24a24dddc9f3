from odoo import fields, models


class LoyaltyCard(models.Model):
    """An account that holds a tier because it was paid for."""

    _inherit = 'loyalty.card'

    tier_term_ids = fields.One2many('membership.tier.term', 'card_id', string="Paid terms", readonly=True)

    def _membership_today(self):
        """Return the day it is in the time zone of the programme."""
        return self.program_id._membership_date(fields.Datetime.now())

    def _membership_hold_paid(self, tier, until):
        """Let the account hold a tier to the last day that is paid for; without one, purchases decide again.

        A member who stands higher stays there, and so does one who holds the tier longer by purchases.

        :param until: last day paid for; None: all was taken back
        """
        self.ensure_one()
        account = self.sudo()
        if until and until >= account._membership_today():
            if not account._membership_stands_above(tier, until):
                account._membership_move_to(
                    tier, self.env._("Bought, paid until %(until)s", until=account._membership_day(until)),
                    basis='paid', until=until, rule='paid')
        elif account.tier_id == tier and account.tier_basis == 'paid':
            account._membership_let_figures_decide(self.env._("The purchase of the tier was taken back"))

    def _membership_stands_above(self, tier, until):
        own = self.tier_id
        if own == tier:
            return self.tier_basis == 'figures' and (not self.tier_until or self.tier_until >= until)
        return bool(own) and (own.sequence, own.id) > (tier.sequence, tier.id)

    def _membership_merge_into(self, destination):
        """Terms paid for follow the person."""
        super()._membership_merge_into(destination)
        terms = self.sudo().tier_term_ids
        terms.card_id = destination.id
        for tier in terms.tier_id:
            terms._follow(destination, tier)
