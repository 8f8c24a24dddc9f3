"""Stored value on a statement: who hands over the money of a top-up, and who gets it when it is spent.

The operator holds what members paid in. Who sold a top-up owes its principal, who accepts stored value gets it; bonus
money is paid to who accepted it by whom the agreement says.
"""

from .settlement_facts import HUNDRED, TO_HQ, TO_PARTY, Charge


def money_charges(fact, version, fx):
    """Yield the charges of a fact of stored value.

    :param fact: tools.settlement.Fact whose value type is principal or bonus
    :param version: tools.settlement.Version that holds
    :param fx: what one unit of the programme's currency is in the agreement's
    """
    if fact.family == 'entry' and fact.kind == 'top_up' and fact.value_type == 'principal':
        if fact.is_reversal:
            yield _charge(fact, version, 'svr', TO_PARTY, -fact.quantity, fx)
        else:
            yield _charge(fact, version, 'svl', TO_HQ, fact.quantity, fx)
    elif fact.family == 'entry' and fact.kind == 'spend' and fact.value_type == 'principal':
        yield _charge(fact, version, 'svs', TO_PARTY, -fact.quantity, fx)
    elif fact.family == 'entry' and fact.kind == 'spend' and version.bonus_bearer != 'redeemer':
        yield _charge(fact, version, 'svbon', TO_PARTY, -fact.quantity, fx)
    elif fact.family == 'match' and fact.kind == 'spend' and fact.value_type == 'bonus':
        share = {'loader': HUNDRED, 'share': version.bonus_share}.get(version.bonus_bearer)
        if share:
            yield _charge(fact, version, 'svbon', TO_HQ, fact.quantity, fx * share / HUNDRED)


def _charge(fact, version, charge, direction, quantity, factor):
    return Charge(charge, fact.value_type, direction, version.id, None, fact.is_reversal, fact.late, fact.atoms,
                  quantity, quantity * factor)
