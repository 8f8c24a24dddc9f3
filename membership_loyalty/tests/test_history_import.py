import random
from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..tools import earning
from ..tools.rounding import METHODS, round_points
from .common import MembershipCommon


def row(reference, member, amount, timestamp='2017-03-01 12:00:00', **values):
    return {'reference': reference, 'member_ref': member, 'timestamp': timestamp, 'amount': amount, **values}


@tagged('post_install', '-at_install')
class TestHistoryImport(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env['membership.shop'].create({'name': "Harbour", 'code': 'H1'})
        cls.partner.ref = 'ADA'

    def load(self, rows, **options):
        return self.env['membership.history.import']._load(rows, self.program, **options)

    def account_of(self, ref):
        return self.env['loyalty.card'].search([('program_id', '=', self.program.id), ('partner_id.ref', '=', ref)])

    def counts(self):
        return [self.env[model].search_count([]) for model in (
            'membership.ledger.entry', 'membership.purchase', 'loyalty.card', 'membership.card', 'res.partner')]

    # ------------------------------------------------------------------ what is imported

    def test_members_purchases_points_and_balances_are_there(self):
        result = self.load([
            row('R1', 'ADA', '19.99', shop_code='H1'), row('R2', 'BOB', '5.00', member_name="Bob"),
            row('R3', 'BOB', '0.99'), row('R4', 'CYD', '100')])
        self.assertEqual((result.rows, result.members, result.purchases, result.points), (4, 2, 4, 124))
        self.assertEqual(self.account.points, 19)
        self.assertEqual(self.account_of('BOB').points, 5)
        purchase = self.account.purchase_ids
        self.assertEqual(
            (purchase.amount_total, purchase.base_amount, purchase.shop_id, purchase.channel, purchase.document_key),
            (19.99, 19.99, self.shop, 'import', f'import:{self.program.id}:R1'))
        self.assertEqual(len(self.account_of('BOB').purchase_ids), 2, "A purchase without points is a purchase")
        self.assertEqual(self.account_of('BOB').partner_id.name, "Bob")
        self.assertAuditClean()

    def test_each_new_member_has_a_card_a_tier_and_a_code_of_its_own(self):
        self.load([row(f'R{n}', f'M{n}', 1) for n in range(20)])
        accounts = self.env['loyalty.card'].search([('partner_id.ref', '=like', 'M%')])
        cards = self.env['membership.card'].search([('account_id', 'in', accounts.ids)])
        self.assertEqual(cards.mapped('state'), ['active'] * 20)
        self.assertEqual(len(set(cards.mapped('number'))), 20)
        self.assertEqual(len(set(cards.mapped('token'))), 20)
        self.assertEqual(len(set(accounts.mapped('code'))), 20)
        self.assertEqual(accounts.tier_id, self.basic)
        self.assertEqual({card.account_id.partner_id for card in cards}, set(cards.mapped('partner_id')))

    def test_a_copied_contact_is_what_the_orm_would_have_made(self):
        self.load([row(f'R{n}', f'M{n}', 1, member_name=f"Name {n}", email=f"Some.One{n}@Example.com",
                       phone=f"+1 212 555 010{n}") for n in range(3)])
        imported = self.env['res.partner'].search([('ref', '=like', 'M_')], order='ref')
        for n, partner in enumerate(imported):
            twin = partner.create({
                'ref': f'M{n}', 'name': f"Name {n}", 'email': f"Some.One{n}@Example.com",
                'phone': f"+1 212 555 010{n}"})
            own = {'id', 'commercial_partner_id', 'create_date', 'write_date'}
            names = [name for name, field in partner._fields.items() if field.store and field.column_type]
            for name in set(names) - own:
                self.assertEqual(partner[name], twin[name], name)
            self.assertEqual(partner.commercial_partner_id, partner)

    def test_the_day_is_that_of_the_programme_and_the_time_is_utc(self):
        self.program.membership_tz = 'America/New_York'
        self.load([row('R1', 'ADA', 5, '2018-01-01 03:00:00'), row('R2', 'ADA', 5, '2018-01-01T03:00:00-05:00')])
        self.assertEqual(
            self.account.purchase_ids.sorted('id').mapped(lambda p: (p.occurred_at, p.date)),
            [(datetime(2018, 1, 1, 3), date(2017, 12, 31)), (datetime(2018, 1, 1, 8), date(2018, 1, 1))])
        self.load([row('R3', 'ADA', 5, '2017-07-01 12:00:00')], timezone='America/New_York')
        self.assertEqual(self.account.purchase_ids.filtered(lambda p: p.document_key.endswith('R3')).occurred_at,
                         datetime(2017, 7, 1, 16))

    def test_native_history_has_one_line_for_all_purchases_of_an_import(self):
        self.load([row('R1', 'ADA', 5, '2017-01-05'), row('R2', 'ADA', 6, '2017-02-05')])
        self.assertEqual(
            self.account.history_ids.mapped(lambda line: (line.issued, line.used, line.description)),
            [(11, 0, "Imported: 2 purchases from 2017-01-05 to 2017-02-05")])

    def test_data_frames_and_arrow_tables_are_read_like_dicts(self):
        frame = pd.DataFrame([
            row('F1', 1, 5.5, pd.Timestamp('2017-01-05')), row('F2', 1, 6.25, pd.Timestamp('2017-01-06'))])
        self.assertEqual(self.load(frame).points, 11)
        self.assertEqual(self.load(pa.Table.from_pandas(frame)).known, 2)
        self.assertEqual(self.account_of('1').points, 11)

    def test_more_rows_need_no_more_queries(self):
        def queries(rows):
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.load(rows)
            return self.cr.sql_log_count - before

        self.load([row('warm', 'ADA', 1)])
        few = queries([row(f'A{n}', f'A{n % 3}', 5) for n in range(6)])
        many = queries([row(f'B{n}', f'B{n % 100}', 5) for n in range(600)])
        self.assertLessEqual(many, few + 5)

    # ------------------------------------------------------------------ again

    def test_a_second_run_adds_nothing(self):
        rows = [row('R1', 'ADA', 20), row('R2', 'BOB', 5), row('R3', 'ADA', '-4', origin='R1')]
        self.load(rows)
        before = self.counts(), self.account.points
        result = self.load(rows)
        self.assertEqual((result.known, result.purchases, result.members, result.points), (3, 0, 0, 0))
        self.assertEqual((self.counts(), self.account.points), before)

    def test_an_overlapping_file_adds_only_what_is_new(self):
        self.load([row('R1', 'ADA', 20), row('R2', 'ADA', 5)])
        result = self.load([row('R2', 'ADA', 5), row('R3', 'ADA', 7)])
        self.assertEqual((result.known, result.purchases), (1, 1))
        self.assertEqual(self.account.points, 32)
        self.assertAuditClean()

    def test_a_known_purchase_with_another_amount_is_rejected(self):
        self.load([row('R1', 'ADA', 20)])
        for other in (row('R1', 'ADA', 21), row('R1', 'BOB', 20)):
            self.assertEqual([r.reason for r in self.load([other]).rejected], ['known_but_different'])
        self.assertEqual(self.account.points, 20)

    # ------------------------------------------------------------------ arithmetic

    def test_points_in_sql_are_those_of_the_arithmetic(self):
        draw = random.Random(7)
        amounts = [Decimal(draw.randrange(0, 10 ** digits)) / 100 for digits in range(1, 9) for _n in range(60)]
        amounts += [Decimal(text) for text in ('0', '0.01', '0.99', '1', '29.99', '30', '1.005', '2.675')]
        rule = self.program.rule_ids
        posting = self.env['membership.history.posting']
        for method in METHODS:
            for digits, rate, multiplier in (
                (0, 1, '1'), (0, 0.1, '1.5'), (1, 1, '2'), (2, 0.3333, '1.25'), (0, 3, '1.1'), (2, 1, '0.07'),
            ):
                self.program.write({'points_rounding': method, 'points_digits': digits})
                rule.reward_point_amount = rate
                rule.flush_recordset()
                query = SQL("SELECT a::text, (%s)::text FROM unnest(%s::numeric[]) AS a", posting._get_points_sql(
                    self.program, SQL('a'), SQL('a'), SQL('%s', Decimal(multiplier))),
                    amounts + [-amount for amount in amounts])
                rules = [rule._membership_rule(self.env['product.product'])]
                for amount, points in self.env.execute_query(query):
                    amount = Decimal(amount)
                    line = earning.Line(0, Decimal(1), abs(amount), abs(amount))
                    tier = earning.Factor('tier', "Tier", Decimal(multiplier))
                    earned = earning.earn([line], rules, [tier], earning.Policy(digits, method)).points
                    self.assertEqual(Decimal(points), earned.copy_sign(amount), (method, digits, rate, amount))
                    self.assertEqual(Decimal(points), round_points(
                        amount * rules[0].rate * Decimal(multiplier), digits, method))

    def test_rules_per_order_and_minimum_amounts_count(self):
        self.program.rule_ids.minimum_amount = 10
        self.program.write({'rule_ids': [Command.create({
            'reward_point_mode': 'order', 'reward_point_amount': 3, 'minimum_amount': 20})]})
        self.load([row('R1', 'ADA', '9.99'), row('R2', 'BOB', '15.50'), row('R3', 'CYD', '20.00')])
        self.assertEqual([self.account_of(ref).points for ref in ('ADA', 'BOB', 'CYD')], [0, 15, 23])

    def test_the_tier_multiplies(self):
        posted = self.program._enrol(self.env['res.partner'].create({'name': "Gil", 'ref': 'GIL'}), tier=self.gold)
        self.load([row('R1', 'GIL', '9.99')])
        self.assertEqual(posted.points, 19)

    def test_a_rule_about_articles_needs_points_in_the_file(self):
        self.program.rule_ids.product_ids = self.env['product.product'].create({'name': "Bread"})
        with self.assertRaisesRegex(UserError, "column named points"):
            self.load([row('R1', 'ADA', 5)])
        self.load([row('R1', 'ADA', 5, points='2.5')])
        self.assertEqual(self.account.points, 2.5)

    # ------------------------------------------------------------------ refunds and debt

    def test_refunds_take_back_their_share_of_the_purchase(self):
        self.load([
            row('B1', 'ADA', '-10.00', '2017-03-02', origin='S1'), row('S1', 'ADA', '29.99', '2017-03-01'),
            row('B2', 'ADA', '-10.00', '2017-03-03', origin='S1')])
        self.assertEqual(self.account.points, 9, "9.99 are left of the purchase")
        self.load([row('B3', 'ADA', '-9.99', '2017-03-04', origin='S1')])
        self.assertEqual(self.account.points, 0)
        self.assertEqual(self.account.purchase_ids.filtered('is_refund').mapped('origin_key'),
                         [f'import:{self.program.id}:S1'] * 3)
        self.assertAuditClean()

    def test_a_refund_without_its_purchase_takes_points_from_the_account(self):
        result = self.load([row('R1', 'ADA', 20), row('R2', 'ADA', '-4.50')])
        self.assertEqual((result.refunds, result.points, self.account.points), (1, 16, 16))
        self.assertAuditClean()

    def test_debt_is_paid_by_imported_points(self):
        self.account._membership_post_single('adjust', -30, 'adjust:1', "Mistake")
        self.load([row('R1', 'ADA', 20), row('R2', 'ADA', 20)])
        self.assertEqual(self.account.points, 10)
        self.assertAuditClean()

    # ------------------------------------------------------------------ bad input

    def test_each_bad_row_has_its_reason_and_nothing_is_posted(self):
        self.load([row('old', 'ADA', 10)])
        self.env['res.partner'].create([{'name': name, 'ref': 'TWIN'} for name in ("One", "Two")])
        other = self.program._enrol(self.env['res.partner'].create({'name': "Gil", 'ref': 'GIL'}))
        number = self.env['membership.card'].search([('account_id', '=', other.id)]).number
        bad = {
            'no_reference': [row('', 'ADA', 5)],
            'no_member': [row('X1', None, 5)],
            'bad_timestamp': [
                row('X1', 'ADA', 5, stamp) for stamp in ('yesterday', '', '2999-01-01', '2017-02-30', 17)],
            'bad_amount': [row('X1', 'ADA', amount) for amount in (
                'NaN', float('nan'), float('inf'), '1,000.00', '', None, '5.001', '1e30', 'five')],
            'bad_points': [row('X1', 'ADA', 5, points=points) for points in ('-3', 'x', 'inf')],
            'origin_of_a_sale': [row('X1', 'ADA', 5, origin='old')],
            'bad_text': [row('X1', 'AD\x00A', 5)],
            'unknown_shop': [row('X1', 'ADA', 5, shop_code='H2')],
            'ambiguous_member': [row('X1', 'TWIN', 5)],
            'card_number_misread': [row('X1', 'ADA', 5, card_number=number[:-1] + str((int(number[-1]) + 1) % 10))],
            'card_number_taken': [row('X1', 'ADA', 5, card_number=number)],
            'unknown_origin': [row('X1', 'ADA', -5, origin='never'), row('X1', 'GIL', -5, origin='old')],
            'refund_exceeds_purchase': [row('X1', 'ADA', '-10.01', origin='old')],
        }
        before = self.counts()
        known = self.env['membership.history.import']._get_reasons()
        for reason, rows in bad.items():
            for one in rows:
                with self.subTest(reason=reason, row=one):
                    result = self.load([row('good', 'NEW', 5, points=None, origin=None, shop_code=None,
                                            card_number=None), one])
                    self.assertEqual([(r.row, r.reason) for r in result.rejected], [(2, reason)])
                    self.assertIn(reason, known)
                    self.assertEqual(self.counts(), before)

    def test_a_reference_that_is_twice_in_the_file_is_rejected_twice(self):
        result = self.load([row('R1', 'ADA', 5), row('R2', 'ADA', 6), row('R1', 'ADA', 5)])
        self.assertEqual(
            [(r.row, r.reason) for r in result.rejected], [(1, 'duplicate_reference'), (3, 'duplicate_reference')])

    def test_the_good_rows_can_be_imported_without_the_bad_ones(self):
        result = self.load([row('R1', 'ADA', 5), row('R2', 'ADA', 'x'), row('R3', 'ADA', 7)], partial=True)
        self.assertEqual((len(result.rejected), result.purchases, self.account.points), (1, 2, 12))

    def test_members_are_not_made_when_that_is_not_wanted(self):
        result = self.load([row('R1', 'NEW', 5)], create_members=False)
        self.assertEqual([r.reason for r in result.rejected], ['unknown_member'])

    def test_columns_are_checked_before_anything_else(self):
        for rows, words in (
            ([{'reference': 'R1', 'amount': 5}], "lacks the columns member_ref, timestamp"),
            ([row('R1', 'ADA', 5, colour='red')], "unknown or there twice: colour"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.load(rows)

    def test_a_card_number_of_the_file_becomes_the_members_card(self):
        self.load([row('R1', 'NEW', 5, card_number='1234 5678'), row('R2', 'NEW', 5, card_number=None)])
        card = self.env['membership.card']._identify('12345678')
        self.assertEqual(card.account_id, self.account_of('NEW'))
        self.assertEqual(self.env['membership.card'].search_count([('account_id', '=', card.account_id.id)]), 1)
        self.assertEqual(card.account_id.purchase_ids.membership_card_id, card)
        self.assertAuditClean()

    def test_a_programme_that_is_no_membership_or_of_another_company_is_refused(self):
        native = self.create_program(self.env, name="Native", is_membership=False)
        with self.assertRaisesRegex(UserError, "is no membership"):
            self.env['membership.history.import']._load([row('R1', 'ADA', 5)], native)
        other = self.env['res.company'].create({'name': "Other"})
        self.program.company_id = self.env.company
        with self.assertRaisesRegex(UserError, "belongs to"):
            self.load([row('R1', 'ADA', 5)], company=other)

    @mute_logger('odoo.sql_db')
    def test_members_of_another_company_are_not_touched(self):
        other = self.env['res.company'].create({'name': "Other"})
        theirs = self.env['res.partner'].create({'name': "Their Zoe", 'ref': 'ZOE', 'company_id': other.id})
        self.load([row('R1', 'ZOE', 5)])
        self.assertNotEqual(self.account_of('ZOE').partner_id, theirs)
