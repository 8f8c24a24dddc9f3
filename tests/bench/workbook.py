"""The workbook of a long statement beside bare xlsxwriter in constant-memory mode, in one run.

python -m tests.bench.workbook DATABASE [ROWS]: makes a statement of so many transactions, then in a process of its own
each: the product's own export, from the database to the stored attachment; and xlsxwriter alone, which is handed the
same rows and writes each of their cells with the method for its type. The workbook's controls must all agree.

Last line one JSON object; the exit status says whether the figures the project asks for were reached.
"""

import datetime
import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice

import xlsxwriter
from openpyxl import load_workbook

from demo.runner import load, step, transaction

from . import settlement_population as population

ROWS_OF_EVENT = 1.5  # an entry of the ledger, and half a use of points
KNOWN = 1000  # rows that the bare writer repeats


def build(database, rows):
    """Make a month of one party and claim it. Return (settlement id, transactions on it)."""
    registry = load(database)
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
        settlement = env['membership.settlement'].browse(settlement)
        settlement._compute_settlement()
        count = settlement._count_transactions()
    step(f"a statement of {count:,} transactions")
    return settlement.id, count


def export(database, settlement):
    """Make the workbook as the product does."""
    with transaction(load(database)) as env:
        settlement = env['membership.settlement'].browse(int(settlement))
        began = time.perf_counter()
        settlement._make_workbook()
        return time.perf_counter() - began, settlement.workbook_id.id


def write_bare(database, settlement, count):
    """Write as many rows of the same cells with nothing but xlsxwriter."""
    from odoo.addons.membership_loyalty_report.report.stream import stream  # noqa: PLC0415 - needs the addons' path

    with transaction(load(database)) as env:
        settlement = env['membership.settlement'].browse(int(settlement))
        columns = list(settlement._detail_columns().values())
        known = list(islice(settlement._detail_rows(stream), KNOWN))
    began = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(file, {
            'constant_memory': True, 'strings_to_formulas': False, 'strings_to_urls': False})
        sheet = book.add_worksheet()
        dates = book.add_format({'num_format': 'yyyy-mm-dd'})
        formats = [dates if column.style in ('date', 'datetime') else None for column in columns]
        for row, values in enumerate(islice(cycle(known), int(count))):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif value is not None:
                    sheet.write_number(row, column, value, formats[column])
        book.close()
    return time.perf_counter() - began, None


def measured(name, *args):
    """Run one of the two in a process of its own. Return (seconds, MB at its peak, attachment id)."""
    output = subprocess.run(
        [sys.executable, '-m', 'tests.bench.workbook', f'--{name}', *map(str, args)], check=True, capture_output=True)
    figures = json.loads(output.stdout.splitlines()[-1])
    step(f"{name:8} {figures['seconds']:7.1f} s   {figures['peak_mb']:6.1f} MB at its peak")
    return figures['seconds'], figures['peak_mb'], figures['attachment']


def disagreeing(database, attachment):
    """Return the controls of a stored workbook that do not agree."""
    with transaction(load(database)) as env:
        path = env['ir.attachment']._full_path(env['ir.attachment'].browse(attachment).store_fname)
    book = load_workbook(path, read_only=True, data_only=True)
    return [row for row in book['Controls'].iter_rows(min_row=2, values_only=True) if row[3] or row[4] != 'agrees']


def main(database, rows='1000000'):
    settlement, count = build(database, int(rows))
    ours, peak, attachment = measured('export', database, settlement)
    bare, _peak, _none = measured('bare', database, settlement, count)
    wrong = disagreeing(database, attachment)
    step(f"controls: {wrong or 'all agree'}")
    figures = {'time_ratio': round(ours / bare, 2), 'peak_mb': round(peak, 1)}
    print(json.dumps(figures))
    return 0 if figures['time_ratio'] <= 1.5 and figures['peak_mb'] <= 200 and not wrong else 1


if __name__ == '__main__':
    if sys.argv[1:2] in (['--export'], ['--bare']):
        seconds, attachment = (export if sys.argv[1] == '--export' else write_bare)(*sys.argv[2:])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({'seconds': seconds, 'peak_mb': peak, 'attachment': attachment}))
    else:
        sys.exit(main(*sys.argv[1:]))
