from . import portal, portal_wallet
