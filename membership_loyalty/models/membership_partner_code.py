from odoo import api, models

from ..tools.partner_row import NOTE_LENGTH


class MembershipPartnerCode(models.AbstractModel):
    """What is wrong with a partner's file or one of its rows, and how to mend it, in words."""

    _name = 'membership.partner.code'
    _description = "Codes of Partner Files"

    @api.model
    def _row_sentence(self, file, problem):
        """Return what is wrong with a row in itself.

        :param file: membership.partner.file
        :param problem: tools.partner_row.Problem
        """
        _, column, value = self.env._, problem.column, problem.value
        if problem.code == 'E_SV_NOT_ALLOWED':
            return self.env['membership.partner.event']._reason(
                'money_own' if file.party_id.is_stored_value_allowed else 'money', {'party': file.party_id.name})
        if not column:
            return _("The row has not as many cells as the header. Quote cells that hold the separator.")
        if problem.code != 'E_FORMAT':
            return self._of_event(column, value, file)
        if column in ('occurred_at', 'points', 'amount'):
            return _("\"%(value)s\" is no time with its offset. Write 2026-10-14T12:30:00+08:00.", value=value) \
                if column == 'occurred_at' else _(
                    "\"%(value)s\" in %(column)s is no number. Write 1234.50, without separators of thousands.",
                    value=value, column=column)
        fields_of_event = {'kind': 'kind', 'ext_txn_id': 'ext_txn_id', 'card_token': 'token'}
        if column in fields_of_event or (column == 'original_ext_txn_id' and not value):
            return self._of_event(fields_of_event.get(column, 'original'), value, file)
        return _("The text in %(column)s is longer than %(length)s characters or has characters that cannot be shown.",
                 column=column, length=NOTE_LENGTH if column == 'note' else 64)

    @api.model
    def _of_event(self, reason, value, file):
        return self.env['membership.partner.event']._reason(
            reason, {'value': value, 'decimals': file.program_id.points_digits})

    @api.model
    def _file_sentence(self, code, detail):
        """Return why a whole file was refused.

        :param detail: dict with the reason of tools.partner_file.Refused and its values
        """
        reason, values = detail.get('reason', ''), {key: value for key, value in detail.items() if key != 'reason'}
        sentences = {'E_FORMAT': self._of_format, 'E_SIGN': self._of_signature, 'E_CONTROL': self._of_control,
                     'E_AGREEMENT': self._of_claim, 'E_KEY_CONFLICT': self._of_claim, 'E_SEQ': self._of_claim,
                     'E_LIMIT': self._of_claim}
        return sentences[code](values)[reason]

    @api.model
    def _of_format(self, values):
        _, get = self.env._, values.get
        return {
            'manifest': _("The manifest at the beginning of the file cannot be read. Begin a CSV file with lines such "
                          "as #version;1 and a file of JSON lines with one object, in UTF-8, each key once, of "
                          "at most 100 characters."),
            'missing_keys': _("The manifest lacks %(keys)s.", keys=get('keys')),
            'unknown_keys': _("The manifest has unknown keys: %(keys)s. Known are %(known)s.",
                              keys=get('keys'), known=get('known')),
            'version': _("Version %(value)s of the format is unknown. Write version %(known)s.",
                         value=get('value'), known=get('known')),
            'mode': _("There is no mode %(value)s. Write one of %(known)s.", value=get('value'), known=get('known')),
            'seq': _("file_seq is %(value)s. Number the files 1, 2, 3 and so on.", value=get('value')),
            'total': _("%(key)s is %(value)s, which is no number. Write 1234.50, without separators of thousands.",
                       key=get('key'), value=get('value')),
            'party': _("The manifest names the party %(value)s, the file was sent for %(known)s. Check party_code.",
                       value=get('value'), known=get('known')),
            'columns': _("The header row lacks %(missing)s or has a column twice. It has: %(found)s.",
                         missing=get('missing') or _("nothing"), found=get('found')),
            'csv': _("Line %(line)s below the manifest cannot be read as CSV. Look for a quotation mark that is never "
                     "closed.", line=get('line')),
        }

    @api.model
    def _of_signature(self, _values):
        return {
            'unsigned': self.env._("The file is not signed. Files of this party need sha256 and signature in the "
                                   "manifest."),
            'signature': self.env._("The signature is wrong. Sign the manifest with the secret that the operator gave "
                                    "you last, after all other keys are written."),
        }

    @api.model
    def _of_control(self, values):
        return {
            'digest': self.env._("The rows are not those that the manifest was written for: their SHA-256 "
                                 "begins with %(found)s. The file was cut or changed on its way. Nothing was applied; "
                                 "send it again.", found=(values.get('found') or '')[:12]),
            'total': self.env._("The manifest says %(key)s = %(said)s, the rows add up to %(found)s. Nothing was "
                                "applied; send the complete file, or correct the total.",
                                key=values.get('key'), said=values.get('said'), found=values.get('found')),
        }

    @api.model
    def _of_claim(self, values):
        _, get = self.env._, values.get
        return {
            'size': _("The file is larger than %(limit)s MB. Send its rows in several files.", limit=get('limit')),
            'none': _("%(party)s has no agreement for %(program)s. Ask the operator to activate it, then send the file "
                      "again.", party=get('party'), program=get('program')),
            'file': _("Another file with the id %(value)s was received before: %(other)s. Give each file an id of its "
                      "own.", value=get('value'), other=get('other')),
            'used': _("File number %(value)s was received before: %(other)s. Give each file the next number.",
                      value=get('value'), other=get('other')),
        }
