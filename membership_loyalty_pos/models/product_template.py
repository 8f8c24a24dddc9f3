from odoo import models


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    def _load_pos_data_search_read(self, data, config):
        """Have the till know the articles that members have free, however many articles it loads."""
        rows = super()._load_pos_data_search_read(data, config)
        benefits = self.env['membership.benefit'].search(
            self.env['membership.benefit']._load_pos_data_domain(data, config))
        free = benefits.product_id.filtered('available_in_pos')._filtered_access('read').product_tmpl_id
        missing = free - self.browse(row['id'] for row in rows)
        return rows + missing.read(fields=self._load_pos_data_fields(config), load=False)
