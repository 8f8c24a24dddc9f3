from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..guard import is_posting
from ..tools import card_number


class LoyaltyProgram(models.Model):
    """How an owner sets up a membership: template, card policy, and what is locked once it is one."""

    _inherit = 'loyalty.program'

    card_validity_months = fields.Integer(
        string="Cards valid for", help="Months from issue. 0: cards do not expire.")
    membership_member_count = fields.Integer(
        string="Members", compute='_compute_membership_member_count', compute_sudo=True)
    # Native figures that its form shows: a number of orders tells nothing about them, and needs no right to read them.
    order_count = fields.Integer(compute_sudo=True)
    total_order_count = fields.Integer(compute_sudo=True)

    _card_validity_positive = models.Constraint(
        'CHECK (card_validity_months >= 0)', "The validity of cards cannot be negative.")
    _card_prefix_digits = models.Constraint(
        "CHECK (card_prefix IS NULL OR card_prefix ~ '^[0-9]{0,8}$')",
        "The prefix of card numbers has up to 8 digits and nothing else.")

    def _compute_membership_member_count(self):
        # Members only: counting ten million ledger rows for a button would cost more than the button is worth.
        counts = dict(self.env['loyalty.card']._read_group(
            [('program_id', 'in', self.ids), ('is_membership', '=', True)], ['program_id'], ['__count']))
        for program in self:
            program.membership_member_count = counts.get(program, 0)

    @api.constrains('default_tier_id', 'tier_ids')
    def _check_default_tier(self):
        for program in self:
            if program.default_tier_id.program_id not in (program, self.browse()):
                raise UserError(self.env._(
                    "The first tier %(tier)s belongs to another programme. Choose a tier of %(program)s.",
                    tier=program.default_tier_id.name, program=program.name))

    # ------------------------------------------------------------------ template

    @api.model
    def get_program_templates(self):
        templates = super().get_program_templates()
        menu = self.env.context.get('menu_type')
        if menu == 'gift_ewallet':
            return templates
        ours = {'membership': {
            'title': self.env._("Membership"),
            'description': self.env._("Numbered cards, tiers and an auditable points ledger for your members"),
            'icon': 'loyalty_cards_2',
        }}
        return ours if menu == 'membership' else {**ours, **templates}

    @api.model
    def _get_template_values(self):
        return {**super()._get_template_values(), 'membership': self._membership_template()}

    @api.model
    def _membership_template(self):
        """Return the values of a new membership: one point per unit of currency, 100 points give 5 off."""
        return {
            'name': self.env._("Membership"),
            'is_membership': True,
            'program_type': 'loyalty',
            'applies_on': 'future',
            'trigger': 'auto',
            'portal_visible': True,
            'portal_point_name': self.env._("Points"),
            'membership_manager_id': self.env.uid,
            'rule_ids': [Command.create({'reward_point_mode': 'money', 'reward_point_amount': 1})],
            'reward_ids': [Command.create({
                'reward_type': 'discount', 'discount': 5, 'discount_mode': 'per_order', 'required_points': 100})],
            'communication_plan_ids': [],
            'tier_ids': [Command.create(values) for values in self._membership_template_tiers()],
        }

    @api.model
    def _membership_template_tiers(self):
        """Return the values of the tiers of a new membership, the lowest first."""
        return [
            {'name': self.env._("Basic"), 'sequence': 10, 'multiplier': 1, 'color': 0},
            {'name': self.env._("Silver"), 'sequence': 20, 'multiplier': 1.5, 'color': 11},
            {'name': self.env._("Gold"), 'sequence': 30, 'multiplier': 2, 'color': 3},
        ]

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get('default_is_membership'):
            template = self._membership_template()
            values.update({name: value for name, value in template.items() if name in fields})
        return values

    # ------------------------------------------------------------------ protection

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        for program in programs.filtered(lambda p: p.is_membership and not p.default_tier_id):
            program.default_tier_id = program.tier_ids.sorted('sequence')[:1]
        return programs

    def write(self, vals):
        if 'is_membership' in vals and not is_posting(self):
            changed = self.filtered(lambda program: program.is_membership != bool(vals['is_membership']))
            if changed:
                raise AccessError(self.env._(
                    "%(program)s becomes a membership by the button that turns its cards into accounts, and stays one.",
                    program=changed[0].name))
        return super().write(vals)

    # ------------------------------------------------------------------ card numbers

    def _membership_check_number(self, number):
        """Return a printed card number as it is stored, or say why it cannot be used.

        Numbers of other printers have no check digit of ours: only what looks like ours must be right.

        :param number: as typed or scanned
        :raise UserError: when it is misread or in use
        """
        self.ensure_one()
        number = ''.join((number or '').split()).replace('-', '')
        if self._membership_misread(number):
            raise UserError(self.env._(
                "The check digit of card number %(number)s is wrong. Read the number again.", number=number))
        if self.env['membership.card'].sudo().search_count([('number', '=', number)], limit=1):
            raise UserError(self.env._("Card number %(number)s is already in use.", number=number))
        return number

    def _membership_misread(self, number):
        """Tell whether a number looks like one of this programme's own, but its check digit is wrong."""
        prefix = self.card_prefix or ''
        ours = (number.isascii() and number.isdigit() and number.startswith(prefix)
                and len(number) == len(prefix) + self.card_sequence_digits + self.card_random_digits + 1)
        return ours and not card_number.is_valid(number)

    # ------------------------------------------------------------------ buttons

    def action_open_members(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_account_action')
        return {**action, 'context': {'search_default_program_id': self.id, 'default_program_id': self.id}}

    def action_open_ledger(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_ledger_entry_action')
        return {**action, 'domain': [('program_id', '=', self.id)]}

    def action_open_purchases(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_purchase_action')
        return {**action, 'domain': [('program_id', '=', self.id)]}
