from odoo import api, models
from odoo.exceptions import ValidationError


class MembershipAgreement(models.Model):
    """Stored value between own companies: one rule for bonus money, or what one is paid nobody pays."""

    _inherit = 'membership.agreement'

    @api.constrains('program_id', 'party_id', 'state', 'bonus_bearer', 'bonus_share', 'date_from', 'date_to')
    def _check_stored_value(self):
        for agreement in self.filtered(lambda agreement: agreement.program_id.is_stored_value):
            if not agreement.party_id.is_stored_value_allowed:
                raise ValidationError(self.env._(
                    "%(party)s is no own company: money of wallets is not accepted there. In many countries that needs "
                    "a payment licence. Points may cross.", party=agreement.party_id.name))
            if agreement.state != 'draft':
                agreement._check_one_bonus_rule()

    def _check_one_bonus_rule(self):
        others = self.sudo().search([
            ('program_id', '=', self.program_id.id), ('company_id', '=', self.company_id.id), ('id', '!=', self.id),
            ('state', '!=', 'draft'), '|', ('date_to', '=', False), ('date_to', '>=', self.date_from),
            *([('date_from', '<=', self.date_to)] if self.date_to else []),
            '|', ('bonus_bearer', '!=', self.bonus_bearer), ('bonus_share', '!=', self.bonus_share)])
        differing = others.filtered(
            lambda other: other.bonus_bearer != self.bonus_bearer or self.bonus_bearer == 'share')
        if differing:
            raise ValidationError(self.env._(
                "%(agreement)s: bonus money is borne by somebody else than in %(others)s. All companies that share "
                "wallets agree on one rule: otherwise one is paid what nobody pays.",
                agreement=self.display_name, others=', '.join(differing.mapped('display_name'))))
