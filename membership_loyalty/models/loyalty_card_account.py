from odoo import api, fields, models
from odoo.tools import float_compare


class LoyaltyCard(models.Model):
    """What the back office shows of a member's account."""

    _inherit = 'loyalty.card'

    membership_card_ids = fields.One2many('membership.card', 'account_id', string="Cards", readonly=True)
    membership_card_id = fields.Many2one(
        'membership.card', string="Current card", compute='_compute_membership_card_id', compute_sudo=True)
    debt = fields.Float(
        digits=(16, 2), compute='_compute_debt', search='_search_debt',
        help="Points spent beyond the balance; the next points earned pay them back.")
    pending_points = fields.Float(
        digits=(16, 2), compute='_compute_open_points', compute_sudo=True, help="Earned, but not to be spent yet.")
    expiring_points = fields.Float(
        digits=(16, 2), compute='_compute_open_points', compute_sudo=True, help="Points that expire first.")
    next_expiry = fields.Date(
        compute='_compute_open_points', compute_sudo=True,
        help="Last day on which the points expiring first are valid.")
    purchase_count = fields.Integer(string="Number of purchases", compute='_compute_purchases', compute_sudo=True)
    purchase_amount = fields.Monetary(
        string="Purchases in total", compute='_compute_purchases', compute_sudo=True,
        help="Tax included, refunds deducted, in the programme's currency.")
    consent_on = fields.Date(
        string="Consent given on", readonly=True, copy=False, tracking=True,
        help="When the member agreed to the programme's terms and to the use of purchase data.")

    @api.depends('is_ledger_kept', 'partner_id.name')
    def _compute_display_name(self):
        members = self.filtered(lambda card: card.is_ledger_kept and card.partner_id)
        super(LoyaltyCard, self - members)._compute_display_name()
        for account in members:
            account.display_name = f"{account.partner_id.name} · {account.program_id.name}"

    @api.depends('membership_card_ids.state', 'membership_card_ids.holder_id')
    def _compute_membership_card_id(self):
        for account in self:
            cards = account.membership_card_ids.filtered(lambda card: not card.holder_id).sorted('id', reverse=True)
            account.membership_card_id = (cards.filtered(lambda card: card.state == 'active') or cards)[:1]

    @api.depends('points')
    def _compute_debt(self):
        for account in self:
            account.debt = max(0, -account.points) if account.is_ledger_kept else 0

    def _search_debt(self, operator, value):
        if operator not in ('>', '>='):
            return NotImplemented
        # Debt is the balance with the sign turned: more debt than a value is a balance below its negative.
        return [('is_ledger_kept', '=', True), ('points', operator.replace('>', '<'), -float(value))]

    @api.depends('points', 'entry_ids.remaining', 'entry_ids.is_pending')
    def _compute_open_points(self):
        entries = self.env['membership.ledger.entry']
        opened = [('card_id', 'in', self.ids), ('remaining', '>', 0), ('value_type', '=', 'points')]
        pending = dict(entries._read_group(
            [*opened, ('is_pending', '=', True)], ['card_id'], ['remaining:sum']))
        expiring = {}
        for account, day, amount in entries._read_group(
                [*opened, ('is_pending', '=', False), ('expires_on', '>=', fields.Date.context_today(self))],
                ['card_id', 'expires_on:day'], ['remaining:sum'], order='expires_on:day'):
            expiring.setdefault(account, (day, amount))
        for account in self:
            account.pending_points = pending.get(account, 0)
            account.next_expiry, account.expiring_points = expiring.get(account, (False, 0))

    @api.depends('purchase_ids.amount_total')
    def _compute_purchases(self):
        facts = {
            account: (count, amount) for account, count, amount in self.env['membership.purchase']._read_group(
                [('card_id', 'in', self.ids)], ['card_id'], ['__count', 'amount_total:sum'])
        }
        for account in self:
            account.purchase_count, account.purchase_amount = facts.get(account, (0, 0))

    def _creation_message(self):
        return self.env._("Became a member") if self.is_membership else super()._creation_message()

    # ------------------------------------------------------------------ buttons

    def action_open_ledger(self):
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_ledger_entry_action')
        return {**action, 'domain': [('card_id', 'in', self.ids)]}

    def action_open_purchases(self):
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_purchase_action')
        return {**action, 'domain': [('card_id', 'in', self.ids)]}

    def _membership_statement(self, date_from, date_to):
        """Return the movements of one account in a period, with the balance before and after.

        :param date_from: first day, in the programme's time zone
        :param date_to: last day
        :return: dict(opening, entries, closing), points
        """
        self.ensure_one()
        entries = self.env['membership.ledger.entry']
        mine = [('card_id', '=', self.id), ('value_type', '=', 'points')]
        [(opening,)] = entries._read_group([*mine, ('date', '<', date_from)], [], ['amount:sum'])
        rows = entries.search([*mine, ('date', '>=', date_from), ('date', '<=', date_to)], order='date, id')
        opening = opening or 0
        return {'opening': opening, 'entries': rows, 'closing': opening + sum(rows.mapped('amount'))}

    def _membership_is_short(self, amount):
        """Tell whether taking this many points would leave the account in debt."""
        self.ensure_one()
        return float_compare(self.points, amount, precision_digits=2) < 0
