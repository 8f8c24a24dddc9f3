from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.rounding import to_amount


class MembershipReferral(models.Model):
    """A member brought a friend. Both are given something once the friend's first purchase is there to stay."""

    _name = 'membership.referral'
    _description = "Referral of a Friend"
    _order = 'id desc'
    _rec_name = 'friend_id'

    referrer_id = fields.Many2one(
        'loyalty.card', string="Brought by", required=True, readonly=True, index=True, ondelete='restrict')
    friend_id = fields.Many2one('loyalty.card', string="Friend", required=True, readonly=True, ondelete='restrict')
    program_id = fields.Many2one(related='referrer_id.program_id', string="Programme", store=True)
    company_id = fields.Many2one(related='referrer_id.company_id', store=True)
    state = fields.Selection(
        [('waiting', "Waiting for a purchase"), ('pending', "In the return window"), ('granted', "Granted"),
         ('refused', "Refused")], required=True, readonly=True, default='waiting')
    reason = fields.Char(readonly=True, help="Why it was refused.")
    date = fields.Date(string="Since", required=True, readonly=True)
    purchase_key = fields.Char(readonly=True, help="Identity of the friend's first purchase.")
    purchase_date = fields.Date(string="First purchase", readonly=True)
    release_on = fields.Date(
        readonly=True, help="When the return window of the first purchase is over: gifts are given if it still stands.")
    decided_on = fields.Date(readonly=True)

    _one_referrer = models.UniqueIndex('(friend_id)', "This member was brought by somebody already.")
    _open = models.Index("(release_on, id) WHERE state = 'pending'")
    _month = models.Index("(referrer_id, decided_on) WHERE state = 'granted'")

    # ------------------------------------------------------------------ a friend comes

    @api.model
    def _find_referrer(self, code, program, partner=None, phone=None, email=None):
        """Return the account of the member whose code a new friend names.

        :param partner: the friend's contact, if there is one; phone and e-mail of a new one otherwise
        :raise UserError: when nobody can be rewarded for this friend
        """
        account = self.env['loyalty.card']._membership_by_referral_code(code)
        if account.program_id != program or not account.partner_id:
            raise UserError(self.env._(
                "No member of %(program)s has the referral code %(code)s. Read it again, or leave it out.",
                program=program.name, code=code))
        if partner and self.env['loyalty.card'].sudo().with_context(active_test=False).search_count(
                [('program_id', '=', program.id), ('partner_id', '=', partner.id)], limit=1):
            raise UserError(self.env._(
                "%(friend)s is or was a member of %(program)s: a referral is for new members. Leave the code out.",
                friend=partner.display_name, program=program.name))
        phones = {partner.phone_sanitized or partner.phone, phone} if partner else {phone}
        emails = {partner.email_normalized} if partner else {(email or '').strip().lower()}
        own = account.partner_id
        if own == partner or phones - {False, None, ''} & {own.phone_sanitized, own.phone} \
                or emails - {False, None, ''} & {own.email_normalized}:
            raise UserError(self.env._(
                "%(referrer)s has the same phone or e-mail: nobody brings himself as a friend. Leave the code out.",
                referrer=own.display_name))
        return account

    @api.model
    def _record(self, referrer, friend):
        """Note that a member brought a friend, who has just been enrolled."""
        now = fields.Datetime.now()
        return self.sudo().create({
            'referrer_id': referrer.id, 'friend_id': friend.id, 'date': friend.program_id._membership_date(now)})

    # ------------------------------------------------------------------ the first purchase

    @api.model
    def _follow_purchases(self, card_ids=None):
        """Begin the return window of friends who made their first purchase.

        :param card_ids: accounts that have just bought something; by default all that are waited for
        :return: how many began
        """
        self.flush_model()
        rows = self.env.execute_query(SQL(
            """UPDATE membership_referral AS referral
                  SET state = 'pending', purchase_key = first.document_key, purchase_date = first.date,
                      release_on = first.date + first.days
                 FROM (SELECT DISTINCT ON (waiting.id) waiting.id, purchase.document_key, purchase.date,
                              COALESCE(program.referral_return_days, 0) AS days
                         FROM membership_referral AS waiting
                         JOIN membership_purchase AS purchase ON purchase.card_id = waiting.friend_id
                              AND NOT purchase.is_refund AND purchase.amount_total > 0
                         JOIN loyalty_program AS program ON program.id = waiting.program_id
                        WHERE waiting.state = 'waiting' %s
                        ORDER BY waiting.id, purchase.occurred_at, purchase.id) AS first
                WHERE first.id = referral.id RETURNING referral.id""",
            SQL("AND waiting.friend_id IN %s", tuple(card_ids)) if card_ids else SQL()))
        if rows:
            self.invalidate_model()
        return len(rows)

    # ------------------------------------------------------------------ release

    @api.model
    def _get_due_domain(self):
        """Return the domain of the referrals whose return window is over."""
        now = fields.Datetime.now()
        domain = fields.Domain.FALSE
        for program in self.env['loyalty.program'].sudo().with_context(active_test=False).search(
                [('is_membership', '=', True)]):
            domain |= fields.Domain('program_id', '=', program.id) & fields.Domain(
                'release_on', '<=', program._membership_date(now))
        return fields.Domain('state', '=', 'pending') & domain

    @api.model
    def _release_batch(self, limit):
        """Decide on referrals whose return window is over.

        :return: (referrals looked at, gifts given)
        """
        due = self.sudo().search(self._get_due_domain(), order='release_on, id', limit=limit)
        kept = due._kept_amounts()
        granted = due._granted_this_month()
        given = 0
        for referral in due:
            today = referral.program_id._membership_date(fields.Datetime.now())
            reason = referral._refusal(kept[referral], granted)
            grants = [] if reason else referral._give_both()
            if not reason and not grants:
                reason = self.env._("No gift is set up for referrals, or both members have left.")
            granted[referral.referrer_id] += not reason
            given += len(grants)
            referral.write({'state': 'refused' if reason else 'granted', 'reason': reason, 'decided_on': today})
        return len(due), given

    def _kept_amounts(self):
        """Return {referral: Decimal} what is left of the first purchases, refunds deducted, programme's currency."""
        keys = [key for key in self.mapped('purchase_key') if key]
        rows = self.env.execute_query(SQL(
            """SELECT COALESCE(origin_key, document_key), sum(amount_total)::text FROM membership_purchase
                WHERE document_key IN %(keys)s OR origin_key IN %(keys)s GROUP BY 1""", keys=tuple(keys),
        )) if keys else []
        amounts = dict(rows)
        return {referral: to_amount(amounts.get(referral.purchase_key) or 0) for referral in self}

    def _granted_this_month(self):
        """Return Counter({referrer: referrals granted since the first of the month})."""
        counts = Counter()
        for program, referrals in self.grouped('program_id').items():
            first = program._membership_date(fields.Datetime.now()).replace(day=1)
            counts.update(dict(self.env['membership.referral'].sudo()._read_group(
                [('referrer_id', 'in', referrals.referrer_id.ids), ('state', '=', 'granted'),
                 ('decided_on', '>=', first)], ['referrer_id'], ['__count'])))
        return counts

    def _refusal(self, kept, granted):
        """Return why nothing is given for this referral, or an empty string.

        :param kept: Decimal, what is left of the first purchase
        :param granted: Counter of what referrers were granted this month
        """
        program = self.program_id
        if self.referrer_id._membership_final() == self.friend_id._membership_final():
            return self.env._("Both accounts were merged: they are one member.")
        if kept <= 0:
            return self.env._("The first purchase was given back.")
        if kept < to_amount(program.referral_min_amount):
            return self.env._(
                "The first purchase comes to %(amount)s after refunds; %(minimum)s are asked for.",
                amount=program.currency_id.format(float(kept)),
                minimum=program.currency_id.format(program.referral_min_amount))
        if 0 < program.referral_month_limit <= granted[self.referrer_id]:
            return self.env._(
                "%(member)s was rewarded for %(count)s friends this month already, as many as the programme allows.",
                member=self.referrer_id.partner_id.name, count=granted[self.referrer_id])
        return ''

    def _give_both(self):
        """Give both sides what the programme has for them; return the grants."""
        sides = {'referrer': self.referrer_id._membership_final(), 'friend': self.friend_id._membership_final()}
        benefits = self.env['membership.benefit'].sudo().search(
            [('program_id', '=', self.program_id.id), ('kind', 'in', list(sides))])
        return self.env['membership.benefit.grant']._give(
            [(benefit, sides[benefit.kind], f'referral:{self.id}') for benefit in benefits])
