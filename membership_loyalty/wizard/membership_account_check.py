from odoo import api, fields, models
from odoo.fields import Command

from ..const import PAYMENT_PROGRAMS

LIABILITY = ('liability_current', 'liability_non_current')
CLEARING = ('liability_current', 'asset_current')


class MembershipAccountCheck(models.TransientModel):
    """Whether money paid into wallets and gift cards is booked as what it is: a debt to the customer, no income."""

    _name = 'membership.account.check'
    _description = "Check of the Accounts of Stored Value"

    checked_at = fields.Datetime(readonly=True)
    program_count = fields.Integer(string="Programmes checked", readonly=True)
    line_ids = fields.One2many('membership.account.check.line', 'check_id', readonly=True)
    is_well = fields.Boolean(compute='_compute_is_well')

    @api.depends('line_ids')
    def _compute_is_well(self):
        for check in self:
            check.is_well = not check.line_ids

    @api.depends('checked_at')
    def _compute_display_name(self):
        for check in self:
            check.display_name = self.env._("Accounts of stored value")

    def action_check(self):
        """Look at every active programme of the companies that the user works in now."""
        programs = self.env['loyalty.program'].sudo().search([
            ('program_type', 'in', PAYMENT_PROGRAMS), ('company_id', 'in', [False, *self.env.companies.ids])])
        lines = [
            {'company_id': company.id, 'program_id': program.id, 'product_id': product.id, 'problem': problem}
            for program in programs for company in program.company_id or self.env.companies
            for product, problem in self._problems(program.with_company(company), company)]
        check = self or self.create({})
        check.write({
            'checked_at': fields.Datetime.now(), 'program_count': len(programs),
            'line_ids': [Command.clear(), *(Command.create(values) for values in lines)]})
        return check._get_records_action(target='current')

    @api.model
    def _problems(self, program, company):
        """Return [(product, what is missing or wrong)] of a programme in a company, in plain words."""
        problems, accounts = [], self.env['account.account'].sudo()
        top_ups = program.rule_ids.product_ids
        if not top_ups:
            problems.append((top_ups, self.env._("No article fills it: name its top-up products in the programme.")))
        for product in top_ups:
            account = product.property_account_income_id
            accounts |= account
            problems += [(product, text) for text in (
                self._account_problem(account, company)
                or (account.account_type not in LIABILITY and self._not_liability(account)),
                self._tax_problem(product, company)) if text]
        product = program.payment_program_discount_product_id
        account = product.property_account_income_id
        problems += [(product, text) for text in (
            self._account_problem(account, company) or self._spend_problem(program, account, accounts),
            self._tax_problem(product, company)) if text]
        return problems

    def _account_problem(self, account, company):
        return not account and self.env._(
            "No income account of its own in %(company)s: the sales account of its category would be used.",
            company=company.name)

    def _not_liability(self, account):
        return self.env._(
            "Money paid in is booked to %(account)s, which is no liability: it is owed to the customer until spent.",
            account=account.display_name)

    def _spend_problem(self, program, account, top_up_accounts):
        """A payment takes from where the top-up put it; between companies of one shared programme, a clearing account
        does."""
        is_shared = not program.company_id and len(self.env.companies) > 1
        if account in top_up_accounts or (is_shared and account.account_type in CLEARING):
            return False
        return self.env._(
            "Payments are booked to %(account)s, top-ups to %(others)s: what is spent would never leave the liability.",
            account=account.display_name, others=', '.join(top_up_accounts.mapped('display_name')) or '-')

    def _tax_problem(self, product, company):
        taxes = product.taxes_id._filter_taxes_by_company(company)
        return taxes and self.env._(
            "Has the tax %(taxes)s: tax is due on what is bought with the money, not on the money. Take it off.",
            taxes=', '.join(taxes.mapped('name')))


class MembershipAccountCheckLine(models.TransientModel):
    _name = 'membership.account.check.line'
    _description = "Finding about the Accounts of Stored Value"

    check_id = fields.Many2one('membership.account.check', required=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', readonly=True)
    program_id = fields.Many2one('loyalty.program', string="Programme", readonly=True)
    product_id = fields.Many2one('product.product', string="Article", readonly=True)
    problem = fields.Char(readonly=True)

    def action_open(self):
        """Open what is to be mended, in the company in which it is wrong."""
        self.ensure_one()
        record = self.product_id or self.program_id
        return {**record._get_records_action(), 'context': {'allowed_company_ids': self.company_id.ids}}
