from odoo import api, models


class MembershipAccountCheck(models.TransientModel):
    """Whether statements empty the accounts that top-ups and payments fill, in each company that settles."""

    _inherit = 'membership.account.check'

    @api.model
    def _problems(self, program, company):
        return super()._problems(program, company) + self._clearing_problems(program, company)

    @api.model
    def _clearing_problems(self, program, company):
        """Return [(article of a charge, what is wrong)] in a company that settles these wallets, on either side."""
        agreements = self.env['membership.agreement'].sudo().search([
            ('program_id', '=', program.id), ('state', '!=', 'draft'), '|', ('company_id', '=', company.id),
            ('party_id.company_id', '=', company.id)])
        if not agreements:
            return []
        there = program.sudo().with_company(company)
        filled = there.rule_ids.product_ids.property_account_income_id
        used = there.payment_program_discount_product_id.property_account_income_id
        if company in agreements.company_id:
            wanted = [('svl', 'income', filled), ('svr', 'expense', filled), ('svs', 'expense', filled)]
        else:
            wanted = [('svl', 'expense', filled), ('svr', 'income', filled), ('svs', 'income', used)]
            if set(agreements.mapped('bonus_bearer')) - {'redeemer'}:
                wanted.append(('svbon', 'income', used))
        return [problem for charge, side, accounts in wanted
                if (problem := self._charge_problem(charge, side, accounts, company))]

    def _charge_problem(self, charge, side, accounts, company):
        """Return (article, text) when a charge is not booked to the account that it is to empty, or None."""
        article = self.env['membership.charge.product'].sudo().search([('charge', '=', charge)])
        product = article.product_id.with_company(company)
        account = product[f'property_account_{side}_id']
        if account in accounts and account:
            return None
        labels = dict(article._fields['charge']._description_selection(self.env))
        return product, self.env._(
            "%(charge)s: statements book it to %(account)s in %(company)s; it has to be %(wanted)s, or the money that "
            "is handed on never leaves there. Set the %(side)s account of this article.", charge=labels[charge],
            account=account.display_name or self.env._("the account of its category"), company=company.name,
            wanted=', '.join(accounts.mapped('display_name')) or self.env._("the account of the top-up articles"),
            side=self.env._("income") if side == 'income' else self.env._("expense"))
