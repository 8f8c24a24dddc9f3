from . import test_analysis, test_settlement_workbook, test_workbook
