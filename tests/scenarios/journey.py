"""The Complete Journey year as an imported history: every basket of 2,469 households in 2017, loaded once for tests."""

from freezegun import freeze_time

from odoo.fields import Command

from demo.journey import LOCAL, Journey

LAST_DAY = '2018-01-01 04:59:59'  # UTC: the last second of 2017 in New York


def history():
    """Return the year as a purchase history, without the shops: a test's company has none."""
    return Journey().history(without=()).drop(columns='shop_code')


def load(env, **values):
    """Import the year into a new membership: one point per whole dollar, floored per receipt.

    :param values: of the programme, before the import: its policies of points and tiers
    :return: loyalty.program
    """
    program = env['loyalty.program'].create({
        'name': "Complete Journey",
        'program_type': 'loyalty',
        'applies_on': 'future',
        'trigger': 'auto',
        'is_membership': True,
        'membership_tz': LOCAL,
        'rule_ids': [Command.create({'reward_point_mode': 'money', 'reward_point_amount': 1})],
        'reward_ids': [Command.create({
            'reward_type': 'discount', 'discount': 5, 'discount_mode': 'per_order', 'required_points': 100})],
        **values,
    })
    with freeze_time(LAST_DAY):
        result = env['membership.history.import']._load(history(), program)
    if result.rejected:
        raise AssertionError(f"rows of the year were rejected: {result.rejected[:3]}")
    return program
