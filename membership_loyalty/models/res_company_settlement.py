from odoo import fields, models

# Wording that the tax office asks for: STA Announcement 2016 No. 53, article 4.
CHINESE_NOTE = "收到预付卡结算款"


class ResCompany(models.Model):
    """How this company books what it settles."""

    _inherit = 'res.company'

    membership_sale_journal_id = fields.Many2one(
        'account.journal', string="Journal of settlement invoices", check_company=True,
        domain="[('type', '=', 'sale')]",
        help="Invoices and credit notes of statements. Empty: the first sales journal.")
    membership_purchase_journal_id = fields.Many2one(
        'account.journal', string="Journal of settlement bills", check_company=True,
        domain="[('type', '=', 'purchase')]",
        help="Bills and refunds of statements. Empty: the first purchase journal.")
    membership_netting_journal_id = fields.Many2one(
        'account.journal', string="Journal of offsets", check_company=True, domain="[('type', '=', 'general')]",
        help="Entries that offset what both sides owe each other. Empty: the first journal for miscellaneous entries.")
    membership_document_date = fields.Selection(
        [('period_end', "Last day of the period"), ('today', "Day on which they are created")],
        string="Date of settlement documents", required=True, default='period_end',
        help="Date of invoices and bills of a statement. The accounting date is a later one if the books are locked.")
    membership_is_posted = fields.Boolean(
        string="Post settlement documents at once",
        help="Documents are posted when they are created; otherwise they are drafts that an accountant posts. This "
             "company decides it for its own books, also for those that another company's statement creates.")
    membership_is_netted = fields.Boolean(
        string="Offset invoices and bills", default=True,
        help="When all documents of a statement are posted, what both sides owe each other is offset by an entry, "
             "taxes included: only the difference is paid. Otherwise the accountant presses Offset on the statement.")
    membership_stored_value_note = fields.Char(
        string="Remark on settled stored value", translate=True,
        help="Stands on documents about stored value that was accepted. Empty: in China the wording of the tax office, "
             "elsewhere nothing.")

    def _membership_stored_value_note(self):
        """Return the remark of documents about stored value that this company issues."""
        self.ensure_one()
        country = self.account_fiscal_country_id or self.country_id
        return self.membership_stored_value_note or (CHINESE_NOTE if country.code == 'CN' else '')
