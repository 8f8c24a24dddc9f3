from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from ..guard import is_posting, posting


class LoyaltyProgram(models.Model):
    """Stored value: a native eWallet whose money is kept in the ledger, principal and bonus apart."""

    _inherit = 'loyalty.program'

    is_stored_value = fields.Boolean(
        string="Stored value", copy=False, readonly=True,
        help="The money of these wallets is kept in the ledger of Membership Loyalty: principal and bonus apart.")
    is_ledger_kept = fields.Boolean(
        compute='_compute_is_ledger_kept', store=True, precompute=True,
        help="Balances of this programme are written by the ledger and by nobody else.")
    spend_rule = fields.Selection(
        [('pro_rata', "In the proportion of each top-up, oldest first"), ('principal_first', "Principal first"),
         ('bonus_first', "Bonus first")],
        string="Payments take", default='pro_rata', required=True,
        help="What a payment uses up of a wallet that holds money paid in (principal) and money given on top (bonus). "
             "In proportion: of 100 paid and 20 given, each payment takes five parts of principal and one of bonus.")
    top_up_refund = fields.Selection(
        [('full_price', "At full price, the customer wishes it"),
         ('pro_rata', "At the discount of the top-up, we are the cause")],
        string="Refunds count what was used", default='full_price', required=True,
        help="Proposed when a top-up is given back. Of 1,000 paid with 200 on top, 600 used: at full price 400 are "
             "paid out, at the discount of the top-up 500.")
    wallet_limit = fields.Monetary(
        string="Most principal in a wallet", help="A top-up that would bring the money paid in above this is refused. "
                                                  "In several countries the law sets a limit. 0: no limit.")
    top_up_package_ids = fields.One2many('membership.top.up.package', 'program_id', string="Top-up packages")

    _wallet_limit_positive = models.Constraint('CHECK (wallet_limit >= 0)', "The limit of a wallet is not negative.")

    @api.depends('is_membership', 'is_stored_value')
    def _compute_is_ledger_kept(self):
        for program in self:
            program.is_ledger_kept = program.is_membership or program.is_stored_value

    @api.constrains('is_stored_value', 'program_type', 'applies_on', 'rule_ids', 'reward_ids')
    def _check_stored_value(self):
        """One unit of currency paid in is one in the wallet; what is given on top is said by the packages."""
        for program in self.filtered('is_stored_value'):
            if program.program_type != 'ewallet' or program.applies_on != 'future':
                raise ValidationError(self.env._(
                    "%(program)s is stored value: it stays an eWallet.", program=program.name))
            for rule in program.rule_ids:
                if rule.reward_point_mode != 'money' or rule.reward_point_amount != 1 or not rule.product_ids:
                    raise ValidationError(self.env._(
                        "%(program)s: a top-up rule gives 1 for each unit of currency and names its top-up products. "
                        "Money on top is given by a top-up package.", program=program.name))
            for reward in program.reward_ids:
                if reward.reward_type != 'discount' or reward.discount_mode != 'per_point' or reward.discount != 1 \
                        or reward.discount_applicability != 'order' or reward.discount_max_amount:
                    raise ValidationError(self.env._(
                        "%(program)s: a wallet pays 1 for each unit of its currency, on the whole order, without a "
                        "maximum.", program=program.name))
            program._check_top_up_products()

    def _check_top_up_products(self):
        """A top-up product fills the wallets of one programme: the till does not tell which one was meant."""
        others = self.search([('is_stored_value', '=', True), ('id', '!=', self.id)])
        shared = self.rule_ids.product_ids & others.rule_ids.product_ids
        if shared:
            raise ValidationError(self.env._(
                "%(products)s: a product tops up the wallets of one programme only.",
                products=', '.join(shared.mapped('display_name'))))

    # ------------------------------------------------------------------ template

    @api.model
    def get_program_templates(self):
        templates = super().get_program_templates()
        if self.env.context.get('menu_type') != 'gift_ewallet':
            return templates
        return {**templates, 'stored_value': {
            'title': self.env._("Stored Value"),
            'description': self.env._("Wallets with top-up packages; principal and bonus kept apart in a ledger"),
            'icon': 'ewallet',
        }}

    @api.model
    def _get_template_values(self):
        return {**super()._get_template_values(), 'stored_value': self._stored_value_template()}

    @api.model
    def _stored_value_template(self):
        """Return the values of new stored value: one top-up product without tax, spent to the last cent."""
        return {
            'name': self.env._("Stored Value"),
            'program_type': 'ewallet',
            'is_stored_value': True,
            'applies_on': 'future',
            'trigger': 'auto',
            'portal_visible': True,
            'currency_id': self.env.company.currency_id.id,
            'portal_point_name': self.env.company.currency_id.symbol,
            'membership_manager_id': self.env.uid,
            'rule_ids': [Command.clear(), Command.create({
                'reward_point_mode': 'money', 'reward_point_amount': 1,
                'product_ids': [Command.create(self._top_up_product_values())]})],
            'reward_ids': [Command.clear(), Command.create({
                'reward_type': 'discount', 'discount_mode': 'per_point', 'discount': 1,
                'discount_applicability': 'order', 'required_points': 0.01,
                'description': self.env._("Stored value")})],
            'communication_plan_ids': [Command.clear()],
        }

    @api.model
    def _top_up_product_values(self):
        """Return the values of a top-up product; the till adds that it is sold there."""
        return {
            'name': self.env._("Top-up"), 'type': 'service', 'sale_ok': True, 'purchase_ok': False, 'list_price': 100,
            'invoice_policy': 'order', 'taxes_id': [Command.clear()]}

    def write(self, vals):
        if 'is_stored_value' in vals and not is_posting(self):
            changed = self.filtered(lambda program: program.is_stored_value != bool(vals['is_stored_value']))
            if changed:
                raise AccessError(self.env._(
                    "%(program)s becomes stored value by the button that moves its balances into the ledger, and "
                    "stays it.", program=changed[0].name))
        return super().write(vals)

    # ------------------------------------------------------------------ wallets

    def _wallets(self, partners):
        """Return {(program id, partner id): wallet} of these contacts, as _membership_accounts does for members."""
        wallets = self.env['loyalty.card'].sudo().search([
            ('program_id', 'in', self.filtered('is_stored_value').ids), ('partner_id', 'in', partners.ids)])
        return {(wallet.program_id.id, wallet.partner_id.id): wallet for wallet in wallets}

    def _open_wallet(self, partner):
        """Return the wallet of a contact, opened if there is none."""
        self.ensure_one()
        self._membership_check_company(partner)
        return self._wallets(partner).get((self.id, partner.id)) or posting(
            self.env['loyalty.card'].sudo()).with_context(loyalty_no_mail=True).create(
                {'program_id': self.id, 'partner_id': partner.id, 'points': 0})

    @api.model
    def _stored_value_of(self, products):
        """Return {top-up product: programme} for those of the products that fill a wallet kept in the ledger."""
        # Plain SQL: asked at every sale of the till, and the answer is nearly always "none".
        self.env['loyalty.rule'].flush_model(['active', 'product_ids', 'program_id'])
        self.flush_model(['active', 'is_stored_value'])
        return {products.browse(product_id): self.sudo().browse(program_id) for product_id, program_id in (
            self.env.execute_query(SQL(
                """SELECT rel.product_product_id, program.id
                     FROM loyalty_rule_product_product_rel AS rel
                     JOIN loyalty_rule AS rule ON rule.id = rel.loyalty_rule_id AND rule.active
                     JOIN loyalty_program AS program ON program.id = rule.program_id AND program.active
                    WHERE rel.product_product_id IN %s AND program.is_stored_value""", tuple(products.ids),
            )) if products else ())}

    def action_open_wallets(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_wallet_action')
        return {**action, 'domain': [('program_id', '=', self.id)]}

    # ------------------------------------------------------------------ conversion

    def action_convert_to_stored_value(self):
        """Turn a native eWallet programme into stored value: each balance opens as principal."""
        self.ensure_one()
        self.check_access('write')
        if not self.env.user.has_group('membership_loyalty.group_membership_manager'):
            raise AccessError(self.env._("Only a manager of the membership turns an eWallet into stored value."))
        self._stored_value_convert()
        return True

    def _stored_value_convert(self):
        """Move the balances of native eWallets into the ledger. What native accepted as money is principal: it never
        expires, and nothing tells how much of it was a gift."""
        for program in self.filtered(lambda program: not program.is_stored_value):
            if program.program_type != 'ewallet':
                raise UserError(self.env._("%(program)s is no eWallet.", program=program.name))
            if program._conversion_preview()['not_a_number']:
                raise UserError(self.env._(
                    "%(program)s has balances that are not numbers. Correct them first.", program=program.name))
            program.with_context(active_test=False).coupon_ids.lock_for_update()
            program.reward_ids.required_points = 0.01
            program.membership_tz = program.membership_tz or self.env.user.tz or 'UTC'
            self.env.flush_all()
            program._convert_archive_expired()
            keepers = program._convert_merge_duplicates()
            self.env.invalidate_all()
            posting(program).write({'is_stored_value': True})
            self.env.flush_all()
            program._convert_open_ledger(keepers)
            self.env.invalidate_all()
