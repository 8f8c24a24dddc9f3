from unittest.mock import patch

from psycopg2.errors import CheckViolation, ExclusionViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import MembershipCommon
from .common_settlement import SettlementCommon


@tagged('post_install', '-at_install')
class TestSettlementCards(SettlementCommon):
    """A card belongs to the partner in whose range its number is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = [Command.set((cls.operator + cls.store).ids)]
        cls.manager, cls.clerk = (MembershipCommon.create_user.__func__(
            cls, login, f'membership_loyalty.{group}', company_id=cls.operator.id, company_ids=companies)
            for login, group in (('range_maker', 'group_settlement_manager'), ('card_clerk', 'group_membership_user')))
        cls.range = cls.card_range(cls, 'K', '6200 0000 0000', '6200 0000 0099')

    def card_range(self, party, first, last, **values):
        return self.env['membership.card.range'].with_user(self.manager).create({
            'party_id': self.parties[party].id, 'program_id': self.program.id, 'first': first, 'last': last, **values})

    def issue(self, number=False, party='K', member=None, **values):
        wizard = Form(self.env['membership.card.issue'].with_user(self.clerk).with_context(
            default_account_id=(member or self.member).id, default_kind='cobranded', **values))
        wizard.number = number
        if party:
            wizard.party_id = self.parties[party]
        wizard = wizard.save()
        return self.env['membership.card'].browse(wizard.action_issue()['res_id'])

    def another_member(self, name="Mei Member"):
        return self.program._enrol(self.env['res.partner'].create({'name': name}))

    # ------------------------------------------------------------------ ranges

    def test_blanks_and_dashes_of_print_are_no_part_of_a_number(self):
        self.assertEqual((self.range.first, self.range.last), ('620000000000', '620000000099'))
        self.assertEqual(self.card_range('B', '7300-0000', '7300-9999').last, '73009999')

    def test_no_number_is_in_two_ranges(self):
        for first, last in (('620000000099', '620000000199'), ('610000000000', '699999999999')):
            with self.subTest(first), mute_logger('odoo.sql_db'), self.assertRaises(ExclusionViolation), \
                    self.env.cr.savepoint():
                self.card_range('B', first, last)
        self.card_range('B', '620000000100', '620000000199')
        self.card_range('C', '06200000000', '06299999999')  # another length is another number

    def test_a_range_is_of_digits_and_of_one_length(self):
        for first, last in (('62AB', '62CD'), ('6200', '62999'), ('6300', '6200')):
            with self.subTest(first), mute_logger('odoo.sql_db'), self.assertRaises(CheckViolation), \
                    self.env.cr.savepoint():
                self.card_range('B', first, last)

    def test_a_range_keeps_off_the_numbers_that_the_programme_draws(self):
        low, high = self.program._membership_own_numbers()
        with self.assertRaisesRegex(ValidationError, f"draws the numbers of its own cards from {low} to {high}"):
            self.card_range('B', low, low)
        with self.assertRaisesRegex(ValidationError, "Party K has the range 620000000000 to 620000000099"):
            self.program.write({'card_prefix': '62', 'card_sequence_digits': 5, 'card_random_digits': 4})

    def test_a_range_takes_co_branded_cards_that_are_issued_already_but_no_others(self):
        cards = self.env['membership.card']
        bank_card = cards._issue(self.member, 'cobranded', ['73000001'])
        cards._issue(self.another_member(), 'plastic', ['74000001'])
        self.card_range('B', '73000000', '73009999')
        self.assertEqual(bank_card.party_id, self.parties['B'])
        with self.assertRaisesRegex(ValidationError, "1 cards with numbers of this range, such as 74000001"):
            self.card_range('C', '74000000', '74009999')

    def test_a_range_with_issued_cards_is_kept(self):
        self.issue()
        self.assertEqual(self.range.card_count, 1)
        with self.assertRaisesRegex(UserError, "1 cards of the range 620000000000 to 620000000099 were issued"):
            self.range.unlink()
        with self.assertRaisesRegex(UserError, "cannot be given to another party"):
            self.range.party_id = self.parties['B']

    def test_only_a_settlement_manager_changes_ranges(self):
        for attempt in (lambda: self.range.with_user(self.clerk).write({'last': '620000000199'}),
                        self.range.with_user(self.clerk).unlink,
                        lambda: self.range.with_user(self.clerk).copy({'first': '6300', 'last': '6301'})):
            with self.assertRaises(AccessError):
                attempt()

    def test_a_manager_of_another_operator_sees_no_ranges_and_no_agreements(self):
        elsewhere = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = MembershipCommon.create_user.__func__(
            self, 'range_stranger', 'membership_loyalty.group_settlement_manager', company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)])
        for model in ('membership.card.range', 'membership.party', 'membership.agreement', 'membership.agreement.rate'):
            with self.subTest(model):
                records = self.env[model].search([])
                self.assertTrue(records)
                self.assertFalse(self.env[model].with_user(stranger).with_context(
                    allowed_company_ids=elsewhere.ids).search([('id', 'in', records.ids)]))

    # ------------------------------------------------------------------ cards

    def test_a_co_branded_card_gets_a_free_number_of_its_partner(self):
        card = self.issue()
        self.assertEqual((card.party_id, card.kind, card.state), (self.parties['K'], 'cobranded', 'active'))
        self.assertTrue('620000000000' <= card.number <= '620000000099')

    def test_the_only_partner_is_proposed(self):
        self.assertEqual(self.issue(party=None).party_id, self.parties['K'])

    def test_a_printed_number_tells_its_partner(self):
        self.card_range('B', '73000000', '73009999')
        self.assertEqual(self.issue(number='7300 0007', party=None).party_id, self.parties['B'])

    def test_a_number_of_another_partner_is_refused(self):
        self.card_range('B', '73000000', '73009999')
        with self.assertRaisesRegex(UserError, "Card number 73000007 is one of Party B's"):
            self.issue(number='73000007', party='K')
        with self.assertRaisesRegex(UserError, "in none of Party K's ranges"):
            self.issue(number='99000007', party='K')
        wizard = self.env['membership.card.issue'].with_user(self.clerk).create({
            'account_id': self.member.id, 'kind': 'plastic', 'number': '73000007'})
        with self.assertRaisesRegex(UserError, "Issue it as a co-branded card of Party B"):
            wizard.action_issue()

    def test_a_member_carries_one_active_card_of_each_partner(self):
        self.card_range('B', '73000000', '73009999')
        self.issue(party='K')
        self.issue(party='B')
        with self.assertRaisesRegex(UserError, "already has the active card .* of Party K"):
            self.issue(party='K')

    def test_a_lost_card_is_replaced_by_one_of_the_same_partner(self):
        card = self.issue()
        card.with_user(self.clerk).action_report_lost()
        successor = self.issue(party=None, default_replaces_id=card.id)
        self.assertEqual((successor.party_id, card.replaced_by_id), (self.parties['K'], successor))

    def test_numbers_run_out_with_a_clear_message(self):
        self.range.last = '620000000001'
        numbers = {self.issue().number}
        with patch('odoo.addons.membership_loyalty.models.membership_card_range.GUESSES', 0):
            numbers.add(self.issue(member=self.another_member()).number)
        self.assertEqual(numbers, {'620000000000', '620000000001'})
        with self.assertRaisesRegex(UserError, "All card numbers of Party K are used up"):
            self.issue(member=self.another_member("Third"))

    def test_imported_cards_have_the_partners_of_their_numbers(self):
        self.card_range('B', '73000000', '73009999')
        numbers = {'m1': '620000000010', 'm2': '73000010', 'm3': '', 'm4': '620000000011'}
        self.env['membership.history.import']._load([{
            'reference': member, 'member_ref': member, 'timestamp': '2026-05-01 10:00:00', 'amount': '10.00',
            'card_number': number} for member, number in numbers.items()], self.program, self.operator)
        cards = self.env['membership.card'].search([('partner_id.ref', 'in', list(numbers))])
        self.assertEqual({card.partner_id.ref: (card.party_id.code, card.kind) for card in cards}, {
            'm1': ('K', 'cobranded'), 'm2': ('B', 'cobranded'), 'm3': (False, 'virtual'), 'm4': ('K', 'cobranded')})
