"""The life of the demo's programme: tiers by purchases, points that expire, member days, gifts and stored value."""

from odoo.fields import Command

THRESHOLDS = {'Silver': 1000, 'Gold': 2500, 'Platinum': 5000}


def set_up_tiers(env, program):
    """Let purchases decide on tiers, with a fourth one above those of the template.

    The trade is of 2017: all of it counts, whenever the demo is made.
    """
    env['membership.tier'].create({
        'name': "Platinum", 'program_id': program.id, 'sequence': 40, 'multiplier': 3, 'color': 5})
    program.tier_ids.filtered(lambda tier: tier.name == "Platinum").with_context(lang='zh_CN').name = "白金卡会员"
    program.tier_period = 'lifetime'
    for name, spend in THRESHOLDS.items():
        program.tier_ids.filtered(lambda tier, name=name: tier.name == name).enter_spend = spend


def tier_sizes(env, program):
    """Return {name of the tier: members}, the lowest tier first."""
    sizes = dict(env['loyalty.card']._read_group(
        [('program_id', '=', program.id), ('is_membership', '=', True)], ['tier_id'], ['__count']))
    return {tier.name: sizes.get(tier, 0) for tier in program.tier_ids.sorted('sequence')}


def set_up_benefits(env, program):
    """Double points on Wednesdays and around the birthday, a birthday voucher, a free coffee, a promotion for Gold."""
    env['membership.multiplier'].create([
        {'name': "Member Wednesday", 'program_id': program.id, 'factor': 2, 'wednesday': True},
        {'name': "Birthday week", 'program_id': program.id, 'factor': 2, 'birthday': 'week'}])
    gold = program.tier_ids.filtered(lambda tier: tier.name in ("Gold", "Platinum"))
    voucher = env['loyalty.program'].create({
        'name': "Birthday voucher", 'program_type': 'coupons', 'applies_on': 'current', 'trigger': 'with_code',
        'reward_ids': [Command.create({
            'reward_type': 'discount', 'discount': 5, 'discount_mode': 'per_order', 'required_points': 1})]})
    coffee = env['product.product'].create({
        'name': "Coffee", 'lst_price': 2.5, 'type': 'consu', 'available_in_pos': True,
        'taxes_id': [Command.clear()]})
    env['membership.benefit'].create([
        {'name': "Birthday voucher", 'program_id': program.id, 'kind': 'birthday', 'coupon_program_id': voucher.id},
        {'name': "Free coffee", 'program_id': program.id, 'kind': 'free_use', 'product_id': coffee.id,
         'use_limit': 2, 'use_period': 'month', 'tier_ids': [Command.set(gold.ids)]}])
    env['loyalty.program'].create({
        'name': "Gold week", 'program_type': 'promotion', 'applies_on': 'current', 'trigger': 'auto',
        'membership_tier_ids': [Command.set(gold.ids)],
        'rule_ids': [Command.create({
            'reward_point_mode': 'order', 'reward_point_amount': 1, 'minimum_amount': 50})],
        'reward_ids': [Command.create({
            'reward_type': 'discount', 'discount': 10, 'discount_mode': 'percent', 'required_points': 1})]})


def set_up_stored_value(env, program):
    """Sell stored value in two packages, booked to liabilities."""
    liability = env['account.account'].create({
        'name': "Stored value of customers", 'code': '220400', 'account_type': 'liability_current'})
    products = env['product.product'].create([{
        'name': name, 'lst_price': price, 'type': 'service', 'available_in_pos': True, 'invoice_policy': 'order',
        'taxes_id': [Command.clear()], 'property_account_income_id': liability.id,
    } for name, price in (("Top-up 100", 100), ("Top-up 500", 500))])
    stored = env['loyalty.program'].create({
        **env['loyalty.program']._stored_value_template(), 'name': "Journey Wallet",
        'membership_tz': program.membership_tz, 'rule_ids': [Command.create({
            'reward_point_mode': 'money', 'reward_point_amount': 1, 'product_ids': [Command.set(products.ids)]})]})
    stored.reward_ids.discount_line_product_id.write({
        'property_account_income_id': liability.id, 'taxes_id': [Command.clear()]})
    env['membership.top.up.package'].create([
        {'name': "Pay 100, have 105", 'program_id': stored.id, 'product_id': products[0].id, 'amount': 100, 'bonus': 5},
        {'name': "Pay 500, have 550", 'program_id': stored.id, 'product_id': products[1].id, 'amount': 500,
         'bonus': 50, 'points': 500, 'points_program_id': program.id}])
