{
    'name': "Membership Loyalty - Reports",
    'summary': "Ledger and purchase analysis, XLSX workbooks",
    'version': '19.0.1.0.0',
    'category': 'Sales/Loyalty',
    'author': "Membership Loyalty",
    'license': 'LGPL-3',
    'depends': ['membership_loyalty'],
    'external_dependencies': {'python': ['xlsxwriter']},
    'data': [
        'security/ir.model.access.csv',
        'data/job_statement_workbook.xml',
        'wizard/membership_workbook_views.xml',
        'views/membership_analysis_views.xml',
        'views/membership_settlement_analysis_views.xml',
        'views/membership_settlement_workbook_views.xml',
        'views/membership_report_menus.xml',
    ],
}
