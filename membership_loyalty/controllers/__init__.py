from . import portal, portal_tier
