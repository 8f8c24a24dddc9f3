from decimal import Decimal

from odoo import models
from odoo.exceptions import ValidationError


class SaleOrder(models.Model):
    """Orders of family members: they earn on and spend from the account of the family, as far as its owner allows."""

    _inherit = 'sale.order'

    def _membership_may_use(self, account):
        """Whether the customer of this order has part in an account, now or when the order was confirmed."""
        order = self.sudo()
        return account.partner_id == order.partner_id or bool(
            order.membership_terms_ids.filtered(
                lambda terms: terms.card_id == account and terms._membership_buyer() == order.partner_id)
            or account._membership_holder_card(order.partner_id))

    # ------------------------------------------------------------------ earned

    def _membership_terms_values(self, account):
        card = account._membership_holder_card(self.partner_id)
        return {**super()._membership_terms_values(account), 'membership_card_id': card.id,
                'earns': not card or card.holder_may_earn}

    def _membership_wanted(self):
        wanted = super()._membership_wanted()
        for terms in self.membership_terms_ids.filtered(lambda terms: not terms.earns):
            wanted.pop((terms.card_id, 'earn'), None)
        return wanted

    def _membership_points(self, account):
        card = account._membership_holder_card(self.sudo().partner_id)
        return super()._membership_points(account) if not card or card.holder_may_earn else Decimal(0)

    def _membership_purchase_rows(self, terms, key, is_live):
        card = terms.membership_card_id
        values = {'membership_card_id': card.id} if card else {}
        if not terms.earns:
            values['explanation'] = None  # of points that are not given
        return [{**row, **values} for row in super()._membership_purchase_rows(terms, key, is_live)]

    # ------------------------------------------------------------------ spent

    def _membership_add_family(self):
        """Let a quotation of a family member be paid with the points of the family, where the owner allows it."""
        order = self.sudo()
        used = order.env['loyalty.card']._membership_used_by(order.partner_id)
        accounts = order.env['loyalty.card'].browse([
            account.id for account in used.values()
            if account.partner_id != order.partner_id and account.points > 0
            and account._membership_holder_card(order.partner_id).holder_may_spend])
        allowed = accounts.filtered(
            lambda account: account.program_id.filtered_domain(order._get_program_domain()))
        if allowed - order.applied_coupon_ids:
            order.applied_coupon_ids |= allowed

    def _membership_check_balance(self, lock=True):
        """Refuse what a family member may not spend, once the account is locked."""
        result = super()._membership_check_balance(lock=lock)
        for order in self.sudo():
            for account, points in order._membership_spend().items():
                if account.partner_id != order.partner_id:
                    order._membership_check_permission(account, points)
        return result

    def _membership_check_permission(self, account, points):
        """Refuse points that the family member who buys may not spend; of an order that is paid, tell the manager."""
        more = points - self._membership_spent(account)
        card = account._membership_holder_card(self.partner_id)
        refusal = more > 0 and card and card._membership_spend_refusal(more)
        if refusal and not self._membership_may_overdraw():
            raise ValidationError(self.env._(
                "%(order)s: %(reason)s Remove the reward.", order=self.name, reason=refusal))
        if refusal:
            self.message_post(
                subject=self.env._("Rewards to check: %(order)s", order=self.name), body=refusal,
                partner_ids=account.program_id.membership_manager_id.partner_id.ids)
