from datetime import datetime, time
from decimal import Decimal

import pytz

from odoo import models

from ..tools.earning import Earned, dump
from ..tools.rounding import to_decimal


class SaleOrder(models.Model):
    """The purchase facts of a sale order: one row for the order, one for each credit note, for each programme."""

    _inherit = 'sale.order'

    def _membership_purchases(self, key):
        rows, live = [], self._membership_live_terms() if self.state == 'sale' else self.membership_terms_ids.browse()
        for program, purchase_key in self._membership_purchase_keys().items():
            fixed = self.membership_terms_ids.filtered(lambda terms, program=program: terms.program_id == program)
            terms = (fixed & live or fixed)[-1]
            rows += self._membership_purchase_rows(terms, purchase_key, terms in live)
        return rows

    def _membership_purchase_keys(self):
        """Return {programme: identity of the purchase}; the first programme has the plain key of the order."""
        key = self._membership_key()
        programs = self.membership_terms_ids.program_id
        return {program: f'{key}/{program.id}' if position else key for position, program in enumerate(programs)}

    def _membership_refunds_elsewhere(self, key=None):
        """Return the purchases by which other documents than credit notes took goods of this order back: the till's."""
        return self.env['membership.purchase'].sudo().search([
            ('origin_key', '=', key or self._membership_key()), ('is_refund', '=', True),
            ('document_model', '!=', 'account.move')])

    def _membership_purchase_rows(self, terms, key, is_live):
        """Return the row of the order and those of its credit notes; of an order that no longer counts there is left
        what came back elsewhere, mostly nothing."""
        currency, timezone = terms.program_id.currency_id, pytz.timezone(terms.program_id.membership_tz or 'UTC')
        lines = self.order_line._membership_lines(Decimal(repr(terms.currency_rate))) if is_live else []
        earned = self._membership_earned(terms) if is_live else Earned(Decimal(0), Decimal(0))
        explanation = dump(earned)
        totals = {
            'amount_total': sum((line.total for line in lines), Decimal(0)),
            'amount_untaxed': sum((line.untaxed for line in lines), Decimal(0)),
            'base_amount': earned.base,
        }
        if not is_live:
            elsewhere = self._membership_refunds_elsewhere(key)
            totals = {name: -to_decimal(sum(elsewhere.mapped(name))) for name in totals}
        place = {**self._membership_purchase_place(key, terms.card_id.id), 'card_id': terms.card_id.id}
        rows = [{
            **place, 'occurred_at': self.date_order, 'date': terms.program_id._membership_date(self.date_order),
            **{name: currency.round(float(total)) for name, total in totals.items()}, 'explanation': explanation,
        }]
        goods, returned = self._membership_returns()
        before = done = Decimal(0)
        for note in self._membership_credit_notes().filtered('posted_before'):
            before, done = done, done + returned.get(note, 0)
            day = note.invoice_date or note.date
            noon = timezone.localize(datetime.combine(day, time(12))).astimezone(pytz.utc).replace(tzinfo=None)
            rows.append({
                **place, 'document_key': note._membership_refund_key(key), 'origin_key': key, 'is_refund': True,
                'document_model': note._name, 'document_id': note.id, 'occurred_at': noon, 'date': day,
                **{name: _between(currency, total, before, done, goods) for name, total in totals.items()},
            })
        return rows


def _between(currency, total, before, done, goods):
    """Return what of a total went back from one state of the refunds to the next, negative; all parts add up to it."""
    if not goods:
        return 0.0
    return currency.round(currency.round(float(total * before / goods)) - currency.round(float(total * done / goods)))
