from decimal import Decimal

from odoo import api, models

from ..tools import partner_event
from ..tools.earning import Earned, Line
from ..tools.partner_event import EARN, SPEND
from ..tools.rounding import to_amount, to_decimal

ZERO = Decimal(0)


class MembershipPartnerEvent(models.AbstractModel):
    """What is asked of the database before an event of a partner is booked."""

    _inherit = 'membership.partner.event'

    # ------------------------------------------------------------------ form

    @api.model
    def _check_value(self, batch, event):
        """Refuse money of members: it is loaded and spent in the tills and orders of own companies only."""
        if event.kind in partner_event.STORED_VALUE_KINDS:
            allowed = batch.party.is_stored_value_allowed
            self._refuse(partner_event.E_SV_NOT_ALLOWED, 'money_own' if allowed else 'money', party=batch.party.name)

    @api.model
    def _check_shape(self, batch, event):
        found = partner_event.fault(event, batch.now, batch.program.points_digits)
        if found:
            self._refuse(found[0], found[1], value=str(getattr(event, found[1]) or ''),
                         decimals=batch.program.points_digits)

    # ------------------------------------------------------------------ card and agreement

    @api.model
    def _card_and_agreement(self, batch, event, values):
        """Return the card that was shown and the agreement in force on that day."""
        card = batch.cards.get(event.token)
        if not card:
            self._refuse(partner_event.E_CARD, 'card')
        agreement = self._agreement(batch, values['date'])
        self._check_late(batch, event, agreement)
        if not self._is_usable(card, batch.now):
            self._refuse(partner_event.E_CARD_BLOCKED, 'card_blocked')
        return card, agreement

    @api.model
    def _is_usable(self, card, now):
        """Tell whether a card works at a UTC moment and its account is open."""
        today = card.program_id._membership_date(now)
        return (card.state == 'active' and (not card.valid_until or card.valid_until >= today)
                and card.account_id._membership_final().active)

    @api.model
    def _agreement(self, batch, day):
        """Return the version in force on a day.

        :raise Refused: when there is none
        """
        if day not in batch.agreements:
            batch.agreements[day] = self.env['membership.agreement'].sudo().search([
                ('party_id', '=', batch.party.id), ('program_id', '=', batch.program.id),
                ('state', '!=', 'draft'), ('date_from', '<=', day),
                '|', ('date_to', '=', False), ('date_to', '>=', day)], limit=1)
        if not batch.agreements[day]:
            self._refuse(partner_event.E_AGREEMENT, 'agreement', day=str(day))
        return batch.agreements[day]

    @api.model
    def _check_late(self, batch, event, agreement):
        days = (batch.now - event.occurred_at).days
        if agreement.late_days and days > agreement.late_days and not batch.is_late_allowed:
            self._refuse(partner_event.E_LATE, 'late', days=days, allowed=agreement.late_days)

    @api.model
    def _is_cobranded(self, card, party):
        """Tell whether a card is one of the party's own."""
        return card.party_id == party

    # ------------------------------------------------------------------ quantities

    @api.model
    def _amount(self, batch, event, day):
        """Return the event's money in the programme's currency, or None when it names none."""
        if event.amount is None:
            return None
        currency, company = batch.program.currency_id, batch.party.company_id or batch.party.operator_id
        if not event.currency or event.currency == currency.name:
            return event.amount
        other = self.env['res.currency'].sudo().search([('name', '=', event.currency)])
        # Odoo converts at 1 to 1 where it knows no rate: that would be somebody's money.
        unrated = [each.name for each in (other, currency) if each and each != company.currency_id
                   and not each.rate_ids.filtered(lambda rate: rate.name <= day)]
        if not other or unrated:
            self._refuse(partner_event.E_CURRENCY, 'currency', currency=event.currency, day=str(day))
        rate = other._get_conversion_rate(other, currency, company, day)
        return (event.amount * to_decimal(rate)).quantize(Decimal(10) ** -currency.decimal_places)

    @api.model
    def _earned(self, batch, event, account, day, amount):
        """Return the points of an event that earns: those given, or what the programme's rules give for the money."""
        occasion = account._membership_occasion(event.occurred_at, batch.channel)
        terms = batch.program._membership_terms(self.env['product.product'], account.tier_id, occasion)
        given = event.points
        earned = Earned(given, given) if given is not None else terms.earn([Line(0, Decimal(1), amount, amount)])
        key = partner_event.document_key(batch.party.id, event.ext_txn_id)
        points = batch.program._membership_limited(earned, terms, account, key).points
        # What we work out is cut to the limits; what was promised to the member already is taken whole or refused.
        limits = [terms.policy.order_cap or points, points if terms.budget is None else terms.budget]
        most = min(points, *limits)
        if given is not None and most < given:
            self._refuse(partner_event.E_LIMIT, 'limit', most=f'{most.normalize():f}')
        return points

    @api.model
    def _check_redemption(self, batch, event, card, amount):
        """Refuse what the programme, the family or the balance does not allow; the account is locked."""
        account = card.account_id._membership_final()
        worth = batch.program._membership_point_value()
        refusal = batch.program._membership_redemption_policy().refusal(
            event.points, event.points * worth if worth and amount else None, amount)
        if refusal:
            reason, limit = refusal
            code = partner_event.E_LIMIT if reason == 'share' else partner_event.E_QTY
            self._refuse(code, reason, limit=f'{limit.normalize():f}')
        if card.holder_id and card._membership_spend_refusal(event.points):
            self._refuse(partner_event.E_LIMIT, 'holder_spend')
        balance = to_amount(account.points)
        if event.points > balance:
            self._refuse(partner_event.E_BALANCE, 'balance', balance=f'{max(balance, ZERO).normalize():f}')

    @api.model
    def _to_reverse(self, batch, event, original):
        """Return (points, amount) to take back of a transaction, signed like it."""
        count, *taken = self.env['membership.partner.transaction'].sudo()._reversed(original)
        points, amount = Decimal(original.points), Decimal(original.amount)
        left, money_left = points - Decimal(taken[0]), amount - Decimal(taken[1])
        sign = -1 if points < 0 else 1
        if count and not (left if points else money_left):
            self._refuse(partner_event.E_ORIGINAL, 'original_done', number=event.original)
        money = self._amount(batch, event, original.date)
        if original.kind == SPEND:
            wanted, money = ZERO, money_left if money is None else money
        elif event.points is not None:
            wanted, money = sign * event.points, money or ZERO
        elif money is not None and original.kind == EARN and amount:
            share = batch.program._membership_share(points, amount, amount - money_left + money)
            wanted = share - (points - left)
        else:
            wanted, money = left, money_left
        if abs(wanted) > abs(left) or money > max(money_left, ZERO):
            self._refuse(partner_event.E_ORIGINAL, 'original_more', number=event.original,
                         left=f'{(money_left if original.kind == SPEND else abs(left)).normalize():f}')
        return wanted, money
