from odoo import api, models


class MembershipPartnerEvent(models.AbstractModel):
    """Why an event of a partner is not booked, and how to mend it, in words."""

    _inherit = 'membership.partner.event'

    @api.model
    def _reason(self, reason, values):
        """Return the words of a reason.

        :param reason: name of a field of tools.partner_event.PartnerEvent, or what else is wrong
        :param values: what the words name
        """
        return {**self._reasons_of_form(values), **self._reasons_of_card(values), **self._reasons_of_quantity(values),
                **self._reasons_of_original(values)}[reason]

    @api.model
    def _reasons_of_form(self, values):
        _ = self.env._
        value = values.get('value', '')
        return {
            'kind': _("There is no kind %(value)s. Send earn, redeem, reverse or spend.", value=value),
            'ext_txn_id': _(
                "The number of the transaction, \"%(value)s\", is empty or too long, or has spaces or special letters. "
                "Send 1 to 64 letters, digits and signs.", value=value),
            'token': _("No card is named. Send its number or what its QR code says."),
            'original': _("Say which transaction is taken back."),
            'occurred_at': _("%(value)s lies in the future. Check the clock and the time zone.", value=value),
            'money': _("%(party)s accepts points only: money of members is for own companies. Nothing was booked.",
                       party=values.get('party', '')),
            'money_own': _("Money of members is loaded and spent at the till or in a sales order, not here. "
                           "Nothing was booked."),
        }

    @api.model
    def _reasons_of_card(self, values):
        _ = self.env._
        return {
            'card': _("There is no such card."),
            'card_blocked': _("This card is blocked or no longer valid."),
            'holder_earn': _("This card earns no points."),
            'holder_spend': _("This card may not spend so many points now."),
            'agreement': _("No agreement was in force on %(day)s.", day=values.get('day', '')),
            'late': _("This happened %(days)s days ago; the agreement allows %(allowed)s. Ask the operator.",
                      days=values.get('days', ''), allowed=values.get('allowed', '')),
            'conflict': _("The number %(number)s belongs to another transaction with other content.",
                          number=values.get('number', '')),
        }

    @api.model
    def _reasons_of_quantity(self, values):
        _ = self.env._
        value, limit = values.get('value', ''), values.get('limit', '')
        return {
            'points': _("\"%(value)s\" is no number of points: send a number above zero with at most %(decimals)s "
                        "decimals.", value=value, decimals=values.get('decimals', '')),
            'amount': _("\"%(value)s\" is no amount: send a number above zero with at most four decimals.",
                        value=value),
            'minimum': _("At least %(limit)s points are spent at a time.", limit=limit),
            'step': _("Points are spent in steps of %(limit)s.", limit=limit),
            'share': _("Points pay at most %(limit)s of this order.", limit=limit),
            'limit': _("The programme allows at most %(most)s points here.", most=values.get('most', '')),
            'balance': _("There are %(balance)s points on this card.", balance=values.get('balance', '')),
            'currency': _("There is no exchange rate for %(currency)s on %(day)s. Send the amount in the programme's "
                          "currency.", currency=values.get('currency', ''), day=values.get('day', '')),
        }

    @api.model
    def _reasons_of_original(self, values):
        _ = self.env._
        number = values.get('number', '')
        return {
            'original_unknown': _("There is no transaction %(number)s of yours in this programme.", number=number),
            'original_reversal': _("%(number)s takes something back itself and cannot be taken back.", number=number),
            'original_done': _("All of %(number)s was taken back before.", number=number),
            'original_more': _("Of %(number)s only %(left)s is left to take back.", number=number,
                               left=values.get('left', '')),
        }
