from odoo import api, models

# Keys of Odoo's web shop (website_sale) in a visitor's session.
PRICELIST, SELECTED, CART = 'website_sale_current_pl', 'website_sale_selected_pl_id', 'sale_order_id'
TODAY = 'membership_price_days'


class MembershipPriceDay(models.Model):
    """The web shop keeps a visitor's price list in the session, for weeks: it must not outlast a member day."""

    _inherit = 'membership.price.day'

    @api.model
    def _membership_renew_shop(self, session):
        """Let the shop look up the price list again, and price the cart anew, when other member days are on.

        No query where they are the same. A price list that the visitor has selected stays.

        :param session: the visitor's session, changed in place
        """
        if PRICELIST not in session or session.get(SELECTED):
            return
        today = self._membership_today().ids
        if session.get(TODAY, []) == today:
            return
        session[TODAY] = today
        del session[PRICELIST]
        cart = self.env['sale.order'].sudo().browse(session.get(CART) or ()).exists()
        if cart and cart._membership_is_web_cart():
            before = cart.pricelist_id
            cart._compute_pricelist_id()
            if cart.pricelist_id != before:
                cart._recompute_prices()
