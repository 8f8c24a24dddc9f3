from . import (
    test_earning_cases,
    test_free_use,
    test_identify,
    test_order_posting,
    test_refund,
    test_replay,
    test_security,
    test_settled_quotation,
    test_tours,
    test_tours_unit,
    test_two_companies,
)
