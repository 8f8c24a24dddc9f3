from datetime import date, datetime

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

NUMBER = '#,##0.00;[Red]-#,##0.00'
HEADER = 0  # row of the column titles


class LedgerWorkbook:
    """A workbook of three sheets, written row by row: cover, members, ledger.

    Numbers are numbers, totals are formulas with the value they have today, so that every reader shows them.
    """

    def __init__(self, env, file):
        """:param file: where the workbook goes, a binary file"""
        self.env = env
        self.book = xlsxwriter.Workbook(file, {
            'constant_memory': True, 'strings_to_formulas': False, 'strings_to_urls': False})
        formats = {
            'title': {'bold': True, 'font_size': 16},
            'head': {'bold': True, 'bg_color': '#D9D2E9', 'bottom': 1, 'text_wrap': True, 'valign': 'top'},
            'label': {'bold': True},
            'number': {'num_format': NUMBER},
            'count': {'num_format': '#,##0'},
            'total': {'num_format': NUMBER, 'bold': True, 'top': 1},
            'total_label': {'bold': True, 'top': 1},
            'date': {'num_format': 'yyyy-mm-dd', 'align': 'left'},
            'datetime': {'num_format': 'yyyy-mm-dd hh:mm', 'align': 'left'},
        }
        self.formats = {name: self.book.add_format(values) for name, values in formats.items()}

    def write(self, parameters, members, entries):
        """Write everything and close the workbook.

        :param parameters: [(label, value)] for the cover
        :param members: iterable of (name, card number, tier, opening balance, amount per kind ...)
        :param entries: iterable of the columns of _write_entries
        """
        cover = self.book.add_worksheet(self.env._("Cover"))
        member_totals = self._write_members(self.book.add_worksheet(self.env._("Members")), members)
        entry_totals = self._write_entries(self.book.add_worksheet(self.env._("Ledger")), entries)
        self._write_cover(cover, parameters, member_totals, entry_totals)
        self.book.close()

    # ------------------------------------------------------------------ sheets

    def _write_cover(self, sheet, parameters, member_totals, entry_totals):
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 28)
        sheet.write_string(0, 0, self.env._("Membership ledger"), self.formats['title'])
        row = 2
        for label, value in parameters:
            sheet.write_string(row, 0, label, self.formats['label'])
            self._write_cell(sheet, row, 1, value)
            row += 1
        figures = [
            (self.env._("Balance before the period"), *member_totals['opening'], 'number'),
            (self.env._("Points moved in the period"), *entry_totals['amount'], 'number'),
            (self.env._("Balance after the period"), *member_totals['closing'], 'number'),
            (self.env._("Members with movements or a balance"), *member_totals['count'], 'count'),
            (self.env._("Entries in the period"), *entry_totals['count'], 'count'),
        ]
        for row, (label, formula, value, style) in enumerate(figures, len(parameters) + 3):
            sheet.write_string(row, 0, label, self.formats['label'])
            sheet.write_formula(row, 1, formula, self.formats[style], value)

    def _write_members(self, sheet, members):
        kinds = self._selection('kind')
        titles = [self.env._("Member"), self.env._("Card"), self.env._("Tier"), self.env._("Opening"),
                  *kinds.values(), self.env._("Closing")]
        self._write_head(sheet, titles, [28, 18, 12] + [13] * (len(titles) - 3))
        first_kind, closing = 4, len(titles) - 1
        sums, row = [0.0] * len(titles), HEADER
        for row, values in enumerate(members, HEADER + 1):
            for column, value in enumerate(values):
                self._write_cell(sheet, row, column, value)
                if column >= 3:
                    sums[column] += value
            balance = sum(values[3:])
            sums[closing] += balance
            sheet.write_formula(
                row, closing, f"=SUM({xl_rowcol_to_cell(row, first_kind - 1)}:{xl_rowcol_to_cell(row, closing - 1)})",
                self.formats['number'], round(balance, 2))
        self._write_totals(sheet, row, sums, range(3, len(titles)))
        return {
            'opening': self._reference(sheet, row + 1, 3, sums[3]),
            'closing': self._reference(sheet, row + 1, closing, sums[closing]),
            'count': self._count(sheet, row, row - HEADER),
        }

    def _write_entries(self, sheet, entries):
        kinds, channels = self._selection('kind'), self._selection('channel')
        titles = [
            self.env._("Date"), self.env._("Time"), self.env._("Member"), self.env._("Card"), self.env._("Kind"),
            self.env._("Reversal"), self.env._("Description"), self.env._("Document"), self.env._("Channel"),
            self.env._("Shop"), self.env._("Company"), self.env._("Points"), self.env._("Open"),
            self.env._("Expires on"),
        ]
        self._write_head(sheet, titles, [11, 16, 28, 18, 12, 9, 32, 24, 14, 16, 18, 13, 13, 11])
        sums, row, yes = [0.0] * len(titles), HEADER, self.env._("yes")
        for row, values in enumerate(entries, HEADER + 1):
            values = list(values)
            values[4], values[8] = kinds[values[4]], channels[values[8]]
            values[5] = yes if values[5] else None
            for column, value in enumerate(values):
                self._write_cell(sheet, row, column, value)
            for column in (11, 12):
                sums[column] += values[column]
        self._write_totals(sheet, row, sums, (11, 12))
        return {
            'amount': self._reference(sheet, row + 1, 11, sums[11]),
            'count': self._count(sheet, row, row - HEADER),
        }

    # ------------------------------------------------------------------ pieces

    def _selection(self, fname):
        return dict(self.env['membership.ledger.entry']._fields[fname]._description_selection(self.env))

    def _write_head(self, sheet, titles, widths):
        for column, (title, width) in enumerate(zip(titles, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(HEADER, column, title, self.formats['head'])
        sheet.freeze_panes(HEADER + 1, 0)

    def _write_cell(self, sheet, row, column, value):
        if value is None or value is False:
            return
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, value, self.formats['datetime'])
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.formats['date'])
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value, self.formats['number'])
        else:
            sheet.write_string(row, column, str(value))

    def _write_totals(self, sheet, last, sums, columns):
        """Write the row of totals below the last row, and the filter over what is above."""
        sheet.autofilter(HEADER, 0, max(last, HEADER), len(sums) - 1)
        total = last + 1
        sheet.write_string(total, 0, self.env._("Total"), self.formats['total_label'])
        for column in columns:
            name = xl_col_to_name(column)
            formula = f"=SUM({name}{HEADER + 2}:{name}{last + 1})" if last > HEADER else "=0"
            sheet.write_formula(total, column, formula, self.formats['total'], round(sums[column], 2))

    def _reference(self, sheet, row, column, value):
        """Return (formula, value today) of a cell of another sheet."""
        return f"='{sheet.get_name()}'!{xl_rowcol_to_cell(row, column)}", round(value, 2)

    def _count(self, sheet, last, count):
        return (f"=ROWS('{sheet.get_name()}'!A{HEADER + 2}:A{last + 1})" if count else "=0"), count
