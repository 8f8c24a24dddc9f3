import time

from odoo import api, fields, models

from odoo.addons.membership_loyalty.tools.throttle import Throttle

# Wrong codes of one user within a minute, per worker, before the till is asked to wait.
_WRONG_CODES = Throttle(limit=30, seconds=60)


class MembershipCard(models.Model):
    _inherit = 'membership.card'

    @api.model
    def _membership_holders(self, numbers):
        """Return the contacts whose active card has one of these numbers, as far as the user may see them."""
        numbers = {form for number in numbers for form in (number, number.replace(' ', '').replace('-', ''))} - {''}
        cards = self.search([('number', 'in', list(numbers)), ('state', '=', 'active')]) if numbers else self.browse()
        return cards._membership_bearer()

    @api.model
    def _membership_show(self, code):
        """Return what a card shown at the till is worth: (status, message, card).

        A card that does not exist, belongs to others or was tried too often gives one and the same answer. A member's
        own card that is frozen or lost is named as such: the person who shows it is told what to do.

        :param code: number or token
        :return: status is 'active', another state of the card, or 'unknown'; the card is empty unless active
        """
        key, now = (self.env.cr.dbname, self.env.uid), time.monotonic()
        card = self.browse() if _WRONG_CODES.is_closed(key, now) else self._membership_visible(code)
        if not card:
            _WRONG_CODES.failed(key, now)
            message = self.env._("No valid card has this number. Check it, or look for the member by name.")
            return 'unknown', message, card
        state = card._membership_state_today()
        if state != 'active':
            labels = dict(self._fields['state']._description_selection(self.env))
            return state, self.env._(
                "This card is %(state)s. Serve the member by name, and have the card replaced.",
                state=labels[state].lower()), self.browse()
        return 'active', '', card

    def _membership_state_today(self):
        """Return the state of the card; one whose last day is over is expired, even before the night's job says so."""
        today = self.program_id._membership_date(fields.Datetime.now())
        return 'expired' if self.state == 'active' and self.valid_until and self.valid_until < today else self.state

    @api.model
    def _membership_visible(self, code):
        """Return the card with this number or token if it is of a programme of the user's companies."""
        card = self._identify(code if isinstance(code, str) else '')
        # Tokens are hidden from the till, so they are looked up with all rights; the holder is then seen with few.
        return card.sudo(False).with_user(self.env.user)._filtered_access('read')
