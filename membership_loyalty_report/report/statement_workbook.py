from decimal import Decimal
from itertools import chain

from xlsxwriter.utility import xl_rowcol_to_cell

from .statement_detail import DetailSheet, write_sheet
from .statement_figures import GROUP, DetailTotals
from .workbook_tables import HEADER, Column, Formula, TableWorkbook, sum_formula

# Columns of the sheet of lines that other sheets refer to.
CODE, BY_PARTY, TO_PARTY, NET = 1, 14, 15, 16
ADJUSTED_BY, ADJUSTED_TO = 5, 6  # columns of the sheet of adjustments
FEE = 'FEE'
PARTS = ('fees', 'adjustments')  # figures that are part of the one above


class StatementWorkbook(TableWorkbook):
    """The workbook of one settlement. Writes what the figures say, in the language of its environment."""

    def __init__(self, env, file, figures):
        """:param env: environment whose language the workbook speaks
        :param file: binary file the workbook goes to
        :param figures: StatementFigures
        """
        super().__init__(file, figures.created, figures.digits)
        self.env, self.figures = env, figures

    def write(self, rows):
        """Write every sheet and close the workbook.

        :param rows: iterable of the rows of details; not read when they are in a file of their own
        """
        _ = self.env._
        summary = self.sheet(_("Summary"))
        lines = self._write_lines(self.sheet(_("Lines")))
        adjustments = self._write_adjustments(self.sheet(_("Adjustments")))
        self._write_roll_forward(self.sheet(_("Roll-forward")))
        controls = self.sheet(_("Controls"))
        if self.figures.matrix:
            self._write_matrix(self.sheet(_("Matrix")))
        if self.figures.exchange:
            self._write_exchange(self.sheet(_("Exchange")), lines)
        detail = self._write_detail(self.sheet(_("Detail"), DetailSheet), rows)
        self._write_controls(controls, lines, detail)
        self._write_summary(summary, lines, adjustments)
        self.book.close()

    def sheet(self, name, kind=None):
        figures = self.figures
        return self.add_sheet(
            name, f"{figures.name}  {figures.party}  {figures.date_from} - {figures.date_to}",
            self.env._("Page %(page)s of %(pages)s", page='&P', pages='&N'), kind)

    def _yes(self, flag):
        return self.env._("yes") if flag else None

    # ------------------------------------------------------------------ lines

    def _by_party(self):
        return self.env._("To pay by %(party)s (%(currency)s)", party=self.figures.party,
                          currency=self.figures.currency)

    def _to_party(self):
        return self.env._("To pay to %(party)s (%(currency)s)", party=self.figures.party,
                          currency=self.figures.currency)

    def _write_lines(self, sheet):
        _ = self.env._
        columns = [
            Column(_("No."), 6, 'count'), Column(_("Code"), 8), Column(_("Charge"), 25), Column(_("Value"), 10),
            Column(_("Agreement"), 11), Column(_("Rate"), 9, 'rate'), Column(_("Unit"), 14),
            Column(_("Rate valid from"), 12, 'date'), Column(_("Late"), 6),
            Column(_("Original month"), 9, 'month'), Column(_("Reversal"), 9),
            Column(_("Transactions"), 13, 'count', True), Column(_("Quantity"), 15, 'quantity'),
            Column(_("Exact amount"), 16, 'exact'), Column(self._by_party(), 16, 'money', True),
            Column(self._to_party(), 16, 'money', True), Column(_("Net"), 15, 'money', True),
        ]
        has_tax = any(line.tax for line in self.figures.lines)
        if has_tax:
            columns.append(Column(_("Tax"), 16))
        rows = []
        for row, line in enumerate(self.figures.lines, HEADER + 1):
            by_party, to_party = (None, line.amount) if line.is_to_party else (line.amount, None)
            net = Formula(f"={xl_rowcol_to_cell(row, TO_PARTY)}-{xl_rowcol_to_cell(row, BY_PARTY)}",
                          (to_party or 0) - (by_party or 0))
            rows.append([
                line.number, line.code, line.charge, line.value, line.agreement, line.rate, line.unit,
                line.valid_from, self._yes(line.is_late), line.original_month, self._yes(line.is_reversal),
                line.atoms, line.quantity, line.exact, by_party, to_party, net, *([line.tax] if has_tax else [])])
        return self.write_table(sheet, columns, rows, _("Total"))

    def _write_adjustments(self, sheet):
        _ = self.env._
        columns = [
            Column(_("Date"), 12, 'date'), Column(_("Charge"), 22), Column(_("Reason"), 50, 'wrap'),
            Column(_("Origin statement"), 24), Column(_("Origin line"), 30),
            Column(self._by_party(), 18, 'money', True), Column(self._to_party(), 18, 'money', True)]
        rows = [[
            one.day, one.charge, one.reason, one.origin, one.origin_line,
            *((None, one.amount) if one.is_to_party else (one.amount, None))] for one in self.figures.adjustments]
        return self.write_table(sheet, columns, rows, _("Total"))

    # ------------------------------------------------------------------ proofs

    def _write_roll_forward(self, sheet):
        """Write opening, movements and closing of each balance; closing is a formula."""
        _ = self.env._
        self.write_head(sheet, [Column(_("Roll-forward"), 44), Column(_("Quantity"), 20, 'quantity')])
        row = HEADER + 1
        for balance in self.figures.roll_forward:
            sheet.write_string(row, 0, balance.label, self.bold)
            first = row + 1
            for row, (label, value) in enumerate([(_("Opening"), balance.opening), *balance.movements], first):
                sheet.write_string(row, 0, label, self.formats['text'])
                self.write_cell(sheet, row, 1, value, 'quantity')
            row += 1
            cells = f"{xl_rowcol_to_cell(first, 1)}:{xl_rowcol_to_cell(row - 1, 1)}"
            sheet.write_string(row, 0, _("Closing"), self.total_formats['text'])
            self.write_cell(sheet, row, 1, sum_formula(cells, balance.closing, 4), 'quantity', True)
            row += 2

    def _write_controls(self, sheet, lines, detail):
        """Write each figure of the statement beside the ledger's, with the difference as a formula."""
        _ = self.env._
        self.write_head(sheet, [
            Column(_("Control"), 64), Column(_("Statement"), 20, 'number'), Column(_("Ledger"), 20, 'number'),
            Column(_("Variance"), 16, 'number'),
            Column(_("Result"), 14)])
        rows = [*self._lines_controls(lines), *chain.from_iterable(
            self._detail_controls(control, detail) for control in self.figures.controls)]
        for row, (label, style, statement, ledger) in enumerate(rows, HEADER + 1):
            sheet.write_string(row, 0, label, self.formats['text'])
            self.write_cell(sheet, row, 1, statement, style)
            self.write_cell(sheet, row, 2, ledger, style)
            mine, theirs = xl_rowcol_to_cell(row, 1), xl_rowcol_to_cell(row, 2)
            variance = self._value(statement) - self._value(ledger)
            digits = self.decimals[style]
            self.write_cell(sheet, row, 3, Formula(f"=ROUND({mine}-{theirs},{digits})", variance), style)
            agrees, differs = _("agrees"), _("differs")
            self.write_cell(sheet, row, 4, Formula(
                f'=IF({xl_rowcol_to_cell(row, 3)}=0,"{agrees}","{differs}")', differs if variance else agrees), 'text')

    def _lines_controls(self, lines):
        _, figures = self.env._, self.figures
        return [
            (_("Sum of the lines to pay by the party"), 'money', lines.total(BY_PARTY), figures.receivable),
            (_("Sum of the lines to pay to the party"), 'money', lines.total(TO_PARTY), figures.payable),
        ]

    def _detail_controls(self, control, detail):
        """Yield the controls of one kind of transaction, counted from the rows of details if they are in the workbook.

        :param detail: Table of the rows, or None
        """
        _, statement, ledger = self.env._, control.statement, control.ledger
        group = ', '.join(control.labels)
        counted = self._counted(control, detail) if detail else statement
        yield _("%(group)s: count", group=group), 'count', counted.count, ledger.count
        yield _("%(group)s: quantity", group=group), 'quantity', counted.quantity, ledger.quantity
        yield _("%(group)s: hash total of the numbers", group=group), 'number', counted.numbers, ledger.numbers

    def _counted(self, control, detail):
        """Return the totals of one kind of transaction as Formulas over the rows of details."""
        names = list(self.figures.columns)
        place = {name: detail.column(names.index(name)) for name in ('number', 'quantity', *GROUP)}
        where = ','.join('{},"{}"'.format(place[name], label.replace('"', '""'))
                         for name, label in zip(GROUP, control.labels, strict=True))
        return DetailTotals(
            Formula(f"=COUNTIFS({where})", control.statement.count),
            Formula(f"=ROUND(SUMIFS({place['quantity']},{where}),4)", control.statement.quantity),
            Formula(f"=MOD(SUMIFS({place['number']},{where}),10^12)", control.statement.numbers))

    def _write_detail(self, sheet, rows):
        """Write the rows of details, or where they are to be found; return their Table, or None."""
        figures = self.figures
        if not figures.archive:
            return write_sheet(self, sheet, list(figures.columns.values()), rows, {})
        sheet.set_column(0, 0, 120)
        sheet.write_string(0, 0, self.env._(
            "The %(count)s transactions do not fit into a sheet. They are in the file %(file)s, as CSV with a manifest "
            "of its counts, totals and SHA-256.", count=f"{figures.count:,}", file=figures.archive), self.note)
        return None

    # ------------------------------------------------------------------ matrix, exchange

    def _write_matrix(self, sheet):
        """Write the points that each own company redeemed, by the own company that had issued them."""
        _ = self.env._
        parties, points = self.figures.matrix
        columns = [Column(_("Issued by / redeemed at"), 30),
                   *(Column(party, 18, 'quantity', True) for party in parties),
                   Column(_("Total"), 18, 'quantity', True)]
        rows = []
        for row, issuer in enumerate(parties, HEADER + 1):
            values = [points.get((issuer, redeemer), Decimal()) for redeemer in parties]
            cells = f"{xl_rowcol_to_cell(row, 1)}:{xl_rowcol_to_cell(row, len(parties))}"
            rows.append([issuer, *values, sum_formula(cells, sum(values), 4)])
        self.write_table(sheet, columns, rows, _("Total"))

    def _write_exchange(self, sheet, lines):
        """Write what the statement is worth in the currency it is booked in."""
        _, figures, rate = self.env._, self.figures, self.figures.exchange
        self.write_head(sheet, [
            Column(_("Exchange"), 40), Column(figures.currency, 20, 'money'), Column(_("Rate"), 18, 'rate'),
            Column(rate.currency, 20, 'money')])
        sheet.write_string(1, 0, _("Rate of the last day"), self.formats['text'])
        self.write_cell(sheet, 1, 1, rate.day, 'date')
        self.write_cell(sheet, 1, 2, rate.rate, 'rate')
        for row, (label, formula) in enumerate([
            (self._by_party(), lines.total(BY_PARTY)), (self._to_party(), lines.total(TO_PARTY)),
            (_("Net"), lines.total(NET)),
        ], 2):
            sheet.write_string(row, 0, label, self.formats['text'])
            self.write_cell(sheet, row, 1, formula, 'money')
            value = round(formula.value * rate.rate, rate.digits)
            self.write_cell(sheet, row, 3, Formula(f"=ROUND(B{row + 1}*$C$2,{rate.digits})", value), 'money')

    # ------------------------------------------------------------------ summary

    def _write_summary(self, sheet, lines, adjustments):
        _, figures = self.env._, self.figures
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 1, 30)
        sheet.set_column(2, 2, 60)
        sheet.write_string(0, 0, _("Statement %(name)s", name=figures.name), self.title)
        row = 2
        for label, value, style in self._facts():
            sheet.write_string(row, 0, label, self.bold)
            self.write_cell(sheet, row, 1, value, style)
            row += 1
        return self._write_figures(sheet, row + 1, lines, adjustments)

    def _facts(self):
        """Return the head of the summary: [(label, value, style)]."""
        _, figures = self.env._, self.figures
        return [
            (_("Party"), f"{figures.party} [{figures.party_code}]", 'text'),
            (_("Operator"), figures.operator, 'text'),
            (_("Programme"), figures.program, 'text'),
            (_("From"), figures.date_from, 'date'),
            (_("To"), figures.date_to, 'date'),
            (_("Time zone of the days"), figures.tz, 'text'),
            (_("Agreement"), figures.agreement, 'text'),
            (_("Currency"), figures.currency, 'text'),
            (_("Revision"), str(figures.revision), 'text'),
            (_("Sent at"), figures.sent_at, 'datetime') if figures.sent_at
            else (_("Sent at"), _("not sent: preview"), 'text'),
            (_("Objections until"), figures.dispute_until, 'date'),
            (_("Due date"), figures.due_date, 'date'),
            (_("Bank account"), figures.bank, 'text'),
            (_("Fingerprint of the statement"), figures.content_hash, 'text'),
        ]

    def _write_figures(self, sheet, head, lines, adjustments):
        """Write what is to be paid and how it comes about; each figure a formula on the sheet it comes from."""
        _, figures = self.env._, self.figures
        for column, (title, style) in enumerate((
                (_("Figures"), self.head), (figures.currency, self.number_head), ("", self.head))):
            sheet.write_string(head, column, title, style)
        cells = {}
        for row, (key, label, value, note) in enumerate(
                self._figures(lines, adjustments, cells), head + 1):
            cells[key] = xl_rowcol_to_cell(row, 1)
            is_total = key in ('net', 'balance', 'to_pay')
            style = self.total_formats['text'] if is_total else self.formats['text']
            sheet.write_string(row, 0, label, self.indented if key in PARTS else style)
            self.write_cell(sheet, row, 1, value, 'money', is_total)
            sheet.write_string(row, 2, note or "", style)

    def _figures(self, lines, adjustments, cells):
        """Yield (key, label, value, note) of each figure; cells holds the addresses of those before."""
        _, figures = self.env._, self.figures
        plus = _("+ in favour of %(party)s, - in favour of %(operator)s",
                 party=figures.party, operator=figures.operator)
        yield 'carried', _("Carried in from earlier statements"), figures.carried_in, plus
        yield 'payable', self._to_party(), lines.total(TO_PARTY), None
        yield 'receivable', self._by_party(), lines.total(BY_PARTY), None
        fees = sum((line.amount for line in figures.lines if line.code == FEE), Decimal())
        yield 'fees', _("of which fees"), Formula(
            f'=ROUND(SUMIF({lines.column(CODE)},"{FEE}",{lines.column(BY_PARTY)}),{self.digits})', fees), None
        yield 'adjustments', _("of which adjustments"), Formula(
            f"{adjustments.total(ADJUSTED_TO).text}-{adjustments.total(ADJUSTED_BY).text[1:]}",
            adjustments.totals[ADJUSTED_TO] - adjustments.totals[ADJUSTED_BY]), plus
        yield 'net', _("Net of the period"), Formula(
            f"={cells['payable']}-{cells['receivable']}", figures.payable - figures.receivable), plus
        balance = figures.balance
        yield 'balance', _("Balance"), Formula(f"={cells['carried']}+{cells['net']}", balance), self._who_pays(balance)
        if figures.tax is not None:
            yield 'tax', _("Tax of the documents (estimate)"), figures.tax, plus
            yield 'to_pay', _("Balance with tax"), Formula(
                f"={cells['balance']}+{cells['tax']}", balance + figures.tax), self._who_pays(balance + figures.tax)

    def _who_pays(self, balance):
        _, figures = self.env._, self.figures
        if not balance:
            return _("Nothing is to be paid.")
        payer, payee = (figures.operator, figures.party) if balance > 0 else (figures.party, figures.operator)
        return _("%(payer)s pays to %(payee)s", payer=payer, payee=payee)
