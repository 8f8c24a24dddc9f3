from . import (
    membership_account_check,
    membership_adjust,
    membership_audit,
    membership_card_issue,
    membership_convert,
    membership_enrol,
    membership_history_import_wizard,
    membership_tier_move,
    membership_top_up_refund,
    membership_transfer_wizard,
    membership_wallet_statement,
)
