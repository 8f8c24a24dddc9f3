from odoo import api, fields, models
from odoo.tools import formatLang


class MembershipTier(models.Model):
    """What a tier gives its members, in one line for its form."""

    _inherit = 'membership.tier'

    benefit_summary = fields.Char(
        string="In words", compute='_compute_benefit_summary',
        help="What members of this tier get, as far as it is set up.")

    @api.depends('name', 'multiplier', 'pricelist_id', 'free_shipping', 'free_shipping_from')
    @api.depends_context('lang')
    def _compute_benefit_summary(self):
        for tier in self:
            benefits = tier._membership_benefits_in_words()
            tier.benefit_summary = self.env._(
                "%(tier)s: %(benefits)s", tier=tier.name, benefits=', '.join(benefits)) if benefits else ''

    def _membership_benefits_in_words(self):
        """Return the benefits of this tier as a list of short phrases."""
        self.ensure_one()
        tier, _ = self.sudo(), self.env._
        access = tier._membership_own_rules('membership.product.access')
        days = tier._membership_own_rules('membership.price.day')
        early = access.filtered('open_from')
        exclusive = access - early
        said = [
            (tier.multiplier != 1, _("%(factor)sx points", factor=f'{tier.multiplier:g}')),
            (tier.pricelist_id, _("price list %(pricelist)s", pricelist=tier.pricelist_id.name)),
            (days, _("%(pricelist)s on %(days)s", pricelist=', '.join(days.pricelist_id.mapped('name')),
                     days=', '.join(days.mapped('name')))),
            (exclusive, _("exclusive: %(articles)s", articles=', '.join(exclusive.mapped('name')))),
            (tier.free_shipping, tier._membership_shipping_in_words()),
            (early, _("early access: %(articles)s", articles=', '.join(early.mapped('name')))),
        ]
        return [phrase for is_said, phrase in said if is_said]

    def _membership_shipping_in_words(self):
        if not self.free_shipping_from:
            return self.env._("free shipping")
        return self.env._("free shipping from %(amount)s", amount=formatLang(
            self.env, self.free_shipping_from, currency_obj=self.currency_id))

    def _membership_own_rules(self, model):
        """Return the records of a model with `program_id` and `tier_ids` that are for this tier."""
        program = self.program_id._origin
        return self.env[model].search([
            ('program_id', 'in', program.ids), '|', ('tier_ids', '=', False), ('tier_ids', 'in', self._origin.ids)])
