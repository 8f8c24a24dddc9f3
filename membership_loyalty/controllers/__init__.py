from . import (
    partner_api,
    partner_api_http,
    portal,
    portal_benefits,
    portal_family,
    portal_partner_file,
    portal_settlement,
    portal_tier,
    portal_transfer,
    portal_wallet,
)
