import csv
import hashlib
import io
import json
from datetime import datetime

from ..tools import partner_file
from ..tools.partner_file import Totals
from ..tools.partner_row import COLUMNS
from .common_settlement import SettlementCommon

NOW = datetime(2026, 10, 20, 4, 0)
AT = '2026-10-19T12:00:00+08:00'


class PartnerFileCommon(SettlementCommon):
    """The parties of SettlementCommon send files about two members."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.program._enrol(cls.env['res.partner'].create({'name': "Mei Member"}))
        cls.numbers = [account.membership_card_ids.number for account in (cls.member, cls.other)]
        cls.files = cls.env['membership.partner.file']

    def row(self, number, points='', kind='earn', card=None, at=AT, **values):
        return {'ext_txn_id': number, 'kind': kind, 'card_token': self.numbers[0] if card is None else card,
                'occurred_at': at, 'points': str(points), **values}

    def content(self, seq, rows, code='B', secret=None, is_json=False, delimiter=';', **manifest):
        """Return the bytes of a file whose manifest fits its rows, but for what is given."""
        if is_json:
            body = ''.join(json.dumps(row) + '\n' for row in rows)
        else:
            columns = [column for column in COLUMNS if any(column in row for row in rows)] or list(COLUMNS)
            output = io.StringIO(newline='')
            writer = csv.DictWriter(output, columns, delimiter=delimiter, restval='')
            writer.writeheader()
            writer.writerows(rows)
            body = output.getvalue()
        totals = Totals()
        for row in rows:
            totals.add({column: str(value) for column, value in row.items()})
        manifest = {
            'version': '1', 'party_code': code, 'file_id': f'file-{code}-{seq}', 'file_seq': str(seq),
            **{key: str(value) for key, value in totals.values().items()},
            'sha256': hashlib.sha256(body.encode()).hexdigest(), **manifest}
        if secret:
            manifest['signature'] = partner_file.sign(manifest, secret)
        head = json.dumps(manifest) + '\n' if is_json else ''.join(
            f'#{key}{delimiter}{value}\n' for key, value in manifest.items())
        return (head + body).encode()

    def receive(self, content, code='B', name='events.csv'):
        return self.files._receive(self.parties[code], self.program, name, content, 'backend')

    def apply(self, file):
        """Apply a file as the job does, to its end."""
        file._queue()
        job = self.env['membership.partner.file.job']
        while job._job_try_batch() != (0, 0):
            pass
        return file

    def send(self, seq, rows, code='B', **values):
        """Receive and apply a file."""
        file = self.receive(self.content(seq, rows, code, **values), code)
        return self.apply(file) if file.state == 'verified' else file

    def results(self, file):
        """Return (state, code or False) of each row, in their order."""
        return [(row.state, row.code) for row in file.row_ids.sorted('row_no')]

    def posted(self):
        """Return the sum of the ledger for the two members."""
        entries = self.env['membership.ledger.entry'].search([('card_id', 'in', (self.member + self.other).ids)])
        return sum(entries.mapped('amount'))
