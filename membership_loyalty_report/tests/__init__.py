from . import test_analysis, test_statement_workbook, test_workbook
