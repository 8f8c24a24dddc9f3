"""The terms a document earns on: fixed when it is confirmed, so that no later edit re-rates it with newer rules."""

from decimal import Decimal
from typing import NamedTuple

from . import earning


class Terms(NamedTuple):
    rules: dict  # id of the rule: tools.earning.Rule
    multiplier: Decimal = Decimal(1)
    digits: int = 0
    method: str = 'down'

    def earn(self, lines):
        """Return tools.earning.Earned for these lines."""
        return earning.earn(lines, list(self.rules.values()), self.multiplier, self.digits, self.method)


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
    """
    return {
        'rules': {str(rule_id): _dump_rule(rule) for rule_id, rule in terms.rules.items()},
        'multiplier': str(terms.multiplier), 'digits': terms.digits, 'method': terms.method,
    }


def load(values):
    """Return the Terms that `dump` wrote."""
    return Terms(
        {int(rule_id): _load_rule(rule) for rule_id, rule in values['rules'].items()},
        Decimal(values['multiplier']), values['digits'], values['method'])


def _dump_rule(rule):
    return {
        'mode': rule.mode, 'rate': str(rule.rate), 'products': None if rule.products is None else sorted(rule.products),
        'minimum_quantity': str(rule.minimum_quantity), 'minimum_amount': str(rule.minimum_amount),
        'minimum_untaxed': rule.minimum_untaxed,
    }


def _load_rule(values):
    products = values['products']
    return earning.Rule(
        values['mode'], Decimal(values['rate']), None if products is None else frozenset(products),
        Decimal(values['minimum_quantity']), Decimal(values['minimum_amount']), values['minimum_untaxed'])
