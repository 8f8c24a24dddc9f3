from odoo import api, models

from ..tools.partner_event import format_moment
from .membership_partner_api import Answer, iso

SENT = ('sent', 'disputed', 'confirmed', 'invoiced', 'settled', 'carried')
MOST = 120  # statements in one list: ten years


class MembershipPartnerApi(models.AbstractModel):
    """A partner's own statements, once they were sent."""

    _inherit = 'membership.partner.api'

    @api.model
    def _sent_statements(self, key):
        """Return the domain of what this party may read."""
        return [('party_id', '=', key.party_id.id), ('state', 'in', SENT)]

    @api.model
    def _statements(self, key, values):
        found = self.env['membership.settlement'].sudo().search(self._sent_statements(key), limit=MOST)
        return Answer(body={'statements': [self._statement_head(statement) for statement in found]})

    @api.model
    def _statement(self, key, values):
        found = self.env['membership.settlement'].sudo().search(
            [*self._sent_statements(key), ('name', '=', values['name'])])
        if not found:
            return Answer(404, code='STATEMENT_UNKNOWN', message=self.env._("There is no such statement of yours."))
        return Answer(body={
            **self._statement_head(found), 'lines': [self._statement_line(line) for line in found.line_ids],
            'files': [{'file_id': str(file.id), 'name': file.name, 'media_type': file.mimetype or None,
                       'bytes': file.file_size} for file in found._get_statement_files().sudo()]})

    @api.model
    def _statement_file(self, key, values):
        """Return a file that the party may download, and note in the statement's history that it was."""
        number = values['file_id']
        file = self.env['ir.attachment'].sudo().browse(int(number) if number.isdigit() and len(number) < 10 else 0)
        is_of_statement = file.exists() and file.res_model == 'membership.settlement'
        statement = self.env['membership.settlement'].sudo().browse(file.res_id if is_of_statement else 0)
        statement = statement.exists().filtered_domain(self._sent_statements(key))
        if not statement or file not in statement._get_statement_files():
            return Answer(404, code='STATEMENT_UNKNOWN', message=self.env._("There is no such file of yours."))
        statement._message_log(body=self.env._(
            "%(file)s was downloaded with the key %(key)s", file=file.name, key=key.name))
        return Answer(file=file)

    @api.model
    def _statement_head(self, statement):
        money = {name: self._money(statement[name], statement.currency_id)
                 for name in ('receivable', 'payable', 'net', 'carried_in', 'balance')}
        return {
            'name': statement.name, 'programme': statement.program_id.name, 'state': statement.state,
            'revision': statement.revision, 'date_from': iso(statement.date_from), 'date_to': iso(statement.date_to),
            'currency': statement.currency_id.name, **money,
            'sent_at': format_moment(statement.sent_at) if statement.sent_at else None,
            'dispute_until': iso(statement.dispute_until), 'content_hash': statement.content_hash or None}

    @api.model
    def _statement_line(self, line):
        return {
            'charge': line.charge, 'value_type': line.value_type or None, 'direction': line.direction,
            'rate': f'{line.rate:.8f}', 'unit': line.unit or None, 'is_late': line.is_late,
            'original_period': iso(line.original_period), 'is_reversal': line.is_reversal, 'count': line.atoms,
            'quantity': f'{line.quantity:.4f}',
            'amount': self._money(line.amount, line.settlement_id.currency_id)}

    @api.model
    def _money(self, value, currency):
        """Return an amount of a currency as a decimal string, never as minus nothing."""
        return f'{currency.round(value) or 0:.{currency.decimal_places}f}'
