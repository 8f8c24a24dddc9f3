from odoo import api, fields, models
from odoo.tools import SQL

SETTINGS_OF_BARCODES = {'is_membership', 'active', 'card_prefix', 'card_sequence_digits', 'card_random_digits'}

# How points are earned and spent, for the till's estimate.
EARNING_OF_THE_TILL = (
    'membership_tz', 'earn_on', 'earn_stacking', 'earn_factor_cap', 'earn_cap_order', 'redeem_minimum', 'redeem_step',
    'redeem_max_share', 'membership_rates')


class LoyaltyProgram(models.Model):
    _inherit = 'loyalty.program'

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        if programs.filtered('is_membership'):
            self._membership_update_barcode_rule()
        return programs

    def write(self, vals):
        result = super().write(vals)
        if SETTINGS_OF_BARCODES & vals.keys() and self.filtered('is_membership'):
            self._membership_update_barcode_rule()
        return result

    @api.model
    def _load_pos_data_fields(self, config):
        return super()._load_pos_data_fields(config) + [
            'is_membership', 'is_stored_value', 'wallet_limit', 'offline_redeem_limit', 'points_digits',
            'points_rounding', *EARNING_OF_THE_TILL]

    @api.model
    def _membership_update_barcode_rule(self):
        """Let the till know card numbers from article numbers: by prefix, and by being at least as long as a card.

        The rule of the default nomenclature only; a business with its own nomenclature copies it there.
        """
        rule = self.env.ref('membership_loyalty_pos.barcode_rule_membership_card', raise_if_not_found=False)
        programs = self.sudo().search([('is_membership', '=', True)])
        patterns = dict.fromkeys(
            (program.card_prefix or '') + '.' * (program.card_sequence_digits + program.card_random_digits + 1)
            for program in programs)
        if rule and patterns:
            rule.sudo().pattern = '|'.join(patterns)

    def _membership_sells_at(self, config, day):
        """Tell whether members of this programme earn at a till on a day.

        Unlike the list of programmes that the till loads, this looks at the day of the order, which an offline till
        sends later, and accepts a till of another currency, whose amounts are converted.
        """
        self.ensure_one()
        return bool(
            self.active and self.pos_ok
            and self._membership_belongs_to(config.company_id)
            and (not self.date_from or self.date_from <= day) and (not self.date_to or day <= self.date_to)
            and self._membership_is_published(config)
            and (not self.limit_usage or self in config._get_program_ids())
        )

    def _membership_is_published(self, config):
        """Whether the programme is for this till, and for a price list of this till, or for all of them."""
        # Plain SQL: asked at every sale to a member, and reading two relations costs more than the sale's posting.
        [[result]] = self.env.execute_query(SQL(
            """SELECT (NOT EXISTS (SELECT FROM loyalty_program_pos_config_rel WHERE loyalty_program_id = %(program)s)
                       OR EXISTS (SELECT FROM loyalty_program_pos_config_rel
                                   WHERE loyalty_program_id = %(program)s AND pos_config_id = %(config)s))
                  AND (NOT EXISTS (SELECT FROM loyalty_program_product_pricelist_rel
                                    WHERE loyalty_program_id = %(program)s)
                       OR EXISTS (SELECT FROM loyalty_program_product_pricelist_rel
                                    JOIN pos_config_product_pricelist_rel USING (product_pricelist_id)
                                   WHERE loyalty_program_id = %(program)s AND pos_config_id = %(config)s))""",
            program=self.id, config=config.id))
        return result

    def _membership_claim_open(self, moment):
        """Whether a member named now may earn on a sale of that moment (UTC), by the programme's policy."""
        age = self._membership_date(fields.Datetime.now()) - self._membership_date(moment)
        return 0 < self.late_claim_days >= age.days

    def _membership_belongs_to(self, company):
        """Whether the programme is the company's own, its parent company's, or shared by all."""
        return not self.company_id or self.company_id in company.parent_ids
