from odoo import api, fields, models
from odoo.tools import SQL

from ..guard import is_posting
from ..tools import referral_code
from ..tools.benefits import period_key


class LoyaltyCard(models.Model):
    """What a member is given: gifts, free uses and the code to bring friends with."""

    _inherit = 'loyalty.card'

    grant_ids = fields.One2many('membership.benefit.grant', 'card_id', string="Gifts", readonly=True)
    use_ids = fields.One2many('membership.benefit.use', 'card_id', string="Free uses", readonly=True)
    referral_ids = fields.One2many('membership.referral', 'referrer_id', string="Friends brought", readonly=True)
    referral_code = fields.Char(
        compute='_compute_referral_code', help="A friend who names this code at enrolment was brought by this member.")

    @api.depends('is_membership')
    def _compute_referral_code(self):
        secret = self.env['ir.config_parameter'].sudo().get_param('database.secret')
        for account in self:
            account.referral_code = account.is_membership and account._origin.id and referral_code.encode(
                account._origin.id, secret)

    @api.model
    def _membership_by_referral_code(self, code):
        """Return the account in use with this referral code, or an empty recordset."""
        number = referral_code.decode(code, self.env['ir.config_parameter'].sudo().get_param('database.secret'))
        return self.sudo().search([('id', '=', number), ('is_membership', '=', True)]) if number else self.browse()

    def write(self, vals):
        result = super().write(vals)
        if 'points' in vals and not is_posting(self):
            coupons = self.filtered(lambda card: card.program_type == 'coupons')
            if coupons:
                self.env['membership.benefit.grant']._follow_coupons(coupons)
        return result

    # ------------------------------------------------------------------ gifts

    def _membership_give_welcome(self):
        """Give new members the welcome gifts of their programmes. Not called for members that come by an import."""
        benefits = self.env['membership.benefit'].sudo().search(
            [('program_id', 'in', self.program_id.ids), ('kind', '=', 'welcome')])
        if benefits:
            self.env['membership.benefit.grant']._give(
                [(benefit, account, 'welcome') for benefit in benefits for account in self])

    def _membership_move_benefits(self, destination):
        """Let what merged accounts were given and used count for the account that stands for them now."""
        for table, once in (('membership_benefit_grant', SQL("one.period = other.period")),
                            ('membership_benefit_use', SQL("one.document_key = other.document_key"))):
            self.env.cr.execute(SQL(
                """UPDATE %(table)s AS one SET card_id = %(to)s
                    WHERE one.card_id IN %(accounts)s AND one.id IN (
                          SELECT min(id) FROM %(table)s WHERE card_id IN %(accounts)s GROUP BY benefit_id, %(key)s)
                      AND NOT EXISTS (SELECT FROM %(table)s AS other WHERE other.card_id = %(to)s
                                         AND other.benefit_id = one.benefit_id AND %(once)s)""",
                table=SQL.identifier(table), to=destination.id, accounts=tuple(self.ids), once=once,
                key=SQL('period' if table.endswith('grant') else 'document_key')))
        self.env['membership.benefit.grant'].invalidate_model()
        self.env['membership.benefit.use'].invalidate_model()

    # ------------------------------------------------------------------ free uses

    def _membership_free_uses(self, day=None):
        """Return {account: {benefit: (used, limit)}} of the free uses that these members have.

        :param day: in the programme's time zone; by default today
        """
        benefits = self.env['membership.benefit'].sudo().search(
            [('program_id', 'in', self.program_id.ids), ('kind', '=', 'free_use')])
        result = {account: {} for account in self}
        periods = {}
        for account in self.sudo() if benefits else ():
            today = day or account.program_id._membership_date(fields.Datetime.now())
            for benefit in benefits:
                if benefit._is_for(account):
                    periods[account, benefit] = period_key(benefit.use_period, today, account.tier_since)
        used = self.env['membership.benefit.use']._used(periods)
        for (account, benefit), count in used.items():
            result[account.with_env(self.env)][benefit] = (count, benefit.use_limit)
        return result

    def _membership_free_use_rows(self):
        """Return {account: list of JSON values} of what these members have free, for screens and tills."""
        return {
            account: [benefit._use_row(used) for benefit, (used, _limit) in uses.items()]
            for account, uses in self._membership_free_uses().items()}
