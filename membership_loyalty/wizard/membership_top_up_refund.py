import uuid
from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools import stored_value
from ..tools.rounding import round_points, to_amount, to_decimal
from ..tools.stored_value import BONUS, PRINCIPAL


class MembershipTopUpRefund(models.TransientModel):
    """Give a top-up back: by formula what is paid out, and everything that is left of it goes out of the wallet."""

    _name = 'membership.top.up.refund'
    _description = "Give a Top-up Back"

    wallet_id = fields.Many2one('loyalty.card', required=True, readonly=True)
    currency_id = fields.Many2one(related='wallet_id.currency_id')
    entry_id = fields.Many2one(
        'membership.ledger.entry', string="Top-up", required=True,
        domain="[('card_id', '=', wallet_id), ('value_type', '=', 'principal'), ('amount', '>', 0),"
               " ('is_reversal', '=', False), ('kind', 'in', ('top_up', 'opening', 'transfer'))]")
    method = fields.Selection(
        [('full_price', "At full price: the customer wishes it"),
         ('pro_rata', "At the discount of the top-up: we are the cause")],
        string="What was used counts", required=True, compute='_compute_method', store=True, precompute=True,
        readonly=False)
    paid = fields.Monetary(compute='_compute_figures')
    bonus = fields.Monetary(string="Given on top", compute='_compute_figures')
    used = fields.Monetary(compute='_compute_figures', help="Spent of both together.")
    refund = fields.Monetary(string="To be paid out", compute='_compute_figures')
    principal_left = fields.Monetary(string="Principal taken out of the wallet", compute='_compute_figures')
    bonus_left = fields.Monetary(string="Bonus withdrawn", compute='_compute_figures')
    reason = fields.Char(required=True, help="Kept in the ledger for good; the customer sees it in the statement.")
    # One wizard is one event: a second click on the button posts nothing.
    event = fields.Char(default=lambda self: str(uuid.uuid4()), readonly=True, required=True)

    @api.depends('wallet_id')
    def _compute_method(self):
        for wizard in self:
            wizard.method = wizard.wallet_id.program_id.top_up_refund

    @api.depends('entry_id', 'method')
    def _compute_figures(self):
        for wizard in self:
            lot = wizard._lot()
            wizard.paid, wizard.bonus, wizard.principal_left, wizard.bonus_left = map(float, lot)
            used = sum(lot[:2]) - sum(lot[2:])
            wizard.used = float(used)
            wizard.refund = float(stored_value.refund(*lot[:2], used, wizard.method)) if wizard.method else 0

    def _lot_entries(self):
        lot = self.entry_id.lot or self.entry_id.document_key
        return self.env['membership.ledger.entry'].sudo().search([
            ('card_id', '=', self.wallet_id.id), ('amount', '>', 0), ('kind', '!=', 'spend'),
            '|', ('lot', '=', lot), '&', ('lot', '=', False), ('document_key', '=', lot)]) if lot else self.entry_id

    def _lot(self):
        """Return Decimals (paid, bonus, principal left, bonus left) of the top-up; what was taken back never counts."""
        entries = self._lot_entries()
        spent = self._lot_spent(entries)
        left = {
            part: to_amount(sum(entries.filtered(lambda e, part=part: e.value_type == part).mapped('remaining')))
            for part in (PRINCIPAL, BONUS)}
        return (left[PRINCIPAL] + spent[PRINCIPAL], left[BONUS] + spent[BONUS], left[PRINCIPAL], left[BONUS])

    def _lot_spent(self, entries):
        spent = defaultdict(Decimal)
        for credit, amount in self.env['membership.ledger.match'].sudo()._read_group(
                [('credit_id', 'in', entries.ids), ('debit_id.kind', '=', 'spend')], ['credit_id'], ['amount:sum']):
            spent[credit.value_type] += to_amount(amount)
        return spent

    # ------------------------------------------------------------------ doing it

    def action_refund(self):
        """Take what is left out of the wallet, and prepare the credit note for what is paid out."""
        self.ensure_one()
        self.wallet_id.check_access('read')
        if self.entry_id.card_id != self.wallet_id or not self.wallet_id.is_stored_value:
            raise UserError(self.env._("This top-up is not of this wallet. Open the wallet and choose again."))
        if not self.reason.strip():
            raise UserError(self.env._("Say why: the reason is kept in the ledger."))
        ledger = self.env['membership.ledger.entry'].sudo()
        ledger._lock(self.wallet_id)
        self.invalidate_recordset()
        paid_out = to_amount(self.refund)
        if not self.principal_left and not self.bonus_left:
            raise UserError(self.env._("Nothing is left of this top-up: there is nothing to give back."))
        ledger._reconcile(self._postings())
        self.env['loyalty.program']._top_up_benefits(self.entry_id.document_key, self.wallet_id.partner_id, [])
        note = self._create_credit_note(paid_out) if paid_out else self.env['account.move']
        self.wallet_id.sudo().message_post(body=self.env._(
            "A top-up was given back: %(amount)s to be paid out. %(reason)s",
            amount=self.wallet_id._format_points(float(paid_out)), reason=self.reason.strip()))
        if note and self.env['account.move'].has_access('read'):
            return note.sudo(False)._get_records_action()
        return {'type': 'ir.actions.act_window_close'}

    def _postings(self):
        """Return the Postings that empty the top-up, and take back its points in the same proportion.

        What is paid out is taken back of the top-up, and the operator pays it back to the company that sold it. What
        the formula keeps of the principal is a correction: it leaves the wallet, and is paid to nobody.
        """
        key, wanted, origins = f'top-up-refund:{self.event}', defaultdict(Decimal), defaultdict(set)
        kept, lot = self._kept(), self.entry_id.lot or self.entry_id.document_key
        if kept:
            wanted['adjust', PRINCIPAL] = -kept
        for entry in self._lot_entries().filtered('remaining'):
            amount = to_amount(entry.remaining)
            if entry.value_type == PRINCIPAL:
                mine = min(kept, amount)
                amount, kept = amount - mine, kept - mine
            wanted[entry.kind, entry.value_type] -= amount
            origins[entry.kind, entry.value_type].add(entry.document_key)
        postings = [
            self.wallet_id._membership_single_posting(
                kind, amount, key, self.reason.strip(), value_type=value_type,
                origins=tuple(sorted(origins[kind, value_type])), company_id=self.entry_id.company_id.id,
                draws={lot: -amount})
            for (kind, value_type), amount in wanted.items() if amount]
        gifts = self.env['membership.ledger.entry'].sudo().search([
            ('document_key', '=', self.entry_id.document_key), ('kind', '=', 'bonus'), ('value_type', '=', 'points'),
            ('amount', '>', 0)])
        share = to_decimal(self.principal_left) / to_decimal(self.paid) if self.paid else Decimal(1)
        postings += [
            gift.card_id._membership_single_posting(
                'bonus', -round_points(to_decimal(gift.amount) * share, gift.program_id.points_digits), key,
                self.reason.strip(), origins=(gift.document_key,), company_id=gift.company_id.id)
            for gift in gifts]
        return postings

    def _kept(self):
        """Return what of the principal leaves the wallet without being paid out."""
        return max(to_amount(self.principal_left) - to_amount(self.refund), Decimal(0))

    def _create_credit_note(self, paid_out):
        """Return a draft credit note over what is paid out: the principal out of the liability, and the difference that
        a formula leaves as income or discount. A company that settles with an operator has handed the money on: it gets
        back what it pays out, and what is kept is the operator's."""
        company = self.entry_id.company_id
        product = self.wallet_id.program_id.sudo().rule_ids.product_ids[:1]
        given_back = to_amount(self.principal_left) - (self._kept() if self.entry_id.sudo().party_id else 0)
        difference = paid_out - given_back
        lines = [(product.id, self.env._("Stored value given back"), float(given_back))]
        if difference:
            lines.append((False, self.env._("Bonus used, at full price") if difference < 0 else self.env._(
                "Discount of the top-up, in favour of the customer"), float(difference)))
        return self.env['account.move'].sudo().with_company(company).create({
            'move_type': 'out_refund', 'partner_id': self.wallet_id.partner_id.id, 'company_id': company.id,
            'currency_id': self.currency_id.id, 'ref': self.reason.strip(),
            'invoice_line_ids': [Command.create({
                'product_id': product_id, 'name': name, 'quantity': 1, 'price_unit': price,
                'tax_ids': [Command.clear()]}) for product_id, name, price in lines if price]})
