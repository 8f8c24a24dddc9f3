"""The terms a document earns on: fixed when it is confirmed, so that no later edit re-rates it with newer rules."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from . import earning


class Terms(NamedTuple):
    rules: dict  # id of the rule: tools.earning.Rule
    multiplier: Decimal = Decimal(1)  # of the member's tier
    policy: earning.Policy = earning.PLAIN
    tier: str = ''  # name of the member's tier
    factors: dict = {}  # id of the multiplier that applies: tools.earning.Factor
    rates: dict = {}  # product: how many times the points
    day: date | None = None  # of the purchase, in the programme's time zone
    day_cap: Decimal = Decimal(0)  # points of the member on that day; 0: no limit
    month_cap: Decimal = Decimal(0)  # and in its month
    budget: Decimal | None = None  # points that the programme had left to give; None: no limit

    def earn(self, lines):
        """Return tools.earning.Earned for these lines; the member's own limits are not looked at."""
        factors = list(self.factors.values())
        if self.multiplier != 1:
            factors.insert(0, earning.Factor('tier', self.tier, self.multiplier))
        earned = earning.earn(lines, list(self.rules.values()), factors, self.policy, self.rates)
        return earning.limit(earned, 'budget', self.budget, self.policy.digits)


def dump(terms):
    """Return the terms as JSON can store them; numbers as text, so that nothing is lost.

    >>> rule = earning.Rule('money', Decimal('0.1'), frozenset([7, 3]), minimum_amount=Decimal(20))
    >>> terms = Terms({4: rule}, multiplier=Decimal('1.5'))
    >>> load(dump(terms)) == terms
    True
    >>> dump(terms)['rules']['4']['products']
    [3, 7]
    >>> none_matches = Terms({4: rule._replace(products=frozenset())})
    >>> load(dump(none_matches)) == none_matches
    True
    >>> tea = earning.Factor('multiplier', "Tea", Decimal(3), frozenset([2]))
    >>> policy = earning.Policy(2, 'up', True, 'multiply', Decimal(5), Decimal(200))
    >>> full = Terms({}, Decimal(2), policy, "Gold", {8: tea}, {3: Decimal(0)}, date(2026, 11, 22), Decimal(100),
    ...              Decimal(900), Decimal(0))
    >>> load(dump(full)) == full
    True
    >>> load({'rules': {}, 'multiplier': '1.5', 'digits': 0, 'method': 'up'})  # of before there was more to fix
    ... # doctest: +ELLIPSIS
    Terms(rules={}, multiplier=Decimal('1.5'), policy=Policy(digits=0, method='up', untaxed=False, ...
    """
    return {
        'rules': {str(rule_id): _dump_rule(rule) for rule_id, rule in terms.rules.items()},
        'multiplier': str(terms.multiplier), 'digits': terms.policy.digits, 'method': terms.policy.method,
        'policy': {
            'untaxed': terms.policy.untaxed, 'stacking': terms.policy.stacking,
            'factor_cap': str(terms.policy.factor_cap), 'order_cap': str(terms.policy.order_cap)},
        'tier': terms.tier,
        'factors': {str(number): _dump_factor(factor) for number, factor in terms.factors.items()},
        'rates': {str(product): str(rate) for product, rate in terms.rates.items()},
        'day': terms.day and terms.day.isoformat(), 'day_cap': str(terms.day_cap), 'month_cap': str(terms.month_cap),
        'budget': None if terms.budget is None else str(terms.budget),
    }


def load(values):
    """Return the Terms that `dump` wrote, this or an earlier one."""
    policy = values.get('policy', {'untaxed': False, 'stacking': earning.BEST, 'factor_cap': '0', 'order_cap': '0'})
    return Terms(
        {int(rule_id): _load_rule(rule) for rule_id, rule in values['rules'].items()},
        Decimal(values['multiplier']),
        earning.Policy(
            values['digits'], values['method'], policy['untaxed'], policy['stacking'],
            Decimal(policy['factor_cap']), Decimal(policy['order_cap'])),
        values.get('tier', ''),
        {int(number): _load_factor(factor) for number, factor in values.get('factors', {}).items()},
        {int(product): Decimal(rate) for product, rate in values.get('rates', {}).items()},
        date.fromisoformat(values['day']) if values.get('day') else None,
        Decimal(values.get('day_cap', 0)), Decimal(values.get('month_cap', 0)),
        Decimal(values['budget']) if values.get('budget') is not None else None)


def _dump_products(products):
    return None if products is None else sorted(products)


def _load_products(products):
    return None if products is None else frozenset(products)


def _dump_factor(factor):
    return {'label': factor.label, 'factor': str(factor.factor), 'products': _dump_products(factor.products)}


def _load_factor(values):
    return earning.Factor(
        'multiplier', values['label'], Decimal(values['factor']), _load_products(values['products']))


def _dump_rule(rule):
    return {
        'mode': rule.mode, 'rate': str(rule.rate), 'products': _dump_products(rule.products),
        'minimum_quantity': str(rule.minimum_quantity), 'minimum_amount': str(rule.minimum_amount),
        'minimum_untaxed': rule.minimum_untaxed,
    }


def _load_rule(values):
    return earning.Rule(
        values['mode'], Decimal(values['rate']), _load_products(values['products']),
        Decimal(values['minimum_quantity']), Decimal(values['minimum_amount']), values['minimum_untaxed'])
