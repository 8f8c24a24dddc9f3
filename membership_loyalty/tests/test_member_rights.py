from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestMemberRights(MembershipCommon):
    """Each group does its own and is refused the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = cls.create_user('auditor', 'membership_loyalty.group_membership_auditor')
        cls.user = cls.create_user('member_user', 'membership_loyalty.group_membership_user')
        cls.accountant = cls.create_user('accountant', 'membership_loyalty.group_membership_accountant')
        cls.manager = cls.create_user('member_manager', 'membership_loyalty.group_membership_manager')
        cls.salesman = cls.create_user('salesman', 'sales_team.group_sale_salesman')
        cls.portal = cls.create_user('portal_user', 'base.group_portal')
        cls.employee = cls.create_user('employee', 'base.group_user')
        cls.account._membership_post_single('adjust', 5, 'adjust:1', "Gift")
        cls.card = cls.account.membership_card_ids

    def refused(self, user, model, operation):
        return not self.env[model].with_user(user).has_access(operation)

    def test_the_ledger_is_read_only_for_everyone(self):
        for model in ('membership.ledger.entry', 'membership.ledger.match', 'membership.purchase',
                      'membership.tier.change'):
            for user in (self.auditor, self.user, self.accountant, self.manager, self.salesman,
                         self.env.ref('base.user_admin')):
                for operation in ('create', 'write', 'unlink'):
                    with self.subTest(model=model, user=user.login, operation=operation):
                        self.assertTrue(self.refused(user, model, operation))
            self.assertFalse(self.refused(self.auditor, model, 'read'))

    def test_who_opens_which_wizard(self):
        rights = {
            'membership.enrol': {self.user, self.manager},
            'membership.card.issue': {self.user, self.manager},
            'membership.adjust': {self.user, self.manager},
            'membership.tier.move': {self.manager},
            'membership.convert': {self.manager},
            'membership.audit': {self.auditor, self.user, self.accountant, self.manager},
        }
        people = (self.auditor, self.user, self.accountant, self.manager, self.salesman, self.portal, self.employee)
        for model, allowed in rights.items():
            for person in people:
                with self.subTest(model=model, user=person.login):
                    self.assertEqual(self.refused(person, model, 'create'), person not in allowed)

    def test_an_auditor_looks_at_cards_and_changes_none(self):
        card = self.card.with_user(self.auditor)
        self.assertTrue(card.number)
        for action in (card.action_freeze, card.action_report_lost, card.action_replace):
            with self.subTest(action.__name__), self.assertRaises(AccessError):
                action()
        self.assertEqual(self.card.state, 'active')

    def test_a_salesman_reads_card_and_account_and_blocks_no_card(self):
        self.assertEqual(self.account.with_user(self.salesman).points, 5)
        self.assertTrue(self.card.with_user(self.salesman).number)
        with self.assertRaises(AccessError):
            self.card.with_user(self.salesman).action_freeze()

    def test_portal_users_and_employees_read_nothing_of_it(self):
        for model in ('membership.card', 'membership.ledger.entry', 'membership.purchase', 'membership.tier'):
            for user in (self.portal, self.employee):
                with self.subTest(model=model, user=user.login):
                    self.assertTrue(self.refused(user, model, 'read'))

    def test_an_employee_without_rights_still_opens_contacts(self):
        self.assertEqual(self.partner.with_user(self.employee).membership_tier_id.sudo(), self.basic)
        with Form(self.partner.with_user(self.employee)):
            pass

    def test_a_user_configures_nothing(self):
        for model in ('membership.tier', 'membership.shop', 'loyalty.program'):
            for operation in ('create', 'write', 'unlink'):
                with self.subTest(model=model, operation=operation):
                    self.assertTrue(self.refused(self.user, model, operation))
                    self.assertFalse(self.refused(self.manager, model, operation))

    def test_only_enrolment_writes_the_consent(self):
        for person in (self.salesman, self.manager):
            with self.subTest(person.login), self.assertRaises(AccessError):
                self.account.with_user(person).consent_on = '2025-01-01'

    def test_two_companies_see_nothing_of_each_other(self):
        other = self.env['res.company'].create({'name': "Other"})
        people = {
            name: self.create_user(f'{name}_other', f'membership_loyalty.group_membership_{name}', company_id=other.id,
                                   company_ids=[Command.set(other.ids)])
            for name in ('user', 'manager')
        }
        for model, record in (
            ('loyalty.card', self.account), ('membership.card', self.card), ('membership.tier', self.gold),
            ('membership.ledger.entry', self.account.entry_ids),
            ('membership.tier.change', self.account.tier_change_ids), ('loyalty.program', self.program),
        ):
            with self.subTest(model):
                self.assertFalse(self.env[model].with_user(people['manager']).search([('id', 'in', record.ids)]))
        attempts = (
            ('manager', 'membership.adjust', 'action_apply',
             {'account_id': self.account.id, 'amount': 5, 'reason': "Mine"}),
            ('manager', 'membership.tier.move', 'action_apply',
             {'account_ids': self.account.ids, 'tier_id': self.gold.id, 'reason': "Mine"}),
            ('user', 'membership.card.issue', 'action_issue', {'account_id': self.account.id, 'kind': 'family'}),
            ('user', 'membership.enrol', 'action_enrol', {'program_id': self.program.id, 'mode': 'new', 'name': "X"}),
        )
        for person, model, action, values in attempts:
            with self.subTest(model), self.assertRaises(AccessError):
                getattr(self.env[model].with_user(people[person]).create(values), action)()
        with self.assertRaises(AccessError):
            self.account.entry_ids.with_user(people['manager']).action_undo()
        self.assertEqual(self.account.points, 5)
        self.assertEqual(self.account.tier_id, self.basic)
