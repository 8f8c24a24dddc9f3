"""How many points a document earns, and why: pure arithmetic over its lines and the programme's rules."""

from decimal import Decimal
from math import prod
from typing import NamedTuple

from .allocation import round_to_sum
from .rounding import NOISE, round_points

GOODS, DISCOUNT = 'goods', 'discount'
BEST, MULTIPLY = 'best', 'multiply'


class Line(NamedTuple):
    """A line of a document, in the programme's currency.

    Lines that pay (gift card, eWallet) and lines that return goods of another document are left out by the caller.
    """

    product: int
    quantity: Decimal
    untaxed: Decimal
    total: Decimal
    role: str = GOODS


class Rule(NamedTuple):
    """An earning rule: `rate` points per unit of currency (money), per unit sold (unit) or per document (order)."""

    mode: str
    rate: Decimal
    products: frozenset | None = None  # None: every product
    minimum_quantity: Decimal = Decimal(0)
    minimum_amount: Decimal = Decimal(0)
    minimum_untaxed: bool = False


class Factor(NamedTuple):
    """Something that multiplies points: the member's tier, or a multiplier whose conditions are met."""

    code: str  # 'tier' or 'multiplier'
    label: str
    factor: Decimal
    products: frozenset | None = None  # None: the whole document, points per document included


class Policy(NamedTuple):
    """What the programme says of all its earnings."""

    digits: int = 0  # decimals of a point
    method: str = 'down'  # of tools.rounding.METHODS
    untaxed: bool = False  # earn on prices without tax
    stacking: str = BEST  # or MULTIPLY: what happens when several factors apply
    factor_cap: Decimal = Decimal(0)  # all factors together are at most this; 0: no limit
    order_cap: Decimal = Decimal(0)  # points of one document are at most this; 0: no limit


PLAIN = Policy()


class Step(NamedTuple):
    """One line of the explanation. The points of all steps add up to the points of the document."""

    code: str  # 'base', 'rates', 'tier', 'multiplier', 'factor_cap', or the code of a limit
    points: Decimal
    label: str = ''
    factor: Decimal | None = None


class Earned(NamedTuple):
    points: Decimal
    base: Decimal  # what was paid for goods, after discounts, with or without tax as the policy says
    steps: tuple = ()


def _price(line, policy):
    return line.untaxed if policy.untaxed else line.total


def _goods_and_base(lines, policy):
    """Return the price of the goods, and what is left of it after the document's discounts."""
    goods = sum((_price(line, policy) for line in lines if line.role == GOODS), Decimal(0))
    discounts = sum((_price(line, policy) for line in lines if line.role == DISCOUNT), Decimal(0))
    return goods, max(Decimal(0), goods + discounts) if goods > 0 else Decimal(0)


def _combined(factors, product, stacking):
    """Return by how much points of a product are multiplied; of no product, points per document."""
    values = [factor.factor for factor in factors if factor.products is None or product in factor.products]
    if not values:
        return Decimal(1)
    return max(values) if stacking == BEST else prod(values, start=Decimal(1))


def _rule_points(rule, lines, rates, worth, factor):
    """Return the points of one rule, not rounded.

    :param rates: {product: how many times its points}, what is not in it counts once; 0 is as if it were not there
    :param worth: function(line) -> Decimal, what was paid for it
    :param factor: function(product or None) -> Decimal
    """
    matched = [
        line for line in lines
        if line.role == GOODS and (rule.products is None or line.product in rule.products)
        and rates.get(line.product, 1) > 0
    ]
    quantity = sum((line.quantity for line in matched), Decimal(0))
    reached = sum((line.untaxed if rule.minimum_untaxed else line.total for line in matched), Decimal(0))
    if not matched or quantity <= 0 or quantity < rule.minimum_quantity or reached < rule.minimum_amount:
        return Decimal(0)
    if rule.mode == 'order':
        return rule.rate * factor(None)
    counted = sum(
        ((line.quantity if rule.mode == 'unit' else worth(line)) * rates.get(line.product, 1) * factor(line.product)
         for line in matched), Decimal(0))
    return rule.rate * max(Decimal(0), counted)


def _stages(factors, rates, policy):
    """Return [(step, rates, factors, cap)]: how the points come about, one thing more in each stage."""
    if policy.stacking == BEST:  # the largest first: what a smaller one adds is then nothing
        factors = sorted(factors, key=lambda factor: -factor.factor)
    stages = [(Step('base', Decimal(0)), {}, (), None)]
    if rates:
        stages.append((Step('rates', Decimal(0)), rates, (), None))
    for count, factor in enumerate(factors, 1):
        step = Step(factor.code, Decimal(0), factor.label, factor.factor)
        stages.append((step, rates, factors[:count], None))
    if policy.factor_cap:
        stages.append((Step('factor_cap', Decimal(0), '', policy.factor_cap), rates, factors, policy.factor_cap))
    return stages


def earn(lines, rules, factors=(), policy=PLAIN, rates=None):
    """Return the points and the earning base of one document, with the steps that led there.

    Discounts are spread over the goods in proportion to their price, so that a rule for some products earns on
    what was really paid for them. All rules are added, multiplied, rounded once and limited.

    :param lines: list of Line
    :param rules: list of Rule
    :param factors: list of Factor that apply
    :param policy: Policy
    :param rates: {product: how many times the points it earns}; 0 earns nothing and reaches no minimum
    :return: Earned (points, currency, steps)

    >>> D = Decimal
    >>> goods = [Line(1, D(2), D('83.33'), D('100.00')), Line(2, D(1), D('50.00'), D('60.00'))]
    >>> earn(goods, [Rule('money', D(1))])[:2]
    (Decimal('160'), Decimal('160.00'))
    >>> off = Line(9, D(1), D('-13.33'), D('-16.00'), DISCOUNT)
    >>> gold = Factor('tier', "Gold", D(2))
    >>> earn(goods + [off], [Rule('money', D(1), frozenset([2]))], [gold])[:2]
    (Decimal('108'), Decimal('144.00'))
    >>> earn(goods, [Rule('unit', D(5)), Rule('order', D(3), minimum_amount=D(200))])[:2]
    (Decimal('15'), Decimal('160.00'))
    >>> tea = Factor('multiplier', "Tea week", D(3), frozenset([2]))
    >>> best = earn(goods, [Rule('money', D(1))], [gold, tea])
    >>> best.points, [(step.label, int(step.points)) for step in best.steps]
    (Decimal('380'), [('', 160), ('Tea week', 120), ('Gold', 100)])
    >>> both = earn(goods, [Rule('money', D(1))], [gold, tea], Policy(stacking=MULTIPLY, factor_cap=D(5)))
    >>> both.points, [(step.code, int(step.points)) for step in both.steps]
    (Decimal('500'), [('base', 160), ('tier', 160), ('multiplier', 240), ('factor_cap', -60)])
    >>> earn(goods, [Rule('money', D(1))], [gold], Policy(untaxed=True, order_cap=D(200)), {1: D(0)}).steps[-2:]
    (Step(code='rates', points=Decimal('-83'), label='', factor=None), \
Step(code='tier', points=Decimal('50'), label='Gold', factor=Decimal('2')))
    """
    goods, base = _goods_and_base(lines, policy)
    share = base / goods if goods > 0 else Decimal(0)

    def total(rates, factors, cap):
        def factor(product):
            combined = _combined(factors, product, policy.stacking)
            return combined if cap is None else min(combined, cap)

        def worth(line):
            return _price(line, policy) * share

        return sum((_rule_points(rule, lines, rates, worth, factor) for rule in rules), Decimal(0)).quantize(NOISE)

    stages = _stages(factors, rates or {}, policy)
    totals = [total(*stage[1:]) for stage in stages]
    parts = [after - before for before, after in zip([Decimal(0), *totals], totals, strict=False)]
    points = round_points(totals[-1], policy.digits, policy.method)
    rounded = round_to_sum(points, parts, Decimal(1).scaleb(-policy.digits))
    steps = tuple(
        step._replace(points=part) for (step, *_rest), part in zip(stages, rounded, strict=True)
        if part or step.code == 'base')
    return limit(Earned(points, base, steps), 'order_cap', policy.order_cap or None, policy.digits)


def limit(earned, code, room, digits=0):
    """Return what is earned of it when there is room for so many points, with a step that says why.

    :param earned: Earned
    :param code: of the step
    :param room: points, or None when there is no limit
    :param digits: decimals of a point; the room is rounded down to them

    >>> limit(Earned(Decimal(80), Decimal(80)), 'day_cap', Decimal('50.5'))
    Earned(points=Decimal('50'), base=Decimal('80'), \
steps=(Step(code='day_cap', points=Decimal('-30'), label='', factor=None),))
    >>> limit(Earned(Decimal(80), Decimal(80)), 'day_cap', Decimal(-5)).points
    Decimal('0')
    """
    if room is None:
        return earned
    room = max(Decimal(0), round_points(room, digits))
    if earned.points <= room:
        return earned
    steps = (*earned.steps, Step(code, room - earned.points))
    return earned._replace(points=room, steps=steps)


def dump(earned):
    """Return the explanation as JSON can store it, or None when there is nothing to explain.

    >>> step = Step('tier', Decimal(50), "Gold", Decimal('1.5'))
    >>> dump(Earned(Decimal(150), Decimal('100.00'), (Step('base', Decimal(100)), step)))['steps'][1]
    {'code': 'tier', 'points': '50', 'label': 'Gold', 'factor': '1.5'}
    >>> dump(Earned(Decimal(100), Decimal(100), (Step('base', Decimal(100)),)))
    """
    if len(earned.steps) < 2:
        return None
    return {'points': str(earned.points), 'base': str(earned.base), 'steps': [
        {'code': step.code, 'points': str(step.points), 'label': step.label,
         'factor': None if step.factor is None else f'{step.factor.normalize():f}'} for step in earned.steps]}
