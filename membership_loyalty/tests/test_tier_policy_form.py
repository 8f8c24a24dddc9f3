from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..models import loyalty_program_tier_preview
from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestTierPolicyForm(MembershipCommon):
    """The page "Tiers" of a programme: what it shows before saving, and what it refuses to save."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.silver = cls.env['membership.tier'].create({
            'name': "Silver", 'program_id': cls.program.id, 'sequence': 15, 'enter_spend': 100})
        cls.gold.enter_spend = 500
        cls.manager = cls.create_user('tier_manager', 'membership_loyalty.group_membership_manager')
        partners = cls.env['res.partner'].create([{'name': f"Member {n}"} for n in range(4)])
        accounts = cls.program._enrol(partners)
        cls.env['membership.purchase']._upsert([
            cls.purchase(account, amount)
            for account, amount in zip(accounts, (100, 300, 499.99, 500), strict=True)])

    @classmethod
    def purchase(cls, account, amount):
        now = fields.Datetime.now()
        return {
            'document_key': f'test:{account.id}:{amount}', 'card_id': account.id, 'company_id': cls.env.company.id,
            'channel': 'import', 'amount_total': amount, 'occurred_at': now, 'date': now.date()}

    def form(self):
        return Form(self.program.with_user(self.manager), 'loyalty.loyalty_program_view_form')

    def edit(self, form, index, **values):
        with form.tier_ids.edit(index) as line:
            for name, value in values.items():
                setattr(line, name, value)

    def test_the_preview_counts_members_by_the_figures_of_today(self):
        self.assertEqual(self.form().tier_preview, "With today's figures: 1 Basic, 3 Silver, and 1 Gold.")

    def test_thresholds_count_before_they_are_saved(self):
        form = self.form()
        self.edit(form, 1, enter_spend=301)
        self.assertEqual(form.tier_preview, "With today's figures: 3 Basic, 1 Silver, and 1 Gold.")
        form.tier_by_visits = True
        self.edit(form, 2, enter_visits=1)
        self.assertEqual(form.tier_preview, "With today's figures: 1 Basic, 0 Silver, and 4 Gold.")
        form.tier_match = 'all'
        self.assertEqual(form.tier_preview, "With today's figures: 3 Basic, 1 Silver, and 1 Gold.")
        with form.tier_ids.new() as line:
            line.name, line.sequence, line.enter_spend = "Bronze", 12, 50
        self.assertEqual(form.tier_preview, "With today's figures: 1 Basic, 2 Bronze, 1 Silver, and 1 Gold.")
        self.assertEqual(self.silver.enter_spend, 100, "Nothing was saved")
        self.assertEqual(self.account.tier_id, self.basic, "Nobody was moved")

    def test_a_tier_that_is_bought_counts_nobody(self):
        self.gold.entry = 'invitation'
        self.assertEqual(self.form().tier_preview, "With today's figures: 1 Basic and 4 Silver.")

    def test_many_members_are_counted_on_demand(self):
        with patch.object(loyalty_program_tier_preview, 'COUNTED_AT_ONCE', 4):
            form = self.form()
            self.assertIn("Count the members", form.tier_preview)
            form.tier_preview_now = True
            self.assertIn("3 Silver", form.tier_preview)

    def test_lines_are_checked_when_all_of_them_are_there(self):
        form = self.form()
        self.edit(form, 1, enter_spend=1000)
        self.edit(form, 2, enter_spend=2000)
        form.save()
        self.assertEqual((self.silver.enter_spend, self.gold.enter_spend), (1000, 2000))

    @contextmanager
    def refused(self, message):
        """Expect a refusal; what was written until then is undone."""
        with self.assertRaises(ValidationError) as refusal:
            yield
        self.assertIn(message, str(refusal.exception))

    def test_thresholds_must_rise_with_the_tiers(self):
        form = self.form()
        self.edit(form, 1, enter_spend=500)
        with self.refused("Gold stands above Silver and must ask for more than 500, not 500"):
            form.save()
        with self.refused("Gold stands above Silver and must ask for more than 100, not 99"):
            self.gold.with_user(self.manager).enter_spend = 99
        with self.refused("Bronze stands above Silver"):
            self.env['membership.tier'].create({
                'name': "Bronze", 'program_id': self.program.id, 'sequence': 16, 'enter_spend': 100})

    def test_a_measure_that_is_not_chosen_may_be_anything(self):
        self.silver.enter_visits, self.gold.enter_visits = 10, 5
        with self.refused("Visits: Gold stands above Silver"):
            self.program.tier_by_visits = True

    def test_thresholds_need_a_measure(self):
        with self.refused("measures nothing"):
            self.program.tier_by_spend = False

    def test_the_first_tier_asks_for_nothing(self):
        with self.refused("New members start in Basic"):
            self.basic.enter_spend = 1
        with self.refused("New members start in Silver"):
            self.program.default_tier_id = self.silver
        with self.refused("New members start in Basic"):
            self.basic.entry = 'invitation'

    def test_who_is_no_manager_changes_no_tier(self):
        user = self.create_user('tier_user', 'membership_loyalty.group_membership_user')
        with self.assertRaises(AccessError):
            self.gold.with_user(user).enter_spend = 1000
        with self.assertRaises(AccessError):
            self.program.with_user(user).tier_by_visits = True
        salesman = self.create_user('tier_salesman', 'sales_team.group_sale_salesman')
        self.assertEqual(self.gold.with_user(salesman).name, "Gold")
        with self.assertRaises(AccessError):
            self.program.with_user(salesman).read(['tier_preview'])
