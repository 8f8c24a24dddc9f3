from math import isfinite

from odoo import models

from odoo.addons.membership_loyalty.tools.earning import GOODS
from odoo.addons.membership_loyalty.tools.rounding import to_decimal


class PosOrder(models.Model):
    """What limits the earning and spending of a sale at the till."""

    _inherit = 'pos.order'

    # ------------------------------------------------------------------ earned

    def _membership_earned(self, account, lines, key):
        """Return what an account earns on this order, as tools.earning.Earned.

        :param lines: list of tools.earning.Line
        :param key: identity of what the order sells
        """
        program = account.program_id
        occasion = account._membership_occasion(
            self._membership_moment(), 'pos', self.config_id.sudo().membership_shop_id.id, key)
        products = self.env['product.product'].sudo().browse({line.product for line in lines})
        terms = program._membership_terms(products, account.tier_id, occasion)
        return program._membership_limited(terms.earn(lines), terms, account, key)

    # ------------------------------------------------------------------ spent

    def _membership_redemption_refusal(self, accounts, changes):
        """Return why a programme does not let these points be spent like this, or an empty string.

        :param accounts: loyalty.card records
        What the points pay for is what the till says in the context, {account id, as text: [discount, goods]}: only
        ever a reason to refuse, and looked at again when the order is posted.

        :param changes: {account id: points, spent ones negative}
        """
        amounts = self.env.context.get('membership_amounts', {})
        for account in accounts:
            told = amounts.get(str(account.id), (0, 0)) if isinstance(amounts, dict) else None
            if not _is_pair_of_numbers(told):
                return self.env._("The till did not say what its points pay for. Remove the reward and add it again.")
            refusal = account.program_id.sudo()._membership_redemption_refusal(
                -to_decimal(float(changes[account.id])), *(to_decimal(float(amount)) for amount in told))
            if refusal:
                return refusal
        return ''

    def _membership_check_claims(self, claims):
        """Return the claims, with an alert where together they spend against the programme's limits.

        The order is paid and not refused: the programme's manager is told.
        """
        checked = list(claims)
        for account in {claim.account for claim in claims if claim.account}:
            program = account.program_id
            if not any(program._membership_redemption_policy()):
                continue
            own = [claim for claim in claims if claim.account == account]
            refusal = program._membership_redemption_refusal(
                sum(claim.points for claim in own), self._membership_discount(own), self._membership_goods_price(),
                self.currency_id)
            if refusal:
                place = checked.index(own[0])
                checked[place] = own[0]._replace(alert=' '.join(filter(None, (own[0].alert, refusal))))
        return checked

    def _membership_discount(self, claims):
        """Return what claims take off the price, tax included; gifts are no payment."""
        return -sum(
            to_decimal(line.price_subtotal_incl) for claim in claims for line in claim.lines
            if line.reward_id.sudo().reward_type == 'discount')

    def _membership_goods_price(self):
        """Return what the goods of the order cost, tax included, Decimal in its currency."""
        return to_decimal(sum(
            line._membership_amount('price_subtotal_incl') for line in self._membership_counted_lines()
            if line._membership_role() == GOODS))


def _is_pair_of_numbers(values):
    return isinstance(values, (list, tuple)) and len(values) == 2 and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value) for value in values)
