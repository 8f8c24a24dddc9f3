"""The shop of the demo: company, people, membership programme, tills, articles."""

from odoo.fields import Command

from .journey import LOCAL

COMPANY = "Journey Grocery"
PROGRAM = "Journey Club"

# Log-in and password are the same: this database is served to the own machine only.
PEOPLE = {
    'owner': ("Olivia Owner", [
        'base.group_system', 'sales_team.group_sale_manager', 'point_of_sale.group_pos_manager',
        'account.group_account_manager', 'membership_loyalty.group_membership_manager',
        'membership_loyalty.group_membership_accountant']),
    'cashier': ("Carl Cashier", ['base.group_user', 'point_of_sale.group_pos_user']),
    'accountant': ("Ada Accountant", [
        'account.group_account_manager', 'membership_loyalty.group_membership_accountant']),
}


def set_up_company(env):
    """Name the company, set its time zone, give all users prices by price list and Chinese to choose."""
    env.company.write({'name': COMPANY})
    env.company.partner_id.tz = LOCAL
    env['res.config.settings'].create({'group_product_pricelist': True}).execute()
    env['base.language.install'].create({
        'lang_ids': [Command.set(env['res.lang']._activate_lang('zh_CN').ids)], 'overwrite': False}).lang_install()
    make_people(env)


def make_people(env):
    """Make the users of the demo."""
    env.ref('base.user_admin').tz = LOCAL
    for login, (name, groups) in PEOPLE.items():
        env['res.users'].with_context(no_reset_password=True).create({
            'name': name, 'login': login, 'password': login, 'tz': LOCAL, 'lang': 'en_US',
            'group_ids': [Command.set([env.ref(group).id for group in groups])]})


def set_up_program(env):
    """Make the membership from the product's own template: three tiers, the upper two with prices of their own.

    :return: loyalty.program
    """
    program = env['loyalty.program'].create({
        **env['loyalty.program']._membership_template(), 'name': PROGRAM, 'membership_tz': LOCAL,
        'membership_manager_id': env['res.users'].search([('login', '=', 'owner')]).id})
    for name, discount in (("Silver", 3), ("Gold", 5)):
        program.tier_ids.filtered(lambda tier, name=name: tier.name == name).pricelist_id = env[
            'product.pricelist'].create({
                'name': f"{name} members", 'currency_id': program.currency_id.id, 'item_ids': [Command.create({
                    'applied_on': '3_global', 'compute_price': 'percentage', 'percent_price': discount})]})
    return program


def speak_chinese(program):
    """Name what members see in Chinese, too; the language must be installed."""
    program.with_context(lang='zh_CN').write({'name': "旅程会员", 'portal_point_name': "积分"})
    names = {'Basic': "普通会员", 'Silver': "银卡会员", 'Gold': "金卡会员"}
    for tier in program.tier_ids:
        tier.with_context(lang='zh_CN').name = names[tier.name]


def set_up_stores(env, numbers):
    """Make a shop of each store of the data."""
    env['membership.shop'].create([{'name': f"Store {number}", 'code': str(number)} for number in numbers])


def set_up_till(env, store):
    """Make a point of sale that stands in a store, with cash and card.

    :param store: number of the store
    :return: pos.config
    """
    cash, bank = env['account.journal'].create([
        {'name': "Till cash", 'code': 'TCASH', 'type': 'cash'},
        {'name': "Card payments", 'code': 'TCARD', 'type': 'bank'}])
    methods = env['pos.payment.method'].create([
        {'name': "Card", 'journal_id': bank.id}, {'name': "Cash", 'journal_id': cash.id}])
    shop = env['membership.shop'].search([('code', '=', str(store))])
    return env['pos.config'].create({
        'name': f"Store {store} till", 'payment_method_ids': [Command.set(methods.ids)],
        'use_pricelist': True, 'membership_shop_id': shop.id})


def set_up_products(env, names):
    """Make the articles of the data.

    :param names: {number in the data: (name, price)}
    :return: {number: product.product}
    """
    products = env['product.product'].create([{
        'name': name, 'default_code': str(number), 'lst_price': price, 'type': 'consu', 'is_storable': False,
        'available_in_pos': True, 'taxes_id': [Command.clear()], 'supplier_taxes_id': [Command.clear()],
        'invoice_policy': 'order',
    } for number, (name, price) in names.items()])
    return dict(zip(names, products, strict=True))
