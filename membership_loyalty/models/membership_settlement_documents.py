from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import format_date

from ..tools.documents import move_type_of, sign_on, way_of
from ..tools.rounding import to_amount

PAID = ('paid', 'reversed')


class Plan(NamedTuple):
    """A document that is going to be created."""

    settlement: models.Model
    draft: models.Model  # account.move that is not stored: company, partner, journal, dates
    move_type: str
    parts: list  # [(statement line, account.move.line that is not stored)]

    @property
    def company(self):
        return self.draft.company_id

    def amount(self, line):
        """Return the amount of a statement line as it stands on this document."""
        return line.amount * sign_on(self.move_type, self.company == self.settlement.company_id, line.direction)

    @property
    def untaxed(self):
        return sum(self.amount(line) for line, _part in self.parts)

    @property
    def tax(self):
        taxes = self.parts[0][1].tax_ids.with_company(self.company)
        return sum(
            result['total_included'] - result['total_excluded'] for result in (
                taxes.compute_all(self.amount(line), currency=self.settlement.currency_id) for line, _part in self.parts))

    @property
    def accounting_date(self):
        """Return the day on which Odoo will book the document: past the lock dates of the company."""
        has_tax = bool(self.parts[0][1].tax_ids)
        wanted = self.draft.invoice_date
        locks = self.draft._get_violated_lock_dates(wanted, has_tax)
        if locks or self.draft.is_purchase_document():
            return self.draft._get_accounting_date(wanted, has_tax, lock_dates=locks)
        return wanted


class MembershipSettlement(models.Model):
    """The documents of a statement: invoices and bills of the operator, and their mirror at an own company."""

    _inherit = 'membership.settlement'

    move_ids = fields.One2many('account.move', 'membership_settlement_id', string="Documents", readonly=True)
    move_count = fields.Integer(string="Number of documents", compute='_compute_move_count')
    state = fields.Selection(compute='_compute_state', store=True)
    is_bookable = fields.Boolean(compute='_compute_is_bookable', help="Documents can be created.")
    payment_due = fields.Monetary(
        string="To be paid", compute='_compute_payment_due', compute_sudo=True,
        help="Open on the operator's documents, taxes and what was carried in included: above zero the operator pays, "
             "below zero the party pays.")

    @api.depends('move_ids')
    @api.depends_context('allowed_company_ids', 'uid')
    def _compute_move_count(self):
        readable = self.env['account.move'].has_access('read')
        for settlement in self:
            settlement.move_count = len(settlement.move_ids) if readable else 0

    @api.depends('move_ids.state', 'move_ids.payment_state', 'move_ids.move_type')
    def _compute_state(self):
        """An invoiced statement is settled while all its documents are paid."""
        for settlement in self:
            if settlement.state in ('invoiced', 'settled'):
                is_paid = all(
                    move.state == 'posted' and move.payment_state in PAID
                    for move in settlement.move_ids if move.is_invoice())
                settlement.state = 'settled' if is_paid else 'invoiced'
            else:
                settlement.state = settlement.state

    @api.depends('state', 'move_ids')
    def _compute_is_bookable(self):
        for settlement in self:
            settlement.is_bookable = settlement.state in ('confirmed', 'carried') and not settlement.sudo().move_ids

    @api.depends('move_ids.state', 'move_ids.amount_residual', 'move_ids.move_type')
    def _compute_payment_due(self):
        for settlement in self:
            documents = settlement._paid_together().move_ids.filtered(
                lambda move, company=settlement.company_id: move.company_id == company and move.is_invoice())
            settlement.payment_due = sum(
                move.amount_residual * (1 if move.is_outbound() else -1) for move in documents)

    # ------------------------------------------------------------------ rights

    def _check_accountant(self):
        self._check_group('membership_loyalty.group_membership_accountant')
        self.env['account.move'].check_access('create')

    # ------------------------------------------------------------------ planning

    def _paid_together(self):
        """Return this statement and those before it whose balance it has taken over."""
        together = self
        while together[-1:].previous_id.state == 'carried':
            together |= together[-1:].previous_id
        return together

    def _lines_to_book(self):
        """Return the lines that documents are made for: of this statement, and of those carried to it and not booked."""
        waiting = self._paid_together().filtered(lambda s: s == self or not s.move_ids)
        return waiting.line_ids.filtered(lambda line: not line.currency_id.is_zero(line.amount)).sorted(
            lambda line: (line.settlement_id.date_from, line.sequence, line.id))

    def _books(self):
        """Return [(company, partner)]: in whose books the documents stand, and who the other one is."""
        self.ensure_one()
        books = [(self.company_id, self.partner_id)]
        if self.party_id.company_id:
            books.append((self.party_id.company_id, self.company_id.partner_id))
        return books

    def _plan_documents(self):
        """Return the Plans of all documents of this statement.

        :raise UserError: names the company and what it lacks
        """
        self.ensure_one()
        lines = self._lines_to_book()
        is_net = self.agreement_id.document_mode == 'net'
        main = 'party_to_hq' if self._owed(lines, 'party_to_hq') >= self._owed(lines, 'hq_to_party') else 'hq_to_party'
        plans = []
        for company, partner in self._books():
            for way, of_way in lines.grouped(lambda line: main if is_net else line.direction).items():
                is_sale = way_of(True, company == self.company_id) == way
                self._check_books(company, partner, is_sale)
                plans += self._plan_side(company, partner, is_sale, of_way)
        return plans

    @staticmethod
    def _owed(lines, way):
        return sum(to_amount(line.amount) for line in lines if line.direction == way)

    def _plan_side(self, company, partner, is_sale, lines):
        """Return the Plans of invoices or of bills in one company: one for each set of taxes.

        Accounts, taxes and fiscal position are asked of Odoo, by a document that is not stored.
        """
        draft = self.env['account.move'].sudo().with_company(company).new(
            self._prepare_document(company, partner, f'{"out" if is_sale else "in"}_invoice'))
        parts, plans = {}, []
        for line in lines:
            part = draft.invoice_line_ids.new({**line._prepare_document_line(company, partner), 'move_id': draft})
            part.tax_ids = part._get_computed_taxes() if line.value_type != 'principal' else False
            self._check_part(part, company)
            parts.setdefault(part.tax_ids.ids and tuple(part.tax_ids.ids), []).append((line, part))
        for of_taxes in parts.values():
            total = sum(line.amount * sign_on(draft.move_type, company == self.company_id, line.direction)
                        for line, _part in of_taxes)
            plans.append(Plan(self, draft, move_type_of(is_sale, total), of_taxes))
        return plans

    def _prepare_document(self, company, partner, move_type):
        """Return the values of one document, lines apart; modules that add to documents extend it."""
        journal = company.membership_sale_journal_id if move_type.startswith('out') else (
            company.membership_purchase_journal_id)
        values = {
            'move_type': move_type, 'company_id': company.id, 'partner_id': partner.id,
            'currency_id': self.currency_id.id, 'ref': self.name, 'invoice_origin': self.name,
            'invoice_date': self.date_to if company.membership_document_date == 'period_end'
            else fields.Date.context_today(self)}
        if journal:
            values['journal_id'] = journal.id
        if self.agreement_id.payment_term_id:
            values['invoice_payment_term_id'] = self.agreement_id.payment_term_id.id
        return values

    # ------------------------------------------------------------------ creating

    def action_create_documents(self):
        """Show what is going to be created, and on which dates."""
        self._check_accountant()
        self._check_bookable()
        return self.env['membership.settlement.book']._open(self)

    def _check_bookable(self):
        labels = dict(self._fields['state']._description_selection(self.env))
        for settlement in self:
            if not settlement.is_bookable:
                raise UserError(self.env._(
                    "%(settlement)s is %(state)s: documents are created once, when it is confirmed.",
                    settlement=settlement.name, state=labels[settlement.state]))
            later = self.sudo().search([('previous_id', '=', settlement.id), ('state', '!=', 'cancel')], limit=1)
            if settlement.state == 'carried' and settlement.agreement_id.min_policy == 'carry' and later:
                raise UserError(self.env._(
                    "%(settlement)s was carried to %(later)s and is booked with it.",
                    settlement=settlement.name, later=later.name))

    def _create_documents(self, is_posted=False):
        """Create the documents of these statements; what is posted at once, the operator's user says and the other
        company by its setting.

        :return: account.move records, also those of companies that the user does not see
        """
        self._check_accountant()
        self.lock_for_update()
        self._check_bookable()
        created = self.env['account.move'].sudo()
        for settlement in self:
            moves = created.browse()
            for plan in settlement.sudo()._plan_documents():
                moves |= settlement._create_document(plan)
            if settlement.state == 'confirmed' or settlement.agreement_id.min_policy == 'carry':
                settlement.sudo().state = 'invoiced'
            moves.filtered(lambda move, own=settlement.company_id: is_posted if move.company_id == own
                           else move.company_id.membership_is_posted).action_post()
            created |= moves
        return created

    def _create_document(self, plan):
        company, partner = plan.company, plan.draft.partner_id
        values = self.sudo()._prepare_document(company, partner, plan.move_type)
        note = company._membership_stored_value_note()
        if note and any(line.charge in ('svs', 'svbon') and line.direction == 'hq_to_party' for line, _ in plan.parts):
            values['narration'] = note
        values['membership_settlement_id'] = self.id
        values['invoice_line_ids'] = [Command.create({
            **line._prepare_document_line(company, partner), 'price_unit': plan.amount(line),
            'tax_ids': [Command.set(part.tax_ids.ids)], 'membership_settlement_line_id': line.id,
        }) for line, part in plan.parts]
        move = self.env['account.move'].sudo().with_company(company).create(values)
        move.message_post(body=self.env._(
            "Created from statement %(statement)s, %(month)s.", statement=self.name,
            month=format_date(self.env, self.date_to, date_format='MMMM y')))
        return move

    # ------------------------------------------------------------------ what is missing

    def _check_books(self, company, partner, is_sale):
        """Refuse when a company has no journal or no account for its documents, and say where to set it."""
        kind, chosen = ('sale', company.membership_sale_journal_id) if is_sale else (
            'purchase', company.membership_purchase_journal_id)
        journals = self.env['account.journal'].sudo()
        if not chosen and not journals.search_count(
                [*journals._check_company_domain(company), ('type', '=', kind)], limit=1):
            raise UserError(self.env._(
                "%(company)s has no journal for %(documents)s. Create one in Accounting, Configuration, Journals, or load "
                "a chart of accounts in Settings, Accounting.", company=company.name,
                documents=self.env._("invoices") if is_sale else self.env._("bills")))
        account = partner.with_company(company).sudo()[
            'property_account_receivable_id' if is_sale else 'property_account_payable_id']
        if not account:
            raise UserError(self.env._(
                "%(partner)s has no %(account)s account in %(company)s. Set it on the contact, page Accounting.",
                partner=partner.display_name, company=company.name,
                account=self.env._("receivable") if is_sale else self.env._("payable")))

    def _check_part(self, part, company):
        if not part.account_id:
            raise UserError(self.env._(
                "%(product)s has no account in %(company)s. Set its income and expense accounts there, on the article or "
                "its category, or a default account on the journal.", product=part.product_id.display_name,
                company=company.name))
        for tax in part.tax_ids.filtered('price_include'):
            raise UserError(self.env._(
                "Tax %(tax)s of %(product)s is included in the price, and statements are without tax. Use a tax in "
                "%(company)s that is added to the price.", tax=tax.name, product=part.product_id.display_name,
                company=company.name))

    def action_view_documents(self):
        """Open the documents of this statement that the user may see."""
        self.ensure_one()
        self.check_access('read')
        moves = self.move_ids
        return moves._get_records_action(name=self.env._("Documents of %(statement)s", statement=self.name))
