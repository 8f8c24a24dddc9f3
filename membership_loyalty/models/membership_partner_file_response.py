import hashlib
import io
import json

from odoo import models
from odoo.tools import SQL

from ..tools import csv_safe, partner_file
from ..tools.partner_file import Totals

RESULTS = ('result', 'code', 'message')


class MembershipPartnerFile(models.Model):
    """The answer to a file: its rows as they came, and what became of each."""

    _inherit = 'membership.partner.file'

    def _respond(self):
        """Write the response file of a file that is done."""
        file = partner_file.parse(self.attachment_id.raw)
        body, totals = self._response_body(file)
        manifest = self._response_manifest(file, body, totals)
        head = json.dumps(manifest) + '\n' if file.is_json else ''.join(
            f'#{key}{file.delimiter}{value}\r\n' for key, value in manifest.items())
        name, dot, suffix = self.name.rpartition('.')
        self.response_id = self.env['ir.attachment'].create({
            'name': f'{name or suffix}-response{dot}{suffix if dot else ""}', 'raw': head.encode() + body,
            'res_model': self._name, 'res_id': self.id})

    def _response_body(self, file):
        """Return the rows with their results, and the totals of what was applied now.

        :return: (bytes, tools.partner_file.Totals)
        """
        told = {row_no: result for row_no, *result in self.env.execute_query(SQL(
            """SELECT row_no, state, COALESCE(code, ''), COALESCE(message, '') FROM membership_partner_file_row
                WHERE file_id = %s AND state <> 'ok'""", self.id))}
        columns, records = partner_file.records(file)
        output, totals, good = io.StringIO(newline=''), Totals(), ('ok', '', '')
        write = csv_safe.writer(output, file.delimiter) if not file.is_json else None
        if write:
            write([*columns, *RESULTS])
        for row_no, record in enumerate(records, 1):
            result = told.get(row_no, good)
            if result is good:
                totals.add(record)
            if write:
                write([*((record or {}).get(column) for column in columns), *result])
            else:
                output.write(json.dumps({**(record or {}), **dict(zip(RESULTS, result, strict=True))}) + '\n')
        return output.getvalue().encode(errors='replace'), totals

    def _response_manifest(self, file, body, totals):
        """Return the manifest of the response, with control totals of its own, signed when files of the party are."""
        applied = totals.values()
        manifest = {
            'version': partner_file.VERSION, 'party_code': self.party_id.code, 'file_id': self.file_ref,
            'file_seq': str(self.seq), 'mode': file.mode, 'state': self.state, 'count': str(self.row_count),
            'count_ok': str(self.ok_count), 'count_duplicate': str(self.duplicate_count),
            'count_error': str(self.error_count), **{f'ok_{key}': str(applied[key]) for key in partner_file.TOTALS[1:]},
            'sha256': hashlib.sha256(body).hexdigest()}
        secret = self.party_id.file_secret
        return {**manifest, 'signature': partner_file.sign(manifest, secret)} if secret else manifest
