from odoo.fields import Command


class MembershipBenefitMixin:
    """Benefits and the coupon programme that vouchers are made from; for classes of MembershipCommon."""

    @classmethod
    def create_coupons(cls, **values):
        """Return a coupon programme of 5 off that mails each new coupon."""
        template = cls.env['mail.template'].create({
            'name': "Voucher", 'model_id': cls.env['ir.model']._get_id('loyalty.card'), 'subject': "Your voucher",
            'body_html': '<p t-out="object.code"/>', 'partner_to': '{{ object.partner_id.id }}'})
        return cls.env['loyalty.program'].create({
            'name': "Vouchers", 'program_type': 'coupons', 'applies_on': 'current', 'trigger': 'with_code',
            'reward_ids': [Command.create({'reward_type': 'discount', 'discount': 5, 'discount_mode': 'per_order'})],
            'communication_plan_ids': [Command.create({'trigger': 'create', 'mail_template_id': template.id})],
            **values})

    @classmethod
    def create_benefit(cls, kind, **values):
        return cls.env['membership.benefit'].create({
            'name': f"Benefit: {kind}", 'program_id': cls.program.id, 'kind': kind, **values})

    def run_job(self, batches=100):
        """Run batches of the job until nothing is due; return how many members it looked at, and gifts it gave."""
        job, done, given = self.env['membership.benefit.job'], 0, 0
        job._job_count()
        for _batch in range(batches):
            processed, changed = job._job_batch()
            if not processed:
                break
            done, given = done + processed, given + changed
        return done, given

    def grants(self, accounts=None):
        return self.env['membership.benefit.grant'].search(
            [('card_id', 'in', (self.account if accounts is None else accounts).ids)], order='id')

    def born(self, day, partner=None, known_on='2020-01-01'):
        (partner or self.partner).write({'membership_birthday': day, 'membership_birthday_set_on': known_on})
