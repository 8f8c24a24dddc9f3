"""Three months of the alliance: sales at two tills, events of a partner, a month that is settled and one in dispute."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from odoo.service.model import retrying
from odoo.tools import SQL

from . import alliance
from .runner import step, transaction
from .till import Till

# Day of the month, till, member, amount: the same every month.
SALES = (
    (3, 'BAKERY', "Ana Alvarez", 120), (5, 'CAFE', "Ben Baker", 64), (8, 'BAKERY', "Chen Li", 210),
    (11, 'CAFE', "Dora Diaz", 35), (14, 'BAKERY', "Emil Ek", 88), (19, 'CAFE', "Ana Alvarez", 152),
    (23, 'BAKERY', "Fatima Farah", 47), (26, 'CAFE', "Chen Li", 99))
REWARD = (27, 'CAFE', "Chen Li", 30)
# Day, kind, member, points.
BOOKS = ((6, 'earn', "Dora Diaz", 300), (9, 'earn', "Emil Ek", 150), (21, 'redeem', "Dora Diaz", 100),
         (24, 'redeem', "Ana Alvarez", 60))


class Alliance:
    def __init__(self, registry):
        self.registry = registry
        with transaction(registry) as env:
            companies = alliance.set_up_companies(env)
            self.companies = {code: company.id for code, company in companies.items()}
            self.tills = {code: till.id for code, till in alliance.set_up_tills(env, companies).items()}
            self.operator = env.company.id
        self.allowed = [self.operator, *self.companies.values()]
        with self.owner() as env:
            companies = {code: env['res.company'].browse(company) for code, company in self.companies.items()}
            program, accounts = alliance.set_up_program(env)
            parties = alliance.set_up_parties(env, program, companies)
            alliance.issue_cards(env, accounts)
            self.months = alliance.months(env)
            product = env['product.product'].create({
                'name': "Basket of the day", 'type': 'consu', 'available_in_pos': True, 'taxes_id': False,
                'company_id': False})
            self.program, self.product = program.id, product.id
            self.accounts = {name: account.id for name, account in accounts.items()}
            self.parties = {code: party.id for code, party in parties.items()}
        self.sold = {}

    def owner(self, *companies):
        return transaction(self.registry, 'owner', allowed_company_ids=list(companies) or self.allowed)

    # ------------------------------------------------------------------ events

    def trade(self, month):
        """Ring up the month's sales, pay one with points, and book the merchant's events."""
        for day, code, member, amount in SALES:
            self.at_till(code, self.moment(month, day), lambda till, at, member=member, amount=amount: till.sell(
                [till.line(till.env['product.product'].browse(self.product), 1, amount)],
                partner=self.account(till.env, member).partner_id, at=at), (month, day))
        day, code, member, amount = REWARD
        self.at_till(code, self.moment(month, day), lambda till, at: self.sell_for_points(till, at, member, amount))
        self.report(month)

    def report(self, month):
        """Book what the merchant reports."""
        # The add-ons are found once Odoo has read its settings.
        from odoo.addons.membership_loyalty.tools.partner_event import PartnerEvent  # noqa: PLC0415
        with self.owner() as env:
            events = [PartnerEvent(
                kind, f'{month:%Y%m}-{number}', self.moment(month, day), points=Decimal(points),
                token=self.account(env, member).membership_card_id.number, receipt_no=f'B{month:%m}{number:03d}')
                for number, (day, kind, member, points) in enumerate(BOOKS, start=1)]
            results = env['membership.partner.event']._post(
                env['membership.party'].browse(self.parties['BOOKS']), env['loyalty.program'].browse(self.program),
                events)
            refused = [result for result in results if result.state != 'ok']
            if refused:
                raise SystemExit(f"error: events of the merchant were refused: {refused}")

    def moment(self, month, day):
        return datetime.combine(month + timedelta(days=day - 1), time(16))

    def account(self, env, member):
        return env['loyalty.card'].sudo().browse(self.accounts[member])

    def at_till(self, code, moment, action, remember=None):
        with self.owner(self.companies[code]) as env:
            till = Till.opened(env, env['pos.config'].browse(self.tills[code]))
            till.number = env['pos.order'].search_count([('session_id', '=', till.session.id)])
            order = retrying(lambda: action(till, moment), env)
            if remember:
                self.sold[remember] = code, order.id

    def sell_for_points(self, till, moment, member, amount):
        reward = till.env['loyalty.program'].sudo().browse(self.program).reward_ids[:1]
        account = self.account(till.env, member)
        product = till.env['product.product'].browse(self.product)
        lines = [till.line(product, 1, amount), till.reward(reward, account, reward.discount)]
        return till.sell(lines, partner=account.partner_id, at=moment)

    def bring_back(self, month, sale):
        """Bring goods back in a later month than they were bought in.

        :param sale: (month, day) of one of the SALES
        """
        code, order_id = self.sold[sale]
        self.at_till(code, self.moment(month, 12), lambda till, at: till.sell(
            [till.give_back(line) for line in till.env['pos.order'].browse(order_id).lines],
            partner=till.env['pos.order'].browse(order_id).partner_id, at=at))

    # ------------------------------------------------------------------ statements

    def settle(self, month):
        """Compute and send the statements of a month."""
        with self.owner() as env:
            run = env['membership.settlement.run'].create({
                'program_id': self.program, 'company_id': self.operator, 'date_from': month})
            run.action_compute()
        with transaction(self.registry) as env:
            env['membership.settlement.job']._cron_run()
        with self.owner() as env:
            self.statements(env, month).filtered(lambda settlement: settlement.state == 'computed').action_send()

    def statements(self, env, month):
        return env['membership.settlement'].search([
            ('program_id', '=', self.program), ('date_from', '=', month)], order='party_id')

    def book_and_pay(self, month):
        """Let the accountant confirm the month, create and post its documents, and pay what is left."""
        with transaction(self.registry, 'accountant', allowed_company_ids=self.allowed) as env:
            for settlement in self.statements(env, month):
                settlement.action_confirm()
                documents = settlement._create_documents(is_posted=True)
                documents.filtered(lambda move: move.state == 'draft').action_post()
                for company, moves in documents.filtered('amount_residual').grouped('company_id').items():
                    register = env['account.payment.register'].with_company(company).with_context(
                        active_model='account.move', active_ids=moves.ids)
                    register.create({'group_payment': True})._create_payments()

    def dispute(self, month):
        """Let the merchant dispute a redemption of its statement, as it does in the portal."""
        with transaction(self.registry, 'partner') as env:
            settlement = self.statements(env, month)  # it sees no others than its own
            line = settlement.line_ids.filtered(lambda line: line.charge == 'reimb').sudo()
            first = line._transactions()[0]['key']
            settlement.sudo()._open_dispute(line, "This receipt was cancelled at our till the same day.", SQL(
                "SELECT t.k, t.atom_id FROM (%s) t WHERE t.atom_id = %s", line._transactions_query(),
                int(first.partition('-')[2])))


def build(registry):
    """Build the alliance with its three months and print the statements."""
    step("an alliance with two own companies, a bank and a merchant abroad: books, agreements, cards, tills")
    trade = Alliance(registry)
    done, disputed, still_open = trade.months
    trade.trade(done)
    trade.settle(done)
    trade.book_and_pay(done)
    step(f"{done:%B %Y} traded, confirmed, booked and paid")
    trade.trade(disputed)
    trade.settle(disputed)
    trade.dispute(disputed)
    trade.trade(still_open)
    trade.bring_back(still_open, (done, 3))
    step(f"{disputed:%B %Y} sent, a line in dispute; {still_open:%B %Y} open, with goods of {done:%B} brought back")
    with transaction(registry) as env:
        show(env, trade)


def show(env, trade):
    """Print what each statement says."""
    form = '{:10}{:16}{:>12}{:>16}{:>16}{:>14}  {:4}{}'
    print(form.format('month', 'party', 'state', 'party owes', 'operator owes', 'net', '', ''))
    for month in trade.months:
        for row in trade.statements(env, month):
            print(form.format(
                f'{month:%Y-%m}', row.party_id.name, row.state, f'{row.receivable:,.2f}', f'{row.payable:,.2f}',
                f'{row.net:+,.2f}', row.currency_id.name, ''))
    waiting = env['membership.partner.spend'].search([('party_id', '=', trade.parties['BANK'])])
    waiting = waiting.filtered(lambda spend: spend.settle_date >= trade.months[2])
    print(f"{trade.months[2]:%Y-%m}   open: {len(waiting)} purchases of card holders wait for the bank's statement, "
          f"{sum(spend.amount < 0 for spend in waiting)} of them brought back")
    differences = {name: rows for name, rows in env['membership.ledger.audit']._differences().items() if rows}
    print(f"audit of the ledger: {differences or 'no difference'}")
    if differences:
        raise SystemExit("error: the ledger and the statements differ")
