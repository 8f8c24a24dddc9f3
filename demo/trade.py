"""Baskets of the data as real documents: rung up at the till, or sold by order and invoice; with what comes back."""

import logging
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from freezegun import freeze_time

from odoo.fields import Command
from odoo.service.model import retrying

from .runner import transaction
from .till import Till

ORDER_REF = 'basket:'


def basket_uuid(number):
    """Return the identity under which the till sends a basket: the same in every run."""
    return str(uuid5(NAMESPACE_URL, f'completejourney:{number}'))


class Trade:
    """Replays baskets, each in a transaction of its own, as browsers and salespeople do."""

    def __init__(self, registry, program, config, products):
        """:param products: {number in the data: id of product.product}"""
        self.registry, self.program_id, self.config_id, self.products = registry, program.id, config.id, products

    def _members(self, env):
        program = env['loyalty.program'].sudo().browse(self.program_id)
        partners = env['res.partner'].sudo().search([('ref', '!=', False)])
        return {account.partner_id.ref: account for account in program._membership_accounts(partners).values()}

    # ------------------------------------------------------------------ at the till

    def ring_up(self, baskets):
        """Send each basket as the cashier's browser does."""
        self._at_the_till(self._ring_up, baskets)

    def _at_the_till(self, action, items):
        """Run action(till, item, accounts) for each item in a transaction of its own."""
        for item in items:
            with transaction(self.registry, 'cashier') as env:
                till = Till.opened(env, env['pos.config'].browse(self.config_id))
                till.number = env['pos.order'].search_count([('session_id', '=', till.session.id)])
                retrying(lambda till=till, item=item: action(till, item), env)

    def _account(self, env, household):
        partner = env['res.partner'].sudo().search([('ref', '=', str(household))])
        return env['loyalty.card'].sudo().search([
            ('program_id', '=', self.program_id), ('partner_id', '=', partner.id)])

    def _lines(self, till, basket):
        return [till.line(till.env['product.product'].browse(self.products[product]), quantity,
                          cents / quantity / 100, cents / 100) for product, quantity, cents in basket.lines]

    def _ring_up(self, till, basket):
        method = till.config.payment_method_ids[basket.id % 2]
        till.sync(till.order(
            self._lines(till, basket), self._account(till.env, basket.household).partner_id, basket.at, method,
            basket_uuid(basket.id)))

    def bring_back(self, baskets):
        """Return all of every second basket, the first article of the others."""
        self._at_the_till(self._bring_back, list(enumerate(baskets)))

    def _bring_back(self, till, numbered):
        number, basket = numbered
        order = till.env['pos.order'].search([('uuid', '=', basket_uuid(basket.id))])
        lines = order.lines[:1] if number % 2 else order.lines
        till.sync(till.order(
            [till.give_back(line) for line in lines], order.partner_id, basket.at + timedelta(days=3),
            order.payment_ids.payment_method_id))

    def spend(self, baskets):
        """Let the households of these baskets buy the like again and pay with points."""
        self._at_the_till(self._spend, baskets)

    def _spend(self, till, basket, rewards=1):
        account = self._account(till.env, basket.household)
        reward = till.env['loyalty.program'].browse(self.program_id).reward_ids[:1]
        cost = rewards * reward.required_points
        answer = till.validate({account.id: -cost})
        if not answer['successful']:
            raise SystemExit(f"error: the till refused to spend {cost} points: {answer['payload']}")
        lines = self._lines(till, basket) + [
            till.reward(reward, account, reward.discount) for _reward in range(rewards)]
        till.sync(till.order(lines, account.partner_id, basket.at + timedelta(days=7)))

    def run_into_debt(self, basket):
        """Let a household spend its points, then bring back what it earned them with."""
        def spend_all(till, basket):
            account = self._account(till.env, basket.household)
            reward = till.env['loyalty.program'].browse(self.program_id).reward_ids[:1]
            self._spend(till, basket, int(account.points // reward.required_points))

        self._at_the_till(spend_all, [basket])
        self._at_the_till(self._bring_back, [(0, basket)])

    def close_till(self):
        """Close the day: count the cash, post the session."""
        with transaction(self.registry, 'owner') as env:
            session = env['pos.config'].browse(self.config_id).current_session_id
            session.post_closing_cash_details(session.cash_register_balance_end)
            session.update_closing_control_state_session('')
            answer = session.close_session_from_ui()
            if not answer['successful']:
                raise SystemExit(f"error: the till could not be closed: {answer}")

    # ------------------------------------------------------------------ by order and invoice

    def sell_by_order(self, baskets, credited):
        """Confirm and invoice a sale order for each basket; credit some of them.

        :param credited: how many of the baskets come back, every second one in part
        """
        logging.getLogger('odoo.tools.translate').setLevel(logging.ERROR)
        with freeze_time(baskets[0].at, ignore=['odoo.sql_db', 'psycopg2']) as clock:
            for number, basket in enumerate(baskets):
                clock.move_to(basket.at)
                with transaction(self.registry, 'owner') as env:
                    invoice = self._sell_by_order(env, basket)
                    if number < credited:
                        clock.move_to(basket.at + timedelta(days=3))
                        self._credit(env, invoice, in_part=number % 2)

    def _sell_by_order(self, env, basket):
        order = env['sale.order'].create({
            'partner_id': self._account(env, basket.household).partner_id.id,
            'client_order_ref': f'{ORDER_REF}{basket.id}',
            'order_line': [Command.create({
                'product_id': self.products[product], 'product_uom_qty': quantity,
                'price_unit': cents / quantity / 100,
            }) for product, quantity, cents in basket.lines]})
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def _credit(self, env, invoice, in_part):
        wizard = env['account.move.reversal'].with_context(active_model='account.move', active_ids=invoice.ids).create({
            'reason': "Brought back", 'journal_id': invoice.journal_id.id})
        note = env['account.move'].browse(wizard.refund_moves()['res_id'])
        if in_part:
            note.invoice_line_ids[1:].unlink()
        note.action_post()
