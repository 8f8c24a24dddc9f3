"""A partner's file of many rows: received, staged, posted and answered, beside a bare COPY and INSERT of the same rows.

python -m tests.bench.partner_file DATABASE [ROWS [MEMBERS]]: of a hundred rows, 96 earn, three spend and one names a
card that nobody has. The bare statements check nothing and leave no transaction, display row or answer.

Last line one JSON object; the exit status says whether 200,000 rows take less than a minute.
"""

import datetime
import hashlib
import io
import json
import resource
import sys
import time
from decimal import Decimal

from odoo.tools import SQL

from demo.runner import load, step, transaction

from . import population

LIMIT_S = 60  # for 200,000 rows
EPOCH = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(days=20)
BARE = (
    """INSERT INTO membership_ledger_entry (
           card_id, company_id, channel, kind, value_type, is_reversal, amount, remaining, is_pending, occurred_at,
           date, document_key, seq, party_id, create_date, write_date)
       SELECT k.account_id, %(company)s, 'import', 'earn', 'points', FALSE, b.points, b.points, FALSE,
              b.occurred_at AT TIME ZONE 'UTC', b.occurred_at::date, 'bare:' || b.ext_txn_id, 1, %(party)s, now(), now()
         FROM bench_bare b JOIN membership_card k ON k.number = b.card_token WHERE b.kind = 'earn'""",
    """UPDATE loyalty_card c SET points = c.points + b.points
         FROM (SELECT k.account_id, sum(b.points) AS points
                 FROM bench_bare b JOIN membership_card k ON k.number = b.card_token WHERE b.kind = 'earn' GROUP BY 1) b
        WHERE b.account_id = c.id""",
)


def build(registry, members):
    """Make a programme with members who carry cards, and a party. Return (party id, programme id)."""
    with transaction(registry) as env:
        program = population.make_program(env)
        first = population.make_members(env, program, members)
        card = env['membership.card'].search([('program_id', '=', program)], limit=1)
        population.copy_rows(env, card, members, {
            'number': "'77' || lpad(n::text, 10, '0')", 'token': "'bench-' || n", 'account_id': f'{first} + n - 1'})
        party = env['membership.party'].create({
            'name': "Bench Partner", 'code': 'BENCH', 'partner_id': env['res.partner'].create({'name': "Bench"}).id})
        env['membership.agreement'].create({
            'party_id': party.id, 'program_id': program, 'date_from': '2020-01-01'}).action_activate()
        found = party.id, program
    with registry.cursor() as cr:
        cr._cnx.autocommit = True
        cr.execute("VACUUM ANALYZE")
    return found


def rows(count, members):
    """Yield (partner's number, kind, card, moment, points) of a file."""
    for number in range(count):
        member = (number * 7919 + number // 100 * 31) % members + 1  # redemptions fall to members who earn
        kind = 'redeem' if number % 100 in (50, 70, 90) else 'earn'
        card = f'77{members + member if number % 100 == 99 else member:010d}'
        moment = EPOCH + datetime.timedelta(seconds=number)
        yield f'B-{number:08d}', kind, card, moment.isoformat(), 1 if kind == 'redeem' else number % 200 + 1


def write(count, members):
    """Return the bytes of a file with its manifest."""
    body, credit, debit, total = io.StringIO(), Decimal(0), Decimal(0), 0
    body.write('ext_txn_id;kind;card_token;occurred_at;points\n')
    for row in rows(count, members):
        body.write(';'.join(map(str, row)) + '\n')
        credit, debit = (credit + row[4], debit) if row[1] == 'earn' else (credit, debit + row[4])
        total += int(row[0][2:])
    body = body.getvalue().encode()
    manifest = {
        'version': 1, 'party_code': 'BENCH', 'file_id': f'bench-{count}', 'file_seq': 1, 'count': count,
        'sum_points_credit': credit, 'sum_points_debit': debit, 'hash_total': total % 10 ** 12,
        'sha256': hashlib.sha256(body).hexdigest()}
    return ''.join(f'#{key};{value}\n' for key, value in manifest.items()).encode() + body


class Clock:
    """Seconds per step."""

    def __init__(self):
        self.seconds, self.since = {}, time.perf_counter()

    def lap(self, name):
        now = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0) + now - self.since
        self.since = now


def bare(registry, party, count, members):
    """Run the bare statements in a transaction that is rolled back. Return their seconds."""
    buffer = io.StringIO(''.join(','.join(map(str, row)) + '\n' for row in rows(count, members)))
    with registry.cursor() as cr:
        began = time.perf_counter()
        cr.execute("""CREATE TEMPORARY TABLE bench_bare (
            ext_txn_id text, kind text, card_token text, occurred_at timestamptz, points numeric)""")
        cr.copy_expert("COPY bench_bare FROM STDIN (FORMAT csv)", buffer)
        for statement in BARE:
            cr.execute(SQL(statement, party=party, company=1))
        seconds = time.perf_counter() - began
        cr.rollback()
    return seconds


def apply(registry, party, program, content):
    """Receive a file and apply it as the job does, each batch in a transaction of its own. Return (file id, clock)."""
    clock = Clock()
    with transaction(registry) as env:
        clock.since = time.perf_counter()
        file = env['membership.partner.file']._receive(
            env['membership.party'].browse(party), env['loyalty.program'].browse(program), 'bench.csv', content,
            'backend')
        if file.state != 'verified':
            raise SystemExit(f"error: the file is {file.state}: {file.message}")
        file.is_queued = True
        file_id = file.id
    clock.lap('receive')
    done = 0
    while True:
        with transaction(registry) as env:
            before = env['membership.partner.file'].browse(file_id).state
            looked_at, _changed = env['membership.partner.file.job']._job_try_batch()
            file = env['membership.partner.file'].browse(file_id)
            if not looked_at:
                break
            name = 'stage' if before == 'verified' else 'earn' if looked_at > 2000 else 'spend'
            name, done = ('answer', done) if file.response_id else (name, file.done_count)
        clock.lap(name)
    return file_id, clock


def main(database, count='200000', members='50000'):
    count, members, registry = int(count), int(members), load(database)
    party, program = build(registry, members)
    step(f"{members:,} members")
    content = write(count, members)
    step(f"a file of {count:,} rows, {len(content) / 2 ** 20:.1f} MB")
    bare_s = bare(registry, party, count, members)
    step(f"bare COPY and INSERT: {bare_s:.2f} s")
    file_id, clock = apply(registry, party, program, content)
    for name, seconds in clock.seconds.items():
        step(f"{name:10} {seconds:7.2f} s")
    total = sum(clock.seconds.values())
    step(f"{'total':10} {total:7.2f} s, {total / bare_s:.2f} times the bare statements")
    with transaction(registry) as env:
        file = env['membership.partner.file'].browse(file_id)
        step(f"{file.state}: {file.ok_count:,} applied, {file.error_count:,} refused; {file.failure or 'no failure'}")
        refused = dict(env['membership.partner.file.row']._read_group(
            [('file_id', '=', file_id), ('state', '=', 'error')], ['code'], ['__count']))
        step(f"refused: {refused}")
        again = file._receive(file.party_id, file.program_id, 'bench.csv', content, 'backend')
        differences = {name: found for name, found in env['membership.ledger.audit']._differences().items() if found}
        counted = file.ok_count + file.error_count == count and again.state == 'duplicate'
    step(f"audit of the ledger: {differences or 'no difference'}")
    print(json.dumps({
        'total_s': round(total, 2), 'ratio': round(total / bare_s, 2), 'rows': count,
        'peak_mb': round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        **{f'{name}_s': round(seconds, 2) for name, seconds in clock.seconds.items()}}))
    return 0 if counted and not differences and total <= LIMIT_S * max(count, 20_000) / 200_000 else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
