from odoo import api, fields, models

from ..const import POINTS_DIGITS

STATES = [
    ('new', "Waiting"),
    ('ok', "Applied"),
    ('duplicate', "Known before"),
    ('error', "Refused"),
    ('skipped', "Not applied"),  # others were refused, and the file asked for all or nothing
]


class MembershipPartnerFileRow(models.Model):
    """One row of a partner's file and what became of it. Written by SQL, a file at a time."""

    _name = 'membership.partner.file.row'
    _description = "Row of a Partner File"
    _order = 'file_id desc, row_no'
    _rec_name = 'ext_txn_id'
    _log_access = False

    file_id = fields.Many2one(
        'membership.partner.file', required=True, readonly=True, ondelete='cascade')
    row_no = fields.Integer(string="Row", required=True, readonly=True, help="The first row below the header is 1.")
    ext_txn_id = fields.Char(string="Partner's number", readonly=True)
    kind = fields.Char(readonly=True)
    card_token = fields.Char(string="Card", readonly=True, groups='membership_loyalty.group_membership_auditor')
    occurred_at = fields.Datetime(string="Happened at", readonly=True)
    points = fields.Float(digits=POINTS_DIGITS, readonly=True)
    amount = fields.Float(digits=(20, 4), readonly=True)
    currency = fields.Char(readonly=True)
    store = fields.Char(readonly=True)
    terminal = fields.Char(readonly=True)
    receipt_no = fields.Char(string="Receipt", readonly=True)
    original = fields.Char(string="Takes back", readonly=True)
    note = fields.Char(readonly=True)
    fingerprint = fields.Char(readonly=True)
    is_set = fields.Boolean(readonly=True, help="Only earns points, and is posted together with others.")
    state = fields.Selection(STATES, required=True, readonly=True)
    code = fields.Char(readonly=True)
    message = fields.Char(readonly=True)
    transaction_id = fields.Many2one(
        'membership.partner.transaction', readonly=True, help="What it was booked as, now or before.")
    entry_ids = fields.Many2many('membership.ledger.entry', string="Ledger", compute='_compute_entry_ids')

    _row_once = models.UniqueIndex('(file_id, row_no)', "This row of the file is there already.")

    @api.depends('transaction_id')
    def _compute_entry_ids(self):
        entries = self.env['membership.ledger.entry'].search([
            ('document_key', 'in', self.transaction_id.mapped('document_key'))]).grouped('document_key')
        for row in self:
            row.entry_ids = entries.get(row.transaction_id.document_key, self.env['membership.ledger.entry'])
