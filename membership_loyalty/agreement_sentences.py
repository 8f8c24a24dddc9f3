"""What an agreement says, for people: whole sentences, one for each charge and unit, to be filled in."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

FROM_TO = _lt("Version %(version)s holds from %(first)s to %(last)s.")
FROM = _lt("Version %(version)s holds from %(first)s until another version follows.")
NOTHING = _lt("Nothing is paid yet: add a rate.")

CHARGES = {
    ('issue', 'per_point'): _lt("%(payer)s pays %(payee)s %(rate)s for each point that is issued at %(party)s."),
    ('issue', 'per_txn'): _lt("%(payer)s pays %(payee)s %(rate)s each time that points are issued at %(party)s."),
    ('mkt', 'per_point'): _lt("As a contribution to marketing, %(payer)s pays %(payee)s %(rate)s for each point that "
                              "is issued at %(party)s."),
    ('mkt', 'per_txn'): _lt("As a contribution to marketing, %(payer)s pays %(payee)s %(rate)s each time that points "
                            "are issued at %(party)s."),
    ('reimb', 'per_point'): _lt("%(payer)s pays %(payee)s %(rate)s for each point that members spend at %(party)s."),
    ('reimb', 'per_txn'): _lt("%(payer)s pays %(payee)s %(rate)s each time that members spend points at %(party)s."),
    ('fee', 'percent'): _lt("%(payer)s pays %(payee)s a fee of %(rate)s of what is paid for points spent at "
                            "%(party)s."),
    ('fee', 'per_point'): _lt("%(payer)s pays %(payee)s a fee of %(rate)s for each point that members spend at "
                              "%(party)s."),
    ('fee', 'per_txn'): _lt("%(payer)s pays %(payee)s a fee of %(rate)s each time that members spend points at "
                            "%(party)s."),
    ('fund', 'per_point'): _lt("%(payer)s pays %(payee)s %(rate)s for each point issued at %(party)s when it is spent, "
                               "wherever that is."),
    ('brkg', 'percent'): _lt("When points issued at %(party)s expire, %(payer)s pays %(payee)s %(rate)s of what was "
                             "paid for them."),
    ('comm', 'percent'): {
        'card': _lt("%(payer)s pays %(payee)s a commission of %(rate)s on what is bought with a co-branded card of "
                    "%(party)s."),
        'member': _lt("%(payer)s pays %(payee)s a commission of %(rate)s on all that members buy who hold a co-branded "
                      "card of %(party)s."),
    },
    ('comm', 'per_txn'): {
        'card': _lt("%(payer)s pays %(payee)s a commission of %(rate)s for each purchase with a co-branded card of "
                    "%(party)s."),
        'member': _lt("%(payer)s pays %(payee)s a commission of %(rate)s for each purchase of members who hold a "
                      "co-branded card of %(party)s."),
    },
    ('fix', 'fixed_month'): _lt("%(payer)s pays %(payee)s %(rate)s a month."),
}

EXPIRY = {
    'issue': _lt("For points issued at %(party)s that expire nothing is given back."),
    'redeem': _lt("Points issued at %(party)s that expire cost nobody anything."),
}
OVERDRAFT = {
    'redeemer': _lt("Points that a member turns out not to have are not paid for: %(party)s bears them."),
    'hq': _lt("Points that a member turns out not to have are paid for all the same: %(operator)s bears them."),
}
BONUS = {
    'redeemer': _lt("Of stored value, bonus money is borne by whoever accepts it."),
    'loader': _lt("Of stored value, bonus money is borne by whoever sold the top-up."),
    'hq': _lt("Of stored value, bonus money is borne by %(operator)s."),
    'share': _lt("Of stored value, %(share)s of the bonus money is borne by whoever sold the top-up, the rest by "
                 "%(operator)s."),
}
LATE = _lt("Events that come in more than %(days)s days after they happened are refused.")
GRACE = _lt("Points that come back because their use is reversed can be spent for %(days)s more days at least.")
DISPUTE = {
    True: _lt("%(party)s has %(days)s days to dispute a statement; if it does not, the statement is accepted."),
    False: _lt("%(party)s has %(days)s days to dispute a statement, and confirms it."),
}
MINIMUM = {
    'carry': _lt("Less than %(amount)s is neither booked nor paid: it is carried to the next statement."),
    'always': _lt("Less than %(amount)s is booked, but its payment waits for the next statement."),
}
DOCUMENTS = {
    'gross': _lt("What %(party)s owes is invoiced and what it is owed is billed; only the difference is paid."),
    'net': _lt("Each statement makes one document of the difference."),
}
PAYABLE = _lt("Payment: %(term)s.")

# The worked example: what it supposes for each charge, and what comes out.
SUPPOSED = {
    'issue': _lt("%(issued)s points are issued at %(party)s in %(times_issued)s purchases."),
    'mkt': _lt("%(issued)s points are issued at %(party)s in %(times_issued)s purchases."),
    'reimb': _lt("%(spent)s points are spent at %(party)s in %(times_spent)s purchases."),
    'fee': _lt("%(spent)s points are spent at %(party)s in %(times_spent)s purchases."),
    'fund': _lt("%(spent)s points that were issued at %(party)s are spent."),
    'brkg': _lt("%(expired)s points that were issued at %(party)s expire."),
    'comm': _lt("%(bought)s %(currency)s are spent with its co-branded cards in %(times_bought)s purchases."),
    'fix': _lt("One month."),
}
PAYS = _lt("%(payer)s pays")
EXAMPLE_PAYS = {
    'party_to_hq': _lt("In this example %(party)s pays %(operator)s %(amount)s."),
    'hq_to_party': _lt("In this example %(operator)s pays %(party)s %(amount)s."),
    None: _lt("In this example nothing is to be paid."),
}
