from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..guard import posting


class MembershipEnrol(models.TransientModel):
    """Make members of a new contact, of one contact, or of many."""

    _name = 'membership.enrol'
    _description = "Enrol Members"

    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, default=lambda self: self._default_program(),
        domain="[('is_membership', '=', True)]")
    tier_id = fields.Many2one(
        'membership.tier', compute='_compute_tier_id', store=True, readonly=False,
        domain="[('program_id', '=', program_id)]")
    may_choose_tier = fields.Boolean(compute='_compute_may_choose_tier')
    kind = fields.Selection(selection='_get_kinds', string="Card", required=True, default='virtual')
    number = fields.Char(string="Printed number", help="Of a card that is printed already. Empty: a new number.")
    mode = fields.Selection(
        [('existing', "Existing contact"), ('new', "New contact")], string="Enrol",
        compute='_compute_mode', store=True, readonly=False)
    partner_ids = fields.Many2many('res.partner', string="Contacts")
    partner_count = fields.Integer(compute='_compute_partner_count')
    name = fields.Char()
    phone = fields.Char()
    email = fields.Char()
    birthday = fields.Date(help="For birthday benefits: they begin when it has been known for 30 days.")
    country_id = fields.Many2one('res.country', default=lambda self: self.env.company.country_id)
    duplicate_ids = fields.Many2many(
        'res.partner', 'membership_enrol_duplicate_rel', string="Contacts with the same phone or e-mail",
        compute='_compute_duplicate_ids')
    accept_duplicates = fields.Boolean(string="This is another person")
    consent = fields.Boolean(
        string="Consent given", help="The member agrees to the programme's terms and to the use of purchase data.")

    def _get_kinds(self):
        return self.env['membership.card']._fields['kind']._description_selection(self.env)

    @api.model
    def _default_program(self):
        return self.env.company.membership_program_id or self.env['loyalty.program'].search(
            [('is_membership', '=', True), ('company_id', 'in', [False, *self.env.companies.ids])], limit=1)

    @api.depends('program_id')
    def _compute_tier_id(self):
        for wizard in self:
            wizard.tier_id = wizard.program_id.default_tier_id

    def _compute_may_choose_tier(self):
        self.may_choose_tier = self.env.user.has_group('membership_loyalty.group_membership_manager')

    @api.depends('partner_ids')
    def _compute_mode(self):
        for wizard in self:
            wizard.mode = wizard.mode or ('existing' if wizard.partner_ids else 'new')

    @api.depends('partner_ids')
    def _compute_partner_count(self):
        for wizard in self:
            wizard.partner_count = len(wizard.partner_ids)

    # ------------------------------------------------------------------ duplicates

    @api.depends('mode', 'phone', 'email', 'country_id')
    def _compute_duplicate_ids(self):
        for wizard in self:
            wizard.duplicate_ids = wizard._find_duplicates() if wizard.mode == 'new' else False

    def _find_duplicates(self):
        """Return the contacts with this phone, however it is written, or this e-mail, whatever its case."""
        domains = []
        if self.phone:
            sanitized = self.env['res.partner']._phone_format(number=self.phone, country=self.country_id)
            domains.append(Domain('phone_sanitized', '=', sanitized) if sanitized else Domain('phone', '=', self.phone))
        if self.email:
            domains.append(Domain('email', '=ilike', self._like_literal(self.email.strip())))
        return self.env['res.partner'].search(Domain.OR(domains), limit=10) if domains else self.env['res.partner']

    @api.model
    def _like_literal(self, text):
        """Return text for a pattern search that shall match it and nothing else: john_doe is not johnXdoe."""
        return text.replace('\\', '\\\\').replace('%', '\\%').replace('_', '\\_')

    # ------------------------------------------------------------------ enrolment

    def action_enrol(self):
        """Enrol, and show the account; of many contacts, say how many became members."""
        self.ensure_one()
        self._check()
        partners = self._create_contact() if self.mode == 'new' else self.partner_ids
        known = {partner_id for _program, partner_id in self.program_id._membership_own_accounts(partners)}
        numbers = [self.program_id._membership_check_number(self.number)] if self.number else None
        accounts = self.program_id._enrol(
            partners, tier=self.tier_id if self.may_choose_tier else None, kind=self.kind, numbers=numbers,
            gifts=self.gifts)
        if self.consent:
            posting(accounts.sudo()).filtered(lambda account: not account.consent_on).consent_on = \
                fields.Date.context_today(self)
        if len(accounts) == 1:
            return accounts._get_records_action(
                views=[(self.env.ref('membership_loyalty.membership_account_view_form').id, 'form')])
        return self._summary(len(partners) - len(known), len(known))

    def _check(self):
        if not self.program_id.is_membership or not self.program_id.active:
            raise UserError(self.env._("%(program)s is not a membership in use.", program=self.program_id.name))
        self.program_id.check_access('read')
        if self.mode == 'new':
            if not (self.name or '').strip():
                raise UserError(self.env._("Enter the name of the new member."))
            if self.duplicate_ids and not self.accept_duplicates:
                raise UserError(self.env._(
                    "There are contacts with the same phone or e-mail: %(contacts)s. Enrol one of them, or tick "
                    "\"This is another person\".", contacts=', '.join(self.duplicate_ids.mapped('display_name'))))
            return
        if not self.partner_ids:
            raise UserError(self.env._("Choose the contact who becomes a member."))
        self.partner_ids.check_access('read')
        if len(self.partner_ids) == 1:
            if self.program_id._membership_own_accounts(self.partner_ids):
                raise UserError(self.env._(
                    "%(member)s is a member of %(program)s already.",
                    member=self.partner_ids.display_name, program=self.program_id.name))
        elif self.number:
            raise UserError(self.env._("One printed number cannot be given to several members."))

    def _create_contact(self):
        # Enrolling is the right of a membership user; creating contacts otherwise may not be.
        partner = self.env['res.partner'].sudo().create({
            'name': self.name.strip(),
            'phone': self.phone,
            'email': self.email,
            'country_id': self.country_id.id,
            'membership_birthday': self.birthday,
        })
        return partner.sudo(False)

    def _summary(self, enrolled, known):
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success' if enrolled else 'warning',
                'title': self.program_id.name,
                'message': self.env._(
                    "New members: %(enrolled)s. Already members: %(known)s.", enrolled=enrolled, known=known),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }
