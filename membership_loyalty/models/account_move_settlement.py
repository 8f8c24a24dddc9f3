from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import formatLang


class AccountMove(models.Model):
    """Documents of a statement say what the statement says, and go only together with it."""

    _inherit = 'account.move'

    membership_settlement_id = fields.Many2one(
        'membership.settlement', string="Settlement statement", readonly=True, copy=False, index='btree_not_null',
        ondelete='restrict', help="Statement of a partner or own company that this document books or offsets.")

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get('membership_settlement_id') for vals in vals_list):
            self._membership_refuse_link()
        return super().create(vals_list)

    def write(self, vals):
        if 'membership_settlement_id' in vals:
            self._membership_refuse_link()
        return super().write(vals)

    def _membership_refuse_link(self):
        if not self.env.su:
            raise AccessError(self.env._("Only a statement makes its documents: press Create documents on it."))

    def _membership_documents(self):
        """Return those of these moves that are invoices, bills, credit notes or refunds of a statement."""
        return self.filtered(lambda move: move.sudo().membership_settlement_id and move.is_invoice())

    # ------------------------------------------------------------------ they stay as they are

    def unlink(self):
        self._membership_refuse_undoing()  # before anything is deleted: Odoo begins with the lines
        return super().unlink()

    def _check_draftable(self):
        super()._check_draftable()
        self._membership_refuse_undoing()

    def button_cancel(self):
        self._membership_refuse_undoing()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._membership_refuse_undoing()
        return super()._reverse_moves(default_values_list, cancel)

    def _membership_refuse_undoing(self):
        for move in self._membership_documents():
            raise UserError(self.env._(
                "%(document)s belongs to statement %(statement)s. What is wrong there is put right by the next "
                "statement. To take back all its documents, press Cancel documents on the statement.",
                document=move.name or move.type_name, statement=move.sudo().membership_settlement_id.name))

    @api.depends('membership_settlement_id')
    def _compute_show_reset_to_draft_button(self):
        super()._compute_show_reset_to_draft_button()
        self._membership_documents().show_reset_to_draft_button = False

    # ------------------------------------------------------------------ posting

    def _post(self, soft=True):
        self._membership_documents()._membership_check_amounts()
        posted = super()._post(soft)
        posted._membership_documents()._membership_offset()
        return posted

    def _membership_check_amounts(self):
        """Refuse documents whose lines are not those of the statement.

        :raise UserError: names the document and both amounts
        """
        for move in self.sudo():
            wanted = sum(move.invoice_line_ids.mapped('membership_settlement_amount'))
            strange = move.invoice_line_ids.filtered(
                lambda line: line.display_type == 'product' and line.currency_id.compare_amounts(
                    line.price_subtotal, line.membership_settlement_amount))
            if strange or move.currency_id.compare_amounts(move.amount_untaxed, wanted):
                raise UserError(self.env._(
                    "%(document)s of statement %(statement)s has to be %(wanted)s without tax, and is %(found)s. Set "
                    "its lines back to the amounts of the statement; corrections are part of the next one.",
                    document=move.type_name, statement=move.membership_settlement_id.name,
                    wanted=formatLang(self.env, wanted, currency_obj=move.currency_id),
                    found=formatLang(self.env, move.amount_untaxed, currency_obj=move.currency_id)))

    def _membership_offset(self):
        """Offset both sides where the company wishes it and everything of the statement is posted in its books."""
        for (settlement, company), _moves in self.sudo().grouped(
                lambda move: (move.membership_settlement_id, move.company_id)).items():
            if company.membership_is_netted:
                settlement._offset(company)

    def action_open_membership_settlement(self):
        """Open the statement that this document is about."""
        self.ensure_one()
        self.membership_settlement_id.check_access('read')
        return self.membership_settlement_id._get_records_action()
