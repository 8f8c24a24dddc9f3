from . import (
    ir_attachment,
    loyalty_card,
    membership_ledger_entry,
    membership_purchase,
    membership_settlement_detail,
    membership_settlement_figures,
    membership_settlement_line,
    membership_settlement_taxes,
    membership_settlement_workbook,
    membership_statement_job,
)
