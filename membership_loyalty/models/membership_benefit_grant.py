from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.rounding import to_amount


class MembershipBenefitGrant(models.Model):
    """A gift that a member was given: for one occasion, once for ever."""

    _name = 'membership.benefit.grant'
    _description = "Gift to a Member"
    _order = 'id desc'
    _rec_name = 'benefit_id'

    benefit_id = fields.Many2one('membership.benefit', required=True, readonly=True, ondelete='restrict')
    kind = fields.Selection(related='benefit_id.kind')
    card_id = fields.Many2one(
        'loyalty.card', string="Account", required=True, readonly=True, index=True, ondelete='restrict')
    program_id = fields.Many2one(related='card_id.program_id', string="Programme")
    partner_id = fields.Many2one(related='card_id.partner_id', string="Member")
    company_id = fields.Many2one(related='card_id.company_id', store=True)
    period = fields.Char(
        required=True, readonly=True,
        help="Key of what it was given for: the year of the birthday, the enrolment, the referral. One gift for each.")
    occasion = fields.Char(compute='_compute_occasion', help="What it was given for.")
    state = fields.Selection(
        [('given', "Given"), ('used', "Used")], required=True, readonly=True, default='given',
        help="Whether the voucher was redeemed. Points are in the ledger from the moment they are given.")
    points = fields.Float(digits=(16, 2), readonly=True)
    ledger_key = fields.Char(readonly=True, help="Identity of the points in the ledger.")
    coupon_id = fields.Many2one(
        'loyalty.card', string="Voucher", readonly=True, index='btree_not_null', ondelete='set null')
    coupon_code = fields.Char(related='coupon_id.code', string="Voucher code")
    valid_until = fields.Date(readonly=True, help="Last day of the voucher. Empty: without an end.")
    given_on = fields.Date(required=True, readonly=True)
    used_on = fields.Date(readonly=True)

    _once = models.UniqueIndex('(benefit_id, card_id, period)', "This member was given this benefit already.")

    @api.depends('period', 'kind')
    def _compute_occasion(self):
        for grant in self:
            grant.occasion = {
                'birthday': self.env._("Birthday %(year)s", year=grant.period),
                'welcome': self.env._("Enrolment"),
            }.get(grant.kind, self.env._("Referral %(number)s", number=(grant.period or '').partition(':')[2]))

    @api.model
    def _give(self, gifts):
        """Give benefits to members, each for its occasion once for ever, however often this is called.

        :param gifts: list of (membership.benefit, loyalty.card account, period)
        :return: the new grants
        """
        gifts = [(benefit, account, period) for benefit, account, period in gifts if benefit._is_for(account)]
        if not gifts:
            return self.browse()
        now, uid = fields.Datetime.now(), self.env.uid
        days = {benefit: benefit.program_id._membership_date(now) for benefit, _account, _period in gifts}
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            """INSERT INTO membership_benefit_grant
                   (benefit_id, card_id, company_id, period, state, given_on, create_uid, create_date, write_uid,
                    write_date)
               VALUES %s ON CONFLICT (benefit_id, card_id, period) DO NOTHING RETURNING id""",
            SQL(', ').join(SQL(
                "(%s, %s, %s, %s, 'given', %s, %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC')",
                benefit.id, account.id, account.company_id.id or None, period, days[benefit], uid, uid)
                for benefit, account, period in gifts)))
        grants = self.sudo().browse(row[0] for row in rows)
        for benefit, given in grants.grouped('benefit_id').items():
            given._give_points(benefit)
            given._give_coupons(benefit)
        return grants

    def _give_points(self, benefit):
        """Post the points of these new grants of one benefit."""
        if not benefit.points:
            return
        postings = []
        for grant in self:
            grant.write({'points': benefit.points, 'ledger_key': f'membership.benefit.grant:{grant.id}'})
            postings.append(grant.card_id._membership_single_posting(
                'bonus', to_amount(benefit.points), grant.ledger_key, benefit.name))
        self.env['membership.ledger.entry'].sudo()._reconcile(postings)

    def _give_coupons(self, benefit):
        """Make a personal coupon for each of these new grants of one benefit; native code sends it by e-mail."""
        program = benefit.coupon_program_id
        if not program:
            return
        enough = min(program.reward_ids.mapped('required_points'), default=1)
        until = benefit.coupon_days and self[0].given_on + timedelta(days=benefit.coupon_days)
        for reachable, grants in self.grouped(lambda grant: bool(grant.partner_id.email)).items():
            # Who has no e-mail gets the voucher all the same: it is on the account and on the portal page.
            coupons = self.env['loyalty.card'].sudo().with_context(loyalty_no_mail=not reachable).create([{
                'program_id': program.id, 'partner_id': grant.partner_id.id, 'points': enough, 'expiration_date': until,
            } for grant in grants])
            self.env['loyalty.history'].sudo().create([
                {'card_id': coupon.id, 'description': benefit.name, 'issued': enough} for coupon in coupons])
            for grant, coupon in zip(grants, coupons, strict=True):
                grant.write({'coupon_id': coupon.id, 'valid_until': until})

    @api.model
    def _follow_coupons(self, coupons):
        """Note on the grants which of these coupons have just been redeemed, or given back."""
        for grant in self.sudo().search([('coupon_id', 'in', coupons.ids)]):
            used = grant.coupon_id.points <= 0
            if used != (grant.state == 'used'):
                grant.write({
                    'state': 'used' if used else 'given',
                    'used_on': used and grant.program_id._membership_date(fields.Datetime.now())})
