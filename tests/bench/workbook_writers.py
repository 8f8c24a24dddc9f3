"""The two that bench-workbook compares, each in a process of its own that does nothing else.

python -m tests.bench.workbook_writers export|bare DATABASE SETTLEMENT ROWS: prints one JSON object.
"""

import json
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

import xlsxwriter

from demo.runner import load, transaction

KNOWN = 1000  # rows that the bare writer repeats


def export(registry, settlement, _count):
    """Make the workbook as the product does. Return (seconds, id of the attachment)."""
    with transaction(registry) as env:
        settlement = env['membership.settlement'].browse(settlement)
        began = time.perf_counter()
        settlement._make_workbook()
        return time.perf_counter() - began, settlement.workbook_id.id


def bare(registry, settlement, count):
    """Write as many rows of the same cells with nothing but xlsxwriter. Return (seconds, None)."""
    from odoo.addons.membership_loyalty_report.report.stream import stream  # there are add-ons once a database is open

    with transaction(registry) as env:
        settlement = env['membership.settlement'].browse(settlement)
        columns = list(settlement._detail_columns().values())
        known = list(islice(settlement._detail_rows(stream), KNOWN))
    began = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(file, {
            'constant_memory': True, 'strings_to_formulas': False, 'strings_to_urls': False})
        sheet = book.add_worksheet()
        dates = book.add_format({'num_format': 'yyyy-mm-dd'})
        formats = [dates if column.style in ('date', 'datetime') else None for column in columns]
        for row, values in enumerate(islice(cycle(known), count)):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif value is not None:
                    sheet.write_number(row, column, value, formats[column])
        book.close()
        return time.perf_counter() - began, None


def peak_mb():
    """Return the most memory that this process has had. (What getrusage says includes the parent's, before exec.)"""
    [line] = [line for line in Path('/proc/self/status').read_text().splitlines() if line.startswith('VmHWM')]
    return int(line.split()[1]) / 1024


if __name__ == '__main__':
    name, database, settlement, count = sys.argv[1:]
    seconds, attachment = {'export': export, 'bare': bare}[name](load(database), int(settlement), int(count))
    print(json.dumps({'seconds': seconds, 'peak_mb': peak_mb(), 'attachment': attachment}))
