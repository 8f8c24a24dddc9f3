from odoo import fields, models

from ..tools import terms as terms_tool


class MembershipOrderTerms(models.Model):
    """What a member's order earns on: the programme's rules, the tier and the rate of the day it was confirmed.

    Edits and credit notes of later days are rated on this, never on the rules of that later day.
    """

    _name = 'membership.order.terms'
    _description = "Membership Order Terms"
    _order = 'id'
    _rec_name = 'order_id'

    order_id = fields.Many2one('sale.order', required=True, readonly=True, ondelete='cascade')
    card_id = fields.Many2one(
        'loyalty.card', string="Account", required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='order_id.company_id', store=True)
    program_id = fields.Many2one(related='card_id.program_id')
    currency_rate = fields.Float(
        digits=0, readonly=True,
        help="Programme currency for one unit of the order's currency, on the day of the order.")
    base_amount = fields.Float(readonly=True, help="What points were earned on, in the programme's currency.")
    points = fields.Float(readonly=True, help="Points of the order as it was confirmed.")
    rules = fields.Json(readonly=True, help="Rules and multiplier, as tools.terms writes them.")
    product_ids = fields.Json(readonly=True, help="Products whose place in the rules is settled.")

    _once = models.UniqueIndex('(order_id, card_id)', "The terms of this order are fixed already.")

    def _terms(self, products):
        """Return the tools.terms.Terms of this order for its present products.

        A product that was not on the order when it was confirmed is placed in the fixed rules by what the rules say
        of products today.
        """
        self.ensure_one()
        terms = terms_tool.load(self.rules)
        new = products.filtered(lambda product: product.id not in self.product_ids)
        if not new:
            return terms
        program = self.program_id.sudo()
        placed = self.env['membership.multiplier'].sudo().browse(terms.factors).exists()
        new_factors = {multiplier.id: multiplier._membership_products(new) for multiplier in placed}
        today = self.env['loyalty.rule'].browse(terms.rules).exists()
        matched = {rule.id: rule._membership_rule(new).products or frozenset() for rule in today}
        return terms._replace(rules={
            rule_id: rule if rule.products is None else rule._replace(
                products=rule.products | matched.get(rule_id, frozenset()))
            for rule_id, rule in terms.rules.items()
        }, factors={
            number: factor if factor.products is None else factor._replace(
                products=factor.products | new_factors.get(number, frozenset()))
            for number, factor in terms.factors.items()
        }, rates={
            **(program.product_rate_ids._membership_rates(new) if program.has_product_rates else {}), **terms.rates})
