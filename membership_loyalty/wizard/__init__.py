from . import (
    membership_adjust,
    membership_audit,
    membership_card_issue,
    membership_convert,
    membership_enrol,
    membership_expiry_start,
    membership_family_add,
    membership_history_import_wizard,
    membership_tier_invite,
    membership_tier_move,
    membership_transfer_wizard,
)
