import hashlib
import os
import shutil
import tempfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

BLOCK = 1 << 20


class IrAttachment(models.Model):
    _inherit = 'ir.attachment'

    is_sent_statement = fields.Boolean(
        string="Statement that was sent", readonly=True, copy=False, help="Kept as it was sent, whatever comes after.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent_statement(self):
        sent = self.sudo().filtered('is_sent_statement')[:1]
        if sent:
            raise UserError(self.env._(
                "%(file)s was sent to a party and is kept as it was sent.", file=sent.name))

    @api.model
    def _membership_store(self, file, values):
        """Keep a file of any size: Odoo's own way would hold all of it in memory, a statement can have 100 MB.

        :param file: binary file that can be read and sought
        :param values: of the attachment, without its content
        :return: (the attachment, SHA-256 of the file)
        """
        sha1, sha256 = hashlib.sha1(), hashlib.sha256()
        file.seek(0)
        while block := file.read(BLOCK):
            sha1.update(block)
            sha256.update(block)
        size = file.tell()
        file.seek(0)
        if self._storage() == 'db':
            return self.create({**values, 'raw': file.read()}), sha256.hexdigest()
        # The row comes first: as long as it is being written, the filestore is not swept.
        attachment = self.create(values)
        attachment.flush_recordset()
        checksum = sha1.hexdigest()
        name = f'{checksum[:2]}/{checksum}'
        self._mark_for_gc(name)
        self._place(file, self._full_path(name))
        self.env.cr.execute(SQL(
            "UPDATE ir_attachment SET store_fname = %s, checksum = %s, file_size = %s, db_datas = NULL WHERE id = %s",
            name, checksum, size, attachment.id))
        attachment.invalidate_recordset()
        return attachment, sha256.hexdigest()

    @api.model
    def _place(self, file, path):
        """Copy a file to its place in the filestore, where it is either whole or not at all."""
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._filestore()) as folder:
            part = os.path.join(folder, 'part')
            with open(part, 'wb') as copy:
                shutil.copyfileobj(file, copy, BLOCK)
            os.replace(part, path)
