"""The transactions of a statement, row by row: into a sheet, or into a zipped CSV when no sheet can hold them."""

import csv
import hashlib
import io
import json
import re
import zipfile
from itertools import islice
from xml.sax.saxutils import escape

from xlsxwriter.worksheet import Worksheet

from .workbook_tables import HEADER, Table

MOST_ROWS = 1_048_575  # a sheet has 1,048,576 rows, one of which holds the titles
CHUNK = 2000  # rows held in memory at a time
INJECTING = ('=', '+', '-', '@', '\t', '\r', '\n')
# What an XML cell cannot hold as it is: markup, control characters, and text that reads like Excel's escape of them.
SPECIAL = re.compile(r'[&<>\x00-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_')
CONTROL = re.compile(r'[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)')


class DetailSheet(Worksheet):
    """A sheet that takes whole rows. xlsxwriter goes through six calls for each cell; a million rows of twenty cells
    would keep a worker busy for minutes."""

    def write_rows(self, first, formats, rows):
        """Write rows below each other, of numbers, text and None.

        :param first: number of the first row, from 0
        :param formats: format of each column
        :param rows: iterable of tuples
        :return: how many rows were written
        """
        self._check_dimensions(first, len(formats) - 1)
        self._write_single_row(first)
        columns = [(f'<c r="{name}', f'" s="{kind._get_xf_index()}"')
                   for name, kind in zip(map(self._column_name, range(len(formats))), formats, strict=True)]
        rows, number = iter(rows), first
        while chunk := list(islice(rows, CHUNK)):
            self.fh.write(''.join(
                self._row(columns, number, values) for number, values in enumerate(chunk, number + 1)))
            number += len(chunk)
        self._check_dimensions(max(number - 1, first), 0)
        return number - first

    @staticmethod
    def _column_name(number):
        return chr(ord('A') + number)

    @staticmethod
    def _row(columns, number, values):
        cells = [f'<row r="{number}">']
        for (start, kind), value in zip(columns, values):  # noqa: B905 - the innermost loop
            if value is None:
                continue
            if isinstance(value, str):
                space = ' xml:space="preserve"' if value != value.strip() else ''
                cells.append(f'{start}{number}{kind} t="inlineStr"><is><t{space}>{cell_text(value)}</t></is></c>')
            else:
                cells.append(f'{start}{number}{kind}><v>{value!r}</v></c>')
        cells.append('</row>')
        return ''.join(cells)


def cell_text(text):
    """Return text as the XML of a cell holds it.

    >>> cell_text('Shop 1'), cell_text('<b> & c'), cell_text(chr(1))
    ('Shop 1', '&lt;b&gt; &amp; c', '_x0001_')
    """
    if not SPECIAL.search(text):
        return text
    return escape(CONTROL.sub(lambda match: f'_x{ord(match.group()):04X}_', text))


def safe(text):
    """Return text that no spreadsheet takes for a formula when it opens the CSV.

    >>> safe('=cmd()'), safe('Shop 1'), safe(None)
    ("'=cmd()", 'Shop 1', None)
    """
    return f"'{text}" if text and text.startswith(INJECTING) else text


def write_sheet(workbook, sheet, columns, rows, totals):
    """Write the rows of details.

    :param columns: list of Column
    :param rows: iterable of tuples of text, number or None; days and times are numbers, as a sheet counts them
    :param totals: {column: total}
    :return: Table
    """
    workbook.write_head(sheet, columns)
    count = sheet.write_rows(HEADER + 1, [workbook.formats[column.style] for column in columns], rows)
    last = HEADER + max(count, 1)
    sheet.autofilter(HEADER, 0, last, len(columns) - 1)
    return Table(workbook.quoted(sheet), HEADER + 1, last, totals)


class _Digest(io.RawIOBase):
    """Write through to a file, and know the SHA-256 and the size of what was written."""

    def __init__(self, file):
        self.file, self.sha256, self.size = file, hashlib.sha256(), 0

    def writable(self):
        return True

    def write(self, data):
        self.sha256.update(data)
        self.size += len(data)
        return self.file.write(data)


def write_archive(file, columns, rows, manifest, created):
    """Write the rows of details as a zipped CSV with a manifest beside it.

    :param file: binary file the archive goes to
    :param columns: Columns
    :param rows: iterable of tuples of text or None; numbers, days and times as text too
    :param manifest: dict of what the statement says of its details: number, counts, totals
    :param created: datetime that the files in the archive bear, so that the same rows give the same bytes
    """
    with zipfile.ZipFile(file, 'w', zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        with archive.open(_entry('detail.csv', created), 'w', force_zip64=True) as raw:
            digest = _Digest(raw)
            text = io.TextIOWrapper(io.BufferedWriter(digest, 1 << 16), 'utf-8', newline='')
            writer = csv.writer(text, lineterminator='\r\n')
            writer.writerow(column.title for column in columns)
            guards = [safe if column.style == 'text' else str for column in columns]
            writer.writerows(
                [value and guard(value) for guard, value in zip(guards, values, strict=True)] for values in rows)
            text.flush()
            text.detach()
        manifest = {**manifest, 'file': 'detail.csv', 'bytes': digest.size, 'sha256': digest.sha256.hexdigest()}
        archive.writestr(_entry('manifest.json', created), json.dumps(manifest, indent=2, ensure_ascii=False) + '\n')


def _entry(name, created):
    entry = zipfile.ZipInfo(name, created.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
