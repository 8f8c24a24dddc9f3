{
    'name': "Membership Loyalty",
    'summary': "Member cards, tiers and an auditable points ledger on Odoo's own loyalty programmes",
    'version': '19.0.1.0.0',
    'category': 'Sales/Loyalty',
    'author': "Membership Loyalty",
    'license': 'LGPL-3',
    'depends': ['sale_loyalty', 'account', 'portal', 'sms'],
    'data': [
        'security/membership_groups.xml',
        'security/ir.model.access.csv',
        'security/membership_rules.xml',
        'views/sale_order_views.xml',
    ],
    'uninstall_hook': 'uninstall_hook',
    'application': True,
}
