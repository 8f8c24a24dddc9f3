import base64
import secrets

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools import card_number

STATES = [
    ('draft', "Draft"),
    ('active', "Active"),
    ('frozen', "Frozen"),
    ('lost', "Lost"),
    ('replaced', "Replaced"),
    ('expired', "Expired"),
    ('withdrawn', "Withdrawn"),
]
# What a card is; only its own methods change that, whatever a client sends. What is left are kind and validity.
PROTECTED = {
    'account_id', 'program_id', 'partner_id', 'company_id', 'number', 'token', 'state', 'issued_on', 'replaced_by_id',
    'is_frozen_by_archive', 'holder_id',
}
# A family shares one account, each of its members with a card; of the other kinds a member carries one that works.
SEVERAL = {'family'}


class MembershipCard(models.Model):
    """What the member holds: a piece of plastic or a picture on a phone. The points are on the account behind it."""

    _name = 'membership.card'
    _description = "Membership Card"
    _inherit = ['mail.thread']
    _order = 'id desc'
    _rec_name = 'number'

    account_id = fields.Many2one('loyalty.card', required=True, readonly=True, index=True, ondelete='restrict')
    program_id = fields.Many2one(related='account_id.program_id', string="Programme", store=True, index=True)
    partner_id = fields.Many2one(related='account_id.partner_id', string="Member", store=True, index=True)
    company_id = fields.Many2one(related='account_id.company_id', store=True)
    tier_id = fields.Many2one(related='account_id.tier_id')
    points_display = fields.Char(related='account_id.points_display', string="Balance")
    number = fields.Char(required=True, readonly=True, copy=False)
    token = fields.Char(
        required=True, readonly=True, copy=False, default=lambda self: secrets.token_urlsafe(16),
        groups='membership_loyalty.group_membership_manager', help="128 random bits behind the QR code.")
    kind = fields.Selection(
        [('virtual', "Virtual"), ('plastic', "Plastic"), ('cobranded', "Co-branded"), ('family', "Family")],
        required=True, default='virtual', tracking=True)
    state = fields.Selection(STATES, required=True, readonly=True, default='draft', tracking=True, copy=False)
    is_frozen_by_archive = fields.Boolean(readonly=True, copy=False, help="Frozen when the contact was archived.")
    issued_on = fields.Date(readonly=True)
    valid_until = fields.Date(tracking=True, help="Last day on which the card works. Empty: for ever.")
    replaced_by_id = fields.Many2one('membership.card', readonly=True, copy=False)
    barcode_image = fields.Binary(string="Barcode", compute='_compute_barcode_image')
    qr_image = fields.Binary(
        string="QR code", compute='_compute_qr_image', compute_sudo=True,
        groups='membership_loyalty.group_membership_user')

    _number_unique = models.UniqueIndex('(number)', "Another card has the same number.")
    _token_unique = models.UniqueIndex('(token)', "Another card has the same token.")

    @api.depends('number')
    def _compute_barcode_image(self):
        for card in self:
            card.barcode_image = card._barcode('Code128', card.number, width=600, height=120, humanreadable=1)

    @api.depends('token')
    def _compute_qr_image(self):
        for card in self:
            card.qr_image = card._barcode('QR', card.token, width=240, height=240)

    def _barcode(self, symbology, value, **options):
        """Return the PNG of a barcode in base 64, or nothing while there is nothing to encode."""
        return base64.b64encode(
            self.env['ir.actions.report'].barcode(symbology, value, **options)) if value else False

    def write(self, vals):
        if PROTECTED & vals.keys() and not self.env.su:
            raise AccessError(self.env._(
                "Number, state and member of a card are changed by its buttons only: activate, freeze, lost, replace."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        if self.filtered(lambda card: card.state != 'draft'):
            raise UserError(self.env._("A card that was issued is kept: its number is never used again. Freeze it."))

    # ------------------------------------------------------------------ life

    def _transition(self, allowed, state):
        """Move cards to a state, or say which card cannot go there and why."""
        self.check_access('write')
        labels = dict(self._fields['state']._description_selection(self.env))
        for card in self:
            if card.state not in allowed:
                raise UserError(self.env._(
                    "Card %(number)s is %(state)s and cannot become %(wanted)s.",
                    number=card.number, state=labels[card.state], wanted=labels[state]))
        self.sudo().write({'state': state})

    def action_activate(self):
        for card in self:
            if card.valid_until and card.valid_until < card.program_id._membership_date(fields.Datetime.now()):
                raise UserError(self.env._(
                    "Card %(number)s was valid until %(day)s. Extend it first, or replace it.",
                    number=card.number, day=card.valid_until))
        self._transition({'draft', 'frozen', 'expired'}, 'active')
        self.sudo().filtered(lambda card: not card.issued_on).issued_on = fields.Date.context_today(self)

    def action_freeze(self):
        self._transition({'active'}, 'frozen')

    def action_report_lost(self):
        self._transition({'active', 'frozen'}, 'lost')

    def action_replace(self):
        """Issue a new card for the same account; the old one stops working."""
        self.ensure_one()
        return self._replace()._get_records_action()

    def _replace(self, numbers=None, kind=None):
        """Issue the successor of one card.

        :param numbers: list of the one number already printed, by default a new one
        :return: the new membership.card
        """
        self.ensure_one()
        self._transition({'active', 'frozen', 'lost', 'expired'}, 'replaced')
        successor = self._issue(self.account_id, kind=kind or self.kind, numbers=numbers)
        self.sudo().replaced_by_id = successor
        self.message_post(body=self.env._("Replaced by card %(number)s", number=successor._masked_number()))
        return successor

    # ------------------------------------------------------------------ issue

    @api.model
    def _issue(self, accounts, kind='virtual', numbers=None):
        """Issue an active card for each account.

        :param accounts: loyalty.card records
        :param numbers: list of numbers already printed, one per account; by default new ones from the sequence
        :return: membership.card records
        """
        if not numbers:
            drawn = {program: iter(program._membership_next_numbers(len(group)))
                     for program, group in accounts.grouped('program_id').items()}
            numbers = [next(drawn[account.program_id]) for account in accounts]
        now = fields.Datetime.now()
        days = {program: program._membership_date(now) for program in accounts.program_id}
        return self.sudo().create([{
            'account_id': account.id,
            'number': number,
            'kind': kind,
            'state': 'active',
            'issued_on': days[account.program_id],
            'valid_until': account.program_id.card_validity_months
            and days[account.program_id] + relativedelta(months=account.program_id.card_validity_months),
        } for account, number in zip(accounts, numbers, strict=True)]).with_env(self.env)

    @api.model
    def _check_one_of_kind(self, accounts, kind):
        """Refuse a second working card of a kind that a member carries once.

        This is asked when a person issues a card. Cards that come together when contacts are merged, or when a native
        programme is converted, all go on working: they are in the members' hands.
        """
        card = kind not in SEVERAL and self.sudo().search(
            [('account_id', 'in', accounts.ids), ('kind', '=', kind), ('state', '=', 'active')], limit=1)
        if card:
            raise UserError(self.env._(
                "%(member)s already has the active card %(number)s of this kind. Replace that card instead.",
                member=card.partner_id.name, number=card._masked_number()))

    @api.model
    def _identify(self, code):
        """Return the card with this number or token, or an empty recordset: one answer for every kind of failure.

        :param code: what a scanner or a person entered; spaces and dashes are ignored, but for the codes of native
            Odoo, which have dashes of their own
        """
        code = (code or '').strip()
        compact = code.replace(' ', '').replace('-', '')
        return self.sudo().search(
            ['|', ('number', 'in', [code, compact]), ('token', '=', code)], limit=1) if code else self.sudo().browse()

    def _masked_number(self):
        self.ensure_one()
        return card_number.mask(self.number)

    # ------------------------------------------------------------------ expiry

    @api.model
    def _get_expired_domain(self):
        """Return the domain of the cards past their last day, each programme in its own time zone."""
        now = fields.Datetime.now()
        timezones = self.env['loyalty.program'].with_context(active_test=False)._read_group(
            [('is_membership', '=', True)], ['membership_tz'], ['id:recordset'])
        return Domain('state', 'in', ('draft', 'active', 'frozen')) & Domain.OR(
            Domain('program_id', 'in', programs.ids) & Domain('valid_until', '<', programs[0]._membership_date(now))
            for _timezone, programs in timezones)

    @api.model
    def _cron_expire(self, batch_size=1000):
        """Let cards past their last day expire, a batch per run; the scheduler comes back for the rest."""
        done, remaining = self._expire_batch(batch_size)
        self.env['ir.cron']._commit_progress(done, remaining=remaining)

    @api.model
    def _expire_batch(self, batch_size):
        """Let cards expire that nobody else is working on.

        :return: (cards expired, cards still to do)
        """
        domain = self._get_expired_domain()
        found = self.search(domain, limit=batch_size, order='id')
        cards = found.try_lock_for_update()
        cards.sudo().write({'state': 'expired'})
        return len(cards), self.search_count(domain) if len(found) == batch_size else 0
