from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import format_date

PAID = ('paid', 'reversed')


class MembershipSettlement(models.Model):
    """The documents of a statement: invoices and bills of the operator, and their mirror at an own company."""

    _inherit = 'membership.settlement'

    move_ids = fields.One2many('account.move', 'membership_settlement_id', string="Documents", readonly=True)
    move_count = fields.Integer(string="Number of documents", compute='_compute_move_count')
    state = fields.Selection(compute='_compute_state', store=True)
    is_bookable = fields.Boolean(compute='_compute_is_bookable', help="Documents can be created.")

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
                    for move in settlement._all_moves() if move.is_invoice())
                settlement.state = 'settled' if is_paid else 'invoiced'
            else:
                settlement.state = settlement.state

    @api.depends('state', 'carried_to_id')
    def _compute_is_bookable(self):
        """A balance that was carried is booked with the statement that took it over, or by itself if none has."""
        for settlement in self:
            settlement.is_bookable = settlement.state == 'confirmed' or (
                settlement.state == 'carried' and not settlement.carried_to_id)


    # ------------------------------------------------------------------ rights

    def _check_accountant(self):
        self._check_group('membership_loyalty.group_membership_accountant')
        self.env['account.move'].check_access('create')

    def _check_own_books(self):
        """Refuse users who do not work for the operator: an own company reads its statements and does not book them."""
        for settlement in self:
            if settlement.company_id not in self.env.companies:
                raise UserError(self.env._(
                    "%(settlement)s is booked by an accountant of %(company)s. If that is you, choose this company at "
                    "the top right.", settlement=settlement.name, company=settlement.sudo().company_id.name))

    # ------------------------------------------------------------------ creating

    def action_create_documents(self):
        """Show what is going to be created, and on which dates."""
        self._check_accountant()
        self._check_own_books()
        self._check_bookable()
        return self.env['membership.settlement.book']._open(self)

    def _check_bookable(self):
        labels = dict(self._fields['state']._description_selection(self.env))
        for settlement in self:
            if settlement.state == 'carried' and settlement.carried_to_id:
                raise UserError(self.env._(
                    "%(settlement)s was carried to %(later)s and is booked with it.",
                    settlement=settlement.name, later=settlement.sudo().carried_to_id.name))
            if not settlement.is_bookable:
                raise UserError(self.env._(
                    "%(settlement)s is %(state)s: documents are created once, when it is confirmed.",
                    settlement=settlement.name, state=labels[settlement.state]))

    def _create_documents(self, is_posted=False):
        """Create the documents of these statements; what is posted at once, the operator's user says and the other
        company by its setting.

        :return: account.move records, also those of companies that the user does not see
        """
        self._check_accountant()
        self._check_own_books()
        self.lock_for_update()
        self._check_bookable()
        created = self.env['account.move'].sudo()
        for settlement in self:
            moves = created.browse()
            for plan in settlement.sudo()._plan_documents():
                moves |= settlement._create_document(plan)
            settlement.sudo().state = 'invoiced' if moves else 'settled'
            if moves:
                settlement._note_documents(moves)
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
            "Created from statement %(statement)s, %(month)s.", statement=self._get_html_link(),
            month=format_date(self.env, self.date_to, date_format='MMMM y')))
        return move

    def _note_documents(self, moves):
        """Note the documents in the history of the statement, each with its link."""
        names = Markup(', ').join(
            self.env._("%(document)s (%(company)s)", document=move._get_html_link(title=move.type_name),
                       company=move.company_id.name) for move in moves)
        self.sudo().message_post(body=self.env._("Documents created: %(documents)s", documents=names))

    def action_view_documents(self):
        """Open the documents of this statement that the user may see."""
        self.ensure_one()
        self.check_access('read')
        moves = self.move_ids
        return moves._get_records_action(name=self.env._("Documents of %(statement)s", statement=self.name))
