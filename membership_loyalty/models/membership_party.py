from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

KINDS = [
    ('company', "Own company"),
    ('external', "Merchant"),
    ('bank', "Co-branded card issuer"),
]


class MembershipParty(models.Model):
    """Who settles with the operator of a programme: an own company, a merchant outside, the issuer of a card."""

    _name = 'membership.party'
    _description = "Settlement Party"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'name, id'

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True, tracking=True,
        help="Short name in files, in the partner interface and on statements.")
    kind = fields.Selection(KINDS, required=True, default='external', tracking=True)
    operator_id = fields.Many2one(
        'res.company', string="Settles with", required=True, default=lambda self: self.env.company, tracking=True,
        help="Company that runs the programme: every charge is between it and the party, never between two parties.")
    partner_id = fields.Many2one(
        'res.partner', string="Contact", required=True, index=True, tracking=True,
        help="Customer and vendor of the documents; its portal users see the statements.")
    company_id = fields.Many2one(
        'res.company', string="Own company", tracking=True,
        help="What happens in this company belongs to this party, unless its shop belongs to another one.")
    currency_id = fields.Many2one(
        'res.currency', required=True, default=lambda self: self.env.company.currency_id, tracking=True,
        help="Default of its agreements.")
    shop_ids = fields.One2many('membership.shop', 'party_id', string="Shops")
    agreement_ids = fields.One2many('membership.agreement', 'party_id', string="Agreements")
    card_range_ids = fields.One2many('membership.card.range', 'party_id', string="Card numbers")
    settlement_email = fields.Char(
        string="Mail for statements", help="Empty: the mail address of the contact.")
    closed_until = fields.Date(
        string="Closed until", readonly=True, copy=False,
        help="Last day that is on a statement already. What arrives for it later goes to the next statement.")
    is_stored_value_allowed = fields.Boolean(
        string="Accepts stored value", compute='_compute_is_stored_value_allowed',
        help="Money of members is accepted by own companies only: elsewhere it would need a payment licence in many "
             "countries. Points may cross.")
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex('(code)', "Another party has the same code.")
    _one_per_company = models.UniqueIndex(
        '(company_id) WHERE company_id IS NOT NULL AND active', "This company is another party already.")

    @api.depends('kind')
    def _compute_is_stored_value_allowed(self):
        for party in self:
            party.is_stored_value_allowed = party.kind == 'company'

    @api.constrains('kind', 'company_id', 'operator_id')
    def _check_own_company(self):
        for party in self:
            if (party.kind == 'company') != bool(party.company_id):
                raise ValidationError(self.env._(
                    "%(party)s: an own company names the company it is, any other party names none.", party=party.name))
            if party.company_id == party.operator_id:
                raise ValidationError(self.env._(
                    "%(party)s runs the programme and does not settle with itself. Choose another company.",
                    party=party.name))

    def _lock_closed_until(self):
        """Return the last closed day or None; until the transaction ends, nobody closes another one.

        Who is writing an event of this party is waited for.
        """
        self.ensure_one()
        self.flush_recordset(['closed_until'])
        [[closed]] = self.env.execute_query(SQL(
            "SELECT closed_until FROM membership_party WHERE id = %s FOR UPDATE", self.id))
        return closed

    def _close(self, day):
        """Close the time up to a day: what happens from now on for it goes to the first open day.

        To be called in a transaction of its own, which waits for those that are writing; only the next one sees all
        that is on the statement.
        """
        for party in self:
            if not party.closed_until or party.closed_until < day:
                party.sudo().closed_until = day
        self.flush_recordset(['closed_until'])  # the triggers of the ledger read it
