"""The ledger of one account, in memory: what to post so that a document stands where it should.

An account is a list of entries. A credit (amount > 0) is open by `remaining`, a debit (amount < 0) likewise: what no
credit has covered of it yet is the account's debt. A match says how much of a debit a credit covers; taking it back
is a match of the opposite sign, so that both `entries` and `matches` only ever grow and for each entry, always

    remaining = amount - sum(matches as credit)        for a credit
    remaining = amount + sum(matches as debit)         for a debit

Nothing here knows Odoo or the database: membership.ledger.entry loads an account, calls `post`, stores what is new.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .allocation import spread

ZERO = Decimal(0)
SPEND = 'spend'
REDEEM = 'redeem'
EXPIRE = 'expire'  # the document that expires a credit has the key expire:<id of the credit>


@dataclass(eq=False)
class Entry:
    key: str  # of the document
    kind: str
    value_type: str
    amount: Decimal
    remaining: Decimal
    seq: int = 1
    is_reversal: bool = False
    is_pending: bool = False
    expires_on: date | None = None
    id: int | None = None
    facts: object = None  # the posting that made it, for the caller to store
    lot_key: str | None = None  # of stored value: the top-up it belongs to, unless that is its own document
    spent: Decimal = ZERO  # of stored value: how much of a credit payments have taken
    available_from: date | None = None
    issuer: int | None = None  # of a credit that is stored or received: the party whose points these are

    @property
    def bucket(self):
        return self.key, self.kind, self.value_type

    @property
    def lot(self):
        return self.lot_key or self.key


@dataclass(eq=False)
class Match:
    debit: Entry
    credit: Entry
    amount: Decimal
    cause: Entry
    id: int | None = None


@dataclass
class Account:
    """Entries that are open or belong to the documents at hand, with the matches of the latter's debits."""

    balance: Decimal = ZERO  # what can be spent: the open parts of all entries that are not pending
    entries: list = field(default_factory=list)
    matches: list = field(default_factory=list)
    new_entries: list = field(default_factory=list)
    new_matches: list = field(default_factory=list)
    changed: dict = field(default_factory=dict)  # old entries whose remaining moved, in order

    # ------------------------------------------------------------------ posting

    def post(self, key, kind, wanted, value_type='points', origins=(), expires_on=None, is_pending=False,
             grace_until=None, facts=None, draws=None, instalments=()):
        """Post what is missing for the document to stand at `wanted`; nothing when it already does.

        :param key: idempotency key of the document
        :param wanted: signed amount that (document, kind, value type) shall have moved in the end
        :param origins: keys of the documents that this one takes back, for a refund
        :param expires_on: last day of a new credit; a restored one keeps its own
        :param grace_until: day until which restored credits can be spent at least
        :param facts: kept on the new entries for the caller
        :param draws: {lot: amount} that a debit takes from the credits of a lot before it takes from others
        :param instalments: (day, weight) pairs: a new credit comes in these parts, each pending until its day, if any
        :return: the amount posted, signed
        """
        posted = self.posted(key, kind, value_type)
        delta = wanted - posted
        shared = {'key': key, 'kind': kind, 'value_type': value_type, 'facts': facts}
        sources = {key, *origins}
        if delta < 0:
            self._debit(delta, sources, draws, is_reversal=bool(origins) or posted > 0, **shared)
        elif delta > 0:
            held = self.taken(sources, kind, value_type) - self.restored(sources, kind, value_type)
            restorable = max(min(delta, held), ZERO)
            if restorable > 0:
                self._restore(restorable, sources, grace_until, **shared)
            if delta > restorable:
                self._credit(delta - restorable, instalments, expires_on=expires_on, is_pending=is_pending, **shared)
        if delta:
            self._settle(value_type)
        return delta

    def receive(self, source, key, kind, value_type='points', facts=None):
        """Credit what a debit of another account holds: one credit for each last day and issuer, in the order taken.

        What is moved keeps its last day, so that nobody gains validity by handing points round, and its issuer, who
        pays for it or has paid.

        :param source: Account where the document `key` is posted already, and whose amount does not change any more
        :return: the amount posted, signed; what the source has got back is taken back here
        """
        lots = source._lots(key, kind, value_type)
        wanted = sum(lots.values(), ZERO)
        if any(entry.bucket == (key, kind, value_type) for entry in self.entries):
            return self.post(key, kind, wanted, value_type, facts=facts)
        for (expires_on, issuer), amount in lots.items():
            self._add(amount, key=key, kind=kind, value_type=value_type, expires_on=expires_on, issuer=issuer,
                      facts=facts)
        self._settle(value_type)
        return wanted

    def _add(self, amount, **values):
        bucket = (values['key'], values['kind'], values['value_type'])
        seq = 1 + max((entry.seq for entry in self.entries if entry.bucket == bucket), default=0)
        lot_key = getattr(values['facts'], 'lot', None)
        entry = Entry(amount=amount, remaining=amount, seq=seq, lot_key=lot_key, **values)
        self.entries.append(entry)
        self.new_entries.append(entry)
        if not entry.is_pending:
            self.balance += amount
        return entry

    def _credit(self, amount, instalments, is_pending, **values):
        days = [day for day, _weight in instalments] or [None]
        weights = [weight for _day, weight in instalments] or [Decimal(1)]
        for day, part in zip(days, spread(amount, weights), strict=True):
            if part:
                self._add(part, is_pending=is_pending or day is not None, available_from=day, **values)

    def _debit(self, amount, sources, draws, **values):
        """Take from the lots it is drawn on, else from the document's own credits of that kind first, then from the
        oldest expiry."""
        debit = self._add(amount, **values)
        for lot, part in (draws or {}).items():
            for credit in self._open_credits(debit.value_type):
                if credit.lot == lot:
                    taken = min(credit.remaining, part)
                    self._match(debit, credit, taken, debit)
                    part -= taken
        self._unexpire(debit, sources)
        for credit in self._open_credits(debit.value_type, sources, debit.kind):
            if not debit.remaining:
                break
            self._match(debit, credit, min(credit.remaining, -debit.remaining), debit)

    def _unexpire(self, debit, sources):
        """Before a refund takes points back from elsewhere, let it have those of its purchase that have expired: nobody
        loses the same points twice."""
        own = [entry for entry in self.entries if entry.amount > 0 and entry.id is not None and entry.key in sources
               and (entry.kind, entry.value_type) == (debit.kind, debit.value_type)]
        short = -debit.remaining - sum(credit.remaining for credit in own)
        for credit in own:
            expired = {f'{EXPIRE}:{credit.id}'}, EXPIRE, debit.value_type
            part = min(short, self.taken(*expired) - self.restored(*expired))
            if part > 0:
                self._restore(part, expired[0], None, key=f'{EXPIRE}:{credit.id}', kind=EXPIRE,
                              value_type=debit.value_type, facts=debit.facts)
                short -= part

    def _restore(self, amount, sources, grace_until, **values):
        """Give back what the debits of the sources took: to the very credits they took it from, last taken first."""
        back = self._add(amount, is_reversal=True, **values)
        for debit in reversed(self._own_debits(sources, back.kind, back.value_type)):
            self._match(debit, back, min(back.remaining, -debit.remaining), back)
            for credit, taken in reversed(self._taken(debit)):
                part = min(back.remaining, taken)
                self._match(debit, credit, -part, back)
                self._match(debit, back, part, back)
                if part and grace_until and credit.expires_on and credit.expires_on < grace_until:
                    credit.expires_on = grace_until

    def settle(self):
        """Let open credits cover open debts, after pending ones became spendable."""
        for value_type in {entry.value_type for entry in self.entries}:
            self._settle(value_type)

    def _settle(self, value_type):
        """Let open credits cover open debits: an account never shows points and debt at once."""
        debits = [e for e in self.entries if e.remaining < 0 and e.value_type == value_type]
        for debit in debits:
            for credit in self._open_credits(value_type):
                self._match(debit, credit, min(credit.remaining, -debit.remaining), credit)

    def _match(self, debit, credit, amount, cause):
        if not amount:
            return
        match = Match(debit, credit, amount, cause)
        self.matches.append(match)
        self.new_matches.append(match)
        debit.remaining += amount
        credit.remaining -= amount
        if debit.kind == SPEND:
            credit.spent += amount
        if credit.is_pending:
            self.balance += amount
        for entry in (debit, credit):
            if entry.id is not None:
                self.changed[entry.id] = entry

    # ------------------------------------------------------------------ reading

    def posted(self, key, kind, value_type):
        """Return the signed amount that the document has moved so far."""
        return sum((entry.amount for entry in self.entries if entry.bucket == (key, kind, value_type)), ZERO)

    def moved(self, entry):
        """Return what the posting of a new entry moved of the balance: nothing, while its points cannot be spent."""
        waiting = sum((m.amount for m in self.new_matches if m.cause is entry and m.credit.is_pending), ZERO)
        return ZERO if entry.is_pending else entry.amount + waiting

    def uncovered(self, entry):
        """Return what a new redemption took beyond the balance; of what hands one back, negative, what was not covered.

        :return: Decimal, or None for entries that are no redemption
        """
        if entry.kind != REDEEM or not (entry.amount < 0 or entry.is_reversal):
            return None
        own = sum((match.amount for match in self.new_matches if match.cause is entry), ZERO)
        return max(-entry.amount, ZERO) - own

    def taken(self, keys, kind, value_type):
        """Return what these documents have taken from the account, gross of what was handed back since."""
        return sum((-debit.amount for debit in self._own_debits(keys, kind, value_type)), ZERO)

    def restored(self, keys, kind, value_type):
        """Return how much of what these documents have taken was handed back."""
        debits = {id(debit) for debit in self._own_debits(keys, kind, value_type)}
        return sum((m.amount for m in self.matches if id(m.debit) in debits and self._is_restoring(m)), ZERO)

    def _open_credits(self, value_type, sources=(), kind=None):
        def own(entry):
            return entry.key in sources and entry.kind == kind

        credits = [
            entry for entry in self.entries
            if entry.remaining > 0 and entry.value_type == value_type and (own(entry) or not entry.is_pending)
        ]
        # Stable: entries are kept in the order of their posting.
        return sorted(credits, key=lambda entry: (not own(entry), entry.expires_on or date.max))

    def _own_debits(self, sources, kind, value_type):
        return [
            entry for entry in self.entries
            if entry.amount < 0 and entry.key in sources and entry.kind == kind and entry.value_type == value_type
        ]

    def _is_restoring(self, match):
        """Whether the match hands a debit's amount back to the account."""
        return match.credit.is_reversal and match.cause is match.credit and match.credit.kind == match.debit.kind

    def _taken(self, debit):
        """Return [(credit, amount)] that the debit still holds, in the order taken, without what was restored."""
        held = defaultdict(lambda: ZERO)
        for match in self.matches:
            if match.debit is debit and not self._is_restoring(match):
                held[match.credit] += match.amount
        return [(credit, amount) for credit, amount in held.items() if amount > 0]

    def _lots(self, key, kind, value_type):
        """Return {(last day, issuer): amount} that the debits of a document still hold, in the order taken."""
        lots = defaultdict(lambda: ZERO)
        for debit in self._own_debits({key}, kind, value_type):
            for credit, amount in self._taken(debit):
                lots[credit.expires_on, credit.issuer] += amount
        return lots
