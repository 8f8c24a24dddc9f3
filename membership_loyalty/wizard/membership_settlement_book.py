from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.misc import format_date


class MembershipSettlementBook(models.TransientModel):
    """What is going to be booked for confirmed statements, before it is: documents, dates, amounts, warnings."""

    _name = 'membership.settlement.book'
    _description = "Create Documents of Statements"

    settlement_ids = fields.Many2many('membership.settlement', string="Statements", readonly=True, required=True)
    is_posted = fields.Boolean(
        string="Post at once", compute='_compute_is_posted', store=True, readonly=False,
        help="Otherwise the documents are drafts. Documents of another company follow that company's setting.")
    is_several = fields.Boolean(compute='_compute_is_several')
    warning = fields.Text(readonly=True)
    line_ids = fields.One2many('membership.settlement.book.line', 'book_id', string="Documents", readonly=True)

    @api.depends('settlement_ids')
    def _compute_is_posted(self):
        for book in self:
            book.is_posted = all(book.settlement_ids.company_id.mapped('membership_is_posted'))

    @api.depends('settlement_ids')
    def _compute_is_several(self):
        for book in self:
            book.is_several = len(book.settlement_ids) > 1

    @api.model
    def _open(self, settlements):
        """Return the action that shows what is planned for these statements."""
        plans = [plan for settlement in settlements for plan in settlement.sudo()._plan_documents()]
        book = self.create({
            'settlement_ids': [Command.set(settlements.ids)],
            'warning': '\n'.join(self._warnings(settlements, plans)),
            'line_ids': [Command.create(self._prepare_line(plan)) for plan in plans]})
        return {
            **book._get_records_action(name=self.env._("Create Documents")), 'target': 'new',
            'context': {'dialog_size': 'extra-large'}}

    def _prepare_line(self, plan):
        kinds = dict(self.env['account.move']._fields['move_type']._description_selection(self.env))
        return {
            'settlement_id': plan.settlement.id, 'company_name': plan.company.name, 'kind': kinds[plan.move_type],
            'partner_name': plan.draft.partner_id.display_name, 'journal_name': plan.draft.journal_id.display_name,
            'tax_names': ', '.join(plan.parts[0][1].tax_ids.mapped('name')),
            'invoice_date': plan.draft.invoice_date, 'accounting_date': plan.accounting_date,
            'amount_untaxed': plan.untaxed, 'amount_tax': plan.tax}

    def _warnings(self, settlements, plans):
        """Return sentences about what the accountant has to know before."""
        warnings = []
        for plan in plans:
            if plan.accounting_date != plan.draft.invoice_date:
                warnings.append(self.env._(
                    "%(company)s: %(kind)s of %(statement)s will be booked on %(actual)s instead of %(wanted)s%(why)s.",
                    company=plan.company.name, kind=self._prepare_line(plan)['kind'].lower(),
                    statement=plan.settlement.name, actual=format_date(self.env, plan.accounting_date),
                    wanted=format_date(self.env, plan.draft.invoice_date), why=self._why(plan)))
        for settlement in settlements.sudo():
            warnings += settlement._rate_warnings()
        return list(dict.fromkeys(warnings))

    def _why(self, plan):
        locks = plan.draft._get_violated_lock_dates(plan.draft.invoice_date, bool(plan.parts[0][1].tax_ids))
        return self.env._(
            ", because its books are locked (%(locks)s)", locks=self.env['res.company']._format_lock_dates(locks)
        ) if locks else ''

    def action_create(self):
        """Create the documents and open them."""
        self.ensure_one()
        moves = self.settlement_ids._create_documents(self.is_posted)
        own = moves.sudo(False)._filtered_access('read')
        return own._get_records_action(name=self.env._("Documents")) if own else {
            'type': 'ir.actions.act_window_close'}


class MembershipSettlementBookLine(models.TransientModel):
    """One document that is going to be created; names only, for it may be of a company that the user cannot read."""

    _name = 'membership.settlement.book.line'
    _description = "Planned Document of a Statement"

    book_id = fields.Many2one('membership.settlement.book', required=True, ondelete='cascade')
    settlement_id = fields.Many2one('membership.settlement', string="Statement", readonly=True)
    company_name = fields.Char(string="Company", readonly=True)
    kind = fields.Char(string="Document", readonly=True)
    partner_name = fields.Char(string="Partner", readonly=True)
    journal_name = fields.Char(string="Journal", readonly=True)
    tax_names = fields.Char(string="Taxes", readonly=True)
    invoice_date = fields.Date(string="Document date", readonly=True)
    accounting_date = fields.Date(readonly=True, help="Later than the date of the document where the books are locked.")
    currency_id = fields.Many2one(related='settlement_id.currency_id')
    amount_untaxed = fields.Monetary(string="Without tax", readonly=True)
    amount_tax = fields.Monetary(string="Tax", readonly=True)
