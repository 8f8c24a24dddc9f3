"""A worker that sells: python -m tests.faults.worker DATABASE CONFIG PARTNER PRODUCT ORDERS

Sends orders of 10, 11, 12... each in a transaction of its own, as a till does that was offline; prints the number of
each when it is committed. The orders are the same in every run.
"""

import sys
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from odoo.service.model import retrying

from demo.runner import load, transaction
from demo.till import Till


def main(database, config, partner, product, orders):
    registry = load(database)
    for number in range(int(orders)):
        with transaction(registry, 'cashier') as env:
            till = Till(env, env['pos.config'].browse(int(config)))
            till.number = number
            values = till.order(
                [till.line(env['product.product'].browse(int(product)), 1, 10 + number)],
                env['res.partner'].browse(int(partner)), at=datetime(2026, 1, 5) + timedelta(minutes=number),
                uuid=str(uuid5(NAMESPACE_URL, f'offline:{number}')))
            retrying(lambda till=till, values=values: till.sync(values), env)
        print(number, flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
