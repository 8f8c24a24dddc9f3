from odoo import api, fields, models


class PosConfig(models.Model):
    _inherit = 'pos.config'

    membership_shop_id = fields.Many2one(
        'membership.shop', string="Shop of members", check_company=True, copy=False, index='btree_not_null',
        help="Where members' purchases and points of this till are booked. Made from the till's name; several tills "
             "of one shop may share theirs.")

    @api.model_create_multi
    def create(self, vals_list):
        configs = super().create(vals_list)
        configs._membership_create_shops()
        return configs

    def _membership_create_shops(self):
        """Give each till without a shop one of its own, in the till's company."""
        for config in self.filtered(lambda config: not config.membership_shop_id):
            # Nobody but us numbers shops "TILL-..."; the till itself is written by whoever may create it.
            config.sudo().membership_shop_id = self.env['membership.shop'].sudo().create({
                'name': config.name, 'code': f'TILL-{config.id}', 'company_id': config.company_id.id})

    def _get_available_pricelists(self):
        pricelists = super()._get_available_pricelists()
        return pricelists | self._membership_tier_pricelists() if self.use_pricelist else pricelists

    def _membership_tier_pricelists(self):
        """Return the price lists of tiers that this till can sell by: its own currency and company."""
        tiers = self._get_program_ids().filtered('is_membership').tier_ids
        return tiers.sudo().pricelist_id.filtered(
            lambda pricelist: pricelist.currency_id == self.currency_id
            and pricelist.company_id in (self.env['res.company'], self.company_id)).with_env(self.env)

    def use_coupon_code(self, code, creation_date, partner_id, pricelist_id):
        # An account is not a coupon: who comes with a code, on which date, for whom, is the client's word only.
        if self.env['loyalty.card'].sudo().search_count(
            [('code', '=', code), ('is_ledger_kept', '=', True)], limit=1,
        ):
            message = self.env._("This coupon is invalid (%(code)s).", code=code)
            return {'successful': False, 'payload': {'error_message': message}}
        program = self._membership_coupon_program(code)
        if program and not program._membership_is_for(self.env['res.partner'].browse(partner_id or ()).exists()):
            return {'successful': False, 'payload': {'error_message': program._membership_audience_refusal()}}
        return super().use_coupon_code(code, creation_date, partner_id, pricelist_id)

    def _membership_coupon_program(self, code):
        """Return the promotion of this till that a coupon is for, where any promotion is for some customers only."""
        programs = self.env['loyalty.program'].sudo()
        if not programs._membership_any_audience():
            return programs
        return self.env['loyalty.card'].sudo().search(
            [('code', '=', code), ('program_id', 'in', self._get_program_ids().ids)], limit=1).program_id
