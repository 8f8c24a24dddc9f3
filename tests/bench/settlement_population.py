"""A month of a coalition, made by SQL: parties with agreements, members, what they earned and spent where.

Each block is three earnings of a member and what became of them: two are redeemed together (two matches), or one
expires, or one is refunded. One block in a hundred happened in the month before and arrived late. The columns that
triggers fill at the till are filled here; every invariant of the ledger and of settlement holds.
"""

from odoo.fields import Command
from odoo.tools import SQL

from demo import shop
from demo.runner import step, transaction

from .population import drop_indexes, make_members

EVENTS_PER_BLOCK, EVENTS_PER_MEMBER = 4, 45
FILLED = ('membership_ledger_entry', 'membership_ledger_match')

BLOCKS = """
    CREATE UNLOGGED TABLE bench_block AS
    SELECT b, is_late, %(first_card)s + floor(%(members)s * power(random(), 1.3))::int AS card_id,
           day, day + time '08:00' + random() * interval '6 hours' AS at,
           CASE WHEN what < 0.05 THEN 'expire' WHEN what < 0.09 THEN 'refund' ELSE 'redeem' END AS what,
           ARRAY[round((1 + 200 * power(random(), 2))::numeric), round((1 + 200 * power(random(), 2))::numeric),
                 round((1 + 200 * power(random(), 2))::numeric)] AS points,
           ARRAY[1 + floor(%(parties)s * power(random(), 1.5))::int, 1 + floor(%(parties)s * random())::int,
                 1 + floor(%(parties)s * random())::int, 1 + floor(%(parties)s * power(random(), 1.2))::int] AS place
      FROM (SELECT b, random() < 0.01 AS is_late, random() AS what,
                   %(first_day)s::date + floor(random() * %(days)s)::int AS day
              FROM generate_series(1, %(blocks)s) AS b) AS days
"""
EVENTS = """
    CREATE UNLOGGED TABLE bench_event AS
    SELECT %(first_entry)s + row_number() OVER (ORDER BY received, b, i) AS id, *
      FROM (SELECT b, i, card_id, what, at + i * interval '2 hours' AS at, day AS date, is_late,
                   at + CASE WHEN is_late THEN interval '1 month' ELSE interval '0' END AS received,
                   (%(party_ids)s::int[])[CASE WHEN i < 4 THEN place[i] WHEN what = 'refund' THEN place[3]
                                               WHEN what = 'expire' THEN place[1] ELSE place[4] END] AS party_id,
                   CASE WHEN i < 4 THEN points[i] WHEN what = 'refund' THEN -points[3]
                        WHEN what = 'expire' THEN -points[1] ELSE -points[1] - points[2] END AS amount,
                   CASE WHEN i = 4 OR i = 3 AND what = 'refund' OR i = 1 AND what <> 'refund'
                             OR i = 2 AND what = 'redeem' THEN 0 ELSE points[i] END AS remaining,
                   CASE WHEN i < 4 OR what = 'refund' THEN 'earn' ELSE what END AS kind
              FROM (SELECT b, card_id, what, place, points, is_late,
                           CASE WHEN is_late THEN (day - interval '1 month')::date ELSE day END AS day,
                           CASE WHEN is_late THEN at - interval '1 month' ELSE at END AS at
                      FROM bench_block) AS blocks, generate_series(1, 4) AS i) AS events
"""
INSERTS = (
    """INSERT INTO membership_ledger_entry (id, card_id, company_id, channel, kind, value_type, is_reversal, amount,
           remaining, is_pending, occurred_at, date, document_key, origin_key, seq, party_id, settle_date, price_date,
           uncovered, create_date, write_date)
       SELECT id, card_id, %(company)s, 'import', kind, 'points', i = 4 AND what = 'refund', amount, remaining, FALSE,
              at, date, 'bench:' || b || ':' || i, CASE WHEN i = 4 AND what = 'refund' THEN 'bench:' || b || ':3' END,
              1, party_id, CASE WHEN is_late THEN %(first_day)s ELSE date END,
              CASE WHEN i = 4 AND what = 'refund' THEN date END,
              CASE WHEN kind = 'redeem' THEN 0 END, received, received
         FROM bench_event ORDER BY id""",
    "SELECT setval('membership_ledger_entry_id_seq', (SELECT max(id) FROM membership_ledger_entry))",
    """INSERT INTO membership_ledger_match (debit_id, credit_id, amount, cause_id, card_id, kind, value_type, date,
           price_date, lot_party_id, settle_date, create_date, write_date)
       SELECT d.id, c.id, c.amount, d.id, d.card_id, d.kind, 'points', d.date, d.date, c.party_id,
              CASE WHEN d.is_late THEN %(first_day)s ELSE d.date END, d.received, d.received
         FROM bench_event d JOIN bench_event c ON c.b = d.b AND c.i < 4
          AND (d.what = 'redeem' AND c.i < 3 OR d.what = 'expire' AND c.i = 1 OR d.what = 'refund' AND c.i = 3)
        WHERE d.i = 4 ORDER BY d.id""",
    """UPDATE loyalty_card c SET points = e.points
         FROM (SELECT card_id, sum(remaining) AS points FROM bench_event GROUP BY card_id) e WHERE e.card_id = c.id""",
    """INSERT INTO loyalty_history (card_id, issued, used, description, create_date, write_date)
       SELECT card_id, sum(amount) FILTER (WHERE amount > 0), -sum(amount) FILTER (WHERE amount < 0), 'Bench',
              max(at), max(at) FROM bench_event GROUP BY card_id""",
    "DROP TABLE bench_block, bench_event",
)


def build(registry, events, parties, first_day, days):
    """Fill a database with a month of a coalition.

    :param events: how many entries of the ledger, about; half as many matches come with them
    :param first_day: date of the month's first day
    :param days: of the month
    :return: id of the programme
    """
    members = max(100, events // EVENTS_PER_MEMBER)
    with transaction(registry) as env:
        program = env['loyalty.program'].create({
            **env['loyalty.program']._membership_template(), 'name': shop.PROGRAM, 'membership_tz': 'UTC',
            'tier_ids': []})
        party_ids = _parties(env, program, parties, first_day)
        first_card = make_members(env, program.id, members)
    step(f"{parties} parties, {members:,} members")
    with transaction(registry) as env:
        env.cr.execute("SELECT setseed(0.19)")
        values = {
            'members': members, 'first_card': first_card, 'blocks': max(1, events // EVENTS_PER_BLOCK),
            'parties': parties, 'party_ids': party_ids, 'first_day': first_day, 'days': days,
            'company': env.company.id, 'first_entry': env['membership.ledger.entry'].search([], limit=1).id or 0,
        }
        for statement in (BLOCKS, EVENTS, "ANALYZE bench_event"):
            env.cr.execute(SQL(statement, **values))
        restore = drop_indexes(env, FILLED)
        _triggers(env, 'DISABLE')
        for statement in INSERTS:
            env.cr.execute(SQL(statement, **values))
        _triggers(env, 'ENABLE')
        for statement in restore:
            env.cr.execute(SQL(statement.replace('%', '%%')))
    step("a month of events in the ledger")
    with registry.cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute("VACUUM ANALYZE")
    return program.id


def _triggers(env, switch):
    """Switch the triggers of the filled tables: what they do for each row, the statements above do for the set."""
    for table in FILLED:
        env.cr.execute(SQL("ALTER TABLE %s %s TRIGGER USER", SQL.identifier(table), SQL(switch)))


def _parties(env, program, count, first_day):
    """Create outside merchants in three sorts: pay at issue, pay at use with marketing, and a rate that changes on the
    16th. Return their ids."""
    parties = env['membership.party'].create([{
        'name': f"Merchant {n}", 'code': f'M{n}', 'kind': 'external',
        'partner_id': env['res.partner'].create({'name': f"Merchant {n}"}).id,
    } for n in range(1, count + 1)])
    start = first_day.replace(year=first_day.year - 1)
    for number, party in enumerate(parties):
        rates = {'issue': '0.09', 'reimb': '0.085', 'fee': '2'} if number % 3 else {
            'mkt': '0.005', 'reimb': '0.09', 'fund': '0.095'}
        values = {'party_id': party.id, 'program_id': program.id, 'company_id': env.company.id,
                  'basis': 'issue' if number % 3 else 'redeem', 'currency_id': env.company.currency_id.id}
        spans = [(start, False, rates)]
        if number % 3 == 1:
            change = first_day.replace(day=16)
            spans = [(start, first_day.replace(day=15), rates), (change, False, {**rates, 'issue': '0.1'})]
        for version, (date_from, date_to, prices) in enumerate(spans, 1):
            env['membership.agreement'].create({
                **values, 'version': version, 'date_from': date_from, 'date_to': date_to, 'rate_ids': [
                    Command.create({'charge': charge, 'rate': rate, 'unit': 'percent' if charge == 'fee' else
                                    'per_point'}) for charge, rate in prices.items()]}).action_activate()
    env.flush_all()
    return parties.ids
