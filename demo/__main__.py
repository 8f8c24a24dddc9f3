"""Fill a database that has the add-ons with the demo: python -m demo DATABASE"""

import sys

from . import life, settle, shop
from .figures import show
from .journey import Journey
from .runner import load, step, transaction
from .trade import Trade

AT_THE_TILL, BY_ORDER = 200, 50
RETURNS, VISITS, CREDITED = 24, 20, 16


def main(database):
    step("reading The Complete Journey")
    data = Journey()
    store = int(data.baskets.store.value_counts().index[0])
    till_baskets = data.replayable(AT_THE_TILL, store=store)
    order_baskets = data.replayable(BY_ORDER, without=till_baskets)
    replayed = till_baskets + order_baskets

    registry = load(database)
    step("setting up company, people, programme, till and articles; installing Chinese")
    with transaction(registry) as env:
        shop.set_up_company(env)
    with transaction(registry, 'owner') as env:
        program = shop.set_up_program(env)
        shop.speak_chinese(program)
        shop.set_up_stores(env, data.stores())
        config = shop.set_up_till(env, store)
        products = shop.set_up_products(env, data.articles(replayed))
        trade = Trade(registry, program, config, {number: product.id for number, product in products.items()})

    step("importing the history of all households")
    with transaction(registry, 'owner') as env:
        program = program.with_env(env)
        result = env['membership.history.import'].sudo()._load(
            data.history(without={basket.id for basket in replayed}), program.sudo(), env.company)
        if result.rejected:
            raise SystemExit(f"error: {len(result.rejected)} rows of the history were rejected: {result.rejected[:3]}")
        enrol_rest(env, program, {basket.household for basket in replayed})
    step(f"{result.members} members, {result.purchases} purchases, {result.points} points imported")

    trade.ring_up(till_baskets)
    trade.bring_back(till_baskets[:RETURNS])
    trade.spend(pick_spenders(registry, program, till_baskets[RETURNS:])[:VISITS])
    trade.run_into_debt(till_baskets[-1], heir=till_baskets[RETURNS].household)
    step(f"{len(till_baskets)} baskets rung up at the till, {RETURNS} brought back, {VISITS} visits with rewards")
    trade.close_till()
    step("till closed and posted")
    trade.sell_by_order(order_baskets, CREDITED)
    step(f"{len(order_baskets)} baskets sold by order and invoice, {CREDITED} credited")

    with transaction(registry, 'owner') as env:
        set_card_states(env, program.with_env(env))
        life.set_up_tiers(env, program.with_env(env))
    with transaction(registry) as env:
        env['membership.tier.review']._cron_run()
        step(f"some cards frozen, lost, replaced; tiers by purchases: {life.tier_sizes(env, program.with_env(env))}")
    with transaction(registry, 'owner') as env:
        life.set_up_benefits(env, program.with_env(env))
        life.set_up_stored_value(env, program.with_env(env))
    step("member days, gifts, a promotion for Gold, stored value in two packages")
    with transaction(registry) as env:
        if not show(env, till_baskets):
            raise SystemExit("error: the figures are not those of the data")
    settle.build(registry)


def enrol_rest(env, program, households):
    """Enrol households all of whose baskets are replayed: the import has not seen them."""
    known = set(env['res.partner'].search([('ref', 'in', [str(number) for number in households])]).mapped('ref'))
    program._enrol(env['res.partner'].create([
        {'name': f"Household {number}", 'ref': str(number)}
        for number in sorted(households) if str(number) not in known]))


def _balances(registry, program):
    with transaction(registry) as env:
        return {account.partner_id.ref: account.points
                for account in env['loyalty.card'].search([('program_id', '=', program.id)])}


def pick_spenders(registry, program, baskets):
    balances = _balances(registry, program)
    return [basket for basket in baskets if balances[str(basket.household)] >= 1500]


def set_card_states(env, program):
    cards = env['membership.card'].search([('program_id', '=', program.id)], order='number', offset=20, limit=8)
    cards[:3].action_freeze()
    cards[3:6].action_report_lost()
    cards[5].action_replace()


if __name__ == '__main__':
    main(*sys.argv[1:])
