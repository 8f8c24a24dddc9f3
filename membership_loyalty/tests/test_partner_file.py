from freezegun import freeze_time

from odoo.tests import tagged

from .common_partner_file import NOW, PartnerFileCommon


@freeze_time(NOW)
@tagged('post_install', '-at_install')
class TestPartnerFile(PartnerFileCommon):
    """What becomes of the rows of a file. Cases C14, C15 and C31 of the settlement specification."""

    def test_c14_a_file_and_its_rows_count_once(self):
        rows = [self.row(f'T{number}', points) for number, points in enumerate((100, 200, 300))]
        content = self.content(1, rows)
        first = self.apply(self.receive(content))
        self.assertEqual((first.state, first.ok_count), ('applied', 3))
        second = self.receive(content)
        self.assertEqual((second.state, second.original_id, len(second.row_ids)), ('duplicate', first, 0))
        third = self.send(2, rows)
        self.assertEqual((third.state, third.ok_count, third.duplicate_count), ('applied', 0, 3))
        self.assertEqual(third.row_ids.transaction_id, first.row_ids.transaction_id)
        self.assertEqual(self.posted(), 600)
        self.assertEqual(self.member.points, 600)
        self.assertAuditClean()

    def c15(self):
        return [
            self.row('T1', 100), self.row('T2', 200, card='99999999'), self.row('T3', -30), self.row('T1', 150),
            self.row('T5', 50, kind='redeem')]

    def test_c15_good_rows_of_a_partial_file_are_applied(self):
        content = self.content(1, self.c15())
        self.assertIn(b'#sum_points_credit;420\n#sum_points_debit;50\n', content)
        file = self.apply(self.receive(content))
        self.assertEqual(self.results(file), [
            ('ok', False), ('error', 'E_CARD'), ('error', 'E_QTY'), ('error', 'E_KEY_CONFLICT'), ('ok', False)])
        self.assertEqual((file.state, file.ok_count, file.error_count), ('partially_applied', 2, 3))
        self.assertEqual(self.posted(), 50)
        self.assertEqual(file.row_ids.entry_ids.mapped('amount'), [100, -50])
        self.assertTrue(all(row.message for row in file.row_ids if row.state == 'error'))
        self.assertAuditClean()

    def test_c15_nothing_of_a_file_is_applied_that_wants_all_rows(self):
        file = self.send(1, self.c15(), mode='all_or_nothing')
        self.assertEqual(self.results(file), [
            ('skipped', False), ('error', 'E_CARD'), ('error', 'E_QTY'), ('error', 'E_KEY_CONFLICT'),
            ('skipped', False)])
        self.assertEqual((file.state, file.ok_count, self.posted()), ('rejected', 0, 0))
        mended = self.send(1, [self.row('T1', 100), self.row('T5', 50, kind='redeem')], mode='all_or_nothing')
        self.assertEqual((mended.state, mended.ok_count, self.posted()), ('applied', 2, 50))
        self.assertAuditClean()

    def test_c15_a_wrong_total_refuses_the_whole_file(self):
        file = self.send(1, self.c15(), sum_points_credit='421')
        self.assertEqual((file.state, file.code, len(file.row_ids)), ('rejected', 'E_CONTROL', 0))
        self.assertIn('sum_points_credit = 421', file.message)
        self.assertIn('420', file.message)
        self.assertEqual(self.posted(), 0)

    def test_c31_stored_value_is_refused_in_a_file_of_an_outside_partner(self):
        file = self.send(1, [self.row('T1', 10, kind='sv_spend', amount='10')])
        self.assertEqual(self.results(file), [('error', 'E_SV_NOT_ALLOWED')])
        self.assertEqual((file.state, self.posted()), ('rejected', 0))
        self.assertFalse(self.env['membership.partner.transaction'].search([('party_id', '=', self.parties['B'].id)]))

    def test_points_of_a_file_can_be_spent_wherever_they_stand_in_it(self):
        file = self.send(1, [
            self.row('T1', 40, kind='redeem'), self.row('T2', 100), self.row('T3', kind='reverse',
                                                                             original_ext_txn_id='T1'),
            self.row('T4', 101, kind='redeem'), self.row('T5', '', amount='7.50')])
        self.assertEqual(self.results(file), [('ok', False)] * 3 + [('ok', False), ('ok', False)])
        self.assertEqual(self.member.points, 100 - 40 + 40 - 101 + 7)
        self.assertAuditClean()

    def test_json_lines_say_the_same(self):
        rows = [{**self.row('T1', 100), 'points': 100}, {**self.row('T2', 1), 'points': 0.1}, {'kind': 'earn'}]
        file = self.send(1, rows, is_json=True)
        self.assertEqual(self.results(file), [('ok', False), ('error', 'E_QTY'), ('error', 'E_FORMAT')])
