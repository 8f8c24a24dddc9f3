from odoo import api, fields, models
from odoo.exceptions import UserError


class MembershipCardIssue(models.TransientModel):
    """Give a member one more card, or a new one in place of an old one."""

    _name = 'membership.card.issue'
    _description = "Issue a Membership Card"

    account_id = fields.Many2one('loyalty.card', string="Member", required=True, readonly=True)
    program_id = fields.Many2one(related='account_id.program_id')
    replaces_id = fields.Many2one('membership.card', string="Replaces", readonly=True)
    kind = fields.Selection(selection='_get_kinds', required=True, default='plastic')
    party_id = fields.Many2one(
        'membership.party', string="Co-branded with", compute='_compute_party_id', store=True, readonly=False,
        domain="[('card_range_ids.program_id', '=', program_id)]",
        help="Partner on the card. Its numbers come from the partner's ranges.")
    number = fields.Char(string="Printed number", help="Of a card that is printed already. Empty: a new number.")

    def _get_kinds(self):
        return self.env['membership.card']._fields['kind']._description_selection(self.env)

    @api.depends('kind', 'number', 'replaces_id')
    def _compute_party_id(self):
        """The partner of the printed number, else of the card that is replaced, else the only one there is."""
        for wizard in self:
            if wizard.kind != 'cobranded':
                wizard.party_id = False
                continue
            printed = ''.join((wizard.number or '').split()).replace('-', '')
            parties = self.env['membership.card.range'].search([('program_id', '=', wizard.program_id.id)]).party_id
            wizard.party_id = self.env['membership.card.range']._membership_range_of(printed).party_id \
                or wizard.party_id or wizard.replaces_id.party_id or (parties if len(parties) == 1 else False)

    def action_issue(self):
        self.ensure_one()
        self.account_id.check_access('read')
        if not self.account_id.is_membership:
            raise UserError(self.env._("%(card)s is not a member's account.", card=self.account_id.display_name))
        numbers = self._get_numbers()
        if self.replaces_id:
            if self.replaces_id.account_id != self.account_id:
                raise UserError(self.env._("The card to replace belongs to another member."))
            card = self.replaces_id._replace(numbers, self.kind)
        else:
            self.env['membership.card']._check_one_of_kind(
                self.account_id, self.kind, party=self.party_id)
            card = self.env['membership.card']._issue(self.account_id, self.kind, numbers)
        return card._get_records_action()

    def _get_numbers(self):
        """Return the one number to issue in a list, or nothing for the programme to draw one.

        :raise UserError: for a number of another partner, or of none
        """
        party = self.party_id if self.kind == 'cobranded' else self.party_id.browse()
        if not self.number:
            ranges = party.sudo().card_range_ids.filtered(lambda r: r.program_id == self.program_id)
            return [ranges._membership_next_number()] if party else None
        number = self.program_id._membership_check_number(self.number)
        owner = self.env['membership.card.range'].sudo()._membership_range_of(number).party_id
        if owner and owner != party:
            raise UserError(self.env._(
                "Card number %(number)s is one of %(owner)s's. Issue it as a co-branded card of %(owner)s, or take "
                "another number.", number=number, owner=owner.name))
        if party and not owner:
            raise UserError(self.env._(
                "Card number %(number)s is in none of %(party)s's ranges. Read the number again, or add a range to "
                "%(party)s.", number=number, party=party.name))
        return [number]
