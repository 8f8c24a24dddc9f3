from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models

from ..tools.rounding import round_points, to_amount, to_decimal
from ..tools.stored_value import BONUS, PRINCIPAL


class TopUp(NamedTuple):
    """A line of a document that fills a wallet."""

    program: models.BaseModel  # loyalty.program whose wallet is filled
    package: models.BaseModel  # membership.top.up.package, may be empty
    quantity: Decimal
    paid: Decimal  # tax included, in the programme's currency


class LoyaltyProgram(models.Model):
    """What top-ups give: the same for an order of the till and of sales."""

    _inherit = 'loyalty.program'

    @api.model
    def _top_up_wanted(self, partner, top_ups):
        """Return what these top-ups of a contact shall move, as membership.document wants it; opens the wallet.

        :param top_ups: list of TopUp
        :return: {(account, kind, value type): Decimal}
        """
        wanted = {}
        for program, package, quantity, paid in top_ups:
            wallet = program._open_wallet(partner)
            gifts = {(wallet, 'top_up', PRINCIPAL): to_amount(paid)}
            if package:
                gifts[wallet, 'top_up', BONUS] = package._bonus_for(paid, quantity)
            member = package._member(partner)
            if member and package.points:
                gifts[member, 'bonus', 'points'] = round_points(
                    to_decimal(package.points) * quantity, member.program_id.points_digits)
            for move, amount in gifts.items():
                wanted[move] = wanted.get(move, Decimal(0)) + amount
        return {move: amount for move, amount in wanted.items() if amount}

    @api.model
    def _top_up_instalments(self, wallet, top_ups, day):
        """Return the (day or None, weight) pairs in which the bonus of these top-ups of one wallet is given."""
        weights = {}
        for program, package, quantity, paid in top_ups:
            if program == wallet.program_id and package:
                bonus = package._bonus_for(paid, quantity)
                for due, weight in package._release_days(day) or ((None, 1),):
                    weights[due] = weights.get(due, 0) + bonus * weight / package.bonus_months
        return tuple(sorted(weights.items(), key=lambda part: part[0] or day)) if len(weights) > 1 else ()

    @api.model
    def _top_up_bonus_until(self, wallet, top_ups, day):
        """Return the last day of the bonus of these top-ups of one wallet: the latest, None when one has none."""
        days = [top_up.package._bonus_until(day) for top_up in top_ups
                if top_up.program == wallet.program_id and top_up.package.bonus]
        return max(days) if days and all(days) else None

    @api.model
    def _top_up_benefits(self, key, partner, top_ups):
        """Give the coupons and tiers of these top-ups, once; unused coupons of what was taken back go.

        :param key: identity of the document
        """
        coupons = {
            f'{key}:{package.id}:{number}': package.coupon_program_id
            for _program, package, quantity, _paid in top_ups if package.coupon_program_id
            for number in range(int(quantity))}
        cards = self.env['loyalty.card'].sudo().with_context(active_test=False)
        known = cards.search([('top_up_key', '=like', f'{key}:%')])
        unused = known.filtered(lambda card: not card.use_count)
        unused.filtered(lambda card: card.top_up_key not in coupons).active = False
        unused.filtered(lambda card: card.top_up_key in coupons).active = True
        cards.create([{
            'program_id': program.id, 'partner_id': partner.id, 'top_up_key': coupon_key,
            'points': min(program.reward_ids.mapped('required_points'), default=1),
        } for coupon_key, program in coupons.items() if coupon_key not in known.mapped('top_up_key')])
        for _program, package, _quantity, _paid in top_ups:
            member = package._member(partner)
            if package.tier_id and member and package.tier_id.sequence > (member.tier_id.sequence or -1):
                # Held for one term, as if purchases had led to it; then the figures decide.
                member._membership_move_to(
                    package.tier_id, self.env._("Top-up: %(package)s", package=package.name), basis='figures')


class LoyaltyCard(models.Model):
    _inherit = 'loyalty.card'

    top_up_key = fields.Char(readonly=True, copy=False, help="The top-up that this coupon was given with.")

    _top_up_once = models.UniqueIndex(
        '(top_up_key) WHERE top_up_key IS NOT NULL', "The coupon of this top-up was given already.")
