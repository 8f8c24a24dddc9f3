"""Tables of a workbook: typed columns, totals as formulas with today's value, print set-up. Nothing of Odoo in here."""

from decimal import Decimal
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

A4 = 9
HEADER = 0  # row of the column titles


class Column(NamedTuple):
    title: str
    width: int
    style: str = 'text'
    is_total: bool = False


class Formula(NamedTuple):
    """What a cell computes, and the figure it must come to."""

    text: str
    value: Any


class Table(NamedTuple):
    """Where a table was written, so that others can refer to it."""

    sheet: str
    first: int
    last: int
    totals: dict

    def total(self, column):
        """Return the Formula of another sheet that shows the total of a column."""
        return Formula(f"={self.sheet}!{xl_rowcol_to_cell(self.last + 1, column)}", self.totals[column])

    def column(self, column):
        """Return the range of a column's cells, without title and total."""
        name = xl_col_to_name(column)
        return f"{self.sheet}!${name}${self.first + 1}:${name}${self.last + 1}"

    @property
    def count(self):
        return self.last - self.first + 1


def sum_formula(cells, value, digits):
    """Return the Formula of a sum: rounded, because a sum of binary fractions misses the last digit now and then."""
    return Formula(f"=ROUND(SUM({cells}),{digits})", value)


def plain(text):
    """Return text as a cell shall hold it. xlsxwriter takes what looks like its own rich text for markup.

    >>> plain('Shop 1'), plain('<r>x</r>')
    ('Shop 1', '<r>x</r> ')
    """
    return f"{text} " if text.startswith('<r>') and text.endswith('</r>') else text


def money_format(digits):
    """Return the number format of a currency.

    >>> money_format(2), money_format(0)
    ('#,##0.00;[Red]-#,##0.00', '#,##0;[Red]-#,##0')
    """
    number = '#,##0' + ('.' + '0' * digits if digits else '')
    return f'{number};[Red]-{number}'


class TableWorkbook:
    """A workbook in constant memory: each sheet is written row by row, from top to bottom."""

    def __init__(self, file, created, digits):
        """:param file: binary file the workbook goes to
        :param created: naive UTC datetime that the workbook bears, so that the same content gives the same bytes
        :param digits: decimals of the currency
        """
        self.book = xlsxwriter.Workbook(file, {
            'constant_memory': True, 'strings_to_formulas': False, 'strings_to_urls': False,
            'strings_to_numbers': False})
        self.book.set_properties({'created': created})
        self.created = created
        self.digits = digits
        styles = {
            'text': {'indent': 1},
            'wrap': {'text_wrap': True, 'indent': 1},
            'count': {'num_format': '#,##0'},
            'number': {'num_format': '0'},
            'quantity': {'num_format': '#,##0.00##;[Red]-#,##0.00##'},
            'exact': {'num_format': '#,##0.00########;[Red]-#,##0.00########'},
            'rate': {'num_format': '0.00######', 'align': 'right'},
            'money': {'num_format': money_format(digits)},
            'date': {'num_format': 'yyyy-mm-dd', 'align': 'left', 'indent': 1},
            'month': {'num_format': 'yyyy-mm', 'align': 'left', 'indent': 1},
            'datetime': {'num_format': 'yyyy-mm-dd hh:mm:ss', 'align': 'left', 'indent': 1},
        }
        self.decimals = {'count': 0, 'number': 0, 'rate': 8, 'quantity': 4, 'exact': 10, 'money': digits}
        self.formats = {name: self.book.add_format({'valign': 'vcenter', **values}) for name, values in styles.items()}
        self.total_formats = {
            name: self.book.add_format({'valign': 'vcenter', **values, 'bold': True, 'top': 1})
            for name, values in styles.items()}
        self.title = self.book.add_format({'bold': True, 'font_size': 16})
        self.bold = self.book.add_format({'bold': True, 'valign': 'vcenter', 'indent': 1})
        self.note = self.book.add_format({'italic': True, 'font_color': '#595959', 'text_wrap': True})
        head = {'bold': True, 'bg_color': '#D9D2E9', 'bottom': 1, 'text_wrap': True, 'valign': 'vcenter'}
        self.head = self.book.add_format({**head, 'indent': 1})
        self.number_head = self.book.add_format({**head, 'align': 'right'})
        self.indented = self.book.add_format({'valign': 'vcenter', 'indent': 2})

    def add_sheet(self, name, header, footer, kind=None):
        """Add a sheet that prints on A4 landscape, as wide as the page, with a header and page numbers.

        :param header: text at the top of each printed page
        :param footer: text of the page number, with &P and &N for the number and the count
        :param kind: class of the sheet, by default xlsxwriter's own
        """
        sheet = self.book.add_worksheet(name, kind)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
        sheet.set_header(f"&L{header.replace('&', '&&')}&R&A")
        sheet.set_footer(f"&R{footer}")
        return sheet

    # ------------------------------------------------------------------ tables

    def write_head(self, sheet, columns):
        """Write the titles of the columns; they stay when one scrolls and are repeated on each printed page."""
        sheet.set_row(HEADER, 32)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(
                HEADER, number, column.title, self.number_head if column.style in self.decimals else self.head)
        sheet.freeze_panes(HEADER + 1, 0)
        sheet.repeat_rows(HEADER)

    def write_table(self, sheet, columns, rows, label):
        """Write a whole table that fits into memory, with a filter and a row of totals.

        :param rows: list of lists, a value (None: an empty cell) or Formula for each column
        :param label: title of the row of totals, in its first cell
        :return: Table
        """
        self.write_head(sheet, columns)
        for row, values in enumerate(rows, HEADER + 1):
            for number, (column, value) in enumerate(zip(columns, values, strict=True)):
                self.write_cell(sheet, row, number, value, column.style)
        first, last = HEADER + 1, HEADER + max(len(rows), 1)
        sheet.autofilter(HEADER, 0, last, len(columns) - 1)
        totals = {number: sum((self._value(values[number]) for values in rows), Decimal())
                  for number, column in enumerate(columns) if column.is_total}
        table = Table(self.quoted(sheet), first, last, totals)
        sheet.write_string(last + 1, 0, label, self.total_formats['text'])
        for number, value in totals.items():
            style = columns[number].style
            cells = f"{xl_rowcol_to_cell(first, number)}:{xl_rowcol_to_cell(last, number)}"
            self.write_cell(sheet, last + 1, number, sum_formula(cells, value, self.decimals[style]), style, True)
        return table

    def write_cell(self, sheet, row, column, value, style, is_total=False):
        """Write one cell: a formula with its value, text that stays text, a number, a date."""
        kind = (self.total_formats if is_total else self.formats)[style]
        if value is None:
            return
        if isinstance(value, Formula):
            sheet.write_formula(row, column, value.text, kind, self._shown(value.value))
        elif isinstance(value, str):
            sheet.write_string(row, column, plain(value), kind)
        elif style in ('date', 'month', 'datetime'):
            sheet.write_datetime(row, column, value, kind)
        else:
            sheet.write_number(row, column, self._shown(value), kind)

    def _shown(self, value):
        """Return the value of a cell: a workbook knows binary numbers only."""
        return float(value) if isinstance(value, Decimal) else value

    def _value(self, cell):
        value = cell.value if isinstance(cell, Formula) else cell
        return Decimal(value or 0)

    def quoted(self, sheet):
        """Return the name of a sheet as formulas write it."""
        return "'{}'".format(sheet.get_name().replace("'", "''"))
