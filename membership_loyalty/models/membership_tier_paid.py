from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

PAID_FIELDS = {'paid_product_id', 'renewal_product_id', 'entry', 'active', 'program_id'}


class MembershipTier(models.Model):
    """A tier that members buy: with which product, for how long, and at which price once more."""

    _inherit = 'membership.tier'

    paid_product_id = fields.Many2one(
        'product.product', string="Sold as", check_company=True, copy=False, ondelete='restrict',
        help="Whoever buys this product, at the till or with a sales order, is in the tier from that day; a customer "
             "who is no member yet becomes one. Refunding or cancelling the purchase takes the tier back at once.")
    paid_months = fields.Integer(
        string="Months paid for", default=12,
        help="Bought again while it runs, the tier is held for so much longer.")
    renewal_product_id = fields.Many2one(
        'product.product', string="Renewed with", check_company=True, copy=False, ondelete='restrict',
        help="Product with the price of a renewal. Empty: renewals cost what the tier costs.")
    renewal_days = fields.Integer(
        string="Renewal still possible", default=30,
        help="Days after the end in which buying the tier again counts as a renewal.")
    reminder_days = fields.Integer(
        string="Remind before the end", default=30,
        help="Days before the end on which members who have not renewed get an e-mail. 0: none is sent.")
    reminder_template_id = fields.Many2one(
        'mail.template', string="Reminder", domain=[('model', '=', 'membership.tier.term')],
        default=lambda self: self.env.ref('membership_loyalty.mail_template_tier_renewal', raise_if_not_found=False))
    ended_term_count = fields.Integer(string="Terms that ended", compute='_compute_renewals', compute_sudo=True)
    renewed_term_count = fields.Integer(string="Renewed", compute='_compute_renewals', compute_sudo=True)
    renewal_rate = fields.Float(
        compute='_compute_renewals', compute_sudo=True, help="Of the paid terms that ended, how many were renewed.")

    _paid_days = models.Constraint(
        'CHECK (paid_months BETWEEN 1 AND 120 AND renewal_days BETWEEN 0 AND 366 AND reminder_days BETWEEN 0 AND 366)',
        "A tier is paid for 1 to 120 months; renewals and reminders reach over up to 366 days.")
    _paid_product_once = models.UniqueIndex(
        '(paid_product_id) WHERE active AND paid_product_id IS NOT NULL', "This product sells another tier already.")
    _renewal_product_once = models.UniqueIndex(
        '(renewal_product_id) WHERE active AND renewal_product_id IS NOT NULL',
        "This product renews another tier already.")

    @api.constrains('entry', 'paid_product_id', 'renewal_product_id')
    def _check_paid_product(self):
        for tier in self.filtered('paid_product_id'):
            others = self.search([
                ('id', '!=', tier.id), '|', ('paid_product_id', '=', tier.renewal_product_id.id or -1),
                ('renewal_product_id', '=', tier.paid_product_id.id)])
            if tier.paid_product_id == tier.renewal_product_id or others:
                raise ValidationError(self.env._(
                    "%(tier)s: a product sells one tier or renews one, not both.", tier=tier.name))

    def _compute_renewals(self):
        terms = self.env['membership.tier.term']._renewals(self)
        for tier in self:
            ended, renewed = terms.get(tier.id, (0, 0))
            tier.ended_term_count, tier.renewed_term_count = ended, renewed
            tier.renewal_rate = renewed / ended if ended else 0

    # ------------------------------------------------------------------ what sells a tier

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        if tiers.filtered('paid_product_id'):
            self.env.registry.clear_cache()
        return tiers

    def write(self, vals):
        result = super().write(vals)
        if PAID_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _membership_sellers(self):
        """Return {product id: (tier id, whether it renews)} of all that is sold. Kept: every sale asks for it."""
        tiers = self.sudo().search([('entry', '=', 'paid'), ('program_id.is_membership', '=', True)])
        return {
            **{tier.renewal_product_id.id: (tier.id, True) for tier in tiers if tier.renewal_product_id},
            **{tier.paid_product_id.id: (tier.id, False) for tier in tiers if tier.paid_product_id},
        }

    def _membership_renewable_until(self, last_day):
        """Return the last day on which buying the tier again is a renewal of a term."""
        return last_day + timedelta(days=self.renewal_days)

    def action_open_terms(self):
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_tier_term_action')
        return {**action, 'domain': [('tier_id', 'in', self.ids)]}
