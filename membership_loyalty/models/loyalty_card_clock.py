from odoo import api, fields, models
from odoo.tools import SQL

from ..guard import posting


class LoyaltyCard(models.Model):
    """The clock of inactivity: one last day for the whole balance, moved on whenever the member is seen."""

    _inherit = 'loyalty.card'

    points_expire_on = fields.Date(
        string="Valid until, if not seen", readonly=True, copy=False,
        help="All points of this account expire after this day, unless the member buys or spends points before.")

    points_reminded_on = fields.Date(string="Reminded of expiry on", readonly=True, copy=False)

    _points_expire_on_index = models.Index('(points_expire_on) WHERE points_expire_on IS NOT NULL')

    @api.model
    def _membership_seen_buying(self, rows):
        """Restart the clock of those who bought.

        :param rows: values of membership.purchase
        """
        days = {}
        for row in rows:
            if not row.get('is_refund') and row['amount_total'] > 0:
                days[row['card_id']] = max(row['date'], days.get(row['card_id'], row['date']))
        self._membership_restart_clock(days, 'points_active_purchase')

    def _membership_seen_spending(self, moved):
        """Restart the clock of those who spent points.

        :param moved: {card: tools.ledger.Account} just posted to
        """
        self._membership_restart_clock({
            card.id: max(entry.facts.date for entry in spent) for card, account in moved.items()
            if (spent := [entry for entry in account.new_entries if entry.kind == 'redeem' and entry.amount < 0
                          and not entry.is_reversal])
        }, 'points_active_redemption')

    @api.model
    def _membership_seen_in_history(self, program):
        """Restart the clocks of the members of an imported history, staged as membership.history.import does."""
        if program.points_expiry == 'inactivity' and program.points_active_purchase:
            self._membership_set_clock(program, SQL(
                """(SELECT card_id, max(day) AS day FROM membership_import_row WHERE amount > 0
                     GROUP BY card_id) AS seen"""))

    @api.model
    def _membership_restart_clock(self, days, condition):
        """Move on the clocks of accounts in programmes with such a clock; others cost nothing.

        :param days: {account id: day on which the member was seen}; a day long ago turns no clock back
        :param condition: name of the programme's field that says whether it counts
        """
        accounts = self.browse(days).sudo()
        for program in accounts.program_id.filtered(lambda p: p.points_expiry == 'inactivity' and p[condition]):
            mine = accounts.filtered(lambda account, program=program: account.program_id == program)
            self._membership_set_clock(program, SQL("(VALUES %s) AS seen (card_id, day)", SQL(', ').join(
                SQL("(%s, %s::date)", account.id, days[account.id]) for account in mine)))

    @api.model
    def _membership_set_clock(self, program, seen):
        """Move on the clocks of a set of accounts, locked in the order of their ids as every posting does.

        :param program: loyalty.program whose points expire by inactivity
        :param seen: SQL of a FROM item with card_id and day
        """
        self.flush_model(['points_expire_on'])
        self.env.cr.execute(SQL(
            """WITH locked AS MATERIALIZED (
                   SELECT id, day FROM loyalty_card JOIN %(seen)s ON seen.card_id = loyalty_card.id
                    ORDER BY id FOR NO KEY UPDATE OF loyalty_card)
               UPDATE loyalty_card c
                  SET points_expire_on = GREATEST(
                      c.points_expire_on, (locked.day + make_interval(months => %(months)s))::date)
                 FROM locked WHERE locked.id = c.id""",
            seen=seen, months=program.points_expiry_count))
        self.invalidate_model(['points_expire_on'])

    def _membership_take_clock(self, others):
        """Let this account's clock be the latest of its own and those of accounts that are merged into it."""
        self.ensure_one()
        latest = max(filter(None, (self | others).mapped('points_expire_on')), default=False)
        if latest != self.points_expire_on:
            posting(self).points_expire_on = latest

    @api.model
    def _membership_stop_clock(self, programs):
        """Forget the clocks of programmes whose points do not expire by inactivity any more."""
        self.flush_model(['points_expire_on'])
        self.env.cr.execute(SQL(
            """UPDATE loyalty_card SET points_expire_on = NULL
                WHERE program_id IN %s AND points_expire_on IS NOT NULL""", tuple(programs.ids)))
        self.invalidate_model(['points_expire_on'])

    # ------------------------------------------------------------------ what the reminder says

    def _membership_expires_next(self):
        """Return the last day of the points that expire first."""
        self.ensure_one()
        return min(filter(None, (self.next_expiry, self.points_expire_on)), default=False)

    def _membership_expiring_display(self):
        """Return how many points expire first, as members read it."""
        self.ensure_one()
        whole = self.points_expire_on and self.points_expire_on == self._membership_expires_next()
        return self.points_display if whole else self._format_points(self.expiring_points)
