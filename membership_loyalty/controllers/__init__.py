from . import portal, portal_family, portal_transfer
from . import portal, portal_tier, portal_transfer
