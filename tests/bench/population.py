"""A membership of any size, made by SQL: members, a year of purchases, the ledger that belongs to them.

Skewed as real trade is: few members buy often, most seldom; old points are mostly spent, new ones mostly not. Every
invariant of the ledger holds, so that the product's jobs find what they would find in a business.
"""

import datetime

from odoo.tools import SQL

from demo import shop
from demo.runner import step, transaction

DAYS = 365  # of trade, ending yesterday
PENDING_DAYS = 14
PURCHASES, BONUSES = 5.8, 0.5  # for each member; with the redemptions about ten ledger rows
TIERS = (('Basic', 0), ('Silver', 400), ('Gold', 1000), ('Platinum', 2500))
FILLED = ('membership_purchase', 'membership_ledger_entry', 'membership_ledger_match')

# Credits of the oldest month are nearly all spent, those of the last weeks nearly none.
TRADE = """
    CREATE UNLOGGED TABLE bench_credit AS
    SELECT n, n <= %(purchases)s AS is_purchase,
           %(first_card)s + floor(%(members)s * power(random(), 1.6))::int AS card_id,
           day, day + time '08:00' + random() * interval '12 hours' AS at, amount,
           greatest(1, trunc(amount)) AS points, spent_on
      FROM (SELECT n, round((3 + 220 * power(random(), 4))::numeric, 2) AS amount,
                   %(first_day)s::date + day AS day,
                   CASE WHEN day < %(days)s - %(pending)s AND random() < 0.97 - 0.6 * power(day / %(days)s::float, 0.6)
                        THEN %(first_day)s::date + day + 1 + floor(random() * (%(days)s - 1 - day))::int
                   END AS spent_on
              FROM (SELECT n, floor(random() * %(days)s)::int AS day
                      FROM generate_series(1, %(purchases)s + %(bonuses)s) AS n) AS days) AS credits
"""
ENTRIES = """
    CREATE UNLOGGED TABLE bench_entry AS
    SELECT %(first_entry)s + row_number() OVER (ORDER BY at, is_debit) AS id, *
      FROM (SELECT n, FALSE AS is_debit, card_id, at, day, points AS amount,
                   CASE WHEN spent_on IS NULL THEN points ELSE 0 END AS remaining,
                   CASE WHEN is_purchase THEN 'earn' ELSE 'bonus' END AS kind
              FROM bench_credit
            UNION ALL
            SELECT n, TRUE, card_id, spent_on + time '20:30', spent_on, -points, 0, 'redeem'
              FROM bench_credit WHERE spent_on IS NOT NULL) AS both_sides
"""
INSERTS = (
    """INSERT INTO membership_purchase (card_id, company_id, channel, amount_total, amount_untaxed, base_amount,
           is_refund, occurred_at, date, document_key, create_date, write_date)
       SELECT card_id, %(company)s, 'import', amount, amount, amount, FALSE, at, day, 'bench:' || n, at, at
         FROM bench_credit WHERE is_purchase ORDER BY at""",
    """INSERT INTO membership_ledger_entry (id, card_id, company_id, channel, kind, value_type, is_reversal, amount,
           remaining, is_pending, available_from, expires_on, occurred_at, date, document_key, seq, description,
           create_date, write_date)
       SELECT id, card_id, %(company)s, 'import', kind, 'points', FALSE, amount, remaining,
              NOT is_debit AND day + %(pending)s > %(released_to)s::date,
              CASE WHEN NOT is_debit THEN day + %(pending)s END,
              CASE WHEN NOT is_debit THEN (day + interval '12 months')::date END,
              at, day, CASE WHEN is_debit THEN 'bench-spent:' ELSE 'bench:' END || n, 1, 'Bench', at, at
         FROM bench_entry ORDER BY id""",
    """SELECT setval('membership_ledger_entry_id_seq', (SELECT max(id) FROM membership_ledger_entry))""",
    """INSERT INTO membership_ledger_match (debit_id, credit_id, amount, cause_id, create_date, write_date)
       SELECT d.id, c.id, c.amount, d.id, d.at, d.at
         FROM bench_entry d JOIN bench_entry c ON c.n = d.n AND NOT c.is_debit WHERE d.is_debit ORDER BY d.id""",
    """UPDATE loyalty_card c SET points = e.points
         FROM (SELECT card_id, sum(remaining) AS points FROM membership_ledger_entry
                WHERE NOT is_pending GROUP BY card_id) e WHERE e.card_id = c.id""",
    """INSERT INTO loyalty_history (card_id, issued, used, description, create_date, write_date)
       SELECT card_id, sum(amount) FILTER (WHERE amount > 0), -sum(amount) FILTER (WHERE amount < 0), 'Bench',
              max(at), max(at) FROM bench_entry GROUP BY card_id""",
    "DROP TABLE bench_credit, bench_entry",
)


def build(registry, members):
    """Fill a database with a membership and its year.

    :param members: how many
    :return: id of the programme
    """
    with transaction(registry) as env:
        program = make_program(env)
        first = make_members(env, program, members)
        step(f"{members:,} members")
    _trade(registry, program, first, members)
    step("a year of trade in purchases and ledger")
    with registry.cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute("VACUUM ANALYZE")
    return program


def make_program(env):
    program = env['loyalty.program'].create({
        **env['loyalty.program']._membership_template(), 'name': shop.PROGRAM, 'membership_tz': 'UTC', 'tier_ids': [],
        'tier_period': 'rolling', 'tier_term_months': 12, 'tier_upgrade': 'at_review'})
    tiers = env['membership.tier'].create([
        {'name': name, 'program_id': program.id, 'sequence': number} for number, (name, _spend) in enumerate(TIERS)])
    program.default_tier_id = tiers[0]
    return program.id


def set_thresholds(env, program):
    """Give the tiers their thresholds: from now on every member has to be looked at."""
    for tier, (_name, spend) in zip(env['loyalty.program'].browse(program).tier_ids, TIERS, strict=True):
        tier.enter_spend = spend


def end_terms(env, program, day):
    """Let the terms of one day's share of the members end, as on any day of a year."""
    env.cr.execute(SQL(
        """UPDATE loyalty_card SET tier_until = %(day)s, tier_check_on = %(day)s::date + 1
            WHERE program_id = %(program)s AND tier_until IS NOT NULL AND id %% %(days)s = 0""",
        day=day, program=program, days=DAYS))


def make_members(env, program, members):
    """Enrol one member with the product and copy the rows. Return the first account's id of a run without gaps."""
    partner = env['res.partner'].create({'name': "Member", 'ref': 'M0'})
    account = env['loyalty.program'].browse(program)._enrol(partner)
    env.flush_all()
    partners = copy_rows(env, partner, members, {'name': "'Member ' || n", 'complete_name': "'Member ' || n",
                                             'ref': "'M' || n", 'commercial_partner_id': 'NULL'})
    env.cr.execute("ANALYZE res_partner")  # else each foreign key is looked up as in the small table that it was
    env.cr.execute(SQL("UPDATE res_partner SET commercial_partner_id = id WHERE id >= %s", partners))
    return copy_rows(env, account, members, {'partner_id': f'{partners} + n - 1', 'code': "'bench-' || n"})


def copy_rows(env, record, count, values):
    """Insert copies of a record's row with ids that follow each other. Return the first of them.

    :param values: {column: SQL text in terms of n}
    """
    columns = [name for name, field in record._fields.items() if field.store and field.column_type and name != 'id']
    first = record.id + 1
    env.cr.execute(SQL(
        "INSERT INTO %(table)s (id, %(columns)s) SELECT %(first)s + n - 1, %(values)s FROM %(table)s AS t, "
        "generate_series(1, %(count)s) AS n WHERE t.id = %(id)s",
        table=SQL.identifier(record._table), first=first, count=count, id=record.id,
        columns=SQL(', ').join(map(SQL.identifier, columns)),
        values=SQL(', ').join(SQL(values[name]) if name in values else SQL.identifier('t', name) for name in columns)))
    env.cr.execute(SQL("SELECT setval(%s, %s)", f'{record._table}_id_seq', first + count))
    return first


def _trade(registry, program, first, members):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    with transaction(registry) as env:
        env.cr.execute(SQL("SELECT setseed(0.19)"))
        values = {
            'members': members, 'purchases': round(PURCHASES * members), 'bonuses': round(BONUSES * members),
            'first_card': first, 'days': DAYS, 'first_day': today - datetime.timedelta(days=DAYS),
            'pending': PENDING_DAYS, 'released_to': today - datetime.timedelta(days=7), 'company': env.company.id,
            'first_entry': env['membership.ledger.entry'].search([], limit=1).id or 0,
        }
        env.cr.execute(SQL(TRADE, **values))
        env.cr.execute(SQL(ENTRIES, **values))
        restore = drop_indexes(env)
        for statement in INSERTS:
            env.cr.execute(SQL(statement, **values))
        for statement in restore:
            env.cr.execute(SQL(statement.replace('%', '%%')))


def drop_indexes(env, tables=FILLED):
    """Drop foreign keys and the indexes that no constraint needs; return the statements that make them again."""
    keys = env.execute_query(SQL(
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE contype = 'f' AND conrelid::regclass::text IN %s""", tables))
    indexes = env.execute_query(SQL(
        """SELECT i.indexname, i.indexdef FROM pg_indexes i
            WHERE i.tablename IN %s AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)""",
        tables))
    for table, name, _definition in keys:
        env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name)))
    for name, _definition in indexes:
        env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
    return ["SET LOCAL maintenance_work_mem = '512MB'", *(definition for _name, definition in indexes), *(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}' for table, name, definition in keys)]
