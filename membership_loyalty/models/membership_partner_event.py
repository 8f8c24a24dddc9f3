from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools import partner_event
from ..tools.partner_event import DUPLICATE, EARN, ERROR, OK, REDEEM, REVERSE, SPEND, Result
from ..tools.rounding import to_amount
from .membership_document import Posting

MANAGER = 'membership_loyalty.group_settlement_manager'
ZERO = Decimal(0)


class Refused(Exception):  # noqa: N818 it is an answer, not a failure
    """An event is not booked, for a reason of tools.partner_event.CODES and with words for the partner."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code, self.message = code, message


@dataclass
class Batch:
    """What the events of one call have in common."""

    party: object  # membership.party, sudo
    program: object  # loyalty.program, sudo
    channel: str
    is_late_allowed: bool
    now: datetime
    cards: dict = field(default_factory=dict)  # what was shown: membership.card
    known: dict = field(default_factory=dict)  # partner's number: Known
    agreements: dict = field(default_factory=dict)  # day: membership.agreement


class MembershipPartnerEvent(models.AbstractModel):
    """What partners tell us of, one event after the other: by their tills, in their files, or by hand.

    Each event is booked as a whole or not at all, at most once for ever, and is answered for by itself. What
    distinguishes two events with the same number is in tools.partner_event.fingerprint.
    """

    _name = 'membership.partner.event'
    _description = "Event of a Partner"

    @api.model
    def _post(self, party, program, events, channel='api', override_late=False):
        """Check and book events of one party in one programme, in their order.

        Accounts are locked first, in the order of their ids. A transaction of the database that loses against another
        one is sent back by it, and is to be tried again as a whole.

        :param party: membership.party
        :param program: loyalty.program that the events are of
        :param events: list of tools.partner_event.PartnerEvent
        :param channel: of const.CHANNELS: 'api', 'import' for files, 'manual'
        :param override_late: book what is older than the agreement allows; for settlement managers
        :return: list of tools.partner_event.Result, one per event, in their order
        :raise AccessError: when somebody else overrides
        """
        if override_late and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._(
                "Only a settlement manager may book events that are older than the agreement allows."))
        numbers = {event.ext_txn_id for event in events} | {event.original for event in events}
        batch = Batch(
            party.sudo(), program.sudo(), channel, override_late, fields.Datetime.now(),
            cards=self._find_cards(program, {event.token for event in events}),
            known=self.env['membership.partner.transaction'].sudo()._known(party, numbers - {''}))
        self._lock(batch)
        return [self._post_one(batch, event) for event in events]

    @api.model
    def _find_cards(self, program, tokens):
        """Return {what was shown: membership.card} of a programme; what is no card of it is not in it."""
        texts = {token: {token.strip(), compact(token)} - {''} for token in tokens}
        wanted = list(set().union(*texts.values()))
        if not wanted:
            return {}
        cards = self.env['membership.card'].sudo().search([
            ('program_id', '=', program.id), '|', ('number', 'in', wanted), ('token', 'in', wanted)])
        by_text = {text: card for card in cards for text in (card.number, card.token)}
        found = {}
        for token, forms in texts.items():  # one card may be written in several ways
            for text in forms & by_text.keys():
                found[token] = by_text[text]
        return found

    @api.model
    def _lock(self, batch):
        """Lock every account that these events may touch, before anything is read of it."""
        accounts = self.env['loyalty.card'].sudo().browse(
            {card.account_id._membership_final().id for card in batch.cards.values()}
            | {known.card_id for known in batch.known.values()})
        if accounts:
            self.env['membership.ledger.entry'].sudo()._lock(accounts)

    @api.model
    def _post_one(self, batch, event):
        try:
            self._check_value(batch, event)
            self._check_shape(batch, event)
            known = batch.known.get(event.ext_txn_id)
            if known:
                return self._answer_again(batch, event, known)
            return self._accept(batch, event)
        except Refused as refusal:
            return Result(event.ext_txn_id, ERROR, refusal.code, refusal.message)

    @api.model
    def _answer_again(self, batch, event, known):
        if known.fingerprint != partner_event.fingerprint(event):
            self._refuse(partner_event.E_KEY_CONFLICT, 'conflict', number=event.ext_txn_id)
        entries = self.env['membership.ledger.entry'].sudo().search([('document_key', '=', known.document_key)])
        return self._result(event, DUPLICATE, known, entries)

    @api.model
    def _result(self, event, state, known, entries):
        # What no credit covers of what was taken back is the member's debt.
        shortfall = -sum((to_amount(entry.remaining) for entry in entries if entry.amount < 0), ZERO)
        account = self.env['loyalty.card'].sudo().browse(known.card_id)._membership_final()
        return Result(
            event.ext_txn_id, state, transaction_id=known.id, points=to_amount(known.points),
            balance=to_amount(account.points), shortfall=shortfall, entry_ids=tuple(entries.ids))

    # ------------------------------------------------------------------ one event

    @api.model
    def _accept(self, batch, event):
        """Check and book one event that was not received before.

        :raise Refused: when nothing is booked
        """
        values = {
            'program_id': batch.program.id, 'ext_txn_id': event.ext_txn_id, 'kind': event.kind,
            'occurred_at': event.occurred_at, 'date': batch.program._membership_date(event.occurred_at),
            'received_at': batch.now, 'channel': batch.channel, 'fingerprint': partner_event.fingerprint(event),
            'points': ZERO, 'amount': ZERO,
            **{name: getattr(event, name)[:64] or None for name in ('store', 'terminal', 'receipt_no')},
            'note': event.note[:256] or None,
        }
        values.update({
            EARN: self._accept_earn, REDEEM: self._accept_redeem, SPEND: self._accept_spend,
            REVERSE: self._accept_reversal}[event.kind](batch, event, values))
        known = self.env['membership.partner.transaction'].sudo()._record(batch.party, values)
        batch.known[event.ext_txn_id] = known
        return self._result(event, OK, known, self._book(batch, event, known))

    @api.model
    def _accept_earn(self, batch, event, values):
        card, agreement = self._card_and_agreement(batch, event, values)
        account = card.account_id._membership_final()
        if card.holder_id and not card.holder_may_earn:
            self._refuse(partner_event.E_LIMIT, 'holder_earn')
        amount = self._amount(batch, event, values['date'])
        return {
            **self._of_card(card, agreement), 'amount': amount or ZERO,
            'points': self._earned(batch, event, account, values['date'], amount)}

    @api.model
    def _accept_redeem(self, batch, event, values):
        card, agreement = self._card_and_agreement(batch, event, values)
        amount = self._amount(batch, event, values['date'])
        self._check_redemption(batch, event, card, amount)
        return {**self._of_card(card, agreement), 'amount': amount or ZERO, 'points': -event.points}

    @api.model
    def _accept_spend(self, batch, event, values):
        card, agreement = self._card_and_agreement(batch, event, values)
        if not self._is_cobranded(card, batch.party):
            self._refuse(partner_event.E_CARD, 'card')
        return {**self._of_card(card, agreement), 'amount': self._amount(batch, event, values['date'])}

    @api.model
    def _accept_reversal(self, batch, event, values):
        original = batch.known.get(event.original)
        if not original or original.program_id != batch.program.id:
            self._refuse(partner_event.E_ORIGINAL, 'original_unknown', number=event.original)
        if original.kind == REVERSE:
            self._refuse(partner_event.E_ORIGINAL, 'original_reversal', number=event.original)
        agreement = self._agreement(batch, original.date)
        self._check_late(batch, event, agreement)
        points, amount = self._to_reverse(batch, event, original)
        return {
            'card_id': original.card_id, 'membership_card_id': original.membership_card_id,
            'original_id': original.id, 'company_id': self._company(batch.party, agreement).id,
            'points': -points, 'amount': -amount}

    @api.model
    def _of_card(self, card, agreement):
        return {
            'membership_card_id': card.id, 'card_id': card.account_id._membership_final().id,
            'company_id': self._company(agreement.party_id, agreement).id}

    @api.model
    def _company(self, party, agreement):
        """Return the company where it happened: the party itself, or that of the operator."""
        return party.company_id or agreement.company_id

    # ------------------------------------------------------------------ booking

    @api.model
    def _book(self, batch, event, known):
        """Post what an accepted event moves. Return the new ledger entries."""
        original = batch.known[event.original] if event.kind == REVERSE else None
        if (original or known).kind == SPEND:
            self._book_spend(batch, known, original)
        ledger = self.env['membership.ledger.entry'].sudo()
        return ledger._reconcile([self._posting(batch, event, known, original)]) if to_amount(known.points) else ledger

    @api.model
    def _posting(self, batch, event, known, original):
        day = original.date if original else known.date
        agreement = self._agreement(batch, day)
        return Posting(
            key=known.document_key, card_id=known.card_id, kind=(original or known).kind,
            wanted=to_amount(known.points), company_id=self._company(batch.party, agreement).id,
            party_id=batch.party.id, channel=batch.channel, occurred_at=known.occurred_at, date=known.date,
            origins=(original.document_key,) if original else (),
            grace_until=fields.Date.add(known.date, days=agreement.reversal_grace_days) if original else None,
            model='membership.partner.transaction', res_id=known.id,
            description=' '.join(filter(None, (batch.party.name, event.receipt_no[:64]))))

    @api.model
    def _book_spend(self, batch, known, original):
        """Record what the partner pays commission on."""
        source = {'import': 'file'}.get(batch.channel, batch.channel)
        self.env.execute_query(SQL(
            """INSERT INTO membership_partner_spend (
                   party_id, card_id, amount, occurred_at, date, price_date, document_key, seq, source,
                   create_uid, create_date, write_uid, write_date)
               VALUES (%s, %s, %s, %s, %s, %s, %s, 1, %s, %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC')
               RETURNING id""",
            batch.party.id, known.card_id, known.amount, known.occurred_at, known.date,
            original.date if original else None, known.document_key, source, self.env.uid, self.env.uid))

    # ------------------------------------------------------------------ answers

    @api.model
    def _refuse(self, code, reason, **values):
        """Answer an event with a code and with words.

        :raise Refused: always
        """
        raise Refused(code, self._reason(reason, values))


def compact(token):
    """Return a card number as it is stored, however it was written."""
    return token.replace(' ', '').replace('-', '')
