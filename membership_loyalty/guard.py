"""Who may move the points of a member: our posting code, and nobody else.

Native code and remote callers reach the same `write`. They are told apart by the identity of an object that only Python
code of this module can put into the context; nothing that travels over RPC is that object.
"""

_KEY = 'membership_guard'
_HELD_KEY = 'membership_held'
_POSTING = object()  # the ledger is writing the balance it has just posted
_MUTED = object()  # native code is about to post on its own: its changes of membership balances are dropped


def posting(records):
    """Return the records in an environment that may write balances, accounts and display rows."""
    return records.with_context(**{_KEY: _POSTING})


def muted(records):
    """Return the records in an environment where native point changes of membership accounts have no effect."""
    return records.with_context(**{_KEY: _MUTED})


def is_posting(records):
    return records.env.context.get(_KEY) is _POSTING


def is_muted(records):
    return records.env.context.get(_KEY) is _MUTED


class _Held(frozenset):
    """(model, id) of the documents whose posting waits; no remote caller can send an instance of this class."""


def held(records):
    """Return the records in an environment where edits of them post nothing: the caller posts once, when it is done."""
    waiting = records.env.context.get(_HELD_KEY)
    new = _Held((records._name, record_id) for record_id in records.ids)
    return records.with_context(**{_HELD_KEY: _Held(new | waiting) if isinstance(waiting, _Held) else new})


def not_held(records):
    """Return those of the records whose posting does not wait for a caller."""
    waiting = records.env.context.get(_HELD_KEY)
    if not isinstance(waiting, _Held):
        return records
    return records.filtered(lambda record: (record._name, record.id) not in waiting)
