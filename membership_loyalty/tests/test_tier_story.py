from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import MembershipCommon


@tagged('post_install', '-at_install')
@freeze_time('2026-03-03')
class TestTierStory(MembershipCommon):
    """Why am I Silver? One sentence for what led there, one for how long, one for what is missing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.silver = cls.env['membership.tier'].create({
            'name': "Silver", 'program_id': cls.program.id, 'sequence': 15, 'enter_spend': 1000})
        cls.gold.enter_spend = 2500
        cls.program.currency_id = cls.env.company.currency_id
        cls.env.company.currency_id.write({'symbol': '$', 'position': 'before'})
        cls.env['res.lang']._lang_get('en_US').date_format = '%d/%m/%Y'

    def change(self, tier, **values):
        """Move as the nightly review does: with figures, thresholds and a term."""
        self.account._membership_move_to(
            tier, values.pop('reason', "Test"), basis=values.pop('basis', 'figures'),
            until=values.pop('until', date(2027, 3, 31)), rule=values.pop('rule', 'enter'))
        self.account.tier_change_ids.sorted('id')[-1].write({
            'figures': {'spend': 1240.0, 'first': '2025-03-01', 'last': '2026-02-28'},
            'thresholds': {'spend': 1000.0}, **values})

    def buy(self, amount, day='2026-03-01'):
        self.env['membership.purchase']._upsert([{
            'document_key': f'test:{day}:{amount}', 'card_id': self.account.id, 'company_id': self.env.company.id,
            'channel': 'import', 'amount_total': amount, 'occurred_at': f'{day} 12:00:00', 'date': day}])
        self.env.invalidate_all()

    def story(self):
        self.account.invalidate_recordset(['tier_story'])
        return self.account.tier_story.replace('\N{NO-BREAK SPACE}', '')

    def test_a_new_member_reads_what_is_missing(self):
        self.assertEqual(
            self.story(), "Basic since March 3, 2026, as every new member. $1,000.00 more to be spent until Silver.")

    def test_reached_by_spending(self):
        self.buy(2240)
        self.change(self.silver)
        self.assertEqual(
            self.story(),
            "Silver since March 3, 2026 because $1,240.00 was spent between March 1, 2025 and February 28, 2026 "
            "(Silver needs $1,000.00). Held until March 31, 2027. $260.00 more to be spent until Gold.")

    def test_not_kept(self):
        self.account._membership_move_to(self.gold, "Test")
        self.change(self.silver, rule='drop', thresholds={'spend': 2500.0})
        self.assertIn("Silver since March 3, 2026 because no more than $1,240.00 was spent between March 1, 2025 and "
                      "February 28, 2026 (keeping Gold needs $2,500.00).", self.story())

    def test_several_measures_are_told_in_one_sentence(self):
        self.program.tier_by_visits = True
        self.silver.enter_visits = 10
        self.change(self.silver, thresholds={'spend': 1000.0, 'visits': 10},
                    figures={'spend': 1240.5, 'visits': 12, 'first': '2025-03-01', 'last': '2026-02-28'})
        self.assertIn("Silver since March 3, 2026 because of what was reached between March 1, 2025 and February 28, "
                      "2026: Spending $1,240.50 of $1,000.00 and Visits 12 of 10.", self.story())
        self.account._membership_move_to(self.basic, "Test")
        self.assertIn("Still missing until Silver, any one of these: Spending $1,000.00 and Visits 10.", self.story())

    def test_all_time_has_no_first_day(self):
        self.change(self.silver, figures={'spend': 1240.0, 'first': None, 'last': '2026-02-28'})
        self.assertIn("because of all that was reached by February 28, 2026: Spending $1,240.00 of $1,000.00.",
                      self.story())

    def test_held_by_hand(self):
        self.change(self.gold, basis='manual', rule='override', reason="Goodwill.", until=date(2026, 12, 31))
        self.assertEqual(
            self.story(), "Gold since March 3, 2026, held by hand until December 31, 2026 because: Goodwill. After "
                          "that, purchases decide.")

    def test_held_by_hand_for_good(self):
        self.change(self.gold, basis='manual', rule='override', reason="Founder", until=None)
        self.assertEqual(self.story(), "Gold since March 3, 2026, given by hand: Founder.")

    def test_paid_and_invited(self):
        self.change(self.gold, basis='paid', rule='paid', until=date(2027, 3, 2))
        self.assertEqual(
            self.story(), "Gold since March 3, 2026 because it was bought; paid until March 2, 2027. After that, "
                          "purchases decide.")
        self.change(self.gold, basis='invited', rule='invited', until=date(2027, 3, 1))
        self.assertEqual(
            self.story(), "Gold since March 3, 2026 by invitation, until March 1, 2027. After that, purchases decide.")

    def test_taken_back_by_a_refund(self):
        self.account._membership_move_to(self.gold, "Test")
        self.change(self.silver, rule='refund')
        self.assertIn("because a purchase that led to Gold was taken back.", self.story())

    def test_a_move_from_before_there_were_rules_tells_its_reason(self):
        self.change(self.silver, rule=False, thresholds=False, figures=False, reason="Came from the old system")
        self.assertTrue(self.story().startswith("Silver since March 3, 2026: Came from the old system. Held until"))

    def test_it_is_told_in_the_language_of_the_reader(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.assertIn("3 mars 2026", self.account.with_context(lang='fr_FR').tier_story)

    def test_a_hundred_stories_take_as_many_queries_as_one(self):
        accounts = self.program._enrol(self.env['res.partner'].create([{'name': f"Member {n}"} for n in range(101)]))

        def queries(members):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            members.mapped('tier_story')
            return self.env.cr.sql_log_count - before

        queries(accounts[0])
        self.assertLessEqual(queries(accounts[1:]), queries(accounts[0]) + 2)
