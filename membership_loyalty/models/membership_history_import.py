import csv
import tempfile
from decimal import Decimal
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..guard import held
from ..tools import history_rows
from ..tools.history_rows import Problem, Rejected

CHECKED_COLUMNS = (*history_rows.Row._fields, 'row')

# Set-based checks: reason code and the condition of the rows it rejects, over the staged rows `r`.
CHECKS = {
    'duplicate_reference': """
        r.reference IN (SELECT reference FROM membership_import_row GROUP BY reference HAVING count(*) > 1)""",
    'unknown_shop': "r.shop_code IS NOT NULL AND r.shop_id IS NULL",
    'ambiguous_member': "r.partners > 1",
    'unknown_member': "r.partners IS NULL AND NOT %(create_members)s",
    'known_but_different': """
        EXISTS (SELECT 1 FROM membership_purchase p JOIN loyalty_card c ON c.id = p.card_id
                 WHERE p.document_key = r.key
                   AND (p.amount_total <> r.amount OR c.partner_id IS DISTINCT FROM r.partner_id))""",
    'card_number_taken': """
        EXISTS (SELECT 1 FROM membership_card m
                 WHERE m.number = r.card_number
                   AND (m.partner_id IS DISTINCT FROM r.partner_id OR m.program_id <> %(program)s))
        OR r.card_number IN (SELECT card_number FROM membership_import_row
                              GROUP BY card_number HAVING count(DISTINCT member_ref) > 1)""",
    'unknown_origin': """
        r.origin IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM membership_import_row o
                         WHERE o.reference = r.origin AND o.member_ref = r.member_ref AND o.amount > 0
                           AND o.reason IS NULL)
        AND NOT EXISTS (SELECT 1 FROM membership_purchase p JOIN loyalty_card c ON c.id = p.card_id
                         WHERE p.document_key = r.origin_key AND c.partner_id = r.partner_id AND p.amount_total > 0)""",
    'refund_exceeds_purchase': """
        r.origin IS NOT NULL AND r.key NOT IN (SELECT document_key FROM membership_purchase)
        AND (SELECT -sum(x.amount) FROM membership_import_row x
              WHERE x.origin = r.origin
                AND NOT EXISTS (SELECT 1 FROM membership_purchase k WHERE k.document_key = x.key))
          - COALESCE((SELECT sum(b.amount_total) FROM membership_purchase b WHERE b.origin_key = r.origin_key), 0)
          > COALESCE((SELECT p.amount_total FROM membership_purchase p WHERE p.document_key = r.origin_key),
                     (SELECT max(o.amount) FROM membership_import_row o WHERE o.reference = r.origin))""",
}


class Result(NamedTuple):
    rows: int  # in the file
    members: int  # new accounts
    purchases: int  # new documents, refunds among them
    refunds: int
    points: Decimal  # net
    known: int  # imported before, left alone
    rejected: list  # of tools.history_rows.Rejected


class MembershipHistoryImport(models.AbstractModel):
    """Purchases made elsewhere: members, purchase facts and points from a file or a data frame.

    Rows are staged in a temporary table, checked as a set, and posted as a set. An account without debt that only
    earns is the same in SQL as through the engine: a credit, its balance, a purchase. Refunds, and members in debt,
    go through the engine itself. For the rows posted as a set the native history shows one line per account.
    """

    _name = 'membership.history.import'
    _description = "Import of Purchase History"

    # ------------------------------------------------------------------ entry points

    @api.model
    def _load(self, rows, program, company=None, timezone='UTC', partial=False, create_members=True):
        """Import a purchase history. A second run with the same references adds nothing.

        :param rows: pandas data frame, Arrow table or iterable of dicts, with the columns of tools.history_rows
        :param program: loyalty.program, a membership; amounts are in its currency
        :param company: res.company where it happened, by default the programme's
        :param timezone: name of the zone of timestamps that name none themselves
        :param partial: import the good rows although others are rejected; by default nothing is imported then
        :param create_members: enrol members that the programme does not have yet, found or made by their reference
        :return: Result
        :raise UserError: when the file as a whole cannot be read
        """
        count, rejected = self._check(rows, program, company, timezone, create_members)
        if rejected and not partial:
            return Result(count, 0, 0, 0, Decimal(0), 0, rejected)
        # Two imports into one programme at the same time would both make the same members: the later one is
        # refused by the database and tried again, after the first.
        self.env.cr.execute(SQL("UPDATE loyalty_program SET write_date = write_date WHERE id = %s", program.id))
        known = self._drop_known()
        members = self.env['membership.bulk.enrolment']._enrol_staged(program)
        company = company or program.company_id or self.env.company
        # Tiers are judged once, when all of it is there.
        postings = held(program).env['membership.history.posting']
        purchases, refunds, points = postings._post_staged(program, company)
        self.env.invalidate_all()
        self.env['membership.tier.review']._after_import(program)
        return Result(count, members, purchases, refunds, points, known, rejected)

    @api.model
    def _check(self, rows, program, company=None, timezone='UTC', create_members=True):
        """Stage a history and check it, without posting anything. Parameters as for `_load`.

        :return: (number of rows, list of Rejected in the order of the file)
        """
        company = company or program.company_id or self.env.company
        if not program.is_membership:
            raise UserError(self.env._("%(program)s is no membership.", program=program.display_name))
        if program.company_id and program.company_id != company:
            raise UserError(self.env._(
                "%(program)s belongs to %(owner)s; a history of %(company)s cannot be imported into it.",
                program=program.name, owner=program.company_id.name, company=company.name))
        columns, records = history_rows.table(rows)
        self._check_columns(columns)
        if 'points' not in columns:
            self.env['membership.history.posting']._check_rules(program)
        self.env.flush_all()
        count, rejected = self._stage(columns, records, program, timezone)
        self._resolve(program, company)
        self._check_numbers(program)
        return count, sorted(rejected + self._check_staged(program, create_members))

    @api.model
    def _check_columns(self, columns):
        allowed = (*history_rows.REQUIRED, *history_rows.OPTIONAL)
        unknown = [column for column in columns if column not in allowed]
        missing = [column for column in history_rows.REQUIRED if column not in columns]
        twice = {column for column in columns if columns.count(column) > 1}
        if missing:
            raise UserError(self.env._(
                "The file lacks the columns %(missing)s. It must have: %(required)s.",
                missing=', '.join(missing), required=', '.join(history_rows.REQUIRED)))
        if unknown or twice:
            raise UserError(self.env._(
                "These columns are unknown or there twice: %(columns)s. Known are: %(allowed)s.",
                columns=', '.join([*unknown, *sorted(twice)]), allowed=', '.join(allowed)))

    # ------------------------------------------------------------------ staging

    @api.model
    def _stage(self, columns, records, program, timezone):
        """Copy the rows that are sound by themselves into the staging table.

        :return: (number of rows, list of Rejected)
        """
        self.env.cr.execute("""
            DROP TABLE IF EXISTS membership_import_row;
            CREATE TEMPORARY TABLE membership_import_row (
                reference text, member_ref text, occurred_at timestamp, amount numeric, amount_untaxed numeric,
                points numeric, shop_code text, origin text, card_number text, member_name text, email text, phone text,
                row int, key text, origin_key text, partner_id int, partners int, shop_id int, card_id int, reason text
            ) ON COMMIT DROP""")
        zone, latest = pytz.timezone(timezone), fields.Datetime.now()
        decimals = program.currency_id.decimal_places
        count, rejected = 0, []
        with tempfile.TemporaryFile('w+', newline='', encoding='utf-8') as buffer:
            writer = csv.writer(buffer)
            for count, record in enumerate(records, 1):
                cells = dict(zip(columns, record, strict=True))
                try:
                    writer.writerow((*history_rows.read(cells, zone, latest, decimals), count))
                except Problem as problem:
                    rejected.append(Rejected(count, str(cells['reference'] or ''), problem.reason, problem.value))
            buffer.seek(0)
            self.env.cr.copy_expert(
                f"COPY membership_import_row ({', '.join(CHECKED_COLUMNS)}) FROM STDIN (FORMAT csv)", buffer)
        return count, rejected

    @api.model
    def _resolve(self, program, company):
        """Find what the rows refer to: document keys, shops, and the members by their reference."""
        prefix = f'import:{program.id}:'
        self.env.cr.execute(SQL(
            """UPDATE membership_import_row SET key = %(prefix)s || reference, origin_key = %(prefix)s || origin,
                      card_number = replace(replace(card_number, ' ', ''), '-', '');
               CREATE INDEX ON membership_import_row (reference);
               CREATE INDEX ON membership_import_row (member_ref);
               CREATE INDEX ON membership_import_row (origin) WHERE origin IS NOT NULL;
               ANALYZE membership_import_row;
               UPDATE membership_import_row r SET shop_id = s.id FROM membership_shop s
                WHERE s.company_id = %(company)s AND s.code = r.shop_code;
               UPDATE membership_import_row r SET partner_id = p.id, partners = p.partners
                 FROM (SELECT ref, min(id) AS id, count(*) AS partners FROM res_partner
                        WHERE active AND ref IN (SELECT member_ref FROM membership_import_row)
                          AND (company_id IS NULL OR company_id = %(company)s) GROUP BY ref) p
                WHERE p.ref = r.member_ref""",
            prefix=prefix, company=company.id))

    @api.model
    def _check_numbers(self, program):
        """Mark the rows whose card number was misread."""
        numbers = self.env.execute_query(SQL(
            "SELECT DISTINCT card_number FROM membership_import_row WHERE card_number IS NOT NULL"))
        misread = [number for number, in numbers if program._membership_misread(number)]
        self.env.cr.execute(SQL(
            "UPDATE membership_import_row SET reason = 'card_number_misread' WHERE card_number = ANY(%s)", misread))

    @api.model
    def _check_staged(self, program, create_members):
        """Mark the rows that cannot be posted, first reason first, and take them out.

        :return: list of Rejected
        """
        for reason, condition in CHECKS.items():
            self.env.cr.execute(SQL(
                "UPDATE membership_import_row r SET reason = %s WHERE r.reason IS NULL AND (%s)",
                reason, SQL(condition, program=program.id, create_members=create_members)))
        return [Rejected(*row) for row in self.env.execute_query(SQL(
            """DELETE FROM membership_import_row WHERE reason IS NOT NULL
               RETURNING row, reference, reason, CASE reason
                   WHEN 'unknown_shop' THEN shop_code
                   WHEN 'card_number_taken' THEN card_number WHEN 'card_number_misread' THEN card_number
                   WHEN 'ambiguous_member' THEN member_ref WHEN 'unknown_member' THEN member_ref
                   WHEN 'unknown_origin' THEN origin WHEN 'refund_exceeds_purchase' THEN origin
                   WHEN 'known_but_different' THEN amount::text ELSE reference END"""))]

    @api.model
    def _drop_known(self):
        """Take out the rows that were imported before; return how many."""
        self.env.cr.execute(
            """DELETE FROM membership_import_row r USING membership_purchase p WHERE p.document_key = r.key""")
        return self.env.cr.rowcount

    @api.model
    def _get_reasons(self):
        """Return {reason code: what it means and how to mend it}."""
        _ = self.env._
        return {
            'bad_text': _("The text has characters that cannot be stored."),
            'no_reference': _("The row has no reference. Each purchase needs one that no other purchase has."),
            'no_member': _("The row has no member reference."),
            'bad_timestamp': _("This is no date and time, or it lies in the future. Write 2026-01-31 18:05:00."),
            'bad_amount': _("This is no amount in the programme's currency. Write 1234.50, negative for a refund."),
            'bad_points': _("These are no points with at most two decimals, or they do not go with the amount."),
            'origin_of_a_sale': _("Only a refund, with a negative amount, names the purchase it takes back."),
            'duplicate_reference': _("The file has this reference more than once."),
            'unknown_shop': _("The company has no shop with this code. Add the shop or correct the code."),
            'ambiguous_member': _("Several contacts have this reference. Give each contact its own."),
            'unknown_member': _("No contact has this reference, and new members were not asked for."),
            'known_but_different': _("This purchase was imported before, with another amount or for another member."),
            'card_number_misread': _("The check digit of this card number is wrong. Read the number again."),
            'card_number_taken': _("This card number belongs to another member."),
            'unknown_origin': _("The member has no purchase of this reference, in the file or imported before."),
            'refund_exceeds_purchase': _("The refunds of this purchase add up to more than the purchase."),
        }
