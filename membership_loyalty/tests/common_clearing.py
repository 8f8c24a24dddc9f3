from datetime import date

from freezegun import freeze_time

from .common_wallet import WalletCommon

OCTOBER = ('2026-10-01', '2026-10-31')


class ClearingCommon(WalletCommon):
    """Wallets of an operator that three own companies fill and accept: S1 has the books of the test, S2 and S3 are
    bare. A package costs 1,000 and gives 200 on top."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.package.write({'amount': 1000, 'bonus': 200})
        cls.package_product.list_price = 1000
        cls.companies = {'S1': cls.env.company}
        for code in ('HQ', 'S2', 'S3'):
            cls.companies[code] = cls.setup_other_company(name=f"Company {code}")['company']
        cls.stored.company_id = False
        (cls.article | cls.package_product | cls.plain_product).sudo().taxes_id = False
        cls.salesmen = {code: cls.create_user(
            f'salesman_{code.lower()}', 'sales_team.group_sale_salesman', company_id=company.id,
            company_ids=company.ids) for code, company in cls.companies.items()}
        cls.parties = {code: cls.env['membership.party'].create({
            'name': f"Shop company {code}", 'code': code, 'kind': 'company', 'operator_id': cls.companies['HQ'].id,
            'company_id': cls.companies[code].id, 'partner_id': cls.companies[code].partner_id.id,
            'currency_id': cls.env.company.currency_id.id}) for code in ('S1', 'S2', 'S3')}

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref('membership_loyalty.group_settlement_manager') \
            | cls.quick_ref('membership_loyalty.group_membership_accountant')

    @classmethod
    def agree(cls, bearer='loader', share=0):
        """Let all three settle from January on, with one rule for bonus money."""
        agreements = cls.env['membership.agreement'].create([{
            'party_id': party.id, 'program_id': cls.stored.id, 'date_from': date(2026, 1, 1), 'bonus_bearer': bearer,
            'bonus_share': share} for party in cls.parties.values()])
        agreements.action_activate()
        return agreements

    def at(self, code):
        """Sell in the name of a company from now on."""
        self.salesman = self.salesmen[code]

    def load(self, code, product=None, price=None, day='2026-10-05'):
        self.at(code)
        with freeze_time(f'{day} 10:00:00'):
            return self.top_up(product, price)

    def spend(self, code, amount, day='2026-10-10'):
        self.at(code)
        with freeze_time(f'{day} 10:00:00'):
            return self.pay_order(amount, company_id=self.companies[code].id)

    def settle(self, date_from=OCTOBER[0], date_to=OCTOBER[1]):
        """Return {code: net of the statement}; above zero the operator pays; HQ is what the operator has left."""
        run = self.env['membership.settlement.run'].sudo().create({
            'program_id': self.stored.id, 'company_id': self.companies['HQ'].id, 'date_from': date_from,
            'date_to': date_to})
        run._draft_settlements()
        for settlement in run.settlement_ids:
            settlement.party_id._close(settlement.date_to)
            settlement._compute_settlement()
        run._finish()
        self.statements = {settlement.party_id.code: settlement for settlement in run.settlement_ids}
        nets = {code: settlement.net for code, settlement in self.statements.items()}
        return {**{code: net for code, net in nets.items() if net}, 'HQ': -sum(nets.values())}

    def charges(self, code):
        """Return {charge: amount}, paid by the operator positive, of the last statement of a company."""
        charges = {}
        for line in self.statements[code].line_ids:
            sign = 1 if line.direction == 'hq_to_party' else -1
            charges[line.charge] = round(charges.get(line.charge, 0) + sign * line.amount, 2)
        return charges

    def give_back(self, sold, day='2026-10-20', **values):
        """Give a top-up back as a clerk of the company that sold it does."""
        entry = self.wallet().entry_ids.filtered(
            lambda entry: entry.document_key == f'sale.order:{sold.id}' and entry.value_type == 'principal'
            and entry.amount > 0)
        with freeze_time(f'{day} 10:00:00'):
            self.env['membership.top.up.refund'].create({
                'wallet_id': self.wallet().id, 'entry_id': entry.id, 'reason': "Moves away", **values}).action_refund()
