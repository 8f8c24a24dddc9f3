from . import portal, portal_transfer
