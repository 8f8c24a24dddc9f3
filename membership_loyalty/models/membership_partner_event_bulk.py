from odoo import api, models

from ..tools.partner_event import EARN, REDEEM
from ..tools.rounding import to_amount

_KEY = 'membership_waiting'


class Waiting(list):
    """Postings of events that are accepted and recorded, to be posted together."""

    def concerns(self, card_id):
        return any(posting.card_id == card_id for posting in self)


class MembershipPartnerEvent(models.AbstractModel):
    """Many events at once: each is checked in its turn, but the ledger is asked once for many accounts.

    What waits is posted before the next event of the same account is looked at, so the answers are those of one by one.
    """

    _inherit = 'membership.partner.event'

    @api.model
    def _post_bulk(self, party, program, events, channel):
        """Check and book events as `_post` does; the results name no entries and no balances.

        :param party: membership.party
        :param program: loyalty.program that the events are of
        :param events: list of tools.partner_event.PartnerEvent
        :param channel: of const.CHANNELS
        :return: list of tools.partner_event.Result
        """
        waiting = Waiting()
        results = self.with_context(**{_KEY: waiting})._post(party, program, events, channel=channel)
        self._post_waiting(waiting)
        return results

    @api.model
    def _waiting(self):
        waiting = self.env.context.get(_KEY)
        return waiting if isinstance(waiting, Waiting) else None

    @api.model
    def _post_waiting(self, waiting):
        self.env['membership.ledger.entry'].sudo()._reconcile(list(waiting))
        waiting.clear()

    @api.model
    def _accept(self, batch, event):
        waiting = self._waiting()
        if waiting:
            card = batch.cards.get(event.token)
            if event.kind not in (EARN, REDEEM) or (card and waiting.concerns(card.account_id._membership_final().id)):
                self._post_waiting(waiting)
        return super()._accept(batch, event)

    @api.model
    def _book(self, batch, event, known):
        waiting = self._waiting()
        # What is left of a budget concerns everybody.
        may_wait = event.kind == REDEEM or (event.kind == EARN and not batch.program.earn_budget)
        if waiting is None or not may_wait or not to_amount(known.points):
            return super()._book(batch, event, known)
        waiting.append(self._posting(batch, event, known, None))
        return self.env['membership.ledger.entry']
