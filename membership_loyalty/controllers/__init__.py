from . import portal, portal_family, portal_tier, portal_transfer
