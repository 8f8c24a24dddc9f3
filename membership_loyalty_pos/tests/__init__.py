from . import test_identify, test_order_posting, test_refund, test_replay, test_security, test_two_companies
