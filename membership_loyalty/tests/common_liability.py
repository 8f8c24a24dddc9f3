from freezegun import freeze_time

from odoo.fields import Command

from .common_sale import MembershipSaleCommon


class LiabilityCommon(MembershipSaleCommon):
    """IFRS 15 Example 52: a point for every ten of a sale, worth 1.00, 95 % of which are expected to be redeemed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.rule_ids.reward_point_amount = 0.1
        cls.bookkeeper = cls.create_user(
            'points_accountant', 'membership_loyalty.group_membership_accountant', 'account.group_account_invoice',
            company_id=cls.env.company.id, company_ids=cls.env.company.ids)
        cls.auditor = cls.create_user(
            'points_auditor', 'membership_loyalty.group_membership_auditor', company_id=cls.env.company.id)
        cls.policy = cls.create_policy(cls.env.company)

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref('membership_loyalty.group_membership_accountant')

    @classmethod
    def create_policy(cls, company, **values):
        accounts = cls.env['account.account'].with_company(company).create([
            {'name': name, 'code': f'99{number}{company.id}', 'account_type': kind,
             'company_ids': [Command.set(company.ids)]}
            for number, (name, kind) in enumerate((
                ("Owed for points", 'liability_current'), ("Sales", 'income'), ("Breakage", 'income_other')))])
        return cls.env['membership.revenue.policy'].create({
            'program_id': cls.program.id, 'company_id': company.id, 'point_value': 1, 'expected_rate': 0.95,
            'liability_account_id': accounts[0].id, 'revenue_account_id': accounts[1].id,
            'breakage_account_id': accounts[2].id,
            'journal_id': cls.env['account.journal'].search(
                [('company_id', '=', company.id), ('type', '=', 'general')], limit=1).id, **values})

    def sell(self, price, day):
        with freeze_time(f'{day} 10:00:00'):
            return self.order(price)

    def move_points(self, kind, points, day, account=None, key=None):
        with freeze_time(f'{day} 12:00:00'):
            return (account or self.account)._membership_post_single(
                kind, points, key or f'{kind}:{day}:{points}', kind)

    def close(self, month, user=None):
        return self.env['membership.revenue.close'].with_user(user or self.bookkeeper).create({
            'policy_id': self.policy.id, 'month': f'{month}-15'})

    def book(self, month, at='2027-01-02', user=None):
        """Book a month as the accountant does; return the entry."""
        with freeze_time(f'{at} 09:00:00'):
            self.close(month, user).action_book()
        return self.policy.cohort_ids.posting_ids.sorted('id')[-1:].move_id

    def entry(self, move):
        """Return [(account name, what it was debited)] of an entry."""
        return [(line.account_id.name, round(line.debit - line.credit, 2)) for line in move.line_ids]

    def money(self, month, at='2027-01-02'):
        """Return the amounts of the roll-forward in money: opening, deferred, redeemed, breakage, estimate, closing."""
        return self.roll_forward(month, 'money', at)

    def roll_forward(self, month, part, at='2027-01-02'):
        with freeze_time(f'{at} 09:00:00'):
            rows = self.close(month)._values()['roll_forward'][part]
        self.assertEqual(sum(amount for _label, amount in rows[:-1]), rows[-1][1], "The rows add up to the closing")
        return [float(round(amount, 2)) for _label, amount in rows]

    def ties(self, at='2027-01-02'):
        """Return {first label: (difference, hint)} of what does not agree."""
        with freeze_time(f'{at} 09:00:00'):
            return {tie.label: (float(tie.difference), tie.hint) for _section, ties in self.env[
                'membership.revenue.tie.out']._ties(self.policy) for tie in ties if tie.is_off}
