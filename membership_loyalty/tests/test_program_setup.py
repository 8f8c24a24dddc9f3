from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestProgramSetup(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user('member_manager', 'membership_loyalty.group_membership_manager')
        cls.Program = cls.env['loyalty.program'].with_user(cls.manager)

    def test_the_template_is_offered_among_the_native_ones(self):
        templates = self.Program.get_program_templates()
        self.assertIn('membership', templates)
        self.assertIn('loyalty', templates)
        ours = self.Program.with_context(menu_type='membership').get_program_templates()
        self.assertEqual(list(ours), ['membership'])
        self.assertNotIn('membership', self.Program.with_context(menu_type='gift_ewallet').get_program_templates())

    def test_a_manager_creates_a_working_membership_from_the_template(self):
        action = self.Program.create_from_template('membership')
        program = self.Program.browse(action['res_id'])
        self.assertRecordValues(program, [{
            'is_membership': True, 'program_type': 'loyalty', 'applies_on': 'future', 'portal_visible': True,
            'membership_manager_id': self.manager.id}])
        self.assertEqual(program.tier_ids.mapped('name'), ["Basic", "Silver", "Gold"])
        self.assertEqual(program.default_tier_id.name, "Basic")
        self.assertEqual(len(program.rule_ids), 1)
        self.assertEqual(len(program.reward_ids), 1)
        account = program._enrol(self.partner)
        self.assertEqual(account.tier_id.name, "Basic")

    def test_new_in_the_programme_list_makes_a_membership(self):
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.loyalty_program_membership_action')
        program = Form(self.Program.with_context(default_is_membership=True, default_program_type='loyalty'))
        program.name = "Second club"
        record = program.save()
        self.assertIn('default_is_membership', action['context'])
        self.assertTrue(record.is_membership)
        self.assertEqual(record.applies_on, 'future')
        self.assertTrue(record.default_tier_id)

    def test_type_and_use_of_points_cannot_change(self):
        for vals in ({'program_type': 'promotion'}, {'applies_on': 'both'}):
            with self.subTest(vals), self.assertRaises(ValidationError):
                self.program.write(vals)

    def test_points_are_not_split_into_codes(self):
        with self.assertRaises(ValidationError):
            self.program.rule_ids.reward_point_split = True
        with self.assertRaises(ValidationError):
            self.program.write({'rule_ids': [Command.create({'reward_point_split': True})]})

    def test_nobody_makes_or_unmakes_a_membership_by_writing_the_flag(self):
        native = self.create_program(self.env, name="Native", is_membership=False)
        with self.assertRaises(AccessError):
            native.is_membership = True
        with self.assertRaises(AccessError):
            self.program.is_membership = False

    def test_a_programme_without_rewards_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "at least one reward"):
            self.create_program(self.env, reward_ids=[])

    def test_a_price_list_of_another_currency_is_refused_for_programme_and_tier(self):
        currency = self.env['res.currency'].with_context(active_test=False).search(
            [('id', '!=', self.program.currency_id.id)], limit=1)
        pricelist = self.env['product.pricelist'].create({'name': "Foreign", 'currency_id': currency.id})
        with self.assertRaises(UserError):
            self.program.pricelist_ids = pricelist
        with self.assertRaisesRegex(ValidationError, "Choose a price list in the programme's currency"):
            self.gold.pricelist_id = pricelist

    def test_negative_and_senseless_figures_are_refused_by_the_database(self):
        for vals in ({'enrolment_bonus': -1}, {'offline_redeem_limit': -1}, {'late_claim_days': -1},
                     {'card_validity_months': -1}, {'card_random_digits': 13}, {'points_digits': 3},
                     {'card_prefix': "8A"}):
            with self.subTest(vals), self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), \
                    self.cr.savepoint():
                self.program.write(vals)
                self.env.flush_all()

    def test_the_first_tier_is_one_of_the_programme(self):
        other = self.Program.create_from_template('membership')
        with self.assertRaisesRegex(UserError, "belongs to another programme"):
            self.program.default_tier_id = self.Program.browse(other['res_id']).default_tier_id

    def test_buttons_lead_to_members_ledger_and_purchases(self):
        self.assertEqual(self.program.membership_member_count, 1)
        for button in ('action_open_members', 'action_open_ledger', 'action_open_purchases'):
            action = getattr(self.program.with_user(self.manager), button)()
            self.assertTrue(self.env[action['res_model']].with_user(self.manager).search_count(action['domain']
                            if isinstance(action['domain'], list) else [('is_membership', '=', True)]) >= 0)

    def test_the_programme_form_opens_for_a_manager(self):
        with Form(self.program.with_user(self.manager)) as form:
            form.enrolment_bonus = 50
        self.assertEqual(self.program.enrolment_bonus, 50)

    def test_settings_keep_the_default_programme_of_the_company(self):
        self.env['res.config.settings'].create({'membership_program_id': self.program.id}).execute()
        self.assertEqual(self.env.company.membership_program_id, self.program)
