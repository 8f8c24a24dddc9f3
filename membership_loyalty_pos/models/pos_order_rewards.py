from decimal import Decimal
from math import isfinite
from typing import NamedTuple

from odoo import models
from odoo.tools import groupby

from odoo.addons.membership_loyalty.tools.rounding import to_decimal

from ..tools import rewards


class Claim(NamedTuple):
    lines: models.BaseModel  # pos.order.line: one reward may take several, one for each tax
    account: models.BaseModel  # loyalty.card that pays, empty when nobody does
    points: Decimal
    alert: str  # what was wrong, for the manager


class PosOrder(models.Model):
    """What the rewards of an order cost, and who pays: decided here, whatever the till said."""

    _inherit = 'pos.order'

    def _membership_claims(self, accounts, lines):
        """Return what the rewards of this order cost its customer, as a list of Claims.

        An order is never refused for it: it is paid. Only the customer's own account is charged.

        :param accounts: {programme: account} of the customer
        :param lines: the reward lines
        """
        claims, spent = [], {}
        by_claim = lines.grouped(lambda line: (line.reward_id.sudo(), line.reward_identifier_code or line.id))
        for (reward, _code), claimed in by_claim.items():
            account = accounts.get(reward.program_id, self.env['loyalty.card'].sudo())
            points = self._membership_reward_cost(reward, claimed, account, spent)
            spent[account] = spent.get(account, Decimal(0)) + points
            claims.append(Claim(claimed, account, points, self._membership_reward_alert(claimed, account, points)))
        return self._membership_check_claims(claims)

    def _membership_settle_claims(self, claims):
        """Correct the reward lines that tell otherwise, and tell the programmes' managers what was wrong."""
        for claim in claims:
            claim.lines._membership_correct(claim.account, float(claim.points) if claim.account else 0.0, claim.alert)
        alerts = [claim for claim in claims if claim.alert]
        for program, wrong in groupby(alerts, key=lambda claim: claim.lines.reward_id.sudo().program_id):
            self.sudo().message_post(
                subject=self.env._("Rewards to check: %(order)s", order=self.name),
                body=' '.join(claim.alert for claim in wrong),
                partner_ids=program.membership_manager_id.partner_id.ids)

    def _membership_reward_cost(self, reward, claim, account, spent):
        """Return the points of one claimed reward.

        :param claim: the lines of the reward
        :param spent: {account: points} of the order's other rewards
        """
        given = -sum(to_decimal(line.price_subtotal_incl) for line in claim)
        return rewards.cost(
            reward._membership_reward(),
            quantity=sum(to_decimal(line.qty) for line in claim),
            amount=self._membership_convert(given, reward.program_id),
            balance=to_decimal(account.points) - spent.get(account, Decimal(0)),
            tolerance=to_decimal(self.currency_id.rounding) * len(claim),
            digits=2 if reward.program_id.is_stored_value else reward.program_id.points_digits)

    def _membership_reward_alert(self, claim, account, points):
        """Return what is wrong with what the till said about a reward, or an empty string."""
        claimed = sum(claim.mapped('points_cost'))
        values = {'reward': claim.reward_id.sudo().description, 'points': f'{points:f}', 'claimed': f'{claimed:g}'}
        if claim.reward_id.sudo().program_id.is_stored_value:
            return self._wallet_claim_alert(claim, account, points)
        if not account:
            return self.env._(
                "The reward %(reward)s was given to somebody who is no member: nobody was charged.", **values)
        if claim.coupon_id.sudo() - account:
            return self.env._(
                "The till named the account of somebody else for the reward %(reward)s: the customer's own account "
                "was charged %(points)s points.", **values)
        if not isfinite(claimed) or abs(to_decimal(claimed) - points) >= 1:
            return self.env._(
                "The till asked %(claimed)s points for the reward %(reward)s: it costs %(points)s, which were charged.",
                **values)
        return ''
