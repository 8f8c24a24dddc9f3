from . import (
    membership_adjust,
    membership_audit,
    membership_card_issue,
    membership_convert,
    membership_enrol,
    membership_history_import_wizard,
    membership_tier_move,
    membership_transfer_wizard,
)
