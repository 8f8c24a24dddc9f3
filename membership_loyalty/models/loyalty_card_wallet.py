from odoo import api, fields, models

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
