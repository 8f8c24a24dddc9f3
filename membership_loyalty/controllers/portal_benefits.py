from odoo import fields
from odoo.http import request, route

from .portal import MembershipPortal


class MembershipPortalBenefits(MembershipPortal):
    """What the member was given and has free, and the code to bring friends with."""

    def _membership_values(self, account):
        today = account.program_id._membership_date(fields.Datetime.now())
        referrals = request.env['membership.benefit'].sudo().search_count(
            [('program_id', '=', account.program_id.id), ('kind', 'in', ('referrer', 'friend'))], limit=1)
        return {
            **super()._membership_values(account),
            'gifts': account.grant_ids.filtered(
                lambda grant: grant.coupon_id and grant.state == 'given'
                and (not grant.valid_until or grant.valid_until >= today)),
            'free_uses': account._membership_free_use_rows()[account],
            'referral_link': referrals and f'{account.get_base_url()}/membership/join/{account.referral_code}',
        }

    @route('/membership/join/<string:code>', type='http', auth='public', website=True, sitemap=False, readonly=True)
    def membership_invitation(self, code, **_kwargs):
        """Show a friend the code to name at enrolment. Who the member is stays between the two."""
        account = request.env['loyalty.card']._membership_by_referral_code(code)
        if not account.program_id.active:
            raise request.not_found()
        return request.render('membership_loyalty.membership_invitation', {
            'program': account.program_id, 'code': account.referral_code})
