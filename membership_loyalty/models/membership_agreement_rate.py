from odoo import api, fields, models

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
WAYS = [('party_to_hq', "Party pays"), ('hq_to_party', "Operator pays")]


class MembershipAgreementRate(models.Model):
    _name = 'membership.agreement.rate'
    _description = "Rate of a Settlement Agreement"
    _order = 'agreement_id, id'
    _rec_name = 'charge'

    agreement_id = fields.Many2one('membership.agreement', required=True, index=True, ondelete='cascade')
    currency_id = fields.Many2one(related='agreement_id.currency_id')
    charge = fields.Selection(CHARGES, required=True)
    unit = fields.Selection(UNITS, required=True, default='per_point')
    rate = fields.Float(
        digits=(18, 8), required=True,
        help="Per point, transaction or month in the agreement's currency; or percent.")
    direction = fields.Selection(
        WAYS, required=True, compute='_compute_direction', store=True, precompute=True, readonly=False,
        string="Who pays")
    product_id = fields.Many2one('product.product', help="Article on the documents. Empty: the one of the settings.")

    _rate_not_negative = models.Constraint('CHECK (rate >= 0)', "A rate is not negative: choose who pays instead.")
    _charge_once = models.UniqueIndex('(agreement_id, charge, unit)', "A charge has one rate of a kind.")

    @api.depends('charge')
    def _compute_direction(self):
        for rate in self:
            rate.direction = DIRECTIONS.get(rate.charge, 'party_to_hq')
