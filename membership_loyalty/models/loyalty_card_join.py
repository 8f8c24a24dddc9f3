import uuid

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..guard import posting
from ..tools.rounding import to_amount


class LoyaltyCard(models.Model):
    """A member with an account joins a family, and may leave it again.

    On joining the points move to the family, and whatever is posted to the own account later, the refund of an old
    purchase or points that were not to be spent yet, moves on at once. Purchases made before stay where they are. On
    leaving the own account opens again, with as many of its points as the family still has.
    """

    _inherit = 'loyalty.card'

    family_joined_id = fields.Many2one(
        'loyalty.card', string="Joined the family", readonly=True, copy=False, index='btree_not_null',
        ondelete='restrict', help="This account is closed: its owner uses that of the family.")

    def _membership_join(self, family, permissions, event=None):
        """Close this account and let its owner use the family's, with the cards in hand.

        :param family: loyalty.card of the family
        :param permissions: values of membership.card.PERMISSIONS
        :param event: identity of the click
        """
        self.ensure_one()
        own, family, holder = self.sudo(), family.sudo(), self.partner_id
        family._membership_check_holder(holder)
        transfers = self.env['membership.transfer'].sudo()
        transfers._check_accounts(own, family)
        balance = self.env['membership.ledger.entry'].sudo()._lock(own + family)[own.id].balance
        if balance < 0:
            raise UserError(self.env._(
                "%(member)s is in debt by %(points)s. The debt is paid back or adjusted first.",
                member=holder.display_name, points=own._format_points(float(-balance))))
        if own.family_card_ids.filtered(lambda card: card.state in ('active', 'frozen')):
            raise UserError(self.env._(
                "%(member)s has a family on the own account. Withdraw its cards first.", member=holder.display_name))
        if balance:
            transfers._post(own, family, balance, event or str(uuid.uuid4()), kind='join')
        posting(own).write({'merged_into_id': family.id, 'family_joined_id': family.id, 'active': False})
        own._membership_sweep()
        cards = own.membership_card_ids.filtered(lambda card: card.state in ('active', 'frozen'))
        cards.write({'account_id': family.id, 'holder_id': holder.id, **permissions})
        if not cards:
            cards = self.env['membership.card']._issue(family, kind='family')
            cards.sudo().write({'holder_id': holder.id, **permissions})
        family._membership_greet_holder(holder)
        own.message_post(body=self.env._(
            "Joined the family of %(owner)s with %(points)s; this account is closed.",
            owner=family.partner_id.display_name, points=own._format_points(float(balance))))

    def action_leave_family(self):
        """Open the account again of a member who joined a family."""
        self.ensure_one()
        if not self.env.user.has_group('membership_loyalty.group_membership_manager'):
            raise AccessError(self.env._("Only a membership manager may take a member out of a family with points."))
        self.check_access('read')
        if not self.family_joined_id:
            raise UserError(self.env._("%(account)s has not joined a family.", account=self.display_name))
        self.sudo()._membership_leave()
        return self._get_records_action(
            views=[(self.env.ref('membership_loyalty.membership_account_view_form').id, 'form')])

    def _membership_leave(self):
        """Take the owner of this closed account out of the family; the account is sudo."""
        family, holder = self._membership_final(), self.partner_id
        balances = self.env['membership.ledger.entry'].sudo()._lock(self + family)
        joined = self.env['membership.transfer'].sudo().search([
            ('source_id', '=', self.id), ('kind', '=', 'join'), ('state', '=', 'done')])
        brought = sum((to_amount(transfer.amount) for transfer in joined), to_amount(0))
        back = min(brought, max(balances[family.id].balance, to_amount(0)))
        cards = family.family_card_ids.filtered(lambda card: card.holder_id == holder and card.state != 'withdrawn')
        own_cards = {card: card.state for card in cards if card.kind != 'family'}
        cards._membership_withdraw()
        posting(self).write({'merged_into_id': False, 'family_joined_id': False, 'active': True})
        for card, state in own_cards.items():
            card.write({'account_id': self.id, 'holder_id': False, 'state': state})
        if 'active' not in own_cards.values():
            self.env['membership.card']._issue(self)
        joined.write({'state': 'undone', 'undone_by_id': self.env.uid, 'undone_at': fields.Datetime.now()})
        if back:
            self.env['membership.transfer']._post(family, self, back, str(uuid.uuid4()), kind='leave')
        for account in self + family:
            account.message_post(body=self.env._(
                "%(member)s left the family of %(owner)s and has the own account again, with %(back)s of the "
                "%(brought)s brought along.", member=holder.display_name, owner=family.partner_id.display_name,
                back=self._format_points(float(back)), brought=self._format_points(float(brought))))
