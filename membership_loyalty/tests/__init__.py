from . import (
    test_guard,
    test_ledger,
    test_ledger_properties,
    test_sale_credit_note,
    test_sale_order,
    test_sale_reward,
)
