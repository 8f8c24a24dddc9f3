from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_list

from ..tools.settlement import DIRECTIONS

CHARGES = [
    ('issue', "Points issued"),
    ('mkt', "Marketing contribution"),
    ('reimb', "Points accepted"),
    ('fee', "Fee on points accepted"),
    ('fund', "Points funded"),
    ('brkg', "Share of expired points"),
    ('comm', "Commission on card spending"),
    ('fix', "Fixed fee"),
]
UNITS = [
    ('per_point', "per point"),
    ('percent', "percent"),
    ('per_txn', "per transaction"),
    ('fixed_month', "per month"),
]
# What a charge is reckoned by; the first one is what it mostly is.
UNITS_OF = {
    'issue': ('per_point', 'per_txn'),
    'mkt': ('per_point', 'per_txn'),
    'reimb': ('per_point', 'per_txn'),
    'fee': ('percent', 'per_point', 'per_txn'),
    'fund': ('per_point',),
    'brkg': ('percent',),
    'comm': ('percent', 'per_txn'),
    'fix': ('fixed_month',),
}
WAYS = [('party_to_hq', "Party pays"), ('hq_to_party', "Operator pays")]


class MembershipAgreementRate(models.Model):
    _name = 'membership.agreement.rate'
    _description = "Rate of a Settlement Agreement"
    _order = 'agreement_id, id'
    _rec_name = 'charge'

    agreement_id = fields.Many2one('membership.agreement', required=True, index=True, ondelete='cascade')
    currency_id = fields.Many2one(related='agreement_id.currency_id')
    charge = fields.Selection(CHARGES, required=True)
    unit = fields.Selection(
        UNITS, required=True, compute='_compute_unit', store=True, precompute=True, readonly=False,
        help="Percent: of what is paid per point, for the fee and the share of expired points; of what is bought, for "
             "the commission.")
    rate = fields.Float(
        digits=(18, 8), required=True,
        help="Per point, transaction or month in the agreement's currency; or percent.")
    direction = fields.Selection(
        WAYS, required=True, compute='_compute_direction', store=True, precompute=True, readonly=False,
        string="Who pays")
    product_id = fields.Many2one('product.product', help="Article on the documents. Empty: the one of the settings.")

    _rate_not_negative = models.Constraint('CHECK (rate >= 0)', "A rate is not negative: choose who pays instead.")
    _percent = models.Constraint("CHECK (unit <> 'percent' OR rate <= 100)", "A share is not more than 100 percent.")
    _charge_once = models.UniqueIndex('(agreement_id, charge, unit)', "A charge has one rate of a kind.")

    @api.depends('charge')
    def _compute_direction(self):
        for rate in self:
            rate.direction = DIRECTIONS.get(rate.charge, 'party_to_hq')

    @api.depends('charge')
    def _compute_unit(self):
        for rate in self:
            allowed = UNITS_OF.get(rate.charge, ('per_point',))
            rate.unit = rate.unit if rate.unit in allowed else allowed[0]

    @api.constrains('charge', 'unit')
    def _check_unit(self):
        units = dict(self._fields['unit']._description_selection(self.env))
        for rate in self:
            if rate.unit not in UNITS_OF[rate.charge]:
                raise ValidationError(self.env._(
                    "%(charge)s cannot be agreed on %(unit)s. Possible: %(units)s.", charge=rate._charge_name(),
                    unit=units[rate.unit], units=format_list(
                        self.env, [units[unit] for unit in UNITS_OF[rate.charge]], style='or')))

    def _charge_name(self):
        return dict(self._fields['charge']._description_selection(self.env))[self.charge]

    # ------------------------------------------------------------------ part of an agreement

    @api.model_create_multi
    def create(self, vals_list):
        self.agreement_id.browse({vals.get('agreement_id') for vals in vals_list} - {None})._before_rates_change()
        return super().create(vals_list)

    def write(self, vals):
        self.agreement_id._before_rates_change()
        if vals.get('agreement_id'):
            self.agreement_id.browse(vals['agreement_id'])._before_rates_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self.agreement_id._before_rates_change()
