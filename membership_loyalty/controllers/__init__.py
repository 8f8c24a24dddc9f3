from . import portal, portal_tier, portal_transfer
