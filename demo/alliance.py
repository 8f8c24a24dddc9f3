"""A second programme of the demo, shared with others: two own companies, the issuer of a card, a merchant abroad."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from . import shop

PROGRAM = "Riverside Alliance"
COMPANIES = {'BAKERY': "Harbour Bakery", 'CAFE': "Station Coffee"}
BANK, MERCHANT = "First River Bank", "Northern Books"
MEMBERS = ("Ana Alvarez", "Ben Baker", "Chen Li", "Dora Diaz", "Emil Ek", "Fatima Farah")
CARD_HOLDERS = MEMBERS[:3]
RANGE = ('6200 0000 0000', '6200 0009 9999')
# Party: rates per charge; the merchant's are in its own currency.
RATES = {
    'BAKERY': {'issue': 0.009, 'reimb': 0.045},
    'CAFE': {'issue': 0.009, 'reimb': 0.045},
    'BANK': {'issue': 0.01, 'comm': 0.6, 'fix': 25},
    'BOOKS': {'issue': 0.013, 'reimb': 0.06, 'fee': 2, 'brkg': 40},
}


def months(env):
    """Return the first days of the last three months: one is settled, one in dispute, one still open."""
    today = fields.Date.context_today(env['res.users'])
    return [today.replace(day=1) - relativedelta(months=number) for number in (3, 2, 1)]


def set_up_companies(env):
    """Make the own companies with books of their own; let the owner and the accountant work in all of them.

    :return: {code: res.company}
    """
    companies = {}
    for code, name in COMPANIES.items():
        companies[code] = env['res.company'].create({'name': name, 'currency_id': env.company.currency_id.id})
        env['account.chart.template'].try_loading('generic_coa', company=companies[code], install_demo=False)
    users = env['res.users'].search([('login', 'in', ('owner', 'accountant'))])
    users.company_ids = [Command.link(company.id) for company in companies.values()]
    # Who wrote the rates does not confirm: the owner writes them, the accountant confirms.
    users.group_ids = [Command.link(env.ref('membership_loyalty.group_settlement_manager').id)]
    return companies


def set_up_program(env):
    """Make the programme that all companies share, and its members.

    :return: (loyalty.program, {name: loyalty.card})
    """
    program = env['loyalty.program'].create({
        **env['loyalty.program']._membership_template(), 'name': PROGRAM, 'membership_tz': shop.LOCAL,
        'company_id': False, 'currency_id': env.company.currency_id.id,
        'tier_ids': [Command.create({'name': "Member", 'sequence': 10})]})
    partners = env['res.partner'].create([{'name': name} for name in MEMBERS])
    accounts = program._enrol(partners)
    return program, dict(zip(MEMBERS, accounts.sorted(lambda account: MEMBERS.index(account.partner_id.name)),
                             strict=True))


def set_up_parties(env, program, companies):
    """Make the parties, the card numbers of the bank and the agreements, in force since the first of the months.

    :return: {code: membership.party}
    """
    dollars = env.company.currency_id
    abroad = env['res.currency'].with_context(active_test=False).search([('name', '=', 'CAD')])
    abroad.active = True
    env['res.currency.rate'].create({
        'currency_id': abroad.id, 'company_id': env.company.id, 'name': months(env)[0], 'rate': 1.36})
    contacts = env['res.partner'].create([
        {'name': BANK, 'is_company': True, 'email': 'loyalty@bank.example'},
        {'name': MERCHANT, 'is_company': True, 'email': 'club@books.example'}])
    values = [{'code': code, 'name': company.name, 'kind': 'company', 'company_id': company.id,
               'partner_id': company.partner_id.id, 'currency_id': dollars.id} for code, company in companies.items()]
    values += [
        {'code': 'BANK', 'name': BANK, 'kind': 'bank', 'partner_id': contacts[0].id, 'currency_id': dollars.id},
        {'code': 'BOOKS', 'name': MERCHANT, 'kind': 'external', 'partner_id': contacts[1].id,
         'currency_id': abroad.id}]
    parties = {party.code: party for party in env['membership.party'].create(values)}
    env['membership.card.range'].create({
        'party_id': parties['BANK'].id, 'program_id': program.id, 'first': RANGE[0], 'last': RANGE[1]})
    for code, rates in RATES.items():
        env['membership.agreement'].create({
            'party_id': parties[code].id, 'program_id': program.id, 'date_from': months(env)[0], 'late_days': 180,
            'commission_on': 'member', 'dispute_days': 15, 'reversal_grace_days': 30,
            'rate_ids': [Command.create({'charge': charge, 'rate': rate}) for charge, rate in rates.items()],
        }).action_activate()
    make_partner_user(env, contacts[1])
    return parties


def make_partner_user(env, contact):
    """Let somebody of the merchant look at its statements in the portal."""
    person = env['res.partner'].create({'name': "Nora North", 'parent_id': contact.id, 'email': 'nora@books.example'})
    env['res.users'].with_context(no_reset_password=True).create({
        'name': person.name, 'login': 'partner', 'password': 'partner', 'partner_id': person.id,
        'group_ids': [Command.set([env.ref('base.group_portal').id])]})


def issue_cards(env, accounts):
    """Give some members a co-branded card of the bank, with the wizard of the card desk."""
    for name in CARD_HOLDERS:
        env['membership.card.issue'].create({
            'account_id': accounts[name].id, 'kind': 'cobranded'}).action_issue()


def set_up_tills(env, companies):
    """Make a till in each company. :return: {code: pos.config}"""
    tills = {}
    for number, (code, company) in enumerate(companies.items(), start=1):
        own = env(context={**env.context, 'allowed_company_ids': company.ids})
        shop.set_up_stores(own, [9000 + number])
        tills[code] = shop.set_up_till(own, 9000 + number)
        tills[code].name = f"{company.name} till"
    return tills
