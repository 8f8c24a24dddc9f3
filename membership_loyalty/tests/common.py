from odoo.fields import Command
from odoo.tests.common import TransactionCase, new_test_user


class MembershipCommon(TransactionCase):
    """A programme of one point per unit of currency, a tier with double points, and a member."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'tracking_disable': True})
        cls.program = cls.create_program(cls.env)
        cls.basic, cls.gold = cls.env['membership.tier'].create([
            {'name': "Basic", 'program_id': cls.program.id, 'sequence': 10},
            {'name': "Gold", 'program_id': cls.program.id, 'sequence': 20, 'multiplier': 2},
        ])
        cls.program.default_tier_id = cls.basic
        cls.partner = cls.env['res.partner'].create({'name': "Ada Member", 'phone': "+1 212 555 0100"})
        cls.account = cls.program._enrol(cls.partner)

    @classmethod
    def create_program(cls, env, **values):
        return env['loyalty.program'].create({
            'name': "Club",
            'program_type': 'loyalty',
            'applies_on': 'future',
            'trigger': 'auto',
            'is_membership': True,
            'membership_tz': 'UTC',
            'portal_visible': True,
            'portal_point_name': "Points",
            'rule_ids': [Command.create({'reward_point_mode': 'money', 'reward_point_amount': 1})],
            'reward_ids': [Command.create({
                'reward_type': 'discount', 'discount': 5, 'discount_mode': 'per_order', 'required_points': 100})],
            **values,
        })

    @classmethod
    def create_user(cls, login, *groups, **values):
        return new_test_user(cls.env, login=login, groups=','.join(groups), **values)

    def assertAuditClean(self):
        differences = {name: rows for name, rows in self.env['membership.ledger.audit']._differences().items() if rows}
        self.assertEqual(differences, {}, "The ledger's invariants hold")

    def run_job(self, model):
        """Run a job as the scheduler does, to its end; return its log."""
        job = self.env['membership.job'].search([('model_name', '=', model)])
        with self.enter_registry_test_mode():
            self.assertIs(job.cron_id.method_direct_trigger(), True)
        run = job.run_ids.sorted('id')[-1:]
        self.assertEqual(run.state, 'done')
        return run
