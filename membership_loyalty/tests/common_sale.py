from odoo.fields import Command
from odoo.tests import Form

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import MembershipCommon


class MembershipSaleCommon(MembershipCommon, AccountTestInvoicingCommon):
    """The programme of MembershipCommon in a company with books, an article at 100, and a salesman who sells it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['loyalty.program'].search([('id', '!=', cls.program.id)]).active = False
        cls.program.currency_id = cls.env.company.currency_id
        cls.reward = cls.program.reward_ids
        cls.article = cls.create_article("Article")
        cls.salesman = cls.create_user(
            'membership_salesman', 'sales_team.group_sale_salesman', company_id=cls.env.company.id)
        cls.accountant = cls.create_user(
            'membership_bookkeeper', 'account.group_account_invoice', company_id=cls.env.company.id)

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref('sales_team.group_sale_manager') \
            | cls.quick_ref('membership_loyalty.group_membership_manager')

    @classmethod
    def create_program(cls, env, **values):
        return super().create_program(env, **{'currency_id': env.company.currency_id.id, **values})

    @classmethod
    def create_article(cls, name, **values):
        return cls.env['product.product'].create({
            'name': name, 'type': 'service', 'list_price': 100, 'invoice_policy': 'order',
            'taxes_id': [Command.clear()], **values})

    def quotation(self, *prices, partner=None, **values):
        """Return a quotation of the salesman, one line per price."""
        return self.env['sale.order'].with_user(self.salesman).create({
            'partner_id': (partner or self.partner).id,
            'order_line': [
                Command.create({'product_id': self.article.id, 'price_unit': price}) for price in prices or (100,)],
            **values,
        })

    def order(self, *prices, **values):
        order = self.quotation(*prices, **values)
        order.action_confirm()
        return order

    def claim(self, order, reward=None):
        """Claim a reward as a salesman does: the button of the order, and the native wizard if there is a choice."""
        if order.action_open_reward_wizard() is not True:
            wizards = self.env['sale.loyalty.reward.wizard'].with_user(self.salesman)
            wizard = Form(wizards.with_context(active_id=order.id))
            wizard.selected_reward_id = reward or self.reward
            wizard.save().action_apply()

    def give(self, points, account=None, key='given', **values):
        (account or self.account)._membership_post_single('bonus', points, key, "Given", **values)

    def invoice(self, order, **wizard):
        """Invoice an order and post it; `wizard`: values of the native wizard, for down payments."""
        maker = self.env['sale.advance.payment.inv'].with_context(active_model='sale.order', active_ids=order.ids)
        invoice = maker.create({'advance_payment_method': 'delivered', **wizard})._create_invoices(order.sudo())
        invoice.action_post()
        return invoice

    def credit(self, invoice, prices=None):
        """Reverse an invoice and post the credit note; `prices`: {index of its line: price}, other lines go."""
        note = invoice.with_user(self.accountant)._reverse_moves([{'invoice_date': invoice.invoice_date}])
        if prices is not None:
            lines = note.invoice_line_ids.filtered(lambda line: line.display_type == 'product')
            note.invoice_line_ids = [
                Command.update(line.id, {'price_unit': prices[index]}) if index in prices else Command.delete(line.id)
                for index, line in enumerate(lines)]
        note.action_post()
        return note

    def moved(self, order):
        """Return {kind: points} that stand in the ledger for an order, for all accounts."""
        key = f'sale.order:{order.id}'
        moved = {}
        for (_key, _card, kind), amount in self.env['membership.ledger.entry']._posted([key]).items():
            moved[kind] = moved.get(kind, 0) + float(amount)
        return moved

    def purchases(self, order):
        """Return [(is refund, amount)] of the order and its credit notes."""
        key = f'sale.order:{order.id}'
        rows = self.env['membership.purchase'].search(
            ['|', ('document_key', '=', key), ('origin_key', '=', key)], order='id')
        return [(row.is_refund, row.amount_total) for row in rows]

    def tearDown(self):
        self.assertAuditClean()
        super().tearDown()
