from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
class TestTierPaid(MembershipSaleCommon):
    """Gold is bought for 12 months at 100, and renewed for 80."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.renewal = cls.create_article("Gold, once more", list_price=80)
        cls.gold.write({
            'entry': 'paid', 'paid_product_id': cls.article.id, 'renewal_product_id': cls.renewal.id,
            'paid_months': 12})

    def buy(self, day, product=None, partner=None, quantity=1):
        with freeze_time(day):
            order = self.quotation(partner=partner)
            order.order_line.write({'product_id': (product or self.article).id, 'product_uom_qty': quantity})
            order.action_confirm()
        return order

    def held(self, account=None):
        account = account or self.account
        return account.tier_id, account.tier_basis, account.tier_until

    def terms(self, account=None):
        return [(term.date_from, term.date_to, term.is_renewal, term.state)
                for term in (account or self.account).tier_term_ids.sorted('id')]

    def test_buying_the_product_leads_into_the_tier_to_the_day(self):
        order = self.buy('2026-03-10')
        self.assertEqual(self.held(), (self.gold, 'paid', date(2027, 3, 9)))
        self.assertRecordValues(self.account.tier_term_ids, [{
            'tier_id': self.gold.id, 'date_from': date(2026, 3, 10), 'date_to': date(2027, 3, 9), 'price': 100,
            'currency_id': order.currency_id.id, 'is_renewal': False, 'state': 'valid',
            'document_key': f'sale.order:{order.id}'}])
        self.assertIn("9 March 2027", self.account.tier_change_ids.sorted('id')[-1].reason.replace(
            'March 9, 2027', '9 March 2027'))

    def test_posting_again_records_nothing_again(self):
        order = self.buy('2026-03-10')
        moves = self.account.tier_change_ids
        with freeze_time('2026-03-11'):
            order.sudo()._membership_post()
            order.order_line.price_unit = 90
        self.assertEqual(self.terms(), [(date(2026, 3, 10), date(2027, 3, 9), False, 'valid')])
        self.assertEqual(self.account.tier_change_ids, moves)

    def test_a_customer_who_is_no_member_becomes_one_and_earns_on_it(self):
        guest = self.env['res.partner'].create({'name': "Guest"})
        self.buy('2026-03-10', partner=guest)
        account = self.program._membership_accounts(guest)[self.program.id, guest.id]
        self.assertEqual(self.held(account), (self.gold, 'paid', date(2027, 3, 9)))
        self.assertEqual(account.points, 100)

    def test_another_purchase_makes_nobody_a_member(self):
        guest = self.env['res.partner'].create({'name': "Guest"})
        self.buy(
            '2026-03-10', product=self.create_article("Chair"), partner=guest)
        self.assertFalse(self.program._membership_accounts(guest))

    def test_bought_again_it_goes_on_from_its_end(self):
        self.buy('2026-03-10')
        self.buy('2027-02-01', product=self.renewal)
        self.assertEqual(self.held(), (self.gold, 'paid', date(2028, 3, 9)))
        self.assertEqual(self.terms(), [
            (date(2026, 3, 10), date(2027, 3, 9), False, 'valid'),
            (date(2027, 3, 10), date(2028, 3, 9), True, 'valid')])

    def test_two_of_it_last_twice_as_long(self):
        self.buy('2026-03-10', quantity=2)
        self.assertEqual(self.held()[2], date(2028, 3, 9))

    def test_a_renewal_shortly_after_the_end_is_one_and_a_late_one_is_not(self):
        self.buy('2024-01-01')
        self.buy('2025-01-20', product=self.renewal)
        self.buy('2026-06-01')
        self.assertEqual([renewal for *_days, renewal, _state in self.terms()], [False, True, False])

    def test_cancelling_takes_the_tier_back_and_confirming_again_gives_it_again(self):
        order = self.buy('2026-03-10')
        with freeze_time('2026-03-12'):
            order._action_cancel()
            self.assertEqual(self.account.tier_id, self.basic)
            self.assertEqual(self.terms()[0][3], 'returned')
            order.action_draft()
            order.action_confirm()
            self.assertEqual(self.held(), (self.gold, 'paid', date(2027, 3, 9)))
            self.assertEqual(len(self.terms()), 1)

    def test_a_credit_note_takes_the_tier_back_and_its_draft_gives_it_again(self):
        order = self.buy('2026-03-10')
        with freeze_time('2026-03-12'):
            note = self.credit(self.invoice(order))
            self.assertEqual(self.account.tier_id, self.basic)
            note.button_draft()
            self.assertEqual(self.held(), (self.gold, 'paid', date(2027, 3, 9)))

    def test_a_later_term_moves_up_when_an_earlier_one_is_taken_back(self):
        first = self.buy('2026-03-10')
        self.buy('2026-05-01', product=self.renewal)
        with freeze_time('2026-05-02'):
            first._action_cancel()
        self.assertEqual(self.held(), (self.gold, 'paid', date(2027, 4, 30)))

    def test_who_stands_higher_stays_and_comes_to_the_paid_tier_when_the_higher_one_is_lost(self):
        platinum = self.env['membership.tier'].create({
            'name': "Platinum", 'program_id': self.program.id, 'sequence': 30})
        self.account._membership_move_to(platinum, "Test", basis='figures', until=date(2026, 6, 30))
        self.buy('2026-03-10')
        self.assertEqual(self.account.tier_id, platinum)
        self.account._membership_move_to(self.basic, "Test", basis='figures')
        with freeze_time('2026-07-01'):
            self.assertEqual(self.env['membership.tier.job']._job_count(), 1)
            self.assertEqual(self.env['membership.tier.job']._job_batch(), (1, 1))
            self.assertEqual(self.env['membership.tier.job']._job_batch(), (0, 0))
        self.assertEqual(self.held(), (self.gold, 'paid', date(2027, 3, 9)))

    def test_when_the_paid_term_is_over_purchases_decide(self):
        silver = self.env['membership.tier'].create({
            'name': "Silver", 'program_id': self.program.id, 'sequence': 15, 'enter_spend': 300})
        frugal = self.env['res.partner'].create({'name': "Frugal"})
        self.buy('2026-03-10')
        self.buy('2026-03-10', partner=frugal)
        chair = self.create_article("Chair")
        self.buy('2026-12-01', product=chair, quantity=5)
        account = self.program._membership_accounts(frugal)[self.program.id, frugal.id]
        review = self.env['membership.tier.review']
        with freeze_time('2027-03-09'):
            while review._job_batch()[0]:
                pass
            self.assertEqual((self.account.tier_id, account.tier_id), (self.gold, self.gold), "The last day is paid")
        with freeze_time('2027-03-10'):
            while review._job_batch()[0]:
                pass
        self.assertEqual((self.account.tier_id, self.account.tier_basis), (silver, 'figures'))
        self.assertEqual(account.tier_id, self.basic)

    def test_a_renewal_price_without_a_renewal_is_told_to_the_manager(self):
        self.program.membership_manager_id = self.env.user
        self.buy('2026-03-10', product=self.renewal)
        self.assertEqual(self.account.tier_id, self.gold, "It is paid")
        self.assertEqual(self.account.activity_ids.summary, "Renewal price without a renewal")

    def test_the_rate_of_renewal_counts_terms_that_ended(self):
        self.buy('2020-01-01')
        self.buy('2020-12-20', product=self.renewal)
        self.buy('2020-02-01', partner=self.env['res.partner'].create({'name': "Leaver"}))
        self.buy('2020-03-01', partner=self.env['res.partner'].create({'name': "Refunded"}))._action_cancel()
        with freeze_time('2021-06-01'):
            self.assertRecordValues(self.gold, [{
                'ended_term_count': 2, 'renewed_term_count': 1, 'renewal_rate': 0.5}])

    def test_members_are_reminded_once_unless_they_have_renewed(self):
        self.partner.email = 'ada@example.com'
        self.buy('2026-03-10')
        renewed = self.env['res.partner'].create({'name': "Renewed", 'email': 'r@example.com'})
        self.buy('2026-03-10', partner=renewed)
        self.buy('2027-02-01', partner=renewed, product=self.renewal)
        silent = self.env['res.partner'].create({'name': "Without address"})
        self.buy('2026-03-10', partner=silent)
        job = self.env['membership.tier.job']
        with freeze_time('2027-02-06'):
            self.assertEqual(job._job_batch(), (0, 0), "Too early by a day")
        with freeze_time('2027-02-07'):
            before = self.env['mail.mail'].search([])
            self.assertEqual(job._job_batch(), (1, 1))
            self.assertEqual(job._job_batch(), (0, 0))
            mail = self.env['mail.mail'].search([]) - before
        self.assertEqual(mail.recipient_ids, self.partner)
        self.assertIn("Gold", mail.subject)
        self.assertIn("80", mail.body_html)

    def test_a_merge_takes_paid_terms_along(self):
        double = self.env['res.partner'].create({'name': "Ada again"})
        self.buy('2026-03-10', partner=double)
        account = self.program._membership_accounts(double)[self.program.id, double.id]
        with freeze_time('2026-04-01'):
            account._membership_merge_into(self.account)
        self.assertEqual(self.held(), (self.gold, 'paid', date(2027, 3, 9)))
        self.assertEqual(len(self.account.tier_term_ids), 1)

    def test_a_product_sells_one_tier_or_renews_one(self):
        platinum = self.env['membership.tier'].create({
            'name': "Platinum", 'program_id': self.program.id, 'sequence': 30, 'entry': 'paid'})
        for tier, values in (
            (self.gold, {'renewal_product_id': self.article.id}),
            (platinum, {'paid_product_id': self.renewal.id}),
            (platinum, {'paid_product_id': self.create_article("Platinum").id, 'renewal_product_id': self.article.id}),
        ):
            with self.subTest(values), self.assertRaises(ValidationError) as refusal:
                tier.write(values)
            self.assertIn("sells one tier or renews one", str(refusal.exception))
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError), self.cr.savepoint():
            platinum.paid_product_id = self.article
            self.env.flush_all()

    def test_an_auditor_of_another_company_sees_no_term(self):
        self.buy('2026-03-10')
        other = self.env['res.company'].create({'name': "Other"})
        stranger = self.create_user(
            'stranger', 'membership_loyalty.group_membership_manager', company_id=other.id, company_ids=other.ids)
        terms = self.account.tier_term_ids
        self.assertFalse(self.env['membership.tier.term'].with_user(stranger).search([('id', 'in', terms.ids)]))
        with self.assertRaises(AccessError):
            terms.with_user(self.salesman).read(['price'])
        manager = self.create_user('own_manager', 'membership_loyalty.group_membership_manager')
        with self.assertRaises(AccessError):
            terms.with_user(manager).write({'date_to': '2099-01-01'})
