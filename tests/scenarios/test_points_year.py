from freezegun import freeze_time

from odoo.tests import TransactionCase, tagged

from . import journey


@tagged('post_install', '-at_install')
class TestPointsYear(TransactionCase):
    """A real year of a grocery chain: its points by age, and what our own job expires of them."""

    def figures(self, query):
        self.env.flush_all()
        self.cr.execute(query, [self.program.id])
        return self.cr.fetchone()

    def test_the_points_of_a_year_age_and_expire_as_the_data_say(self):
        self.program = journey.load(self.env, points_expiry='days', points_expiry_count=180)
        with freeze_time(journey.LAST_DAY):
            today = self.program._membership_today()[self.program.id]
            ageing = self.program._membership_ageing(today, (30, 60, 90, 180, 364))
            self.assertEqual({days: points for days, (points, _credits, _members) in ageing.items()}, {
                (0, 30): 415265, (31, 60): 379802, (61, 90): 364631, (91, 180): 1100978, (181, 364): 2259258,
                (365, None): 0})
            self.assertEqual(ageing[181, 364][1:], (76621, 2394))
            self.run_job()
            self.assertEqual(self.program._membership_ageing(today)[181, 364], (0, 0, 0))
        self.assertEqual(self.figures(
            """SELECT -sum(amount)::int, count(*), count(DISTINCT card_id) FROM membership_ledger_entry e
                 JOIN loyalty_card c ON c.id = e.card_id WHERE e.kind = 'expire' AND c.program_id = %s"""),
            (2259258, 76621, 2394))
        self.assertEqual(self.figures(
            "SELECT sum(points)::int FROM loyalty_card WHERE program_id = %s"), (4519934 - 2259258,))
        differences = self.env['membership.ledger.audit']._differences()
        self.assertEqual({name: rows for name, rows in differences.items() if rows}, {})

    def run_job(self):
        job = self.env['membership.job'].search([('model_name', '=', 'membership.points.expiry')])
        with self.enter_registry_test_mode():
            self.assertIs(job.cron_id.method_direct_trigger(), True)
        run = job.run_ids.sorted('id')[-1:]
        self.assertEqual((run.state, run.done, run.changed), ('done', 76621, 76621))
