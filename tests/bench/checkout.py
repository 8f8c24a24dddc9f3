"""Time and queries of a sale: a native loyalty programme against a membership, in one database, at one till.

python -m tests.bench.checkout DATABASE [ORDERS]: orders of 3 lines, alternating, each call of the till a transaction
with its commit, its environment new and its answer turned into JSON, as in a request. Every tenth order spends a
reward. Counted is what the till calls between the button "Validate" and the receipt:

    native      validate_coupon_programs, sync_from_ui, confirm_coupon_programs (a customer's card earns on every order)
    membership  sync_from_ui; validate_coupon_programs only when points are spent

Last line one JSON object: medians, ours divided by native.
"""

import gc
import json
import random
import statistics
import sys
import time
from collections import defaultdict

from odoo.fields import Command
from odoo.service.model import retrying
from odoo.tools.json import json_default

from demo import shop
from demo.runner import load, step, transaction
from demo.till import Till

LINES, WARM_UP, SPEND_EVERY = 3, 10, 10


class Checkout:

    def __init__(self, registry):
        self.registry = registry
        self.cards = {}
        self.cost = defaultdict(lambda: [0.0, 0])  # (kind, order): seconds, queries

    def prepare(self):
        with transaction(self.registry) as env:
            shop.make_people(env)
        with transaction(self.registry, 'owner') as env:
            shop.set_up_stores(env, [1])
            self.config = shop.set_up_till(env, 1)
            self.products = [product.id for product in shop.set_up_products(
                env, {number: (f"Article {number}", number + 0.5) for number in range(1, 31)}).values()]
            membership = shop.set_up_program(env)
            native = env['loyalty.program'].create({
                'name': "Native", 'program_type': 'loyalty', 'applies_on': 'both', 'trigger': 'auto',
                'rule_ids': [Command.create({'reward_point_mode': 'money', 'reward_point_amount': 1})],
                'reward_ids': [Command.create({
                    'reward_type': 'discount', 'discount': 5, 'discount_mode': 'per_order', 'required_points': 100})]})
            partners = env['res.partner'].create([{'name': f"{kind} customer"} for kind in ('native', 'membership')])
            account = membership._enrol(partners[1])
            account._membership_post_single('opening', 100000, 'bench:opening', "Points to spend")
            card = env['loyalty.card'].create({'program_id': native.id, 'partner_id': partners[0].id, 'points': 100000})
            self.cards = {'native': card.id, 'membership': account.id}
        with transaction(self.registry, 'cashier') as env:
            Till.opened(env, self.config)

    # ------------------------------------------------------------------ one order

    def call(self, slot, method):
        """Run method(till) as a request of its own; add what it took to the slot. Return its result."""
        began = time.perf_counter()
        with transaction(self.registry, 'cashier') as env:
            till = Till(env, self.config)
            till.number = slot[1]
            before = env.cr.sql_log_count
            result = retrying(lambda: method(till), env)
            json.dumps(result, default=json_default)
            env.flush_all()
            queries = env.cr.sql_log_count - before
        cost = self.cost[slot]
        cost[0] += time.perf_counter() - began
        cost[1] += queries
        return result

    def values(self, till, kind, products, spend):
        env = till.env
        card = env['loyalty.card'].browse(self.cards[kind])
        lines = [till.line(product, quantity, product.lst_price)
                 for quantity, product in enumerate(env['product.product'].browse(products), 1)]
        if spend:
            lines.append(till.reward(card.program_id.reward_ids[:1], card, 5))
        return till.order(lines, card.partner_id)

    def sell(self, kind, number, products):
        """Sell one order of a kind."""
        slot, spend = (kind, number), number % SPEND_EVERY == SPEND_EVERY - 1
        with transaction(self.registry, 'cashier') as env:  # the browser has all this in its memory
            till = Till(env, self.config)
            till.number = number * 2 + (kind == 'membership')
            values = self.values(till, kind, products, spend)
        card, total = self.cards[kind], int(values['amount_total'])
        change = total - 100 * spend
        if kind == 'native' or spend:
            asked = change if kind == 'native' else -100
            self.call(slot, lambda till: till.validate({till.env['loyalty.card'].browse(card).id: asked}))
        answer = self.call(slot, lambda till: till.sync(values))
        if kind == 'native':
            order = max(row['id'] for row in answer['pos.order'])
            self.call(slot, lambda till: till.confirm(
                till.env['pos.order'].browse(order), till.env['loyalty.card'].browse(card), change))

    # ------------------------------------------------------------------ all orders

    def run(self, orders):
        """Sell orders of both kinds, alternating; the first of a pair changes sides. Return balances to compare."""
        draw = random.Random(19)
        for number in range(WARM_UP + orders):
            if number == WARM_UP:
                self.cost.clear()
            products = draw.sample(self.products, LINES)
            gc.collect()
            for kind in ('native', 'membership') if number % 2 else ('membership', 'native'):
                self.sell(kind, number, products)
        with transaction(self.registry) as env:
            return {kind: env['loyalty.card'].browse(card).points for kind, card in self.cards.items()}

    def report(self):
        """Print the medians. Return the ratios."""
        medians = {}
        for kind in ('native', 'membership'):
            costs = [cost for (own, _number), cost in self.cost.items() if own == kind]
            medians[kind] = (statistics.median(c[0] for c in costs), statistics.median(c[1] for c in costs))
            means = statistics.fmean(c[0] for c in costs), statistics.fmean(c[1] for c in costs)
            print(f"{kind:12}{len(costs):5} orders", *(
                f"  {name} {seconds * 1000:7.1f} ms {queries:6.1f} queries"
                for name, (seconds, queries) in (('median', medians[kind]), ('mean', means))))
        return {
            'time_ratio': round(medians['membership'][0] / medians['native'][0], 3),
            'query_ratio': round(medians['membership'][1] / medians['native'][1], 3)}


def main(database, orders='300'):
    checkout = Checkout(load(database))
    checkout.prepare()
    step(f"selling {orders} orders of each kind, alternating")
    balances = checkout.run(int(orders))
    ratios = checkout.report()
    same = balances['native'] == balances['membership']
    step(f"balances: {balances} ({'the same' if same else 'NOT the same'})")
    print(json.dumps({**ratios, 'orders': int(orders), 'balances_agree': same}))
    return 0 if same and ratios['time_ratio'] <= 0.95 and ratios['query_ratio'] <= 1.0 else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
