from odoo import fields, models
from odoo.exceptions import UserError

MANAGER = 'membership_loyalty.group_settlement_manager'
SENDING = 'membership_send_settlement'


class MembershipSettlement(models.Model):
    """Sending a statement: looked at first, then mailed to the party with its files."""

    _inherit = 'membership.settlement'
    _mail_post_access = 'read'  # nobody writes a statement; who reads it may write about it

    sent_by_id = fields.Many2one('res.users', readonly=True, copy=False, help="Who sent it; is told of disputes.")

    # ------------------------------------------------------------------ mail

    def action_preview_send(self):
        """Open the mail to the party; sending it sends the statement."""
        self.ensure_one()
        self._check_group(MANAGER)
        self._move_from({'computed'}, self.env._("sent"))
        template = self.env.ref('membership_loyalty.mail_template_settlement')
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Send the statement"), 'target': 'new',
            'view_mode': 'form', 'res_model': 'mail.compose.message', 'context': {
                'default_model': self._name, 'default_res_ids': self.ids, 'default_template_id': template.id,
                'default_composition_mode': 'comment', 'default_email_layout_xmlid': 'mail.mail_notification_layout',
                'force_email': True, SENDING: True}}

    def message_post(self, **kwargs):
        # The context may come from a client: action_send checks who it is, and posts no mail of its own then.
        if self.env.context.get(SENDING) and self.state == 'computed':
            self.action_send()
            # Files are made as it is sent; those of the preview may be gone.
            shown = self.env['ir.attachment'].browse(kwargs.get('attachment_ids') or ()).exists()
            kwargs['attachment_ids'] = (shown | self._get_statement_files()).ids
        return super().message_post(**kwargs)

    def _after_sent(self):
        """Note who sent it, and mail what was not mailed by hand."""
        super()._after_sent()
        self.sudo().sent_by_id = self.env.user
        if self.env.context.get(SENDING):
            return
        template = self.env.ref('membership_loyalty.mail_template_settlement').sudo()
        for settlement in self.sudo():
            template.send_mail(settlement.id)

    def _get_statement_pdf(self):
        """Return the page of this statement as a PDF, or nothing where this server cannot make one."""
        self.ensure_one()
        reports = self.env['ir.actions.report'].sudo().with_company(self.company_id)
        if not reports._can_print_pdf():
            return b''
        return reports._render_qweb_pdf('membership_loyalty.membership_settlement_report', self.ids)[0]

    def _get_planned_dispute_until(self):
        """Return the last day to dispute, as it is or as it will be when the statement is sent today."""
        self.ensure_one()
        return self.dispute_until or fields.Date.add(
            fields.Date.context_today(self), days=self.agreement_id.dispute_days)

    def action_preview(self):
        """Show the statement as the party will see it."""
        self.ensure_one()
        self.check_access('read')
        return {'type': 'ir.actions.act_url', 'target': 'new', 'url': self.get_portal_url(report_type='html')}

    # ------------------------------------------------------------------ people

    def _get_manager(self):
        """Return the settlement manager who is asked about this statement: who sent it, or another of the operator."""
        self.ensure_one()
        managers = self.env.ref(MANAGER).sudo().all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids)
        people = managers - self.env.ref('base.user_root')
        return (self.sent_by_id & managers) or people[:1] or managers[:1] or self.env.ref('base.user_admin')

    def _tell_party(self, body):
        """Write to the party and to who follows the statement."""
        for settlement in self.sudo():
            settlement.message_post(
                body=body, message_type='comment', subtype_xmlid='mail.mt_comment',
                partner_ids=(settlement.partner_id | settlement.dispute_ids.opened_by_id.partner_id).ids)

    # ------------------------------------------------------------------ portal

    def _note_download(self, name, is_by_link=False):
        """Keep in the history who took a file of this statement."""
        self.ensure_one()
        self._message_log(body=self.env._(
            "%(file)s was downloaded by the link of the mail", file=name) if is_by_link else self.env._(
            "%(file)s was downloaded by %(user)s", file=name, user=self.env.user.name))

    def _is_shown_to_party(self):
        """Whether the party may see this statement: never a draft, and not what was cancelled."""
        self.ensure_one()
        return self.state not in ('draft', 'computed', 'nil', 'cancel')

    def _confirm_by_party(self, seen):
        """Confirm in the name of the present user, a portal user of the party; the caller has checked that.

        :param seen: _get_seen() of the statement the user has looked at
        """
        self.ensure_one()
        settlement = self.sudo()
        settlement.lock_for_update()
        settlement._move_from({'sent'}, self.env._("confirmed"))
        if seen != settlement._get_seen():
            raise UserError(self.env._(
                "The statement has changed since you opened it. Look at it again, then confirm."))
        settlement._confirm()
        settlement.message_post(
            body=self.env._("Confirmed by %(user)s", user=self.env.user.name), message_type='comment',
            subtype_xmlid='mail.mt_comment', author_id=self.env.user.partner_id.id)

    def _get_seen(self):
        """Return what tells one state of a statement from another one."""
        self.ensure_one()
        return f'{self.revision}/{self.balance:.4f}/{self.content_hash or len(self.line_ids)}'
