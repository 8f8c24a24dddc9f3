from odoo import api, fields, models
from odoo.exceptions import UserError


class MembershipEnrol(models.TransientModel):
    """At enrolment: who brought the new member, and whether there is a welcome gift."""

    _inherit = 'membership.enrol'

    referral_code = fields.Char(
        string="Referral code", help="Code of the member who brought the new one. Both are given their gifts when the "
                                     "first purchase is past the return window.")
    gifts = fields.Boolean(
        string="Welcome gifts", compute='_compute_gifts', store=True, readonly=False,
        help="Give the welcome gifts of the programme and send their vouchers. Leave it off for members who are only "
             "recorded now but joined long ago. Members that come by an import are never given any.")

    @api.depends('partner_ids')
    def _compute_gifts(self):
        for wizard in self:
            wizard.gifts = len(wizard.partner_ids) <= 1

    def action_enrol(self):
        referrer = self._find_referrer()
        action = super().action_enrol()
        if referrer:
            friend = self.env['loyalty.card'].sudo().browse(action.get('res_id')).exists()
            self.env['membership.referral']._record(referrer, friend)
        return action

    def _find_referrer(self):
        """Return the account of the member who is named as the one who brought this friend, mostly nobody."""
        if not (self.referral_code or '').strip():
            return self.env['loyalty.card']
        if self.mode == 'existing' and len(self.partner_ids) != 1:
            raise UserError(self.env._("A referral code is for one new member. Enrol the friends one by one."))
        return self.env['membership.referral']._find_referrer(
            self.referral_code, self.program_id, partner=self.mode == 'existing' and self.partner_ids,
            phone=self._phone_format(number=self.phone, country=self.country_id) or self.phone, email=self.email)
