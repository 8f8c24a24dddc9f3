from . import test_guard, test_ledger, test_ledger_properties
