from odoo import models


class PosOrder(models.Model):
    """Orders of family members: they count for the account of the family, as far as its owner allows."""

    _inherit = 'pos.order'

    def _membership_sale_half(self, key, accounts=None, spends=True):
        half = super()._membership_sale_half(key, accounts=accounts, spends=spends)
        cards = half and self._membership_family_cards(half)
        if not cards:
            return half
        wanted = {
            (account, *kind): points for (account, *kind), points in half.wanted.items()
            if points < 0 or account.id not in cards or cards[account.id].holder_may_earn}
        return half._replace(wanted=wanted, purchases=[
            {**row, **self._membership_family_values(cards[row['card_id']])} if row['card_id'] in cards else row
            for row in half.purchases])

    def _membership_family_values(self, card):
        """Return what the purchase of a family member has of its own; points that are not given are not explained."""
        return {'membership_card_id': card.id, **({} if card.holder_may_earn else {'explanation': None})}

    def _membership_family_cards(self, half):
        """Return {account id: card of the family member who bought}; nothing for the owners of accounts."""
        accounts = self.env['loyalty.card'].sudo().browse(
            {row['card_id'] for row in half.purchases} | {account.id for account, *_kind in half.wanted})
        cards = {account.id: account._membership_holder_card(self.partner_id) for account in accounts}
        return {account_id: card for account_id, card in cards.items() if card}

    def _membership_post_halves(self, halves):
        refusals = [
            (order, account, refusal) for order, half in halves
            for account, refusal in order._membership_family_refusals(half)]
        entries = super()._membership_post_halves(halves)
        for order, account, refusal in refusals:
            order.sudo().message_post(
                subject=self.env._("Rewards to check: %(order)s", order=order.name), body=refusal,
                partner_ids=account.program_id.membership_manager_id.partner_id.ids)
        return entries

    def _membership_family_refusals(self, half):
        """Return [(account, why its points should not have been spent)]: the order is paid, so they are nonetheless."""
        cards = self._membership_family_cards(half) if half.claims else {}
        refusals = [
            (account, cards[account.id]._membership_spend_refusal(-points))
            for (account, kind, *_part), points in half.wanted.items()
            if kind == 'redeem' and points < 0 and account.id in cards]
        return [(account, refusal) for account, refusal in refusals if refusal]

    # ------------------------------------------------------------------ question before payment

    def _membership_refusal(self, accounts, changes):
        """Ask for the permission of the family member who stands at the till, too, where the till says who that is."""
        refusal = super()._membership_refusal(accounts, changes)
        partner_id = self.env.context.get('membership_partner_id')
        if refusal or not isinstance(partner_id, int) or isinstance(partner_id, bool):
            return refusal
        for account in accounts.sudo():
            card = account._membership_holder_card(self.env['res.partner'].browse(partner_id))
            refusal = changes[account.id] < 0 and card and card._membership_spend_refusal(-changes[account.id])
            if refusal:
                return refusal
        return ''
