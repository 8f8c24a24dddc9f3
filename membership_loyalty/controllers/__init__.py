from . import portal, portal_benefits, portal_family, portal_tier, portal_transfer, portal_wallet
