"""The workbook of a long statement beside bare xlsxwriter in constant-memory mode, in one run.

python -m tests.bench.workbook DATABASE [ROWS]: makes a statement of so many transactions, then in a process of its own
each: the product's own export, from the database to the stored attachment; and xlsxwriter alone, which is handed the
same rows and writes each of their cells with the method for its type. The workbook's controls must all agree.

Last line one JSON object; the exit status says whether the figures the project asks for were reached.
"""

import datetime
import json
import subprocess
import sys

from openpyxl import load_workbook

from demo.runner import load, step, transaction

from . import settlement_population as population

ROWS_OF_EVENT = 1.466  # an entry of the ledger, and how often points are used


def build(registry, rows):
    """Make a month of one party and claim it. Return (settlement id, transactions on it)."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    date_to = today.replace(day=1) - datetime.timedelta(days=1)
    program = population.build(registry, round(rows / ROWS_OF_EVENT), 1, date_to.replace(day=1), date_to.day)
    with transaction(registry) as env:
        run = env['membership.settlement.run'].create({
            'program_id': program, 'date_from': date_to.replace(day=1), 'date_to': date_to})
        run._draft_settlements()
        run.settlement_ids.party_id._close(date_to)
        settlement = run.settlement_ids.id
    with transaction(registry) as env:
        statement = env['membership.settlement'].browse(settlement)
        statement._compute_settlement()
        count = statement._count_transactions()
    step(f"a statement of {count:,} transactions")
    return settlement, count


def measured(name, *args):
    """Run one of the two in a process of its own. Return (seconds, MB at its peak, attachment id)."""
    output = subprocess.run(
        [sys.executable, '-m', 'tests.bench.workbook_writers', name, *map(str, args)], check=True,
        stdout=subprocess.PIPE)
    figures = json.loads(output.stdout.splitlines()[-1])
    step(f"{name:8} {figures['seconds']:7.1f} s   {figures['peak_mb']:6.1f} MB at its peak")
    return figures['seconds'], figures['peak_mb'], figures['attachment']


def disagreeing(registry, attachment):
    """Return the controls of a stored workbook that do not agree, and its size in MB."""
    with transaction(registry) as env:
        file = env['ir.attachment'].browse(attachment)
        path, size = file._full_path(file.store_fname), file.file_size / 1e6
    with open(path, 'rb') as content:
        book = load_workbook(content, read_only=True, data_only=True)
        rows = list(book['Controls'].iter_rows(min_row=2, values_only=True))
    return [row for row in rows if row[3] or row[4] != 'agrees'], size


def main(database, rows='1000000'):
    registry = load(database)
    settlement, count = build(registry, int(rows))
    ours, peak, attachment = measured('export', database, settlement, count)
    bare, _peak, _none = measured('bare', database, settlement, count)
    wrong, size = disagreeing(registry, attachment)
    step(f"{size:.1f} MB; controls: {wrong or 'all agree'}")
    figures = {'time_ratio': round(ours / bare, 2), 'peak_mb': round(peak, 1)}
    print(json.dumps(figures))
    return 0 if figures['time_ratio'] <= 1.5 and figures['peak_mb'] <= 200 and not wrong else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
