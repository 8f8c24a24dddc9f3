"""Files of events that partners send: manifest, rows and control totals, see docs/partner-files.md.

A file is CSV (lines `#key;value`, then a header row, then rows) or JSON lines (the manifest is the first line). What
follows the manifest is the body: `sha256` is its digest, and `signature` signs the other lines of the manifest.
"""

import csv
import hashlib
import hmac
import io
import json
from decimal import Decimal
from typing import NamedTuple

from .partner_row import COLUMNS, REQUIRED_COLUMNS, clean, number

VERSION = '1'
REQUIRED = ('version', 'party_code', 'file_id', 'file_seq', 'count', 'sum_points_credit', 'sum_points_debit')
OPTIONAL = ('created_at', 'period', 'tz', 'sum_amount', 'hash_total', 'sha256', 'signature', 'mode')
TOTALS = ('count', 'sum_points_credit', 'sum_points_debit', 'sum_amount', 'hash_total')
MODES = ('partial', 'all_or_nothing')
HASH_MODULUS = 10 ** 12
BOM = b'\xef\xbb\xbf'
MANIFEST_LIMIT = 64  # lines; more `#` lines than that are no manifest


class Refused(Exception):
    """Why a whole file is not taken: a code, the reason within it, and the values its sentence names."""

    def __init__(self, code, reason, **values):
        super().__init__(reason)
        self.code, self.reason, self.values = code, reason, values


class PartnerFile(NamedTuple):
    manifest: dict  # key: text
    body: bytes
    is_json: bool
    delimiter: str  # of CSV

    @property
    def seq(self):
        return int(self.manifest['file_seq'])

    @property
    def mode(self):
        return self.manifest.get('mode') or 'partial'


# ---------------------------------------------------------------------- manifest

def parse(content):
    """Return a file with its manifest read and sound in itself; the rows are not looked at.

    :param bytes content: of the whole file
    :raise Refused: E_FORMAT

    >>> parse(b'#version;1\\n#party_code;B\\n#file_id;f-1\\n#file_seq;7\\n#count;0\\n'
    ...       b'#sum_points_credit;0\\n#sum_points_debit;0\\next_txn_id;kind\\n').body
    b'ext_txn_id;kind\\n'
    """
    content = content.removeprefix(BOM)
    is_json = content.lstrip()[:1] == b'{'
    try:
        manifest, body, delimiter = _json_manifest(content) if is_json else _csv_manifest(content)
    except (csv.Error, ValueError, RecursionError) as error:
        raise Refused('E_FORMAT', 'manifest') from error
    if any(clean(text) != text for item in manifest.items() for text in item):
        raise Refused('E_FORMAT', 'manifest')
    manifest = {key: value for key, value in manifest.items() if value}
    _check_manifest(manifest)
    return PartnerFile(manifest, body, is_json, delimiter)


def _csv_manifest(content):
    lines, start = [], 0
    while content[start:start + 1] == b'#' and len(lines) < MANIFEST_LIMIT:
        end = content.find(b'\n', start) + 1 or len(content)
        lines.append(content[start + 1:end].decode().strip())
        start = end
    delimiter = ';' if lines and ';' in lines[0] else ','
    cells = [(*row, '')[:2] for row in csv.reader(lines, delimiter=delimiter)]
    if len({key for key, _value in cells}) < len(cells):
        raise ValueError("a key is there twice")
    return {key.strip(): value.strip() for key, value in cells}, content[start:], delimiter


def _json_manifest(content):
    line, _newline, body = content.lstrip().partition(b'\n')
    # Numbers stay as they were written: the signature covers the text.
    manifest = json.loads(line, parse_int=str, parse_float=str, object_pairs_hook=_once)
    if not all(isinstance(value, str) for value in manifest.values()):
        raise ValueError("the values of a manifest are texts and numbers")
    return manifest, body, ''


def _once(pairs):
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _check_manifest(manifest):
    """Refuse a manifest that lacks something or holds what cannot be.

    :raise Refused: E_FORMAT
    """
    missing = [key for key in REQUIRED if key not in manifest]
    if missing:
        raise Refused('E_FORMAT', 'missing_keys', keys=', '.join(missing))
    unknown = manifest.keys() - {*REQUIRED, *OPTIONAL}
    if unknown:
        raise Refused('E_FORMAT', 'unknown_keys', keys=', '.join(sorted(unknown)), known=', '.join(REQUIRED + OPTIONAL))
    if manifest['version'] != VERSION:
        raise Refused('E_FORMAT', 'version', value=manifest['version'], known=VERSION)
    if manifest.get('mode', MODES[0]) not in MODES:
        raise Refused('E_FORMAT', 'mode', value=manifest['mode'], known=', '.join(MODES))
    seq = manifest['file_seq']
    if not (seq.isascii() and seq.isdigit() and 0 < int(seq) < 2 ** 31):
        raise Refused('E_FORMAT', 'seq', value=seq)
    for key in TOTALS:
        if key in manifest and number(manifest[key]) is None:
            raise Refused('E_FORMAT', 'total', key=key, value=manifest[key])


# ---------------------------------------------------------------------- digest and signature

def signed_text(manifest):
    """Return the text that a signature signs: all of the manifest but the signature, sorted by key.

    >>> signed_text({'version': '1', 'count': '3', 'signature': 'x'})
    'count=3\\nversion=1'
    """
    return '\n'.join(f'{key}={manifest[key]}' for key in sorted(manifest) if key != 'signature')


def sign(manifest, secret):
    """Return the signature of a manifest: HMAC-SHA256, in hexadecimal digits.

    >>> sign({'version': '1', 'count': '3'}, 'secret')[:16]
    '5258af87126ef2e1'
    """
    return hmac.new(secret.encode(), signed_text(manifest).encode(), hashlib.sha256).hexdigest()


def verify(file, secret=None):
    """Check signature and digest of a file.

    :param secret: shared with the party; without one a file needs no signature
    :raise Refused: E_SIGN, or E_CONTROL when the body is not the one that the manifest speaks of
    """
    manifest = file.manifest
    if secret:
        if not manifest.get('signature') or not manifest.get('sha256'):
            raise Refused('E_SIGN', 'unsigned')
        if not hmac.compare_digest(manifest['signature'].lower().encode(), sign(manifest, secret).encode()):
            raise Refused('E_SIGN', 'signature')
    digest = hashlib.sha256(file.body).hexdigest()
    if manifest.get('sha256', digest).lower() != digest:
        raise Refused('E_CONTROL', 'digest', said=manifest['sha256'], found=digest)


# ---------------------------------------------------------------------- rows and totals

def records(file):
    """Return the columns of a file and an iterator over its rows, as they were written.

    :return: (list of column names, iterator of {column: text}; of None where a row cannot be told into columns)
    :raise Refused: E_FORMAT
    """
    # Bytes that are no UTF-8 spoil the row they are in, not the count of the rows.
    text = io.StringIO(file.body.decode(errors='surrogateescape'), newline='')
    if file.is_json:
        return list(COLUMNS), map(_json_record, filter(str.strip, text))
    reader = csv.reader(text, delimiter=file.delimiter)
    columns = [column.strip() for column in next(reader, [])]
    missing = [column for column in REQUIRED_COLUMNS if column not in columns]
    if missing or len(set(columns)) < len(columns):
        raise Refused('E_FORMAT', 'columns', missing=', '.join(missing), found=', '.join(columns))
    return columns, _csv_records(reader, columns)


def _csv_records(reader, columns):
    try:
        for cells in reader:
            if cells:
                yield dict(zip(columns, cells, strict=True)) if len(cells) == len(columns) else None
    except csv.Error as error:
        raise Refused('E_FORMAT', 'csv', line=reader.line_num) from error


def _json_record(line):
    try:
        record = json.loads(line, parse_int=str, parse_float=str, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    return {key: '' if value is None else value if isinstance(value, str) else json.dumps(value)
            for key, value in record.items()}


class Totals:
    """The control totals of a file, added up row by row, good rows and bad ones alike.

    >>> totals = Totals()
    >>> for points, kind in (('100', 'earn'), ('-30', 'earn'), ('50.5', 'redeem'), ('?', 'earn')):
    ...     totals.add({'points': points, 'kind': kind, 'ext_txn_id': 'T-17', 'amount': '9.99'})
    >>> totals.values()
    {'count': 4, 'sum_points_credit': 70, 'sum_points_debit': 50.5, 'sum_amount': 39.96, 'hash_total': 68}
    """

    def __init__(self):
        self.count, self.credit, self.debit, self.amount, self.hash = 0, Decimal(0), Decimal(0), Decimal(0), 0

    def add(self, record):
        """Count one row.

        :param record: {column: text}, or None where it could not be read
        """
        self.count += 1
        if record is None:
            return
        points = number(record.get('points', '')) or 0
        if record.get('kind', '').strip() == 'earn':
            self.credit += points
        else:
            self.debit += points
        self.amount += number(record.get('amount', '')) or 0
        digits = ''.join(filter(str.isdecimal, record.get('ext_txn_id', '')))
        self.hash += int(digits[-12:] or 0)

    def values(self):
        figures = (self.count, self.credit, self.debit, self.amount, self.hash % HASH_MODULUS)
        return dict(zip(TOTALS, (Plain(figure) for figure in figures), strict=True))

    def check(self, manifest):
        """Compare with what the manifest says.

        :raise Refused: E_CONTROL, naming the first total that differs
        """
        for key, found in self.values().items():
            said = manifest.get(key)
            if said is not None and number(said) != found:
                raise Refused('E_CONTROL', 'total', key=key, said=said, found=str(found))


class Plain(Decimal):
    """A figure as people write it: no exponent, no zeros after the last decimal."""

    def __str__(self):
        text = format(self, 'f')
        return text.rstrip('0').rstrip('.') if '.' in text else text

    __repr__ = __str__
