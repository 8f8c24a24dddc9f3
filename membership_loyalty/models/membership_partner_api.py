import hashlib
import hmac
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import partner_event
from ..tools.partner_event import EARN, REDEEM, REVERSE, SPEND, PartnerEvent, format_moment
from ..tools.rounding import to_amount

SOON = timedelta(days=60)
# What a partner's programme has to tell apart, and why an event was not booked.
PROBLEMS = {
    partner_event.E_CARD: (404, 'CARD_UNKNOWN'),
    partner_event.E_CARD_BLOCKED: (423, 'CARD_BLOCKED'),
    partner_event.E_BALANCE: (409, 'BALANCE'),
    partner_event.E_AGREEMENT: (409, 'STATE'),
    partner_event.E_KEY_CONFLICT: (409, 'STATE'),
    partner_event.E_SV_NOT_ALLOWED: (403, 'FORBIDDEN'),
}
STORED_VALUE = {EARN: 'sv_load', REDEEM: 'sv_spend'}


class Answer(NamedTuple):
    """What a partner is answered: an object of JSON, or why there is none."""

    status: int = 200
    body: dict = {}
    code: str = ''  # of a problem, for the partner's programme
    reason: str = ''  # of tools.partner_event.CODES
    message: str = ''
    cost: int = 1  # requests that it counts as
    file: object = None  # ir.attachment to be sent instead of an object, sudo


class MembershipPartnerApi(models.AbstractModel):
    """What the partner interface does, behind its routes. Partners learn as little of a member as a till needs.

    Nothing here is public: a key of the interface opens its routes and nothing else. Every method is called with the
    key that was shown, sudo, and looks only at what belongs to the key's party.
    """

    _name = 'membership.partner.api'
    _description = "Partner API"

    @api.model
    def _run(self, key, operation, values):
        """Do what is asked.

        :param key: membership.api.key, sudo
        :param operation: tools.partner_api.Operation
        :param values: as tools.partner_api.read gives them
        :return: Answer
        """
        return getattr(self, f'_{operation.name}')(key, values)

    @api.model
    def _ping(self, key, values):
        return Answer(body={
            'party': key.party_id.code, 'key': key.name, 'scopes': key._scopes(),
            'time': format_moment(fields.Datetime.now()), 'closed_until': iso(key.party_id.closed_until)})

    # ------------------------------------------------------------------ members

    @api.model
    def _programs(self, party):
        """Return the programmes in which an agreement of the party is in force, where it is today by their clock."""
        agreements = self.env['membership.agreement'].sudo().search(
            [('party_id', '=', party.id), ('state', '!=', 'draft'), ('program_id.is_membership', '=', True)])
        today = agreements.program_id._membership_today()
        return agreements.filtered(
            lambda agreement: agreement.date_from <= today[agreement.program_id.id] <= (agreement.date_to or date.max)
        ).program_id

    @api.model
    def _shown_card(self, party, token):
        """Return (card of the programmes of a party that was shown, card to work with).

        Whoever guesses numbers shall not learn by the clock which ones exist: for a card that is unknown, one that has
        nothing to do with it is read, and the answer is thrown away.
        """
        programs, cards = self._programs(party), self.env['membership.card'].sudo()
        card = cards._identify(token).filtered(lambda card: card.program_id in programs)
        decoy = cards.search([('program_id', 'in', programs.ids)], limit=1)
        return card, card or decoy

    @api.model
    def _answer_about(self, key, token, tell):
        """Return what may be told of the member whose card was shown.

        :param tell: function(card, account) -> dict
        """
        card, read = self._shown_card(key.party_id, token)
        told = read and tell(read, read.account_id._membership_final())
        is_usable = read and self.env['membership.partner.event']._is_usable(read, fields.Datetime.now())
        if not card:
            return self._refusal(partner_event.E_CARD, self.env._("There is no such card."))._replace(cost=10)
        if not is_usable:
            return self._refusal(
                partner_event.E_CARD_BLOCKED, self.env._("This card is blocked or no longer valid."))
        return Answer(body=told)

    @api.model
    def _lookup(self, key, values):
        def tell(card, account):
            program = account.program_id
            worth = program._membership_point_value()
            return {
                'member': self._member_token(key.party_id, account),
                'masked_name': f"{((card.holder_id or account.partner_id).name or '')[:1]}***",
                'tier': account.tier_id.name or None,
                'points': number(account.points),
                'redeemable': number(self._redeemable(card, account)),
                'point_value': f'{worth.normalize():f}' if worth else None,
                'currency': program.currency_id.name,
            }
        return self._answer_about(key, values['token'], tell)

    @api.model
    def _balance(self, key, values):
        def tell(card, account):
            told = {
                'member': self._member_token(key.party_id, account),
                'points': number(account.points), 'redeemable': number(self._redeemable(card, account)),
                'pending': number(account.pending_points), 'expiring': self._expiring(account),
            }
            if key.party_id.is_stored_value_allowed:
                told['stored_value'] = self._stored_value(account)
            return told
        return self._answer_about(key, values['token'], tell)

    @api.model
    def _member_token(self, party, account):
        """Return what a party knows the member by: the same at every visit, another one for every party."""
        secret = self.env['ir.config_parameter'].sudo().get_param('database.secret')
        return hmac.new(secret.encode(), f'member:{party.id}:{account.id}'.encode(), hashlib.sha256).hexdigest()[:24]

    @api.model
    def _redeemable(self, card, account):
        if card.holder_id and not card.holder_may_spend:
            return Decimal(0)
        return account.program_id._membership_redeemable(to_amount(account.points))

    @api.model
    def _expiring(self, account):
        today = account.program_id._membership_date(fields.Datetime.now())
        return [{'points': points, 'date': iso(day)} for points, day in self.env.execute_query(SQL(
            """SELECT sum(remaining)::text, expires_on FROM membership_ledger_entry
                WHERE card_id = %s AND remaining > 0 AND value_type = 'points' AND NOT COALESCE(is_pending, FALSE)
                  AND expires_on BETWEEN %s AND %s GROUP BY expires_on ORDER BY expires_on""",
            account.id, today, today + SOON))]

    @api.model
    def _stored_value(self, account):
        """Return the money of the member in each of the wallets, for own companies."""
        wallets = self.env['loyalty.card'].sudo().search(
            [('partner_id', '=', account.partner_id.id), ('program_id.is_stored_value', '=', True)])
        return [{'amount': number(wallet.points), 'currency': wallet.currency_id.name} for wallet in wallets]

    # ------------------------------------------------------------------ booking

    @api.model
    def _earn(self, key, values):
        return self._book(key, EARN, values)

    @api.model
    def _redeem(self, key, values):
        return self._book(key, REDEEM, values)

    @api.model
    def _spend(self, key, values):
        return self._book(key, SPEND, values)

    @api.model
    def _reverse(self, key, values):
        return self._book(key, REVERSE, values)

    @api.model
    def _book(self, key, kind, values):
        """Book one event of the key's party."""
        if values.pop('value_type', 'points') == 'stored_value':
            kind = STORED_VALUE[kind]
        original = values.pop('original_ext_txn_id', '')
        program = self._program_of(key.party_id, original or values['ext_txn_id'], values.get('token'))
        event = PartnerEvent(kind=kind, original=original, **values)
        [result] = self.env['membership.partner.event']._post(key.party_id, program, [event], channel='api')
        if result.state == partner_event.ERROR:
            return self._refusal(result.code, result.message)._replace(
                cost=10 if result.code == partner_event.E_CARD else 1)
        return Answer(body=self._booking(result, program))

    @api.model
    def _program_of(self, party, number, token):
        """Return the programme that an event is of: that of the transaction it names, or else of the card."""
        known = self.env['membership.partner.transaction'].sudo()._known(party, {number}).get(number)
        if known:
            return self.env['loyalty.program'].sudo().browse(known.program_id)
        agreements = self.env['membership.agreement'].sudo().search(
            [('party_id', '=', party.id), ('state', '!=', 'draft')], order='date_from desc')
        programs = agreements.program_id.filtered('is_membership')
        card = self.env['membership.card'].sudo()._identify(token)
        return card.program_id & programs or programs[:1]

    @api.model
    def _booking(self, result, program):
        transaction = self.env['membership.partner.transaction'].sudo().browse(result.transaction_id)
        entries = self.env['membership.ledger.entry'].sudo().browse(result.entry_ids)
        body = {
            'ext_txn_id': result.ext_txn_id, 'state': result.state, 'event_id': str(result.transaction_id),
            'points': number(result.points), 'balance': number(result.balance)}
        kind = transaction.kind
        if kind == EARN:
            lasts = [entry.expires_on for entry in entries if entry.amount > 0 and entry.expires_on]
            waits = [entry.available_from for entry in entries if entry.is_pending and entry.available_from]
            body.update(expires_at=iso(min(lasts, default=None)), available_from=iso(max(waits, default=None)))
        if kind == REDEEM:
            money = (-result.points * program._membership_point_value()).quantize(Decimal('0.01'))
            body.update(money_value=f'{money:f}', currency=program.currency_id.name)
        if kind == REVERSE:
            body.update(shortfall=number(result.shortfall))
        return body

    @api.model
    def _transaction(self, key, values):
        party = Domain('party_id', '=', key.party_id.id)
        transaction = self.env['membership.partner.transaction'].sudo().search(
            party & Domain('ext_txn_id', '=', values['ext_txn_id']))
        if not transaction:
            return Answer(404, code='TRANSACTION_UNKNOWN', message=self.env._(
                "There is no transaction %(number)s: it was not booked.", number=values['ext_txn_id']))
        reversals = transaction.reversal_ids
        return Answer(body={
            'ext_txn_id': transaction.ext_txn_id, 'state': 'ok', 'event_id': str(transaction.id),
            'kind': transaction.kind, 'points': number(transaction.points),
            'amount': f'{transaction.amount:.4f}', 'currency': transaction.currency_id.name,
            'occurred_at': format_moment(transaction.occurred_at),
            'received_at': format_moment(transaction.received_at),
            'original_ext_txn_id': transaction.original_id.ext_txn_id or None,
            'reversed_points': number(-sum(map(to_amount, reversals.mapped('points')))),
            'reversed_by': reversals.sorted('id').mapped('ext_txn_id')})

    @api.model
    def _refusal(self, reason, message):
        status, code = PROBLEMS.get(reason, (422, 'VALIDATION'))
        return Answer(status, code=code, reason=reason, message=message)


def number(value):
    """Return points or money as a decimal string with two places."""
    return f'{to_amount(value):f}'


def iso(day):
    return day.isoformat() if day else None
