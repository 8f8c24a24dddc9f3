from odoo import api, models


class MembershipPurchase(models.Model):
    """Whatever is posted as a purchase may have sold a tier: the one place for sale orders and the till."""

    _inherit = 'membership.purchase'

    @api.model
    def _upsert(self, rows):
        super()._upsert(rows)
        documents = {}
        for row in rows:
            documents.setdefault(row.get('document_model'), set()).add(row.get('document_id'))
        kind = self.env.registry['membership.document']
        for model, ids in documents.items():
            if model in self.env and issubclass(self.env.registry[model], kind):
                self.env[model].browse(sorted(ids))._membership_follow_paid_tiers()
