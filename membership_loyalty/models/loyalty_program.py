from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..guard import posting
from ..tools import card_number
from ..tools.refund import refund_share
from ..tools.rounding import to_decimal
from ..tools.terms import Terms
from .membership_document import local_date


class LoyaltyProgram(models.Model):
    _inherit = 'loyalty.program'

    is_membership = fields.Boolean(
        string="Membership", copy=False, readonly=True,
        help="Members, cards and points of this programme are kept in the ledger of Membership Loyalty.")
    membership_manager_id = fields.Many2one(
        'res.users', string="Programme manager", help="Is told when a member's balance falls below zero.")
    membership_tz = fields.Selection(
        selection='_get_timezones', string="Time zone", default=lambda self: self.env.user.tz or 'UTC',
        help="Days of this programme begin and end in this time zone.")
    points_digits = fields.Integer(string="Decimals of a point", default=0)
    points_rounding = fields.Selection(
        [('down', "Down"), ('half_up', "To the nearest"), ('up', "Up")], default='down', required=True,
        help="Applied once per order, the same at the till and in sales.")
    tier_ids = fields.One2many('membership.tier', 'program_id', string="Tiers", copy=True)
    default_tier_id = fields.Many2one(
        'membership.tier', string="First tier", domain="[('program_id', '=', id)]",
        help="New members start here.")
    card_prefix = fields.Char(string="Card number prefix", default="8")
    card_sequence_digits = fields.Integer(string="Running digits", default=7)
    card_random_digits = fields.Integer(
        string="Random digits", default=5, help="Makes card numbers hard to guess. A check digit is always added.")
    enrolment_bonus = fields.Float(digits=(16, 2), help="Points given to every new member.")
    offline_redeem_limit = fields.Float(
        string="Offline allowance", digits=(16, 2),
        help="Points that one order may spend while the till is offline. 0: no spending offline.")
    late_claim_days = fields.Integer(
        string="Late claim", help="A member added to a paid order earns if the order is at most this many days old. "
                                  "0: never.")

    _points_digits_range = models.Constraint(
        'CHECK (points_digits BETWEEN 0 AND 2)', "A point has at most two decimals.")
    _membership_amounts = models.Constraint(
        'CHECK (enrolment_bonus >= 0 AND offline_redeem_limit >= 0 AND late_claim_days >= 0)',
        "Bonus, offline allowance and late claim cannot be negative.")
    _card_number_policy = models.Constraint(
        'CHECK (card_sequence_digits BETWEEN 4 AND 12 AND card_random_digits BETWEEN 0 AND 12)',
        "A card number has 4 to 12 running digits and up to 12 random digits.")

    @api.model
    def _get_timezones(self):
        return self.env['res.partner']._fields['tz']._description_selection(self.env)

    @api.constrains('is_membership', 'program_type', 'applies_on', 'rule_ids')
    def _check_membership_configuration(self):
        """A membership is what NATIVE loyalty calls a future, nominative programme with undivided points."""
        for program in self.filtered('is_membership'):
            if program.program_type != 'loyalty' or program.applies_on != 'future':
                raise ValidationError(self.env._(
                    "%(program)s is a membership: it stays a loyalty-card programme whose points are for future "
                    "orders.", program=program.name))
            if any(program.rule_ids.mapped('reward_point_split')):
                raise ValidationError(self.env._(
                    "The points of %(program)s belong to one account and cannot be split into codes.",
                    program=program.name))

    # ------------------------------------------------------------------ arithmetic

    def _membership_date(self, moment):
        """Return the day of a UTC moment in this programme's time zone."""
        self.ensure_one()
        return local_date(moment, self.membership_tz)

    def _membership_earn(self, lines, tier=None, occasion=None):
        """Return what a document earns in this programme, before the member's own limits.

        :param lines: list of tools.earning.Line in the programme's currency
        :param tier: the member's membership.tier, for its multiplier
        :param occasion: tools.multipliers.Occasion; without one no multiplier but the tier's applies
        :return: tools.earning.Earned
        """
        products = self.env['product.product'].browse({line.product for line in lines if line.product})
        return self._membership_terms(products, tier, occasion).earn(lines)

    def _membership_terms(self, products, tier=None, occasion=None):
        """Return what the programme promises today: a document that is fixed now is rated on this for ever.

        :param products: the product.product records of the document
        :param tier: the member's membership.tier, for its multiplier
        :param occasion: tools.multipliers.Occasion; without one no multiplier but the tier's applies
        :return: tools.terms.Terms
        """
        self.ensure_one()
        rules = {rule.id: rule._membership_rule(products) for rule in self.rule_ids if rule.mode == 'auto'}
        return Terms(
            rules, multiplier=to_decimal(tier.multiplier) if tier else Decimal(1), tier=tier.name if tier else '',
            **self._membership_earning_terms(products, occasion))

    def _membership_share(self, points, base, refunded):
        """Return how many of these points of a document are to be back, once `refunded` of its base is; Decimals."""
        return refund_share(points, base, refunded, self.points_digits, self.points_rounding)

    # ------------------------------------------------------------------ members

    def _membership_own_accounts(self, partners):
        """Return {(program id, partner id): account} of the active accounts that these members own."""
        accounts = self.env['loyalty.card'].sudo().search([
            ('program_id', 'in', self.ids), ('partner_id', 'in', partners.ids), ('is_membership', '=', True)])
        return {(account.program_id.id, account.partner_id.id): account for account in accounts}

    def _enrol(self, partners, tier=None, kind='virtual', numbers=None, gifts=True):
        """Make members of these contacts: account, first tier, card, enrolment bonus. Existing members are kept.

        :param partners: res.partner records
        :param tier: membership.tier, by default the programme's first one
        :param kind: kind of the card, a key of membership.card.kind
        :param numbers: card numbers already printed, one per contact
        :param gifts: whether the new members are given the welcome gifts
        :return: loyalty.card records, one per contact, in the same order
        """
        self.ensure_one()
        self._membership_check_company(partners)
        known = self._membership_own_accounts(partners)
        new = [partner for partner in partners if (self.id, partner.id) not in known]
        printed = dict(zip(partners.ids, numbers or [], strict=False))
        tier = tier or self.default_tier_id
        today = self._membership_date(fields.Datetime.now())
        accounts = posting(self.env['loyalty.card'].sudo()).create([
            {'program_id': self.id, 'partner_id': partner.id, 'points': 0, 'member_since': today} for partner in new])
        self.env['membership.card']._issue(
            accounts, kind=kind, numbers=[printed[a.partner_id.id] for a in accounts] if printed else None)
        accounts._membership_move_to(tier, self.env._("Enrolment"), rule='enrolment')
        if self.enrolment_bonus:
            self.env['membership.ledger.entry'].sudo()._reconcile([
                account._membership_single_posting(
                    'bonus', to_decimal(self.enrolment_bonus), f'enrol:{account.id}', self.env._("Enrolment bonus"))
                for account in accounts])
        if gifts:
            accounts._membership_give_welcome()
        known.update({(self.id, account.partner_id.id): account for account in accounts})
        return self.env['loyalty.card'].browse(known[self.id, partner.id].id for partner in partners)

    def _membership_check_company(self, partners):
        strangers = partners.filtered(lambda partner: partner.company_id and self.company_id
                                      and partner.company_id != self.company_id)
        if strangers:
            raise UserError(self.env._(
                "%(contacts)s belong to another company than the programme %(program)s and cannot become its members.",
                contacts=', '.join(strangers.mapped('display_name')), program=self.name))

    def _membership_next_number(self):
        """Return a new card number of this programme."""
        return self._membership_next_numbers(1)[0]

    def _membership_next_numbers(self, count):
        """Return new card numbers of this programme; their running numbers are drawn from its sequence at once."""
        self.ensure_one()
        sequence = self.env['ir.sequence'].sudo().search([('code', '=', f'membership.card.{self.id}')], limit=1)
        if not sequence:
            sequence = self.env['ir.sequence'].sudo().create({
                'name': self.env._("Card numbers of %(program)s", program=self.name),
                'code': f'membership.card.{self.id}', 'company_id': False})
        # A standard sequence of Odoo is a sequence of PostgreSQL with this name.
        running = self.env.execute_query(SQL(
            "SELECT nextval(%s) FROM generate_series(1, %s)", f'ir_sequence_{sequence.id:03d}', count))
        return [
            card_number.compose(self.card_prefix, number, self.card_sequence_digits, self.card_random_digits)
            for number, in running]
