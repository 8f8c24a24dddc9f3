from . import test_analysis, test_statement_files, test_statement_taxes, test_statement_workbook, test_workbook
