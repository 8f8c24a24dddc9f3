from . import portal, portal_benefits
