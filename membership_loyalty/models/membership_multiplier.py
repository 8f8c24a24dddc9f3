from odoo import api, fields, models

from ..const import CHANNELS
from ..tools.earning import Factor
from ..tools.multipliers import Multiplier
from ..tools.rounding import to_decimal
from .membership_day_condition import WEEKDAYS


class MembershipMultiplier(models.Model):
    """An occasion on which members earn more: a member day, a birthday, a campaign."""

    _name = 'membership.multiplier'
    _inherit = ['membership.article.condition', 'membership.audience.condition', 'membership.day.condition']
    _description = "Points Multiplier"
    _check_company_auto = True

    name = fields.Char(help="Printed on the receipt when it applies.")
    factor = fields.Float(
        digits=(6, 2), default=2, required=True,
        help="How many times the points are earned when all conditions are met.")
    # When, besides the days of membership.day.condition: at the moment of the purchase.
    birthday = fields.Selection(
        [('day', "On the birthday"), ('week', "In the week of the birthday"),
         ('month', "In the month of the birthday")],
        help="A week is Monday to Sunday. 29 February is celebrated on 28 February in years without it. A birthday "
             "that became known less than 30 days before does not count. In a family, the birthday of the account's "
             "owner.")
    # Where.
    channel = fields.Selection(
        [pair for pair in CHANNELS if pair[0] in ('pos', 'sale', 'api')],
        help="Empty: everywhere. Sales: with the web shop.")
    shop_ids = fields.Many2many('membership.shop', string="Shops", help="Empty: in all shops.")
    # Who, besides the tiers.
    first_purchase = fields.Boolean(
        string="First purchase", help="Only the member's first purchase in this programme.")
    sentence = fields.Text(compute='_compute_sentence', string="In words")

    _factor_range = models.Constraint(
        'CHECK (factor > 1 AND factor <= 100)',
        "A multiplier is more than 1 and at most 100. For articles that earn less, use the points of articles.")

    # ------------------------------------------------------------------ arithmetic

    def _membership_multiplier(self):
        """Return this record for the arithmetic of tools.multipliers, its articles aside."""
        self.ensure_one()
        return Multiplier(
            label=self.name, factor=to_decimal(self.factor), **self._membership_days()._asdict(),
            birthday=self.birthday or '', channel=self.channel or '', shops=frozenset(self.shop_ids.ids),
            tiers=frozenset(self.tier_ids.ids), first_purchase=self.first_purchase)

    def _membership_factors(self, products, occasion):
        """Return {id: tools.earning.Factor} of those that apply.

        :param products: the product.product records of the document
        :param occasion: tools.multipliers.Occasion
        """
        return {
            multiplier.id: multiplier._membership_factor(products) for multiplier in self
            if multiplier._membership_multiplier().applies(occasion)}

    def _membership_factor(self, products):
        return Factor(
            'multiplier', self.name, to_decimal(self.factor),
            self._membership_products(products) if self._membership_is_for_some() else None)

    # ------------------------------------------------------------------ screens

    @api.depends(
        'factor', 'date_from', 'date_to', 'month_days', 'birthday', 'channel', 'shop_ids', 'tier_ids', 'first_purchase',
        'product_ids', 'categ_ids', *WEEKDAYS)
    def _compute_sentence(self):
        for multiplier in self:
            multiplier.sentence = '\n'.join(multiplier._membership_sentences())

    def _membership_sentences(self):
        """Return what this multiplier does, in whole sentences."""
        _ = self.env._
        labels = {name: dict(self._fields[name]._description_selection(self.env)) for name in ('birthday', 'channel')}
        said = [
            (True, _("Members earn %(factor)s times the points.", factor=f'{self.factor:g}')),
            *((True, sentence) for sentence in self._membership_day_sentences()),
            (self.birthday, _("Only: %(when)s.", when=labels['birthday'].get(self.birthday))),
            (self.channel, _("Only in: %(channel)s.", channel=labels['channel'].get(self.channel))),
            (self.shop_ids, _("Only in: %(shops)s.", shops=', '.join(self.shop_ids.mapped('name')))),
            (self.tier_ids, _("Only for: %(tiers)s.", tiers=', '.join(self.tier_ids.mapped('name')))),
            (self.first_purchase, _("Only on the first purchase.")),
            (self._membership_is_for_some(), _("Only on: %(articles)s.", articles=self._membership_product_names())),
        ]
        return [sentence for is_said, sentence in said if is_said]
