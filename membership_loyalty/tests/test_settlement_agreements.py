from datetime import date

from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import MembershipCommon
from .common_settlement import SettlementCommon


@tagged('post_install', '-at_install')
class TestSettlementAgreements(SettlementCommon):
    """An agreement is written as a draft, put in force for good, and followed by a new version."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = [Command.set((cls.operator + cls.store).ids)]
        cls.manager, cls.user = (MembershipCommon.create_user.__func__(
            cls, login, f'membership_loyalty.{group}', company_id=cls.operator.id, company_ids=companies)
            for login, group in (('deal_maker', 'group_settlement_manager'), ('deal_reader', 'group_settlement_user')))
        cls.first = cls.parties['B'].agreement_ids

    def draft(self, date_from='2026-07-01', party='B', rates=(('issue', 'per_point', 0.12),), **values):
        return self.env['membership.agreement'].with_user(self.manager).create({
            'party_id': self.parties[party].id, 'program_id': self.program.id, 'date_from': date_from,
            'rate_ids': [Command.create({'charge': charge, 'unit': unit, 'rate': rate})
                         for charge, unit, rate in rates], **values})

    def change(self, agreement, **values):
        return self.env['membership.agreement.change'].with_user(self.manager).create({
            'agreement_id': agreement.id, **values})

    # ------------------------------------------------------------------ versions

    def test_a_new_version_has_the_rates_of_the_former_one_which_ends_the_day_before(self):
        action = self.change(self.first, date_from='2026-07-01').action_new_version()
        second = self.env['membership.agreement'].browse(action['res_id'])
        self.assertEqual((second.version, second.state, second.date_from), (2, 'draft', date(2026, 7, 1)))
        terms = [[(rate.charge, rate.unit, rate.rate, rate.direction) for rate in version.rate_ids]
                 for version in (self.first, second)]
        self.assertEqual(*terms)
        self.assertFalse(self.first.date_to, "A draft ends nothing")
        second.with_user(self.manager).action_activate()
        self.assertEqual((self.first.state, self.first.date_to), ('ended', date(2026, 6, 30)))
        self.assertEqual(second.state, 'active')
        self.assertIn("version 2", self.first.message_ids[0].body)

    def test_a_version_cannot_begin_on_a_day_that_is_on_a_statement(self):
        self.parties['B']._close(date(2026, 6, 30))
        with self.assertRaisesRegex(UserError, "closed up to 06/30/2026.*Let it begin on 07/01/2026"):
            self.draft('2026-06-30').action_activate()
        self.draft('2026-07-01').action_activate()

    def test_a_version_cannot_hold_beside_one_that_begins_later(self):
        self.draft('2026-07-01').action_activate()
        with self.assertRaisesRegex(UserError, "version 2 begins on 07/01/2026"):
            self.draft('2026-06-01').action_activate()
        self.draft('2026-06-01', date_to='2026-06-30').action_activate()
        days = self.parties['B'].agreement_ids.filtered(lambda version: version.state != 'draft').sorted(
            'date_from').mapped('date_to')
        self.assertEqual(days, [date(2026, 5, 31), date(2026, 6, 30), False])

    def test_the_database_refuses_two_versions_on_one_day(self):
        draft = self.draft('2026-05-01')
        with mute_logger('odoo.sql_db'), self.assertRaises(ExclusionViolation), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE membership_agreement SET state = 'active' WHERE id = %s", [draft.id])

    def test_nobody_edits_a_version_in_force(self):
        managed = self.first.with_user(self.manager)
        for vals in ({'late_days': 3}, {'date_to': '2026-12-31'}, {'rate_ids': [Command.clear()]},
                     {'basis': 'redeem'}, {'commission_on': 'member'}):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "Make a new version"):
                managed.write(vals)
        for attempt in (lambda: managed.rate_ids[0].write({'rate': 9}), lambda: managed.rate_ids[0].unlink(),
                        lambda: managed.rate_ids.create({'agreement_id': managed.id, 'charge': 'fix', 'rate': 1}),
                        managed.unlink, managed.rate_ids.sudo().unlink):
            with self.assertRaisesRegex(UserError, "Make a new version"):
                attempt()
        rate = self.draft(party='C').rate_ids
        with self.assertRaisesRegex(UserError, "Make a new version"):
            rate.agreement_id = managed

    def test_state_version_and_authors_are_no_fields_to_write(self):
        draft = self.draft()
        for vals in ({'state': 'active'}, {'version': 7}, {'priced_by_ids': [Command.clear()]}):
            with self.subTest(vals), self.assertRaisesRegex(AccessError, "by its buttons only"):
                draft.write(vals)
        forged = self.draft(party='C', state='active', version=9, priced_by_ids=[Command.clear()])
        self.assertEqual((forged.state, forged.version, forged.priced_by_ids), ('draft', 2, self.manager))

    def test_whoever_touches_the_rates_of_a_draft_is_remembered(self):
        draft = self.draft()
        other = self.manager.copy({'login': 'second_deal_maker'})
        draft.with_user(other).rate_ids.rate = 0.13
        self.assertEqual(draft.priced_by_ids, self.manager + other)
        third = self.manager.copy({'login': 'third_deal_maker'})
        draft.with_user(third).action_activate()
        self.assertEqual(draft.priced_by_ids, self.manager + other + third)
        copied = self.env['membership.agreement'].browse(
            self.change(draft, date_from='2026-09-01').action_new_version()['res_id'])
        self.assertEqual(copied.priced_by_ids, self.manager)

    def test_a_user_reads_agreements_and_changes_none(self):
        draft = self.draft()
        self.assertTrue(draft.with_user(self.user).summary)
        for attempt in (lambda: draft.with_user(self.user).write({'late_days': 3}),
                        draft.with_user(self.user).action_activate, draft.with_user(self.user).unlink,
                        lambda: draft.rate_ids.with_user(self.user).write({'rate': 1}),
                        lambda: self.env['membership.agreement.change'].with_user(self.user).create({
                            'agreement_id': self.first.id})):
            with self.assertRaises(AccessError):
                attempt()

    # ------------------------------------------------------------------ end

    def test_an_agreement_ends_on_a_day_with_a_reason(self):
        self.parties['B']._close(date(2026, 6, 30))
        for values, message in (({'last_day': '2026-08-31'}, "and why"),
                                ({'last_day': '2025-08-31', 'reason': "Moved"}, "not one of the days"),
                                ({'last_day': '2026-06-29', 'reason': "Moved"}, "closed up to 06/30/2026")):
            with self.subTest(values), self.assertRaisesRegex(UserError, message):
                self.change(self.first, **values).action_end()
        self.change(self.first, last_day='2026-08-31', reason="Moved away").action_end()
        self.assertEqual((self.first.state, self.first.date_to), ('ended', date(2026, 8, 31)))
        self.assertIn("Moved away", self.first.message_ids[0].body)

    # ------------------------------------------------------------------ rates

    def test_a_charge_is_agreed_on_in_a_unit_that_it_can_be_reckoned_by(self):
        for charge, unit in (('issue', 'percent'), ('fund', 'per_txn'), ('comm', 'per_point'), ('fix', 'per_point'),
                             ('brkg', 'per_point'), ('reimb', 'fixed_month')):
            with self.subTest(charge), self.assertRaisesRegex(ValidationError, "cannot be agreed on.*Possible"):
                self.draft(rates=[(charge, unit, 1)])

    def test_rates_that_would_never_be_charged_are_refused(self):
        for basis, rates, message in (
                ('redeem', [('issue', 'per_point', 1)], "points funded"),
                ('issue', [('fund', 'per_point', 1)], "does not pay for them again"),
                ('issue', [('brkg', 'percent', 40)], "share of expired points"),
                ('issue', [('fee', 'percent', 2)], "percentage of what is paid per point")):
            with self.subTest(basis=basis, rates=rates), self.assertRaisesRegex(UserError, message):
                self.draft(basis=basis, rates=rates).action_activate()

    def test_the_form_proposes_unit_and_payer_of_a_charge(self):
        form = Form(self.env['membership.agreement'].with_user(self.manager))
        form.party_id, form.program_id, form.date_from = self.parties['K'], self.program, '2026-07-01'
        with form.rate_ids.new() as rate:
            rate.charge = 'comm'
            rate.rate = 0.6
        agreement = form.save()
        self.assertEqual(
            [(rate.unit, rate.direction) for rate in agreement.rate_ids], [('percent', 'party_to_hq')])

    # ------------------------------------------------------------------ words

    def test_the_summary_says_in_whole_sentences_what_was_agreed(self):
        summary = self.first.with_user(self.user).summary
        for sentence in (
                "Party B pays Operator 0.10\N{NO-BREAK SPACE}CNY for each point that is issued at Party B.",
                "Operator pays Party B 0.085\N{NO-BREAK SPACE}CNY for each point that members spend at Party B.",
                "Party B pays Operator a fee of 2% of what is paid for points spent at Party B.",
                "When points issued at Party B expire, Operator pays Party B 40% of what was paid for them.",
                "Party B bears them."):
            self.assertIn(sentence, summary)

    def test_every_charge_and_unit_that_can_be_agreed_on_has_its_sentence(self):
        rates = self.env['membership.agreement.rate']
        for basis, charges in (('issue', 'issue mkt reimb fee brkg comm fix'), ('redeem', 'reimb fund')):
            for charge in charges.split():
                units = [unit for unit, _label in rates._fields['unit'].selection]
                for unit in units:
                    try:
                        with self.env.cr.savepoint():
                            rate = self.draft(basis=basis, rates=[(charge, unit, 1.5)]).rate_ids
                    except ValidationError:
                        continue
                    with self.subTest(charge, unit=unit):
                        self.assertIn("1.5", rate._say())

    def test_the_worked_example_is_what_a_statement_would_say(self):
        self.earn('B', 10000, '2026-10-05 03:00:00')
        self.redeem('B', 8000, '2026-10-06 03:00:00')
        settlement = self.settle('2026-10-01', '2026-10-31')['B']
        charges = {charge.charge: charge.exact for charge in self.first._example_charges()}
        for line in settlement.line_ids:
            self.assertEqual(float(charges[line.charge]), line.amount)
        self.assertEqual({name: str(amount.normalize()) for name, amount in charges.items()}, {
            'issue': '1E+3', 'reimb': '6.8E+2', 'fee': '13.6', 'brkg': '4E+1'})
        self.assertIn("In this example Party B pays Operator 293.60\N{NO-BREAK SPACE}CNY.", self.first.example)
