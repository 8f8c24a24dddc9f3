"""The main path on a database with the add-ons: enrol, earn, redeem, refund, order, credit note, audit.

python -m demo.smoke DATABASE: prints each step with what it found; last line one JSON object.
"""

import json
import sys
import time

from odoo.fields import Command

from . import shop
from .runner import load, step, transaction
from .till import Till


class Broken(Exception):
    """A step did not end where it should."""


class Smoke:

    def __init__(self, registry):
        self.registry = registry

    def prepare(self):
        with transaction(self.registry) as env:
            shop.make_people(env)
        with transaction(self.registry, 'owner') as env:
            program = shop.set_up_program(env)
            shop.set_up_stores(env, [1])
            self.config = shop.set_up_till(env, 1)
            [self.article] = shop.set_up_products(env, {1: ("Bread", 123.45)}).values()
            member = env['res.partner'].create({'name': "Smoke Member", 'phone': "+1 212 555 0199"})
            self.account = program._enrol(member)
        return self.balance()

    def balance(self):
        with transaction(self.registry) as env:
            return env['loyalty.card'].browse(self.account.id).points

    def _till(self, env):
        return Till.opened(env, self.config)

    def _member(self, env):
        return self.account.with_env(env).partner_id

    def earn(self):
        """123.45 at one point per whole dollar."""
        with transaction(self.registry, 'cashier') as env:
            till = self._till(env)
            values = till.order([till.line(self.article.with_env(env), 1, 123.45)], self._member(env))
            self.sold = till.sold(till.sync(values)).id
            till.sync(values)  # a till that lost the answer sends again
        return self.balance()

    def redeem(self):
        """100 points take 5 off 25: 20 points are earned."""
        with transaction(self.registry, 'cashier') as env:
            till, account = self._till(env), self.account.with_env(env)
            reward = account.program_id.reward_ids[:1]
            if not till.validate({account.id: -100})['successful']:
                raise Broken("the till refuses to spend the points that are there")
            till.sell([till.line(self.article.with_env(env), 1, 25), till.reward(reward, account, 5)],
                      partner=account.partner_id)
        return self.balance()

    def refund(self):
        """The first purchase comes back: its 123 points go, beyond what is left."""
        with transaction(self.registry, 'cashier') as env:
            till = self._till(env)
            till.sell([till.give_back(env['pos.order'].browse(self.sold).lines)], partner=self._member(env))
        return self.balance()

    def order(self):
        """An order of 200 pays the debt of 80 back; its invoice is posted."""
        with transaction(self.registry, 'owner') as env:
            order = env['sale.order'].create({
                'partner_id': self._member(env).id,
                'order_line': [Command.create({
                    'product_id': self.article.id, 'product_uom_qty': 2, 'price_unit': 100})]})
            order.action_confirm()
            invoice = order._create_invoices()
            invoice.action_post()
            self.invoice = invoice.id
        return self.balance()

    def credit(self):
        """One of the two pieces is credited."""
        with transaction(self.registry, 'owner') as env:
            invoice = env['account.move'].browse(self.invoice)
            wizard = env['account.move.reversal'].with_context(
                active_model='account.move', active_ids=invoice.ids).create({'journal_id': invoice.journal_id.id})
            note = env['account.move'].browse(wizard.refund_moves()['res_id'])
            note.invoice_line_ids.quantity = 1
            note.action_post()
        return self.balance()


PATH = (('prepare', 0), ('earn', 123), ('redeem', 43), ('refund', -80), ('order', 120), ('credit', 20))


def main(database):
    started = time.monotonic()
    smoke = Smoke(load(database))
    figures = {'main_path': 'ok'}
    for name, wanted in PATH:
        found = getattr(smoke, name)()
        step(f"{name}: balance {found:g}, should be {wanted}")
        figures[name] = found
        if found != wanted:
            figures['main_path'] = f"broken at {name}"
            break
    with transaction(smoke.registry) as env:
        differences = {name: rows for name, rows in env['membership.ledger.audit']._differences().items() if rows}
        figures['entries'] = env['membership.ledger.entry'].search_count([])
    for name, rows in differences.items():
        step(f"audit: {name}: {rows}")
    figures['audit_differences'] = sum(map(len, differences.values()))
    figures['seconds'] = round(time.monotonic() - started, 1)
    print(json.dumps(figures))
    return 0 if figures['main_path'] == 'ok' and not differences else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
