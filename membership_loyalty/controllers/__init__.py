from . import portal, portal_family, portal_transfer
