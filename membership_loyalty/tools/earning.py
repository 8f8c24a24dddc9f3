"""How many points a document earns: pure arithmetic over its lines and the programme's rules."""

from decimal import Decimal
from typing import NamedTuple

from .rounding import round_points

GOODS, DISCOUNT = 'goods', 'discount'


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


class Earned(NamedTuple):
    points: Decimal
    base: Decimal  # what was paid for goods, tax included, after discounts: refunds are measured against it


def _goods_and_base(lines):
    """Return the price of the goods, and what is left of it after the document's discounts."""
    goods = sum((line.total for line in lines if line.role == GOODS), Decimal(0))
    discounts = sum((line.total for line in lines if line.role == DISCOUNT), Decimal(0))
    return goods, max(Decimal(0), goods + discounts) if goods > 0 else Decimal(0)


def _rule_points(rule, lines, share):
    matched = [
        line for line in lines
        if line.role == GOODS and (rule.products is None or line.product in rule.products)
    ]
    quantity = sum((line.quantity for line in matched), Decimal(0))
    untaxed = sum((line.untaxed for line in matched), Decimal(0))
    total = sum((line.total for line in matched), Decimal(0))
    reached = untaxed if rule.minimum_untaxed else total
    if not matched or quantity <= 0 or quantity < rule.minimum_quantity or reached < rule.minimum_amount:
        return Decimal(0)
    if rule.mode == 'order':
        return rule.rate
    return rule.rate * (quantity if rule.mode == 'unit' else max(Decimal(0), total * share))


def earn(lines, rules, multiplier=1, digits=0, method='down'):
    """Return the points and the earning base of one document.

    Discounts are spread over the goods in proportion to their price, so that a rule for some products earns on
    what was really paid for them. All rules are added, multiplied once, rounded once.

    :param lines: list of Line
    :param rules: list of Rule
    :param multiplier: factor of the member's tier
    :param digits: decimals of a point
    :param method: rounding method of the programme
    :return: Earned (points, currency)

    >>> D = Decimal
    >>> goods = [Line(1, D(2), D('83.33'), D('100.00')), Line(2, D(1), D('50.00'), D('60.00'))]
    >>> earn(goods, [Rule('money', D(1))])
    Earned(points=Decimal('160'), base=Decimal('160.00'))
    >>> off = Line(9, D(1), D('-13.33'), D('-16.00'), DISCOUNT)
    >>> earn(goods + [off], [Rule('money', D(1), frozenset([2]))], multiplier=2)
    Earned(points=Decimal('108'), base=Decimal('144.00'))
    >>> earn(goods, [Rule('unit', D(5)), Rule('order', D(3), minimum_amount=D(200))])
    Earned(points=Decimal('15'), base=Decimal('160.00'))
    """
    goods, base = _goods_and_base(lines)
    share = base / goods if goods > 0 else Decimal(0)
    points = sum((_rule_points(rule, lines, share) for rule in rules), Decimal(0))
    return Earned(round_points(points * Decimal(str(multiplier)), digits, method), base)
