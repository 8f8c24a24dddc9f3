from odoo import models


class MembershipDocument(models.AbstractModel):
    """What an order that sells a tier does: the buyer is enrolled, and holds the tier as long as the order stands."""

    _inherit = 'membership.document'

    # ------------------------------------------------------------------ contract

    def _membership_tier_goods(self, sellers):
        """Return {product: (quantity, price)} of products that sell tiers, less what came back, as things stand now.

        :param sellers: ids of products that sell tiers
        :return: quantity as Decimal, price tax included in the document's currency; nothing for a cancelled document
        """
        raise NotImplementedError(self._name)  # pylint: disable=missing-gettext

    def _membership_counts_in(self, program):
        """Tell whether members of a programme earn on this document."""
        raise NotImplementedError(self._name)  # pylint: disable=missing-gettext

    def _membership_tier_documents(self):
        """Return the documents whose goods this one sells or takes back, as a list: itself, unless it is a return."""
        return [self]

    # ------------------------------------------------------------------ following

    def _membership_enrol_buyers(self):
        """Make members of customers who buy a tier and are none yet: the purchase then counts for them."""
        sellers = self.env['membership.tier'].sudo()._membership_sellers()
        for document in self.sudo() if sellers else ():
            for product, (quantity, _price) in document._membership_tier_goods(sellers.keys()).items():
                tier = self.env['membership.tier'].sudo().browse(sellers[product.id][0])
                program, partner = tier.program_id, document.partner_id
                if quantity > 0 and partner and document._membership_counts_in(program) \
                        and not program._membership_accounts(partner) \
                        and partner.company_id in (partner.company_id.browse(), program.company_id):
                    program._enrol(partner)

    def _membership_follow_paid_tiers(self):
        """Bring paid terms to where these documents, and those they take goods back of, stand now."""
        sellers = self.env['membership.tier'].sudo()._membership_sellers()
        for document in self.sudo() if sellers else ():
            for origin in document._membership_tier_documents():
                origin.sudo()._membership_settle_terms(sellers)

    def _membership_settle_terms(self, sellers):
        """Record what this document sells of tiers, and take back what it no longer sells.

        :param sellers: {product id: (tier id, whether it renews)}
        """
        place, wanted, cheap = self._membership_place(), {}, set()
        for product, (quantity, price) in self._membership_tier_goods(sellers.keys()).items():
            tier_id, renews = sellers[product.id]
            tier = self.env['membership.tier'].sudo().browse(tier_id)
            accounts = tier.program_id._membership_accounts(self.partner_id)
            account = accounts.get((tier.program_id.id, self.partner_id.id))
            if account and quantity >= 1:
                values = wanted.setdefault(
                    (account, tier), {'months': 0, 'price': 0.0, 'currency_id': self.currency_id.id})
                values['months'] += tier.paid_months * int(quantity)
                values['price'] += float(price)
                cheap |= {tier} if renews else set()
        terms = self.env['membership.tier.term'].sudo()._reconcile(self._membership_key(), wanted, {
            **place, 'document_model': self._name, 'document_id': self.id})
        for term in terms.filtered(lambda term: term.tier_id in cheap and not term.is_renewal):
            term.card_id._membership_alert_cheap_tier(term)
