from uuid import uuid4

from odoo.fields import Command, Datetime

from odoo.addons.membership_loyalty.tests.common import MembershipCommon


class MembershipPosCommon(MembershipCommon):
    """A till of the main company with an open session, articles without tax, a cashier with a cashier's rights only.

    The club: 1 point per unit of currency, gold members twice that; 5 off for 100 points, an article for 50,
    0.05 off per point in steps of 10.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.cashier = cls.create_user('till_cashier', 'base.group_user', 'point_of_sale.group_pos_user')
        cls.manager = cls.create_user('club_manager', 'membership_loyalty.group_membership_manager')
        cls.program.membership_manager_id = cls.manager
        cls.gift, cls.shirt, cls.socks = cls.env['product.product'].create([
            {'name': name, 'type': 'consu', 'lst_price': price, 'taxes_id': [Command.clear()], 'available_in_pos': True}
            for name, price in (("Mug", 8), ("Shirt", 100), ("Socks", 10))])
        cls.fixed = cls.program.reward_ids
        cls.free_mug, cls.by_point = cls.env['loyalty.reward'].create([{
            'program_id': cls.program.id, 'reward_type': 'product', 'reward_product_id': cls.gift.id,
            'reward_product_qty': 1, 'required_points': 50,
        }, {
            'program_id': cls.program.id, 'reward_type': 'discount', 'discount_mode': 'per_point',
            'discount': 0.05, 'required_points': 10,
        }])
        cls.bank = cls.create_payment_method(cls.company)
        cls.config = cls.create_config(cls.company, cls.bank)
        cls.session = cls.open_session(cls.config)

    @classmethod
    def create_payment_method(cls, company):
        journal = cls.env['account.journal'].with_company(company).create({
            'name': "Till bank", 'code': f'TB{company.id}', 'type': 'bank', 'company_id': company.id})
        return cls.env['pos.payment.method'].with_company(company).create({
            'name': "Card", 'journal_id': journal.id, 'company_id': company.id})

    @classmethod
    def create_config(cls, company, methods, **values):
        return cls.env['pos.config'].with_company(company).create({
            'name': f"Till of {company.name}", 'company_id': company.id,
            'payment_method_ids': [Command.set(methods.ids)], **values})

    @classmethod
    def open_session(cls, config):
        config.with_company(config.company_id).open_ui()
        session = config.current_session_id
        session.with_company(config.company_id).set_opening_control(0, "")
        return session

    # ------------------------------------------------------------------ what a till sends

    def line(self, product, qty=1, price=None, total=None, **values):
        """Return the values of an order line as a till sends them; prices are tax-free."""
        price = product.lst_price if price is None else price
        total = qty * price if total is None else total
        return Command.create({
            'uuid': str(uuid4()), 'product_id': product.id, 'qty': qty, 'price_unit': price,
            'price_subtotal': total, 'price_subtotal_incl': total, 'tax_ids': [Command.clear()], 'discount': 0,
            'pack_lot_ids': [], **values})

    def reward(self, reward, amount, account=None, cost=None, qty=1, **values):
        """Return the values of a reward line that takes `amount` off."""
        return self.line(
            reward.discount_line_product_id, qty, -amount / qty, is_reward_line=True, reward_id=reward.id,
            coupon_id=(self.account if account is None else account).id, reward_identifier_code=uuid4().hex[:8],
            points_cost=reward.required_points if cost is None else cost, **values)

    def refund_of(self, line, qty=None, **values):
        """Return the values of a line that takes back a sold one, as the till's refund does."""
        return self.line(
            line.product_id, -(line.qty if qty is None else qty), line.price_unit,
            refunded_orderline_id=line.id, **values)

    def order_values(self, *lines, partner=None, config=None, **values):
        """Return the values of a paid order as a till sends them."""
        config = config or self.config
        total = sum(line[2]['price_subtotal_incl'] for line in lines)
        partner = self.partner if partner is None else partner
        return {
            'uuid': str(uuid4()), 'access_token': str(uuid4()), 'state': 'paid',
            'session_id': config.current_session_id.id, 'partner_id': partner.id,
            'pricelist_id': config.pricelist_id.id, 'fiscal_position_id': False,
            'user_id': self.cashier.id, 'date_order': Datetime.to_string(Datetime.now()), 'to_invoice': False,
            'amount_total': total, 'amount_paid': total, 'amount_tax': 0, 'amount_return': 0, 'lines': list(lines),
            'payment_ids': [Command.create({
                'amount': total, 'payment_method_id': config.payment_method_ids[:1].id,
                'name': Datetime.to_string(Datetime.now())})],
            **values,
        }

    def sync(self, *values, user=None):
        """Send orders as the cashier does; return the server's answer."""
        return self.env['pos.order'].with_user(user or self.cashier).sync_from_ui(list(values))

    def sell(self, *lines, **values):
        """Send one paid order and return it."""
        vals = self.order_values(*lines, **values)
        self.sync(vals.copy())
        return self.env['pos.order'].search([('uuid', '=', vals['uuid'])])

    def give_points(self, points, account=None):
        account = account or self.account
        account._membership_post_single('adjust', points, f'test:{uuid4()}', "Points to begin with")

    # ------------------------------------------------------------------ what the ledger holds

    def entries(self, order):
        return self.env['membership.ledger.entry'].search(
            [('document_model', '=', 'pos.order'), ('document_id', '=', order.id)], order='id')

    def moved(self, order):
        """Return [(account, kind, points), ...] that the order posted."""
        return [(entry.card_id, entry.kind, entry.amount) for entry in self.entries(order)]

    def purchase(self, order):
        return self.env['membership.purchase'].search([('document_key', '=', order._membership_key())])
