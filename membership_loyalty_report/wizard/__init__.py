from . import membership_workbook
