from datetime import date as date_type
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import pytz

from odoo import models

from ..tools.rounding import to_amount
from ..tools.stored_value import BONUS, MONEY, PRINCIPAL


class Posting(NamedTuple):
    """Where one document shall stand in the ledger of one account, for one kind of movement."""

    key: str  # identity of the event outside, unique for ever
    card_id: int
    kind: str  # of const.KINDS
    wanted: Decimal  # points or currency, signed: credits positive
    company_id: int
    channel: str  # of const.CHANNELS
    occurred_at: datetime  # UTC
    date: date_type  # the same moment's day in the programme's time zone
    value_type: str = 'points'  # of const.VALUE_TYPES, or MONEY: split by the programme's rule as it is posted
    origins: tuple = ()  # keys of the documents that a refund takes back
    shop_id: int | None = None
    model: str | None = None
    res_id: int | None = None
    description: str | None = None
    available_from: date_type | None = None
    expires_on: date_type | None = None
    is_pending: bool = False
    grace_until: date_type | None = None  # points that are handed back can be spent until then at least
    instalments: tuple = ()  # (day or None, weight) pairs: the parts a new credit comes in, pending until their day
    lot: str | None = None  # of stored value that comes from another account: the top-up it belongs to
    draws: dict | None = None  # {lot: amount} that a debit takes from the credits of a lot before others
    source_id: int | None = None  # account that this credit is taken out of, lot by lot; see Account.receive
    party_id: int | None = None  # membership.party where it happened; empty: that of the shop or the company
    issuer_id: int | None = None  # membership.party that issued these points, where that is another one


class MembershipDocument(models.AbstractModel):
    """An order that moves points: what it must tell so that the ledger can follow it.

    Orders are posted by target, not by event: the same call serves paying, sending again, editing, cancelling,
    confirming again and crediting, and calling it twice posts nothing.
    """

    _name = 'membership.document'
    _description = "Document That Moves Points"

    # ------------------------------------------------------------------ contract

    def _membership_key(self):
        """Return the identity of this document: the same for every copy that a till sends."""
        raise NotImplementedError(self._name)  # pylint: disable=missing-gettext

    def _membership_wanted(self):
        """Return {(card, kind): Decimal} this document shall have moved in the end, signed.

        Points, unless a third part of the key names another value type: (card, kind, value type); tools.stored_value
        MONEY stands for principal and bonus together. What the ledger holds and this leaves out is taken back.
        """
        raise NotImplementedError(self._name)  # pylint: disable=missing-gettext

    def _membership_origins(self):
        """Return the keys of the documents that this one refunds."""
        return ()

    def _membership_instalments(self, card, kind, value_type):
        """Return the (day or None, weight) pairs in which a new credit of this document comes; () for all at once."""
        return ()

    def _membership_until(self, card, kind, value_type):
        """Return the last day of a new credit of this document, or None; points follow the programme's policy."""
        return None

    def _membership_place(self):
        """Return dict(company_id, shop_id, channel, occurred_at, description) of this document."""
        raise NotImplementedError(self._name)  # pylint: disable=missing-gettext

    def _membership_purchases(self, key):
        """Return the rows of membership.purchase for this document, one per programme it counts in; none for a
        document of no member. Use _membership_purchase_place for what every row has.
        """
        raise NotImplementedError(self._name)  # pylint: disable=missing-gettext

    def _membership_is_limited(self):
        """Whether a limit of the member's day or month holds for one of these documents."""
        return False

    # ------------------------------------------------------------------ posting

    def _membership_post(self):
        """Bring ledger and purchase facts to where these documents stand now.

        :return: recordset of the new ledger entries
        """
        if len(self) > 1 and self._membership_is_limited():
            # What one of them earns, the next one of the same member may not earn again.
            return self.env['membership.ledger.entry'].concat(*(document._membership_post() for document in self))
        postings, purchases = [], []
        posted = self.env['membership.ledger.entry']._posted_parts([doc._membership_key() for doc in self])
        for document in self:
            key = document._membership_key()
            wanted = movements(document._membership_wanted())
            gone = {move[1:]: Decimal(0) for move in posted if move[0] == key and not is_part(move[1:], wanted)}
            postings += document._membership_postings(key, {**gone, **wanted})
            purchases += document._membership_purchases(key)
        entries = self.env['membership.ledger.entry'].sudo()._reconcile(postings)
        self.env['membership.purchase'].sudo()._upsert(purchases)
        return entries

    def _membership_postings(self, key, wanted, origins=None):
        """Return the Postings of one document.

        :param wanted: {(card id, kind, value type): amount}
        :param origins: keys of what it takes back; by default what the document says
        """
        self.ensure_one()
        place = self._membership_place()
        origins = tuple(self._membership_origins() if origins is None else origins)
        cards = self.env['loyalty.card'].sudo()
        return [
            Posting(
                key=key, card_id=card_id, kind=kind, value_type=value_type, wanted=to_amount(amount), origins=origins,
                model=self._name, res_id=self.id, **place,
                date=cards.browse(card_id).program_id._membership_date(place['occurred_at']),
                instalments=self._membership_instalments(cards.browse(card_id), kind, value_type),
                expires_on=self._membership_until(cards.browse(card_id), kind, value_type))
            for (card_id, kind, value_type), amount in wanted.items()
        ]

    def _membership_purchase_place(self, key, card_id):
        """Return what every purchase of this document has: identity, place and time."""
        place = self._membership_place()
        program = self.env['loyalty.card'].sudo().browse(card_id).program_id
        return {
            'document_key': key,
            'document_model': self._name,
            'document_id': self.id,
            'company_id': place['company_id'],
            'shop_id': place.get('shop_id'),
            'channel': place['channel'],
            'occurred_at': place['occurred_at'],
            'date': program._membership_date(place['occurred_at']),
        }


def movements(wanted):
    """Return {(card id, kind, value type): amount} of what a document wants moved; see _membership_wanted."""
    return {
        (card.id, kind, *(value_type or ('points',))): amount for (card, kind, *value_type), amount in wanted.items()}


def is_part(move, wanted):
    """Tell whether a movement is principal or bonus of money that is wanted as a whole."""
    return (*move[:2], MONEY) in wanted and move[2] in (PRINCIPAL, BONUS)


def local_date(moment, timezone):
    """Return the calendar day of a naive UTC moment in a time zone (name of the IANA data base)."""
    return pytz.utc.localize(moment).astimezone(pytz.timezone(timezone or 'UTC')).date()
