from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class MembershipTier(models.Model):
    """Free shipping of a tier: one of Odoo's own promotions, for members of this tier, kept in step with its form."""

    _inherit = 'membership.tier'

    shipping_program_id = fields.Many2one(
        'loyalty.program', string="Promotion of free shipping", readonly=True, copy=False, index='btree_not_null',
        ondelete='set null')
    is_shipping_offered = fields.Boolean(compute='_compute_is_shipping_offered')
    free_shipping = fields.Boolean(
        string="Free shipping", compute='_compute_free_shipping', inverse='_inverse_free_shipping',
        compute_sudo=True,
        help="Members of this tier can have orders delivered free: the web shop takes the delivery off by itself, in "
             "quotations it is among the rewards.")
    free_shipping_from = fields.Monetary(
        string="Free shipping from", compute='_compute_free_shipping', inverse='_inverse_free_shipping',
        compute_sudo=True, help="What the goods of the order must come to, tax included. 0: always.")

    _free_shipping_promotion = models.UniqueIndex(
        '(shipping_program_id)', "A promotion of free shipping belongs to one tier.")

    def _compute_is_shipping_offered(self):
        """Odoo knows free shipping as a reward where its app for delivery is installed."""
        self.is_shipping_offered = self._membership_can_ship_free()

    @api.model
    def _membership_can_ship_free(self):
        return 'shipping' in self.env['loyalty.reward']._fields['reward_type'].get_values(self.env)

    @api.depends('shipping_program_id.active', 'shipping_program_id.rule_ids.minimum_amount')
    def _compute_free_shipping(self):
        for tier in self:
            promotion = tier.shipping_program_id
            tier.free_shipping = promotion.active
            tier.free_shipping_from = promotion.rule_ids[:1].minimum_amount

    def _inverse_free_shipping(self):
        for tier in self:
            wanted, amount = tier.free_shipping, tier.free_shipping_from
            promotion = tier.shipping_program_id
            if wanted and not promotion:
                tier.shipping_program_id = self.env['loyalty.program'].create(tier._membership_shipping_values(amount))
            elif promotion:
                promotion.active = wanted
                promotion.with_context(active_test=False).rule_ids.minimum_amount = amount

    def _membership_shipping_values(self, amount):
        """Return the values of the promotion that ships free for this tier.

        :param amount: what the goods must come to, in the programme's currency
        """
        self.ensure_one()
        if not self._membership_can_ship_free():
            raise UserError(self.env._(
                "Odoo does not deliver yet: install the app for delivery costs, then give %(tier)s free shipping.",
                tier=self.name))
        return {
            'name': self.env._("Free shipping for %(tier)s", tier=self.name),
            'program_type': 'promotion', 'trigger': 'auto', 'applies_on': 'current',
            'company_id': self.company_id.id, 'currency_id': self.currency_id.id,
            'membership_tier_ids': [Command.set(self.ids)],
            'rule_ids': [Command.create({
                'minimum_amount': amount, 'minimum_qty': 0, 'reward_point_mode': 'order', 'reward_point_amount': 1})],
            'reward_ids': [Command.create({'reward_type': 'shipping', 'required_points': 1})],
        }
