import logging
from collections import defaultdict

from odoo import api, models

_logger = logging.getLogger(__name__)


class MembershipLedgerAudit(models.AbstractModel):
    """The audit for people: what each check means, who is told, and when it runs."""

    _inherit = 'membership.ledger.audit'

    @api.model
    def _labels(self):
        """Return {check: what it means, for people}; other modules add their checks here."""
        return {
            'balance_is_sum_of_remaining': self.env._("Balance of a member = what is open in the ledger"),
            'remaining_ties_to_amount': self.env._("What is open = sum of all movements"),
            'remaining_ties_to_matches': self.env._("What is open of an entry = its amount less what was matched"),
            'matches_join_debit_and_credit_of_one_account': self.env._("Points of one member never pay for another"),
            'nothing_handed_back_twice': self.env._("Nothing was given back twice"),
            'no_points_beside_debt': self.env._("Nobody has points and debt at the same time"),
            'transfers_agree': self.env._("What one member gives, the other one receives"),
            'members_only': self.env._("Only members and wallets have entries in the ledger"),
            'money_in_wallets_only': self.env._("Wallets hold money, accounts hold points"),
            'refund_stays_within_its_purchase': self.env._("Refunds do not exceed their purchase"),
        }

    @api.model
    def _summary(self, limit=20):
        """Run the audit.

        :param limit: how many differences of each check are listed
        :return: list of dict(check, label, subject: model, differences: [(id, found, expected)]) in a fixed order
        """
        labels = self._labels()
        return [
            {'check': check, 'label': labels.get(check, check), 'subject': self._subject(check), 'differences': rows}
            for check, rows in self._differences(limit).items()
        ]

    @api.model
    def _cron_audit(self):
        """Run the audit; a difference is logged as an error and given to the programme's manager to look at."""
        found = [result for result in self._summary() if result['differences']]
        for result in found:
            _logger.error("Membership audit: %s: %s", result['check'], result['differences'])
        for model in {result['subject'] for result in found}:
            labels = defaultdict(list)
            for result in found:
                if result['subject'] == model:
                    for record_id in {row[0] for row in result['differences']}:
                        labels[record_id].append(result['label'])
            for record in self.env[model].browse(labels).exists():
                self._alert(record, labels[record.id])
        return not found

    @api.model
    def _alert(self, record, labels):
        """Schedule one activity on an account or statement, unless one about the audit is open already."""
        manager = record.program_id.membership_manager_id or self.env.ref('base.user_admin')
        summary = self.env._("Ledger audit found a difference")
        if not record.activity_ids.filtered(lambda activity: activity.summary == summary):
            record.activity_schedule(
                'mail.mail_activity_data_warning', user_id=manager.id, summary=summary, note=', '.join(labels))
