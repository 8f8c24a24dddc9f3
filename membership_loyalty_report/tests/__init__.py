from . import test_analysis, test_workbook
