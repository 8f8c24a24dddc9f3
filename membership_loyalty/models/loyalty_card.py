from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..guard import is_muted, is_posting, posting
from ..tools.rounding import to_amount
from .membership_document import Posting

# What identifies an account or is its balance: nobody but the ledger and the enrolment writes it.
PROTECTED = {'points', 'partner_id', 'code', 'program_id', 'expiration_date', 'is_membership', 'is_ledger_kept',
             'tier_id', 'consent_on', 'pricelist_before_id', 'merged_into_id', 'tier_since', 'tier_until', 'tier_basis',
             'tier_best_id', 'tier_check_on', 'points_expire_on', 'points_reminded_on', 'family_joined_id',
             'member_since'}


class LoyaltyCard(models.Model):
    """The member's account. What is in the member's hand is membership.card."""

    _name = 'loyalty.card'
    _inherit = ['loyalty.card', 'mail.activity.mixin']

    is_membership = fields.Boolean(related='program_id.is_membership', store=True, precompute=True)
    tier_id = fields.Many2one('membership.tier', readonly=True, ondelete='restrict', index='btree_not_null')
    entry_ids = fields.One2many('membership.ledger.entry', 'card_id', string="Ledger", readonly=True)
    purchase_ids = fields.One2many('membership.purchase', 'card_id', string="Purchases", readonly=True)
    tier_change_ids = fields.One2many('membership.tier.change', 'card_id', string="Tier changes", readonly=True)

    _one_account_per_member = models.UniqueIndex(
        '(program_id, partner_id) WHERE active AND is_membership AND partner_id IS NOT NULL',
        "This member already has an account in this programme.")

    # ------------------------------------------------------------------ protection

    @api.model_create_multi
    def create(self, vals_list):
        if not is_posting(self):
            programs = self.env['loyalty.program'].sudo().browse(
                filter(None, (vals.get('program_id') or self.env.context.get('active_id') for vals in vals_list)))
            kept = programs.exists().filtered('is_ledger_kept')
            if kept.filtered('is_membership'):
                raise AccessError(self.env._("A member's account is opened by enrolling the member, not by hand."))
            if kept:
                raise AccessError(self.env._("A wallet of stored value is opened by its first top-up, not by hand."))
        return super().create(vals_list)

    def write(self, vals):
        touched = PROTECTED & vals.keys()
        if not touched or is_posting(self):
            return super().write(vals)
        members = self.filtered('is_ledger_kept')
        if not members:
            return super().write(vals)
        if not is_muted(self):
            raise AccessError(self.env._(
                "Balance, holder and code of a member's account or wallet are moved by the ledger only. "
                "To correct a balance, use an adjustment."))
        kept = {name: value for name, value in vals.items() if name not in PROTECTED}
        if kept:
            super(LoyaltyCard, members).write(kept)
        others = self - members
        return super(LoyaltyCard, others).write(vals) if others else True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_entries(self):
        used = self.sudo().filtered('entry_ids')
        if used:
            raise UserError(self.env._(
                "The account of %(members)s has entries in the ledger and cannot be deleted. Archive it instead.",
                members=', '.join(used.mapped(lambda card: card.partner_id.name or card.code))))

    # ------------------------------------------------------------------ ledger

    def _membership_follow_ledger(self, accounts, entries):
        """Bring native balance and display rows to what the ledger has just posted.

        :param accounts: {card id: tools.ledger.Account} after posting
        :param entries: the new membership.ledger.entry records
        """
        self.invalidate_recordset(['entry_ids'], flush=False)
        moved = {}
        for card in posting(self).with_context(mail_notrack=True, tracking_disable=True):
            account = accounts[card.id]
            if account.new_entries:
                card.points = float(account.balance)
                moved[card] = account
        self.env['loyalty.history']._membership_display(moved)
        self._membership_seen_spending(moved)
        indebted = self.filtered(
            lambda card: card.points < 0 and not card.merged_into_id and card in {c._origin for c in moved})
        if indebted:
            indebted._membership_alert_debt()

    def _membership_alert_debt(self):
        """Tell the programme's manager, once, that a member spent more than there was."""
        for card in self:
            manager = card.program_id.membership_manager_id
            if not manager or card.sudo().activity_search(['mail.mail_activity_data_warning'], user_id=manager.id):
                continue
            card.sudo().activity_schedule(
                'mail.mail_activity_data_warning', user_id=manager.id,
                summary=self.env._("Wallet below zero") if card.is_stored_value else self.env._("Points below zero"),
                note=self.env._(
                    "The wallet stands at %(money)s. It is paid back by the next top-up.", money=card.points_display,
                ) if card.is_stored_value else self.env._(
                    "The account stands at %(points)s. It is paid back by the next points earned.",
                    points=card.points_display))

    def _membership_post_single(self, kind, amount, key, description, **values):
        """Post one movement that no order stands behind: enrolment bonus, opening balance, adjustment, transfer.

        :param kind: of const.KINDS
        :param amount: signed points
        :param key: identity of the event; posting it again posts nothing
        :return: the new entries
        """
        return self.env['membership.ledger.entry'].sudo()._reconcile([
            self._membership_single_posting(kind, amount, key, description, **values)])

    def _membership_single_posting(self, kind, amount, key, description, **values):
        """Return the Posting of such a movement, for callers who post many at once."""
        self.ensure_one()
        now = fields.Datetime.now()
        return Posting(**{
            'key': key, 'card_id': self.id, 'kind': kind, 'wanted': to_amount(amount), 'channel': 'manual',
            'occurred_at': now, 'company_id': (self.company_id or self.env.company).id, 'description': description,
            'date': self.program_id._membership_date(now), **values})
