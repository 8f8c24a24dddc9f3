from collections import defaultdict
from decimal import Decimal

from odoo import api, models

from .pos_order import PAID


class PosOrder(models.Model):
    """Articles that the customer has free by membership, counted when the order is paid.

    A paid order is never refused: what was given above the limit is told to the programme's manager.
    """

    _inherit = 'pos.order'

    def action_pos_order_paid(self):
        result = super().action_pos_order_paid()
        self.sudo()._membership_settle_free_uses()
        return result

    @api.model
    def _membership_clean_values(self, order):
        super()._membership_clean_values(order)
        lines = [command[2] for command in order.get('lines') or () if command[0] in (0, 1)]
        ids = {line['membership_benefit_id'] for line in lines if line.get('membership_benefit_id')}
        known = set(self.env['membership.benefit'].sudo().browse(ids).exists().ids) if ids else ids
        for line in lines:
            if line.get('membership_benefit_id') and line['membership_benefit_id'] not in known:
                line['membership_benefit_id'] = False

    # ------------------------------------------------------------------ counting

    def _membership_settle_free_uses(self):
        """Count what these paid orders took and gave back; called again, it changes nothing."""
        documents = [document for order in self for document in order._membership_use_documents()]
        counted = self.env['membership.benefit.use']._reconcile(documents) if documents else {}
        for order in self:
            order._membership_alert_free_uses(counted)

    def _membership_use_documents(self):
        """Return what membership.benefit.use shall count for this order: one document for what it takes, one for each
        sale that it gives back of."""
        key, accounts = self._membership_key(), None
        taken, back = defaultdict(Decimal), defaultdict(lambda: defaultdict(Decimal))
        for line in self.lines:
            benefit = line._membership_taken_benefit()
            if benefit:
                accounts = self._membership_accounts() if accounts is None else accounts
                if benefit.program_id in accounts:
                    taken[accounts[benefit.program_id], benefit] += line._membership_free_quantity()
            elif returned := line._membership_returned_benefit():
                origin_key = self._membership_origin(line.sudo().refunded_orderline_id)._membership_key()
                back[origin_key][returned] += line._membership_free_quantity()
        documents = [self._membership_use_document(key, taken)] if taken else []
        sold = self.env['membership.benefit.use']._of(back)
        for origin_key, benefits in back.items():
            uses = {
                (account, benefit): max(benefits[benefit], -quantity)
                for (account, benefit), quantity in sold[origin_key].items() if benefit in benefits}
            documents.append(self._membership_use_document(
                self._membership_return_key(key, origin_key), uses, origin_key=origin_key))
        return documents

    def _membership_use_document(self, key, uses, **values):
        return {
            'document_key': key, 'document_model': self._name, 'document_id': self.id, 'uses': uses,
            'company_id': self.company_id.id, 'occurred_at': self._membership_moment(), **values}

    def _membership_alert_free_uses(self, counted):
        """Tell the programmes' managers what was given free that should not have been.

        :param counted: {(account, benefit): (used in the period, limit)}
        """
        taken = self.lines.filtered(lambda line: line._membership_taken_benefit() and not line.membership_alert)
        accounts = self._membership_accounts() if taken else {}
        wrong = defaultdict(list)
        for line in taken:
            benefit = line._membership_taken_benefit()
            alert = self._membership_free_use_alert(line, benefit, accounts.get(benefit.program_id), counted)
            if alert:
                line.sudo().membership_alert = alert
                wrong[benefit.program_id].append(alert)
        for program, alerts in wrong.items():
            self.sudo().message_post(
                subject=self.env._("Free articles to check: %(order)s", order=self.name), body=' '.join(alerts),
                partner_ids=program.membership_manager_id.partner_id.ids)

    def _membership_free_use_alert(self, line, benefit, account, counted):
        """Return what is wrong with a free article, or an empty string."""
        used, limit = counted.get((account, benefit), (0, 0))
        values = {
            'benefit': benefit.name, 'article': line.product_id.display_name, 'used': f'{float(used):g}',
            'limit': limit}
        if not account:
            return self.env._("%(article)s was given free to somebody who is no member.", **values)
        if not benefit._is_for(account):
            return self.env._("%(benefit)s was given to a member who does not have it.", **values)
        if line.product_id != benefit.product_id:
            return self.env._("%(article)s was given free as %(benefit)s, which is another article.", **values)
        if used > limit:
            return self.env._("%(benefit)s was given %(used)s times; the member has it %(limit)s times.", **values)
        return ''

    # ------------------------------------------------------------------ what the till asks and prints

    @api.model
    def membership_check_free_uses(self, partner_id, uses):
        """Tell the till before payment whether the customer has these free articles.

        :param int partner_id: the customer, or False
        :param dict uses: {id of the benefit (text or number): how many times}
        :return: str, why not; empty when all is well
        """
        partner = self.env['res.partner'].browse(partner_id or []).exists()
        partner.check_access('read')
        accounts = self.env['loyalty.card'].browse(
            account.id for account in self.env['loyalty.card']._membership_used_by(partner).values())
        # As the user: an account of another company is none.
        accounts = accounts._filtered_access('read')
        left = {
            row['benefit_id']: row['left'] for rows in accounts._membership_free_use_rows().values() for row in rows}
        for benefit_id, quantity in uses.items():
            if float(quantity) > left.get(int(benefit_id), 0):
                benefit = self.env['membership.benefit'].sudo().browse(int(benefit_id)).exists()
                return self.env._(
                    "%(benefit)s: %(left)s left for %(customer)s. Remove it from the order, or take the discount off.",
                    benefit=benefit.name or self.env._("Free article"), left=f'{left.get(int(benefit_id), 0):g}',
                    customer=partner.name or self.env._("this customer"))
        return ''

    @api.depends('state', 'partner_id')
    def _compute_membership_info(self):
        super()._compute_membership_info()
        for order in self.filtered(lambda order: order.state in PAID and order.membership_info):
            lines = order.lines.sudo()
            if lines.membership_benefit_id or lines.refunded_orderline_id.membership_benefit_id:
                stated = self.env['membership.benefit.use']._statement(order.sudo()._membership_all_keys())
                order.membership_info = [
                    {**info, 'free_uses': [row for account, row in stated if account.id == info['account_id']]}
                    for info in order.membership_info]
