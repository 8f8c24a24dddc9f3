from odoo import api, fields, models

from ..const import KINDS
from ..tools.rounding import to_amount


class LoyaltyCard(models.Model):
    """The wallet of a contact: an account whose entries are money, principal and bonus apart."""

    _inherit = 'loyalty.card'

    is_ledger_kept = fields.Boolean(related='program_id.is_ledger_kept', store=True, precompute=True)
    is_stored_value = fields.Boolean(related='program_id.is_stored_value')
    principal = fields.Monetary(
        compute='_compute_wallet', compute_sudo=True, help="Money paid in that is still to be spent.")
    bonus = fields.Monetary(
        string="Bonus money", compute='_compute_wallet', compute_sudo=True,
        help="Money given on top that is still to be spent.")
    pending_bonus = fields.Monetary(
        compute='_compute_wallet', compute_sudo=True, help="Bonus money that is given later.")

    _one_wallet_per_partner = models.UniqueIndex(
        '(program_id, partner_id) WHERE active AND is_ledger_kept AND NOT is_membership AND partner_id IS NOT NULL',
        "This contact already has a wallet in this programme.")

    @api.depends('points', 'entry_ids.remaining', 'entry_ids.is_pending')
    def _compute_wallet(self):
        opened = {}
        for wallet, value_type, waits, amount in self.env['membership.ledger.entry']._read_group(
                [('card_id', 'in', self.ids), ('remaining', '!=', 0)],
                ['card_id', 'value_type', 'is_pending'], ['remaining:sum']):
            opened[wallet.id, value_type, waits] = amount
        for wallet in self:
            wallet.principal = opened.get((wallet.id, 'principal', False), 0)
            wallet.bonus = opened.get((wallet.id, 'bonus', False), 0)
            wallet.pending_bonus = opened.get((wallet.id, 'bonus', True), 0)

    def _membership_spend_kind(self):
        """Return the kind of movement by which this account pays for a reward."""
        self.ensure_one()
        return 'spend' if self.program_id.is_stored_value else 'redeem'

    def _wallet_room(self):
        """Return how much more principal this wallet may hold, or None when there is no limit."""
        self.ensure_one()
        limit = self.program_id.wallet_limit
        return to_amount(limit) - to_amount(self.principal) if limit else None

    # ------------------------------------------------------------------ statement

    def _wallet_statement(self, date_from, date_to):
        """Return what this wallet held, got and paid in a period, principal and bonus apart.

        Bonus that is given later counts from the top-up on, as it is owed from then on; `pending` is what of it is
        still to come today.

        :param date_from: first day, in the programme's time zone
        :param date_to: last day
        :return: dict(opening, rows, closing, entries, pending); rows is a list of (label, (principal, bonus)), the
            others but entries and pending are (principal, bonus)
        """
        self.ensure_one()
        entries = self.env['membership.ledger.entry'].sudo()
        mine = [('card_id', '=', self.id), ('value_type', 'in', ('principal', 'bonus'))]
        before = entries._read_group([*mine, ('date', '<', date_from)], ['value_type'], ['amount:sum'])
        moved = entries.search([*mine, ('date', '>=', date_from), ('date', '<=', date_to)], order='date, id')
        opening = self._wallet_parts(dict(before))
        rows = [
            (label, self._wallet_parts({part: sum(lines.mapped('amount')) for part, lines in (
                moved.filtered(lambda entry, groups=groups: (entry.kind, entry.is_reversal) in groups)
            ).grouped('value_type').items()}))
            for label, groups in self._wallet_statement_groups()]
        closing = tuple(
            self.currency_id.round(opening[place] + sum(row[1][place] for row in rows)) for place in (0, 1))
        return {'opening': opening, 'rows': [row for row in rows if any(row[1])], 'closing': closing,
                'entries': moved, 'pending': self.pending_bonus}

    @api.model
    def _wallet_parts(self, amounts):
        return tuple(float(to_amount(amounts.get(part, 0))) for part in ('principal', 'bonus'))

    def _wallet_statement_groups(self):
        """Return [(label, {(kind, is reversal)})]: the rows of a statement, every movement in exactly one."""
        named = [
            (self.env._("Topped up"), {('top_up', False)}),
            (self.env._("Top-ups given back"), {('top_up', True)}),
            (self.env._("Spent"), {('spend', False)}),
            (self.env._("Refunded purchases"), {('spend', True)}),
            (self.env._("Expired"), {('expire', False), ('expire', True)}),
        ]
        taken = set().union(*(groups for _label, groups in named))
        others = {(kind, flag) for kind, _label in KINDS for flag in (False, True)} - taken
        return [*named, (self.env._("Corrections and transfers"), others)]

    def action_wallet_statement(self):
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_wallet_statement_action')
        return {**action, 'context': {'default_wallet_id': self.id}}
