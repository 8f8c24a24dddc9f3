from . import (
    membership_adjust,
    membership_audit,
    membership_card_issue,
    membership_convert,
    membership_enrol,
    membership_enrol_benefits,
    membership_free_use,
    membership_history_import_wizard,
    membership_tier_move,
)
