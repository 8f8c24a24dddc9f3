from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL

from .common_partner_file import PartnerFileCommon


@tagged('post_install', '-at_install')
class TestPartnerFilePortal(PartnerFileCommon, HttpCase):
    """Where a partner sends its files: what is its own, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A browser's session lives in the present, whenever that is.
        cls.env.cr.execute(SQL("UPDATE membership_agreement SET date_from = '2020-01-01' WHERE program_id = %s",
                               cls.program.id))
        cls.env.invalidate_all()
        for code, login in (('B', 'b_portal'), ('C', 'c_portal')):
            contact = cls.env['res.partner'].create({
                'name': f"Clerk of {code}", 'parent_id': cls.parties[code].partner_id.id})
            new_test_user(cls.env, login, 'base.group_portal', partner_id=contact.id, password=f'{login}_pw')
        new_test_user(cls.env, 'a_clerk', 'base.group_user', password='a_clerk_pw', company_id=cls.store.id,
                      company_ids=[Command.set(cls.store.ids)]).partner_id.parent_id = cls.store.partner_id

    def page(self, login='b_portal', url='/my/partner-files'):
        self.authenticate(login, f'{login}_pw')
        return self.url_open(url)

    def upload(self, content, code='B', login='b_portal', name='october.csv'):
        token = self.page(login, '/my/account').text.split('name="csrf_token" value="')[-1].split('"')[0]
        return self.url_open('/my/partner-files/upload', {
            'csrf_token': token, 'choice': f'{self.parties[code].id}-{self.program.id}'},
            files={'file': (name, content, 'text/csv')})

    def row(self, number, points='', kind='earn', card=None, **values):
        now = self.env.cr.now().replace(microsecond=0)
        return super().row(number, points, kind, card, at=f'{now.isoformat()}Z', **values)

    def test_a_partner_sends_a_file_and_fetches_the_answer(self):
        self.assertIn("Nothing has been sent yet", self.page().text)
        counters = self.make_jsonrpc_request('/my/counters', {'counters': ['partner_party_count']})
        self.assertEqual(counters['partner_party_count'], 1, "The page is found from the portal's first page")
        rows = [self.row('T1', 100), self.row('T2', 5, card='9')]
        self.assertIn("is complete", self.upload(self.content(1, rows)).text)
        file = self.files.search([('party_id', '=', self.parties['B'].id)])
        self.assertEqual((file.state, file.is_queued, file.origin), ('verified', True, 'portal'))
        self.apply(file)
        text = self.page().text
        self.assertIn("october.csv", text)
        self.assertIn("Applied in part", text)
        answer = self.url_open(f'/my/partner-files/{file.id}/response')
        self.assertIn('"T2"', answer.text)
        self.assertIn('attachment', answer.headers['Content-Disposition'])

    def test_what_is_wrong_with_a_file_is_said_on_the_page(self):
        content = self.content(1, [self.row('T1', 100)])
        self.assertIn("was refused", self.upload(content[:-9]).text)
        self.assertIn("E_CONTROL", self.page().text)
        self.assertIn("is complete", self.upload(content).text)
        self.assertIn("was received before, as number 1", self.upload(content).text)
        self.assertIn("Choose a file first", self.upload(b'').text)

    def test_another_partner_sees_and_sends_nothing_of_it(self):
        self.upload(self.content(1, [self.row('T1', 100)]))
        file = self.apply(self.files.search([('party_id', '=', self.parties['B'].id)]))
        self.assertNotIn("october.csv", self.page('c_portal').text)
        self.assertEqual(self.url_open(f'/my/partner-files/{file.id}/response').status_code, 404)
        self.upload(self.content(2, [self.row('T2', 100)]), 'B', 'c_portal')
        self.assertEqual(self.files.search([('party_id', '=', self.parties['B'].id)]), file)

    def test_a_colleague_without_the_right_cannot_send_files_for_the_own_company(self):
        self.assertFalse(self.page('a_clerk').url.endswith('/my/partner-files'))
        self.upload(self.content(1, [self.row('T1', 100)], 'A'), 'A', 'a_clerk')
        self.assertFalse(self.files.search([('party_id', '=', self.parties['A'].id)]))
