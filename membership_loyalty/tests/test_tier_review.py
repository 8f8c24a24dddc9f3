from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..guard import held
from .common_tiers import Event, TierCommon

LADDER = ({}, {'enter_spend': 1000, 'keep_spend': 800}, {'enter_spend': 2500})


@tagged('post_install', '-at_install')
class TestTierReview(TierCommon):
    """Members rise with a posting and are reviewed at night."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time('2024-03-10 12:00:00'))

    def club(self, members=1, levels=LADDER, **policy):
        program, steps = self.make_program(levels, **{'term_month_end': False, **policy})
        return program, steps, self.make_members(program, members)

    def buy(self, accounts, amount, day='2024-03-10', **values):
        accounts.env['membership.purchase'].sudo()._upsert([{
            'card_id': account.id, 'company_id': self.env.company.id, 'channel': 'api', 'amount_total': amount,
            'amount_untaxed': amount, 'base_amount': amount, 'occurred_at': datetime.fromisoformat(f'{day} 12:00:00'),
            'date': date.fromisoformat(day), 'document_key': f'buy:{account.id}:{day}:{amount}', **values,
        } for account in accounts])

    def run_review(self):
        """Run the job in this transaction: it flushes where it would commit."""
        with patch.object(self.env.registry['ir.cron'], '_commit_progress',
                          lambda cron, *args, **kwargs: cron.env.flush_all() or 600):
            return self.review._cron_run()

    # ------------------------------------------------------------------ with a posting

    def test_a_purchase_that_reaches_a_tier_lifts_at_once_and_says_why(self):
        program, (basic, silver, _gold), member = self.club(term_month_end=True)
        self.buy(member, 999.99)
        self.assertEqual(member.tier_id, basic)
        self.buy(member, 0.01)
        self.assertEqual(member.tier_id, silver)
        self.assertEqual(
            (member.tier_since, member.tier_until, member.tier_basis, member.tier_best_id, member.tier_check_on),
            (date(2024, 3, 10), date(2025, 3, 31), 'figures', silver, date(2025, 4, 1)))
        change = member.tier_change_ids.sorted('id')[-1]
        self.assertEqual(
            (change.old_tier_id, change.new_tier_id, change.rule, change.until, change.policy_version, change.date),
            (basic, silver, 'enter', date(2025, 3, 31), program.tier_policy_version, date(2024, 3, 10)))
        self.assertEqual(change.figures, {'spend': 1000, 'first': '2023-03-11', 'last': '2024-03-10'})
        self.assertEqual(change.thresholds, {'spend': 1000})
        self.assertEqual(change.reason, "Level 1 reached from 2023-03-11 to 2024-03-10: spent 1000 of 1000")

    def test_points_lift_where_tier_points_are_measured(self):
        _program, (basic, silver, _gold), member = self.club(
            levels=[{}, {'enter_points': 100}, {'enter_points': 500}], measures=('points',))
        member._membership_post_single('adjust', 400, 'a', "By hand")
        self.assertEqual(member.tier_id, basic, "Only what was earned counts")
        member._membership_post_single('bonus', 100, 'b', "Welcome")
        member._membership_post_single('redeem', -450, 'c', "Spent")
        self.assertEqual(member.tier_id, silver, "Spending points costs no tier")

    def test_one_top_up_lifts(self):
        _program, (basic, silver, _gold), member = self.club(
            levels=[{}, {'enter_top_up': 100}, {'enter_top_up_total': 500}], measures=('top_up', 'top_up_total'))
        wallet = self.env['loyalty.card'].create({
            'program_id': self.wallet_program.id, 'partner_id': member.partner_id.id, 'points': 0})
        for key, amount, tier in (('a', 99, basic), ('b', 100, silver), ('c', 301, member.program_id.tier_ids[2])):
            wallet._membership_post_single('top_up', amount, key, "Top-up", value_type='principal')
            self.assertEqual(member.tier_id, tier)

    def test_a_programme_that_judges_at_night_leaves_the_rest_of_the_day_to_the_next_night(self):
        _program, (basic, silver, gold), member = self.club(upgrade='at_review')
        self.buy(member, 1000)
        self.run_review()
        self.assertEqual((member.tier_id, member.tier_check_on), (basic, date(2024, 3, 11)))
        with freeze_time('2024-03-11 02:00:00'):
            self.buy(member, 1500, '2024-03-11')
            self.run_review()
            self.assertEqual((member.tier_id, member.tier_check_on), (silver, date(2024, 3, 12)))
        with freeze_time('2024-03-12 02:00:00'):
            self.run_review()
            self.assertEqual(member.tier_id, gold)

    def test_a_late_posting_is_looked_at_in_the_next_review(self):
        _program, (basic, silver, _gold), member = self.club(upgrade='at_review')
        self.run_review()
        self.buy(member, 1000, '2024-01-05')
        self.assertEqual(member.tier_id, basic)
        self.run_review()
        self.assertEqual(member.tier_id, silver)

    def test_a_refund_takes_the_tier_back_at_once_where_the_programme_says_so(self):
        for refund, expected in (('now', 0), ('term_end', 1)):
            _program, steps, member = self.club(refund=refund)
            self.buy(member, 1000)
            self.assertEqual(member.tier_id, steps[1])
            self.buy(member, -1, is_refund=True, origin_key=f'buy:{member.id}:2024-03-10:1000')
            self.assertEqual(member.tier_id, steps[expected])
        self.assertEqual(member.tier_change_ids.sorted('id')[-1].rule, 'enter')

    def test_after_a_refund_the_tier_before_runs_to_its_own_end(self):
        _program, (_basic, silver, gold), member = self.club(refund='now')
        self.buy(member, 1000)
        with freeze_time('2024-06-01 12:00:00'):
            self.buy(member, 1500, '2024-06-01')
            self.assertEqual((member.tier_id, member.tier_until), (gold, date(2025, 5, 31)))
            self.buy(member, -1500, '2024-06-01', is_refund=True)
            self.assertEqual((member.tier_id, member.tier_until), (silver, date(2025, 3, 9)))
        change = member.tier_change_ids.sorted('id')[-1]
        self.assertEqual((change.rule, change.thresholds), ('refund', {'spend': 2500}))
        self.assertIn("taken back after a refund", change.reason)

    def test_nothing_is_asked_where_no_tier_has_a_threshold(self):
        program, _steps, members = self.club(2, levels=[{}, {}])
        self.buy(members, 1)
        asked = self.queries(lambda: self.buy(members, 5000))
        self.assertEqual(asked, self.queries(lambda: self.buy(members.with_env(held(program).env), 6000)))

    # ------------------------------------------------------------------ at the end of a term

    def test_a_tier_is_kept_for_another_term_without_a_move_or_lost_with_one(self):
        _program, (basic, silver, _gold), members = self.club(2, grace_days=10)
        self.buy(members, 1000, '2024-03-10')
        self.buy(members[0], 850, '2025-03-12')
        moves = len(members.tier_change_ids)
        with freeze_time('2025-03-19 12:00:00'):
            self.run_review()
            self.assertEqual(members.tier_id, silver, "Within the days of grace")
        with freeze_time('2025-03-20 12:00:00'):
            self.run_review()
        kept, lost = members
        self.assertEqual((kept.tier_id, kept.tier_until, kept.tier_since),
                         (silver, date(2026, 3, 9), date(2024, 3, 10)))
        self.assertEqual((lost.tier_id, lost.tier_until, lost.tier_check_on), (basic, False, False))
        self.assertEqual(len(members.tier_change_ids), moves + 1)
        self.assertEqual(lost.tier_change_ids.sorted('id')[-1].reason,
                         "Level 1 not kept from 2024-03-20 to 2025-03-19: spent 0 of 800")

    def test_a_tier_by_hand_ends_on_its_day_and_purchases_decide(self):
        _program, (basic, silver, gold), members = self.club(3)
        self.buy(members[1], 1000, '2024-01-01')
        members._membership_move_to(gold, "Friend of the house", basis='manual', until=date(2024, 4, 30))
        self.assertEqual(set(members.mapped('tier_check_on')), {date(2024, 5, 1)})
        members[2]._membership_move_to(gold, "For good", basis='manual')
        with freeze_time('2024-04-30 12:00:00'):
            self.run_review()
            self.assertEqual(members.tier_id, gold)
        with freeze_time('2024-05-01 12:00:00'):
            self.run_review()
        self.assertEqual(members.mapped('tier_id'), basic + silver + gold)

    # ------------------------------------------------------------------ policy and prices

    def test_a_new_policy_is_a_new_version_and_has_everybody_looked_at(self):
        program, (basic, silver, _gold), members = self.club(3)
        self.happen(members[0], [Event(date(2024, 3, 1), 'purchase', 600)])
        self.run_review()
        self.assertEqual(members.tier_id, basic)
        version = program.tier_policy_version
        silver.enter_spend = 500
        program.name = "The same policy"
        silver.name = "Another name"
        self.assertEqual(program.tier_policy_version, version + 1)
        run = self.run_review()
        self.assertEqual((run.done, run.changed, run.state), (3, 1, 'done'))
        self.assertEqual(members.mapped('tier_id'), silver + basic)
        self.assertEqual(members[0].tier_change_ids.sorted('id')[-1].policy_version, version + 1)
        self.assertEqual(self.run_review().done, 0, "A second run finds nothing to do")

    def test_the_price_list_follows_in_the_same_transaction(self):
        pricelist = self.env['product.pricelist'].create({'name': "Silver prices"})
        _program, (_basic, silver, _gold), members = self.club(2)
        silver.pricelist_id = pricelist
        self.buy(members[0], 1000)
        self.assertEqual(members.partner_id.mapped('specific_property_product_pricelist'), pricelist)
        self.assertEqual(members[0].partner_id.specific_property_product_pricelist, pricelist)

    def test_an_import_is_judged_once_at_its_end(self):
        program, (basic, silver, gold), member = self.club(measures=('spend', 'points'), refund='now')
        member.partner_id.ref = 'ONE'
        rows = [{'reference': f'R{n}', 'member_ref': 'ONE', 'timestamp': f'2024-02-{n:02d} 10:00:00', 'amount': 500}
                for n in range(1, 7)]
        rows.append({'reference': 'R7', 'member_ref': 'ONE', 'timestamp': '2024-02-20 10:00:00', 'amount': -600})
        self.env['membership.history.import']._load(rows, program)
        self.assertEqual(member.tier_id, silver)
        self.assertEqual(member.tier_change_ids.new_tier_id, basic + silver, "It never was in the tier above")
        self.assertNotIn(gold, member.tier_change_ids.new_tier_id)

    def test_a_merged_account_brings_what_it_earned(self):
        program, (basic, silver, _gold), (one, two) = self.club(
            2, levels=[{}, {'enter_points': 100}, {}], measures=('points',))
        for account in one + two:
            account._membership_post_single('bonus', 60, f'm:{account.id}', "Welcome")
        self.assertEqual(one.tier_id | two.tier_id, basic)
        one._membership_merge_into(two)
        self.assertEqual(two.tier_id, silver)
        self.assertEqual(program.tier_ids[1], silver)

    def test_an_account_can_only_be_judged_by_its_own_programme(self):
        """What a cashier sends cannot hold the judgement back: the hold is an object, not a flag."""
        program, (_basic, silver, _gold), member = self.club()
        forged = member.with_context(membership_held=[('loyalty.program', program.id)])
        self.buy(forged, 1000)
        self.assertEqual(member.tier_id, silver)
        _program, (basic, *_steps), other = self.club()
        self.buy(other.with_env(held(other.program_id).env), 1000)
        self.assertEqual(other.tier_id, basic)

    # ------------------------------------------------------------------ the job

    def test_a_review_that_fails_in_the_middle_and_starts_again_ends_in_the_same_state(self):
        program, _steps, members = self.club(9)
        for number, account in enumerate(members):
            self.happen(account, [Event(date(2024, 3, 1), 'purchase', 400 * number)])
        decided = {account: self.pure(account, [Event(date(2024, 3, 1), 'purchase', 400 * number)], date(2024, 3, 10))
                   for number, account in enumerate(members)}
        batches, batch = [], type(self.review)._job_batch
        self.patch(self.env.registry['membership.tier.review'], '_programs', lambda model: program.sudo())

        def failing(review):
            if len(batches) == 2:
                batches.append('killed')
                raise ZeroDivisionError
            batches.append(batch(review))
            return batches[-1]

        with patch('odoo.addons.membership_loyalty.models.membership_tier_review.BATCH', 4), \
                patch.object(self.env.registry['membership.tier.review'], '_job_batch', failing), \
                patch.object(self.env.registry['membership.tier.review'], '_job_fail', lambda *args: None), \
                mute_logger('odoo.addons.membership_loyalty.models.membership_job_mixin'):
            with self.assertRaises(ZeroDivisionError):
                self.run_review()
            run = self.run_review()
        self.assertEqual(batches[:3], [(4, 1), (4, 4), 'killed'])
        self.assertEqual((run.state, run.done), ('done', 9))
        self.assertEqual({account: account.tier_id.id for account in members},
                         {account: decision.level for account, decision in decided.items()})
        self.assertEqual(len(members.tier_change_ids), 9 + 6, "Each move is told once")

    def test_two_companies_see_their_own_progress(self):
        self.run_review()
        company = self.env['res.company'].create({'name': "Elsewhere"})
        program, _steps, _member = self.club()
        program.company_id = self.env.company
        self.run_review()
        user = self.create_user('auditor-elsewhere', 'membership_loyalty.group_membership_auditor',
                                company_id=company.id, company_ids=[company.id])
        progress = self.env['membership.tier.progress'].search([('program_id', '=', program.id)])
        self.assertTrue(progress.is_done)
        self.assertFalse(progress.with_user(user).search([('program_id', '=', program.id)]))
        with self.assertRaises(AccessError):
            progress.with_user(user).write({'is_done': False})

    # ------------------------------------------------------------------ queries

    def queries(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_posting_for_a_hundred_members_takes_the_queries_of_one(self):
        program, (_basic, silver, _gold), members = self.club(202)
        self.buy(members[-1], 1000)  # rules and words are known from here on
        one = self.queries(lambda: self.buy(members[0], 1000))
        hundred = self.queries(lambda: self.buy(members[1:101], 1000))
        self.assertEqual(members[:101].tier_id, silver)
        self.assertEqual(hundred, one)
        without = self.queries(lambda: self.buy(members[101].with_env(held(program).env), 1000))
        self.assertEqual(one - without, 1, "The judgement is one statement, the move included")

    def test_the_review_of_a_thousand_members_takes_the_queries_of_one(self):
        program, (_basic, silver, _gold), members = self.club(1001)
        self.patch(self.env.registry['membership.tier.review'], '_programs', lambda model: program.sudo())
        self.run_review()
        self.buy(members, 1000)
        counts = []
        for day, due in (('2025-06-01', members[:1]), ('2026-06-01', members[1:])):
            self.env.cr.execute("UPDATE loyalty_card SET tier_check_on = NULL WHERE program_id = %s", [program.id])
            self.env.cr.execute("UPDATE loyalty_card SET tier_check_on = %s WHERE id = ANY(%s)", [day, due.ids])
            with freeze_time(f'{day} 12:00:00'):
                counts.append(self.queries(self.run_review))
            self.assertFalse(due.filtered(lambda account: account.tier_id == silver))
        self.assertEqual(counts[0], counts[1])
