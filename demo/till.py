"""A till without its screen: the values that the browser of Odoo 19.0 sends, key for key, and the calls it makes."""

import json
from copy import deepcopy
from uuid import uuid4

from odoo import fields


class Till:
    """One point of sale with its open session, worked by one user."""

    def __init__(self, env, config):
        """:param env: of the cashier"""
        self.env = env
        self.config = env['pos.config'].browse(config.id)
        self.session = self.config.current_session_id
        self.number = 0

    @classmethod
    def opened(cls, env, config):
        """Return the till with its session open, as it is after the opening screen."""
        config = env['pos.config'].browse(config.id)
        if not config.current_session_id:
            config.open_ui()
            config.current_session_id.set_opening_control(0, '')
        return cls(env, config)

    # ------------------------------------------------------------------ what is sent

    def line(self, product, quantity, price, amount=None, **values):
        """Return an order line; the shop's articles bear no tax.

        :param price: per unit
        :param amount: of the line, by default quantity times price
        """
        amount = round(quantity * price if amount is None else amount, 2)
        return [0, 0, {
            'attribute_value_ids': [], 'combo_item_id': False, 'combo_line_ids': [], 'combo_parent_id': False,
            'coupon_id': False, 'custom_attribute_value_ids': [], 'customer_note': False, 'discount': 0,
            'down_payment_details': False, 'extra_tax_data': False, 'full_product_name': product.display_name,
            'is_reward_line': False, 'note': False, 'pack_lot_ids': [], 'points_cost': False, 'price_extra': 0,
            'price_subtotal': amount, 'price_subtotal_incl': amount, 'price_type': 'original', 'price_unit': price,
            'product_id': product.id, 'qty': quantity, 'refund_orderline_ids': [], 'refunded_orderline_id': False,
            'reward_id': False, 'reward_identifier_code': False, 'sale_order_line_id': False,
            'sale_order_origin_id': False, 'tax_ids': [], 'uuid': str(uuid4()), 'write_date': False, **values}]

    def reward(self, reward, account, amount):
        """Return the line of a discount that a member pays for with points.

        :param amount: taken off, positive
        """
        return self.line(
            reward.discount_line_product_id, 1, -amount, price_type='manual', is_reward_line=True, reward_id=reward.id,
            coupon_id=account.id, points_cost=reward.required_points, reward_identifier_code=uuid4().hex[:9])

    def give_back(self, line, quantity=None):
        """Return the line that takes back a sold one, wholly or in part."""
        quantity = line.qty if quantity is None else quantity
        return self.line(
            line.product_id, -quantity, line.price_unit, -quantity * line.price_subtotal_incl / line.qty,
            refunded_orderline_id=line.id)

    def order(self, lines, partner=None, at=None, method=None, uuid=None):
        """Return a paid order.

        :param at: UTC moment of the sale
        :param method: pos.payment.method, by default the first one
        :param uuid: identity that the browser gives the order
        """
        self.number += 1
        at = fields.Datetime.to_string(at or fields.Datetime.now())
        total = round(sum(line[2]['price_subtotal_incl'] for line in lines), 2)
        method = method or self.config.payment_method_ids[:1]
        return {
            'access_token': str(uuid4()), 'account_move': False, 'amount_difference': False, 'amount_paid': total,
            'amount_return': 0, 'amount_tax': 0, 'amount_total': total, 'company_id': self.config.company_id.id,
            'create_date': False, 'create_uid': False, 'date_order': at, 'fiscal_position_id': False,
            'floating_order_name': False, 'general_customer_note': '', 'has_deleted_line': False, 'internal_note': '',
            'is_refund': total < 0, 'is_tipped': False, 'last_order_preparation_change': json.dumps({
                'lines': {}, 'metadata': {}, 'general_customer_note': '', 'internal_note': '', 'sittingMode': 0}),
            'lines': lines, 'name': '/', 'nb_print': 0, 'next_online_payment_amount': False,
            'partner_id': partner.id if partner else False,
            'payment_ids': [[0, 0, {
                'account_move_id': False, 'amount': total, 'card_brand': False, 'card_no': False, 'card_type': False,
                'cardholder_name': False, 'create_date': False, 'create_uid': False, 'is_change': False, 'name': False,
                'payment_date': at, 'payment_method_authcode': False, 'payment_method_id': method.id,
                'payment_method_issuer_bank': False, 'payment_method_payment_mode': False, 'payment_ref_no': False,
                'payment_status': False, 'ticket': '', 'transaction_id': False, 'uuid': str(uuid4()),
                'write_date': False, 'write_uid': False}]],
            'pos_reference': f'{self.session.id:03d}-1-{self.number:06d}', 'preset_id': False, 'preset_time': False,
            'pricelist_id': self.config.pricelist_id.id, 'reversed_move_ids': [], 'sequence_number': self.number,
            'session_id': self.session.id, 'shipping_date': False, 'source': False, 'state': 'paid',
            'ticket_code': uuid4().hex[:5], 'tip_amount': False, 'to_invoice': False,
            'tracking_number': f'1{self.number % 1000:03d}', 'user_id': self.env.uid, 'uuid': uuid or str(uuid4()),
            'write_date': False, 'write_uid': False}

    # ------------------------------------------------------------------ calls

    def sync(self, values):
        """Send an order; return the server's answer. Odoo changes what it is given, so it gets a copy."""
        return self.env['pos.order'].sync_from_ui([deepcopy(values)])

    def sell(self, lines, **values):
        """Send an order and return it."""
        return self.sold(self.sync(self.order(lines, **values)))

    def sold(self, answer):
        """Return the pos.order of an answer: of a refund the server sends the refunded order first."""
        return self.env['pos.order'].browse(max(order['id'] for order in answer['pos.order']))

    def validate(self, changes):
        """Ask whether points can be spent. :param changes: {account id: points}. :return: whether they can"""
        return self.env['pos.order'].validate_coupon_programs({str(k): v for k, v in changes.items()}, [])

    def confirm(self, order, account, points):
        """Tell the server what an order earned, as a till with native loyalty does after each order."""
        return order.confirm_coupon_programs({str(account.id): {
            'points': points, 'program_id': account.program_id.id, 'coupon_id': account.id, 'barcode': False,
            'partner_id': account.partner_id.id}})
