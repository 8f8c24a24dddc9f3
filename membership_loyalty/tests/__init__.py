from . import (
    test_account,
    test_audit,
    test_conversion,
    test_enrol,
    test_guard,
    test_ledger,
    test_member_rights,
    test_membership_cards,
    test_partner,
    test_portal,
    test_program_setup,
)
