import base64
import tempfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..report.ledger_workbook import LedgerWorkbook
from ..report.stream import stream

MOST_ROWS = 1_000_000  # a sheet of a workbook holds 1,048,576


class MembershipWorkbook(models.TransientModel):
    """The ledger of a period as a workbook: of a programme, or the statement of one member."""

    _name = 'membership.workbook'
    _description = "Ledger Workbook"

    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, domain="[('is_membership', '=', True)]",
        default=lambda self: self.env.company.membership_program_id)
    account_id = fields.Many2one(
        'loyalty.card', string="Member", domain="[('program_id', '=', program_id), ('is_membership', '=', True)]",
        help="Empty: all members.")
    date_from = fields.Date(
        string="From", required=True,
        default=lambda self: fields.Date.start_of(fields.Date.context_today(self), 'month'))
    date_to = fields.Date(string="To", required=True, default=fields.Date.context_today)

    @api.constrains('date_from', 'date_to')
    def _check_period(self):
        if self.filtered(lambda wizard: wizard.date_from > wizard.date_to):
            raise UserError(self.env._("The period ends before it begins."))

    def action_make(self):
        """Make the workbook, keep it as an attachment of the one who made it, and download it."""
        self.ensure_one()
        attachment = self._make()
        return {
            'type': 'ir.actions.act_url',
            'url': f'/web/content/{attachment.id}?download=true',
            'target': 'download',
        }

    def _make(self):
        """Return the workbook as an attachment. It belongs to no record: who may read the programme need not be allowed
        to read what all its members did, so only the one who made it can open it."""
        entries = self.env['membership.ledger.entry']
        period = self._get_domain() & Domain('date', '>=', self.date_from)
        count = entries.search_count(period)
        if count > MOST_ROWS:
            raise UserError(self.env._(
                "The period has %(count)s entries, a sheet holds %(most)s. Choose a shorter period.",
                count=count, most=MOST_ROWS))
        with tempfile.TemporaryFile() as file:
            book = LedgerWorkbook(self.env, file)
            with stream(self.env, self._select_members()) as members, \
                    stream(self.env, self._select_entries()) as rows:
                book.write(self._get_parameters(), members, rows)
            file.seek(0)
            return self.env['ir.attachment'].create({
                'name': self._get_name(),
                'type': 'binary',
                'datas': base64.b64encode(file.read()),
                'mimetype': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
            })

    # ------------------------------------------------------------------ what goes in

    def _get_name(self):
        title = self.account_id.partner_id.name or self.program_id.name
        return f"{title} {self.date_from} {self.date_to}.xlsx"

    def _get_parameters(self):
        """Return the rows of the cover's head: [(label, value)]."""
        return [
            (self.env._("Programme"), self.program_id.name),
            (self.env._("Member"), self.account_id.partner_id.name or self.env._("All members")),
            (self.env._("From"), self.date_from),
            (self.env._("To"), self.date_to),
            (self.env._("Time zone of the days"), self.program_id.membership_tz or 'UTC'),
            (self.env._("Companies"), ', '.join(self.env.companies.mapped('name'))),
            (self.env._("Made by"), self.env.user.name),
            (self.env._("Made at (UTC)"), fields.Datetime.now()),
        ]

    def _get_domain(self):
        """Return the domain of the entries up to the end of the period; the opening balance is what lies before it."""
        account = Domain('card_id', '=', self.account_id.id) if self.account_id else Domain.TRUE
        return account & Domain('program_id', '=', self.program_id.id) & Domain('value_type', '=', 'points') \
            & Domain('date', '<=', self.date_to)

    def _select(self, columns, domain, tail):
        """Return the query of entries that the user may read, with their account and member."""
        query = self.env['membership.ledger.entry']._search(domain)
        return SQL(
            """SELECT %(columns)s FROM %(entries)s
                 JOIN loyalty_card account ON account.id = membership_ledger_entry.card_id
                 LEFT JOIN res_partner member ON member.id = account.partner_id
                 LEFT JOIN LATERAL (SELECT number FROM membership_card WHERE account_id = account.id
                                     ORDER BY state <> 'active', id DESC LIMIT 1) card ON TRUE
                 LEFT JOIN membership_tier tier ON tier.id = account.tier_id
                 LEFT JOIN membership_shop shop ON shop.id = membership_ledger_entry.shop_id
                 LEFT JOIN res_company company ON company.id = membership_ledger_entry.company_id
                WHERE %(condition)s %(tail)s""",
            columns=columns, entries=query.from_clause, condition=query.where_clause or SQL('TRUE'), tail=tail)

    def _select_members(self):
        """Return the query of a row per member: name, card, tier, opening balance, then what each kind moved."""
        before = SQL("membership_ledger_entry.date < %s", self.date_from)
        kinds = SQL(', ').join(SQL(
            """COALESCE(sum(membership_ledger_entry.amount) FILTER (
                WHERE membership_ledger_entry.kind = %s AND NOT %s), 0)::float""",
            kind, before) for kind, _label in self._get_kinds())
        return self._select(
            SQL("""member.complete_name, card.number, %s,
                   COALESCE(sum(membership_ledger_entry.amount) FILTER (WHERE %s), 0)::float, %s""",
                self._translated('tier', 'name', 'membership.tier'), before, kinds),
            self._get_domain(),
            SQL("GROUP BY account.id, member.complete_name, card.number, tier.name"
                " ORDER BY member.complete_name, account.id"))

    def _select_entries(self):
        """Return the query of a row per entry of the period, in the order of their days."""
        return self._select(
            SQL("""membership_ledger_entry.date, membership_ledger_entry.occurred_at AT TIME ZONE 'UTC' AT TIME ZONE %s,
                   member.complete_name, card.number, membership_ledger_entry.kind, membership_ledger_entry.is_reversal,
                   membership_ledger_entry.description, membership_ledger_entry.document_key,
                   membership_ledger_entry.channel, %s, company.name, membership_ledger_entry.amount::float,
                   membership_ledger_entry.remaining::float, membership_ledger_entry.expires_on""",
                self.program_id.membership_tz or 'UTC', self._translated('shop', 'name', 'membership.shop')),
            self._get_domain() & Domain('date', '>=', self.date_from),
            SQL("ORDER BY membership_ledger_entry.date, membership_ledger_entry.id"))

    def _translated(self, alias, fname, model):
        return self.env[model]._field_to_sql(alias, fname)

    @api.model
    def _get_kinds(self):
        return self.env['membership.ledger.entry']._fields['kind']._description_selection(self.env)
