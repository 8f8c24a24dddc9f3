"""A shop to look at: the members and a real year of trade of a grocery chain, on Odoo with our add-ons."""
