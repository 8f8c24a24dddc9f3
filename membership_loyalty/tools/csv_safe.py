"""Cells of a CSV file that no spreadsheet takes for a formula."""

import csv
import re

NUMBER = re.compile(r'-?\d+(\.\d+)?')
DANGEROUS = ('=', '+', '-', '@', '\t', '\r')


def harmless(value):
    """Return a cell as text; what a spreadsheet would execute is led by an apostrophe. Numbers stay numbers.

    >>> harmless('=1+1'), harmless('@SUM(A1)'), harmless('-30'), harmless('-30+1'), harmless(None), harmless(5)
    ("'=1+1", "'@SUM(A1)", '-30', "'-30+1", '', '5')
    """
    text = '' if value is None else str(value)
    return f"'{text}" if text.startswith(DANGEROUS) and not NUMBER.fullmatch(text) else text


def writer(output, delimiter=','):
    """Return a function that writes one row: every cell quoted and harmless.

    >>> import io
    >>> output = io.StringIO()
    >>> writer(output)(['=1', -30, 'a"b'])
    >>> output.getvalue()
    '"\\'=1","-30","a""b"\\r\\n'
    """
    rows = csv.writer(output, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    return lambda cells: rows.writerow([harmless(cell) for cell in cells]) and None
