from . import test_guard, test_history_import, test_history_import_wizard, test_ledger, test_ledger_properties
