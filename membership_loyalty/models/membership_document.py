from datetime import date as date_type
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import pytz

from odoo import models

from ..tools.rounding import to_amount


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
    value_type: str = 'points'
    origins: tuple = ()  # keys of the documents that a refund takes back
    shop_id: int | None = None
    model: str | None = None
    res_id: int | None = None
    description: str | None = None
    available_from: date_type | None = None
    expires_on: date_type | None = None
    is_pending: bool = False


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

        A (card, kind) that the ledger holds and this leaves out is taken back entirely.
        """
        raise NotImplementedError(self._name)  # pylint: disable=missing-gettext

    def _membership_origins(self):
        """Return the keys of the documents that this one refunds."""
        return ()

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
        posted = self.env['membership.ledger.entry']._posted([doc._membership_key() for doc in self])
        for document in self:
            key = document._membership_key()
            wanted = {(card.id, kind): amount for (card, kind), amount in document._membership_wanted().items()}
            gone = {(card_id, kind): Decimal(0) for doc_key, card_id, kind in posted if doc_key == key}
            postings += document._membership_postings(key, {**gone, **wanted})
            purchases += document._membership_purchases(key)
        entries = self.env['membership.ledger.entry'].sudo()._reconcile(postings)
        self.env['membership.purchase'].sudo()._upsert(purchases)
        return entries

    def _membership_postings(self, key, wanted):
        """Return the Postings of one document."""
        self.ensure_one()
        place = self._membership_place()
        origins = tuple(self._membership_origins())
        cards = self.env['loyalty.card'].sudo()
        return [
            Posting(
                key=key, card_id=card_id, kind=kind, wanted=to_amount(amount), origins=origins, model=self._name,
                res_id=self.id, date=cards.browse(card_id).program_id._membership_date(place['occurred_at']), **place)
            for (card_id, kind), amount in wanted.items()
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


def local_date(moment, timezone):
    """Return the calendar day of a naive UTC moment in a time zone (name of the IANA data base)."""
    return pytz.utc.localize(moment).astimezone(pytz.timezone(timezone or 'UTC')).date()
