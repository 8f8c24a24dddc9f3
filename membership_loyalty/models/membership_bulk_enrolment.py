import csv
import io
import secrets

from odoo import api, models
from odoo.tools import SQL

from ..guard import posting


class MembershipBulkEnrolment(models.AbstractModel):
    """Thousands of members at once: the first of a kind is made by the ORM, the others are copies of its row.

    So a copy has whatever another add-on computes or defaults on a contact, an account or a card.
    """

    _name = 'membership.bulk.enrolment'
    _description = "Enrolment of Many Members"

    @api.model
    def _enrol_staged(self, program):
        """Make contacts, accounts and cards for the members of the staged history; fill in card_id.

        Members that come from a history get no enrolment bonus: they joined long ago.

        :param program: loyalty.program
        :return: number of new accounts
        """
        self._stage_members(program)
        self._make_partners()
        count = self._make_accounts(program)
        self._make_cards(program)
        # Who was a member already has bought for longer than this database knows.
        self.env.cr.execute("""
            UPDATE loyalty_card c SET member_since = m.since FROM membership_import_member m
             WHERE c.id = m.card_id AND (c.member_since IS NULL OR c.member_since > m.since)""")
        self.env.cr.execute("""
            UPDATE membership_import_row r SET partner_id = m.partner_id, card_id = m.card_id
              FROM membership_import_member m WHERE m.member_ref = r.member_ref""")
        return count

    @api.model
    def _stage_members(self, program):
        self.env.cr.execute(SQL(
            """DROP TABLE IF EXISTS membership_import_member;
               CREATE TEMPORARY TABLE membership_import_member ON COMMIT DROP AS
               SELECT r.member_ref, min(r.partner_id) AS partner_id, min(c.id) AS card_id, min(r.member_name) AS name,
                      min(r.email) AS email, min(r.phone) AS phone,
                      (min(r.occurred_at) AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS since
                 FROM membership_import_row r
                 LEFT JOIN loyalty_card c ON c.partner_id = r.partner_id AND c.program_id = %s AND c.active
                GROUP BY r.member_ref""", program.membership_tz or 'UTC', program.id))

    @api.model
    def _make_partners(self):
        """Make the contacts that are missing."""
        missing = self.env.execute_query(SQL(
            """SELECT member_ref, COALESCE(name, member_ref), email, phone FROM membership_import_member
                WHERE partner_id IS NULL ORDER BY member_ref"""))
        if not missing:
            return
        partners = self.env['res.partner'].sudo().with_context(tracking_disable=True)
        ref, name, email, phone = missing[0]
        first = partners.create({'ref': ref, 'name': name, 'email': email, 'phone': phone})
        ids = self._copy_rows(
            first, {column: SQL('s.%s', SQL.identifier(column)) for column in ('ref', 'name', 'email', 'phone')},
            SQL("""(SELECT member_ref AS ref, COALESCE(name, member_ref) AS name, email, phone
                      FROM membership_import_member WHERE partner_id IS NULL AND member_ref <> %s) AS s""", ref))
        copies = partners.browse(ids)
        self.env.cr.execute(SQL(
            "UPDATE res_partner SET commercial_partner_id = id WHERE id = ANY(%s)", list(ids)))
        copies.invalidate_recordset()
        copies.modified(['name', 'email', 'phone', 'parent_id'])
        self.env.flush_all()
        self.env.cr.execute(SQL(
            """UPDATE membership_import_member m SET partner_id = p.id FROM res_partner p
                WHERE m.partner_id IS NULL AND p.ref = m.member_ref AND p.id = ANY(%s)""", [first.id, *ids]))

    @api.model
    def _make_accounts(self, program):
        """Open the accounts that are missing; return how many."""
        [(partner_id,)] = self.env.execute_query(SQL(
            "SELECT min(partner_id) FROM membership_import_member WHERE card_id IS NULL"))
        if not partner_id:
            return 0
        first = posting(self.env['loyalty.card'].sudo().with_context(tracking_disable=True)).create({
            'program_id': program.id, 'partner_id': partner_id, 'points': 0})
        ids = self._copy_rows(
            first, {'partner_id': SQL('s.partner_id'), 'code': SQL("'044' || translate(s.code::text, '-', '')"),
                    'member_since': SQL('s.since')},
            SQL("""(SELECT partner_id, since, gen_random_uuid() AS code FROM membership_import_member
                     WHERE card_id IS NULL AND partner_id <> %s) AS s""", partner_id))
        self.env.cr.execute(SQL(
            """UPDATE membership_import_member m SET card_id = c.id FROM loyalty_card c
                WHERE m.card_id IS NULL AND c.partner_id = m.partner_id AND c.id = ANY(%s)""", [first.id, *ids]))
        (first + first.browse(ids))._membership_move_to(
            program.default_tier_id, self.env._("Enrolment by import"), rule='enrolment')
        self.env.flush_all()
        return 1 + len(ids)

    @api.model
    def _make_cards(self, program):
        """Issue the numbers of the file, and a new number to each account that has no card."""
        printed = self.env.execute_query(SQL(
            """SELECT DISTINCT m.card_id, r.card_number FROM membership_import_row r
                 JOIN membership_import_member m USING (member_ref)
                WHERE r.card_number IS NOT NULL
                  AND NOT EXISTS (SELECT 1 FROM membership_card k WHERE k.number = r.card_number)
                ORDER BY m.card_id"""))
        without = self.env.execute_query(SQL(
            """SELECT m.card_id FROM membership_import_member m
                WHERE NOT EXISTS (SELECT 1 FROM membership_card k WHERE k.account_id = m.card_id)
                  AND NOT m.card_id = ANY(%s) ORDER BY 1""", [card_id for card_id, _number in printed]))
        numbers = program._membership_next_numbers(len(without))
        wanted = printed + [(card_id, number) for (card_id,), number in zip(without, numbers, strict=True)]
        if not wanted:
            return
        account_id, number = wanted[0]
        first = self.env['membership.card'].with_context(tracking_disable=True)._issue(
            self.env['loyalty.card'].browse(account_id), numbers=[number])
        self.env.cr.execute("""
            DROP TABLE IF EXISTS membership_import_card;
            CREATE TEMPORARY TABLE membership_import_card (account_id int, number text, token text) ON COMMIT DROP""")
        rows = io.StringIO()
        csv.writer(rows).writerows((*pair, secrets.token_urlsafe(16)) for pair in wanted[1:])
        rows.seek(0)
        self.env.cr.copy_expert('COPY membership_import_card FROM STDIN (FORMAT csv)', rows)
        self._copy_rows(
            first, {'account_id': SQL('s.account_id'), 'partner_id': SQL('c.partner_id'), 'number': SQL('s.number'),
                    'token': SQL('s.token'), 'kind': SQL("'virtual'"), 'party_id': SQL('NULL')},
            SQL('membership_import_card AS s JOIN loyalty_card AS c ON c.id = s.account_id'))

    @api.model
    def _copy_rows(self, first, values, source):
        """Insert a copy of a record's row for each row of a source.

        :param first: the record, made by the ORM
        :param values: {column: SQL} of what differs, in terms of the source
        :param source: SQL of a FROM item
        :return: ids of the copies
        """
        first.flush_recordset()
        columns = [name for name, field in first._fields.items()
                   if field.store and field.column_type and name != 'id']
        return [row[0] for row in self.env.execute_query(SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS t, %s WHERE t.id = %s RETURNING id",
            SQL.identifier(first._table),
            SQL(', ').join(map(SQL.identifier, columns)),
            SQL(', ').join(values.get(column, SQL.identifier('t', column)) for column in columns),
            SQL.identifier(first._table), source, first.id))]
