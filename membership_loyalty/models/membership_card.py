import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import card_number

STATES = [
    ('draft', "Draft"),
    ('active', "Active"),
    ('frozen', "Frozen"),
    ('lost', "Lost"),
    ('replaced', "Replaced"),
    ('expired', "Expired"),
]


class MembershipCard(models.Model):
    """What the member holds: a piece of plastic or a picture on a phone. The points are on the account behind it."""

    _name = 'membership.card'
    _description = "Membership Card"
    _inherit = ['mail.thread']
    _order = 'id desc'
    _rec_name = 'number'

    account_id = fields.Many2one('loyalty.card', required=True, readonly=True, index=True, ondelete='restrict')
    program_id = fields.Many2one(related='account_id.program_id', store=True, index=True)
    partner_id = fields.Many2one(related='account_id.partner_id', string="Member", store=True, index=True)
    company_id = fields.Many2one(related='account_id.company_id', store=True)
    tier_id = fields.Many2one(related='account_id.tier_id')
    number = fields.Char(required=True, readonly=True, copy=False)
    token = fields.Char(
        required=True, readonly=True, copy=False, default=lambda self: secrets.token_urlsafe(16),
        groups='membership_loyalty.group_membership_manager', help="128 random bits behind the QR code.")
    kind = fields.Selection(
        [('virtual', "Virtual"), ('plastic', "Plastic"), ('cobranded', "Co-branded"), ('family', "Family")],
        required=True, default='virtual')
    state = fields.Selection(STATES, required=True, readonly=True, default='draft', tracking=True, copy=False)
    issued_on = fields.Date(readonly=True)
    valid_until = fields.Date()
    replaced_by_id = fields.Many2one('membership.card', readonly=True, copy=False)

    _number_unique = models.UniqueIndex('(number)', "Another card has the same number.")
    _token_unique = models.UniqueIndex('(token)', "Another card has the same token.")

    # ------------------------------------------------------------------ life

    def _transition(self, allowed, state):
        """Move cards to a state, or say which card cannot go there and why."""
        labels = dict(self._fields['state']._description_selection(self.env))
        for card in self:
            if card.state not in allowed:
                raise UserError(self.env._(
                    "Card %(number)s is %(state)s and cannot become %(wanted)s.",
                    number=card.number, state=labels[card.state], wanted=labels[state]))
        self.state = state

    def action_activate(self):
        self._transition({'draft', 'frozen'}, 'active')
        self.filtered(lambda card: not card.issued_on).issued_on = fields.Date.context_today(self)

    def action_freeze(self):
        self._transition({'active'}, 'frozen')

    def action_report_lost(self):
        self._transition({'active', 'frozen'}, 'lost')

    def action_replace(self):
        """Issue a new card for the same account; the old one stops working."""
        self.ensure_one()
        self._transition({'active', 'frozen', 'lost'}, 'replaced')
        self.replaced_by_id = self._issue(self.account_id, kind=self.kind)
        return self.replaced_by_id._get_records_action()

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
        return self.sudo().create([{
            'account_id': account.id,
            'number': number,
            'kind': kind,
            'state': 'active',
            'issued_on': fields.Date.context_today(self),
        } for account, number in zip(accounts, numbers, strict=True)]).with_env(self.env)

    @api.model
    def _identify(self, code):
        """Return the card with this number or token, or an empty recordset: one answer for every kind of failure.

        :param code: what a scanner or a person entered; spaces and dashes are ignored
        """
        code = (code or '').strip()
        compact = code.replace(' ', '').replace('-', '')
        return self.sudo().search(['|', ('number', '=', compact), ('token', '=', code)], limit=1) if code else \
            self.sudo().browse()

    def _masked_number(self):
        self.ensure_one()
        return card_number.mask(self.number)
