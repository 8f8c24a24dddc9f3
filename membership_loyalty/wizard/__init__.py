from . import membership_history_import_wizard
