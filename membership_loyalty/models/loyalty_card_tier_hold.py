from datetime import timedelta

from odoo import models
from odoo.tools import SQL, format_date

from ..guard import posting


class LoyaltyCard(models.Model):
    """Tiers held by something else than purchases: by hand, paid, by invitation. Purchases decide when that ends."""

    _inherit = 'loyalty.card'

    def _membership_let_figures_decide(self, reason):
        """Let purchases decide at once where accounts stand whose tier is no longer held by something else.

        :param reason: why it ended, for the chatter
        """
        for program, accounts in self.sudo().grouped('program_id').items():
            today = accounts[0]._membership_today()
            posting(accounts).write({'tier_until': today - timedelta(days=1)})
            self.env['membership.tier.decision']._move(program, today, SQL("c.id IN %s", tuple(accounts.ids)))
            accounts._message_log_batch(bodies=dict.fromkeys(accounts.ids, reason))

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
