from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from .pos_order import PAID


class PosOrder(models.Model):
    """What the till, the receipt and the back office are told of an order's points."""

    _inherit = 'pos.order'

    membership_info = fields.Json(
        compute='_compute_membership_info', help="What the receipt tells the member, one entry per programme.")

    def read_pos_data(self, data, config):
        result = super().read_pos_data(data, config)
        ids = {info['account_id'] for order in self for info in order.membership_info or ()}
        if ids:
            Card = self.env['loyalty.card']
            result['loyalty.card'] = Card._load_pos_data_read(Card.browse(ids), config)
        return result

    @api.depends('state', 'partner_id')
    def _compute_membership_info(self):
        keys = {order: order.sudo()._membership_all_keys() if order.state in PAID else [] for order in self}
        moved, money, explanations = self._membership_moved([key for own_keys in keys.values() for key in own_keys])
        for order in self:
            kinds_of = defaultdict(list)
            for key in keys[order]:
                for card_id, kinds in moved.get(key, {}).items():
                    kinds_of[card_id].append(kinds)
            order.membership_info = [
                self.env['loyalty.card'].sudo().browse(card_id)._membership_receipt(
                    kinds, [explanations[key, card_id] for key in keys[order] if (key, card_id) in explanations])
                for card_id, kinds in kinds_of.items()] + self._wallet_receipts(
                    [part for key in keys[order] for part in money.get(key, ())])

    @api.model
    def _wallet_receipts(self, parts):
        """Return what the receipt tells of each wallet.

        :param parts: list of (card id, kind, value type, amount) that the order moved
        """
        moved = defaultdict(lambda: defaultdict(Decimal))
        for card_id, kind, part, amount in parts:
            moved[card_id][kind, part] += amount
        wallets = self.env['loyalty.card'].sudo()
        return [wallets.browse(card_id)._wallet_receipt(parts) for card_id, parts in moved.items()]

    @api.model
    def _membership_moved(self, keys):
        """Return what documents moved, and why.

        :return: {document key: {card id: {kind: points}}}, without a kind where no point was moved, and
            {document key: [(card id, kind, value type, amount)]} of stored value, and
            {(document key, card id): explanation} as tools.earning writes it
        """
        moved, money, explanations = defaultdict(lambda: defaultdict(dict)), defaultdict(list), {}
        for key, card_id, kind, value_type, amount, explanation in self.env.execute_query(SQL(
            """SELECT document_key, card_id, kind, value_type, sum(amount)::text, NULL::jsonb
                 FROM membership_ledger_entry
                WHERE document_key IN %(keys)s GROUP BY document_key, card_id, kind, value_type
            UNION ALL
               SELECT document_key, card_id, NULL, 'points', NULL, explanation FROM membership_purchase
                WHERE document_key IN %(keys)s ORDER BY card_id, kind, value_type""", keys=tuple(keys),
        )) if keys else ():
            if value_type == 'points':
                moved[key][card_id].update({kind: Decimal(amount)} if kind else {})
            else:
                money[key].append((card_id, kind, value_type, Decimal(amount)))
            if explanation:
                explanations[key, card_id] = explanation
        explanations.update(self._membership_further_explanations(moved))
        return moved, money, explanations

    @api.model
    def _membership_further_explanations(self, moved):
        """Return {(document key, card id): explanation} of orders that count in several programmes, which few do: the
        purchase in a further programme has a key with a suffix."""
        several = {key: cards for key, cards in moved.items() if len(cards) > 1}
        if not several:
            return {}
        accounts = self.env['loyalty.card'].sudo().browse({card_id for cards in several.values() for card_id in cards})
        programs = {account.id: account.program_id.id for account in accounts}
        further = {
            f'{key}/{programs[card_id]}': (key, card_id) for key, cards in several.items() for card_id in cards}
        return {
            further[purchase.document_key]: purchase.explanation
            for purchase in self.env['membership.purchase'].sudo().search(
                [('document_key', 'in', list(further)), ('explanation', '!=', False)])}

    def action_membership_entries(self):
        """Open the ledger entries of this order."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Points of %(order)s", order=self.name),
            'res_model': 'membership.ledger.entry',
            'view_mode': 'list,form',
            'domain': [('document_key', 'in', self._membership_all_keys())],
        }
