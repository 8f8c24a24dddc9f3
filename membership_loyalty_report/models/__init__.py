from . import loyalty_card, membership_ledger_entry, membership_purchase
