{
    'name': "Membership Loyalty - Point of Sale",
    'summary': "Members, cards and points at the till, posted with the order and safe offline",
    'version': '19.0.1.0.0',
    'category': 'Sales/Point of Sale',
    'author': "Membership Loyalty",
    'license': 'LGPL-3',
    'depends': ['membership_loyalty', 'pos_loyalty'],
    'data': [
        'security/ir.model.access.csv',
        'data/barcode_rule_data.xml',
        'views/pos_order_views.xml',
        'views/pos_config_views.xml',
    ],
    'assets': {
        'point_of_sale._assets_pos': [
            'membership_loyalty_pos/static/src/app/**/*',
        ],
        'point_of_sale.customer_display_assets': [
            'membership_loyalty_pos/static/src/customer_display/**/*',
        ],
        'point_of_sale.customer_display_assets_test': [
            'membership_loyalty_pos/static/tests/customer_display/**/*',
        ],
        'web.assets_tests': [
            'membership_loyalty_pos/static/tests/tours/**/*',
        ],
        'web.assets_unit_tests': [
            'membership_loyalty_pos/static/tests/unit/**/*',
        ],
    },
    'post_init_hook': 'post_init_hook',
    'auto_install': True,
}
