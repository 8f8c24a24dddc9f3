from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..tools.access import Access


class MembershipProductAccess(models.Model):
    """Articles that only some members may buy, for good or until everybody may.

    An article of several rules can be bought by whomever one of them lets.
    """

    _name = 'membership.product.access'
    _inherit = ['membership.article.condition', 'membership.audience.condition', 'membership.cached.rule']
    _description = "Products for Members"
    _check_company_auto = True

    members_from = fields.Date(
        string="Members from", help="First day on which these members may buy. Empty: always.")
    open_from = fields.Date(
        string="Everybody from", help="First day on which everybody may buy. Empty: never, these articles stay "
                                      "exclusive.")
    sentence = fields.Char(compute='_compute_sentence', string="In words")

    _dates_in_order = models.Constraint(
        'CHECK (members_from <= open_from)', "Members may buy before everybody may, or on the same day.")

    @api.constrains('product_ids', 'categ_ids')
    def _check_articles(self):
        for access in self:
            if not access._membership_is_for_some():
                raise ValidationError(self.env._(
                    "%(name)s has no articles: choose products or product categories.", name=access.name))

    # ------------------------------------------------------------------ who may buy

    @api.model
    @tools.ormcache('company.id')
    def _membership_access_ids(self, company):
        """Return the ids of the rules of a company; no query until one is changed."""
        return tuple(self.sudo().search([
            ('program_id.active', '=', True), ('company_id', 'in', (False, company.id))]).ids)

    @api.model
    def _membership_refusals(self, partner, products, company, moment=None):
        """Return {product.product: why} of those products that a customer may not buy.

        :param partner: res.partner, may be empty
        :param moment: when it is bought, UTC; now by default
        """
        rules = self.sudo().browse(self._membership_access_ids(company))
        refused, granted = {}, set()
        own = partner._membership_tier_by_program().get(partner.id, {}) if rules and products else {}
        for rule in rules if products else ():
            day = rule.program_id._membership_date(moment or fields.Datetime.now())
            articles = rule._membership_products(products.sudo())
            tier = own.get(rule.program_id.id)
            if rule._membership_access().grants(day, tier and tier.id, tier is not None):
                granted |= articles
            else:
                for product_id in articles:
                    refused.setdefault(product_id, rule.sentence)
        return {products.browse(product_id): why for product_id, why in refused.items() if product_id not in granted}

    def _membership_access(self):
        """Return this rule for the arithmetic of tools.access."""
        self.ensure_one()
        return Access(frozenset(self.tier_ids.ids), self.members_from or None, self.open_from or None)

    @api.model
    def _membership_refusal_text(self, refusals):
        """Return refusals in words, with what to do; an empty string for none.

        :param refusals: {product.product: why}
        """
        if not refusals:
            return ''
        return '\n'.join([
            *self._membership_refusal_rows(refusals),
            self.env._("Choose a customer who is such a member, or remove the article from the order.")])

    @api.model
    def _membership_refusal_rows(self, refusals):
        """Return one sentence for each article that is refused."""
        return [self.env._("%(article)s: %(rule)s", article=product.display_name, rule=why)
                for product, why in refusals.items()]

    # ------------------------------------------------------------------ in words

    @api.depends('tier_ids', 'program_id', 'members_from', 'open_from')
    @api.depends_context('lang')
    def _compute_sentence(self):
        for access in self:
            access.sentence = ' '.join(access._membership_sentences())

    def _membership_sentences(self):
        """Return whom the articles are for, in whole sentences."""
        tiers = ', '.join(self.sudo().tier_ids.mapped('name'))
        program = self.sudo().program_id.name or ''
        start = self.members_from and format_date(self.env, self.members_from)
        who = tiers or program
        said = [
            self.env._("For members of %(who)s from %(day)s on.", who=who, day=start) if start
            else self.env._("For members of %(who)s.", who=who)]
        if self.open_from:
            said.append(self.env._("For everybody from %(day)s on.", day=format_date(self.env, self.open_from)))
        return said
