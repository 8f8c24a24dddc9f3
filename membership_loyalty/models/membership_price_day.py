from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from .membership_day_condition import WEEKDAYS
from .membership_document import local_date


class MembershipPriceDay(models.Model):
    """Days on which members buy at the prices of another price list.

    Nothing is written on contacts: whoever asks for a member's price list on such a day is told this one.
    """

    _name = 'membership.price.day'
    _inherit = ['membership.audience.condition', 'membership.cached.rule', 'membership.day.condition']
    _description = "Prices of the Member Day"
    _check_company_auto = True

    currency_id = fields.Many2one(related='program_id.currency_id')
    sequence = fields.Integer(help="Of two member days on one day, the first in the list counts.")
    pricelist_id = fields.Many2one(
        'product.pricelist', string="Price list", required=True, check_company=True, ondelete='restrict',
        help="Counts on these days instead of the member's own price list: at the till, in new quotations and in the "
             "web shop. A quotation keeps the price list that it was made with.")
    sentence = fields.Text(compute='_compute_sentence', string="In words")

    @api.constrains('program_id', 'pricelist_id')
    def _check_currency(self):
        for day in self:
            if day.pricelist_id.currency_id != day.program_id.currency_id:
                raise ValidationError(self.env._(
                    "The price list %(pricelist)s is in %(theirs)s, the programme %(program)s in %(ours)s. "
                    "Choose a price list in the programme's currency.",
                    pricelist=day.pricelist_id.name, theirs=day.pricelist_id.currency_id.name,
                    program=day.program_id.name, ours=day.program_id.currency_id.name))

    @api.constrains('month_days', 'date_from', *WEEKDAYS)
    def _check_is_a_day(self):
        for day in self:
            if not (day.month_days or day.date_from or day._membership_weekdays()):
                raise ValidationError(self.env._(
                    "%(name)s has no days: choose weekdays, days of the month or dates. For prices on all days, set "
                    "the price list on the tier.", name=day.name))

    # ------------------------------------------------------------------ prices of today

    @api.model
    @tools.ormcache('self.env.company.id')
    def _membership_price_days(self):
        """Return ((id, time zone, tools.days.Days), ...) of the current company; no query until one is changed."""
        days = self.sudo().search([
            ('program_id.active', '=', True), ('company_id', 'in', (False, self.env.company.id)),
            ('pricelist_id.company_id', 'in', (False, self.env.company.id)), ('pricelist_id.active', '=', True)])
        return tuple((day.id, day.program_id.membership_tz, day._membership_days()) for day in days)

    @api.model
    def _membership_today(self):
        """Return the member days of the current company that today is, in the order in which they count; sudo."""
        now = fields.Datetime.now()
        return self.sudo().browse([
            day_id for day_id, tz, days in self._membership_price_days() if days.include(local_date(now, tz))])

    def _membership_pricelists(self, partners):
        """Return {partner id: price list} of those contacts whom these days are for."""
        found, tiers = {}, partners._membership_tier_by_program()
        for partner_id, own in tiers.items():
            for day in self:
                if day.program_id.id in own and (not day.tier_ids or own[day.program_id.id] in day.tier_ids):
                    found[partner_id] = day.pricelist_id
                    break
        return found

    @api.depends('pricelist_id', 'tier_ids', 'date_from', 'date_to', 'month_days', *WEEKDAYS)
    def _compute_sentence(self):
        for day in self:
            tiers = ', '.join(day.tier_ids.mapped('name'))
            day.sentence = '\n'.join([
                self.env._("Members buy at the prices of %(pricelist)s.", pricelist=day.pricelist_id.name or ''),
                *day._membership_day_sentences(),
                *([self.env._("Only for: %(tiers)s.", tiers=tiers)] if tiers else [])])
