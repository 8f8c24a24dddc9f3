from . import (
    partner_api,
    partner_api_http,
    portal,
    portal_benefits,
    portal_family,
    portal_tier,
    portal_transfer,
    portal_wallet,
)
