from odoo import models
from odoo.tools import format_date


class LoyaltyCard(models.Model):
    """Tiers held by something else than purchases: by hand, paid, by invitation. Purchases decide when that ends."""

    _inherit = 'loyalty.card'

    def _membership_let_figures_decide(self, reason):
        """Move accounts whose tier is no longer held by hand, payment or invitation to where their purchases put them.

        :param reason: for people, kept with the move
        """
        for program, accounts in self.grouped('program_id').items():
            accounts._membership_move_to(program.default_tier_id, reason, rule='refund')

    def _membership_day(self, day):
        """Return a day as people read it."""
        return format_date(self.env, day, date_format='long') if day else ''

    def _membership_alert_cheap_tier(self, term):
        """Tell the programme's manager that a renewal was sold to somebody who had nothing to renew."""
        for card in self.sudo():
            manager = card.program_id.membership_manager_id
            if manager:
                card.activity_schedule(
                    'mail.mail_activity_data_warning', user_id=manager.id,
                    summary=self.env._("Renewal price without a renewal"),
                    note=self.env._(
                        "%(tier)s was bought for the price of a renewal, but was not held. It was given all the same, "
                        "as it is paid.", tier=term.tier_id.name))
