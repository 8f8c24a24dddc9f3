"""Tables of the domain, in one place."""

POINTS_DIGITS = (16, 2)

KINDS = [
    ('earn', "Earned"),
    ('bonus', "Bonus"),
    ('redeem', "Redeemed"),
    ('expire', "Expired"),
    ('adjust', "Adjusted"),
    ('transfer', "Transferred"),
    ('opening', "Opening balance"),
    ('top_up', "Top-up"),
    ('spend', "Spent"),
]

VALUE_TYPES = [
    ('points', "Points"),
    ('principal', "Principal"),
    ('bonus', "Bonus money"),
]

CHANNELS = [
    ('pos', "Point of Sale"),
    ('sale', "Sales"),
    ('import', "Import"),
    ('manual', "Back office"),
    ('api', "Partner API"),
]

# Programmes whose reward pays the price: it is no discount.
PAYMENT_PROGRAMS = ('gift_card', 'ewallet')

# What tiers are reached by, as the thresholds of membership.tier and the figures of tools.tiers name it.
MEASURES = ('spend', 'visits', 'points', 'top_up', 'top_up_total')
THRESHOLDS = [f'{step}_{measure}' for measure in MEASURES for step in ('enter', 'keep', 'reenter')]

# Where the points of a cohort come from: what is owed for them differs.
REVENUE_ORIGINS = [
    ('sale', "Sold with goods"),
    ('partner', "Given by partners"),
    ('free', "Given without a sale"),
]
