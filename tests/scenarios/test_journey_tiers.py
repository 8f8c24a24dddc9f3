"""The tiers of the Complete Journey's households, counted by other means than this product: data/journey_tiers.json."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from demo.journey import LOCAL, Journey

WANTED = json.loads((Path(__file__).parent / "data" / "journey_tiers.json").read_text(encoding="utf-8"))


@tagged("post_install", "-at_install")
class TestJourneyTiers(TransactionCase):
    """A year of purchases comes in through the import; members rise with it, and are reviewed month by month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        thresholds = WANTED["tier_12_months"]["thresholds"]
        cls.program = cls.env["loyalty.program"].create({
            **cls.env["loyalty.program"]._membership_template(),
            "name": "Journey", "membership_tz": LOCAL, "tier_period": "calendar_year", "tier_upgrade": "at_once",
            "tier_ids": [
                Command.create({"name": name, "sequence": number, "enter_spend": spend})
                for number, (name, spend) in enumerate(thresholds.items())
            ],
        })
        cls.tiers = cls.program.tier_ids.sorted("sequence")
        history = Journey().history(without=()).drop(columns="shop_code")
        # The last second of 2017 where the households live.
        with freeze_time("2018-01-01 04:59:59"):
            cls.result = cls.env["membership.history.import"]._load(history, cls.program)
        cls.env.flush_all()

    def levels(self):
        accounts = self.env["loyalty.card"]._read_group(
            [("program_id", "=", self.program.id)], ["tier_id"], ["__count"]
        )
        return dict(accounts)

    def test_the_year_of_2017_puts_the_households_where_the_data_say(self):
        self.assertEqual((self.result.members, self.result.purchases, self.result.rejected), (2469, 155848, []))
        self.assertEqual(
            {tier.name: count for tier, count in self.levels().items()}, WANTED["tier_12_months"]["members"]
        )

    def test_each_monthly_review_of_six_months_moves_whom_the_data_say(self):
        wanted = WANTED["tier_rolling_6_months"]
        self.begin_again(wanted["thresholds"])
        for number, evaluation in enumerate(wanted["evaluations"]):
            with freeze_time(f"{evaluation['date']} 12:00:00"):
                run = self.review()
            self.assertEqual(run.state, "done")
            with self.subTest(evaluation["date"]):
                levels = {str(self.tiers.ids.index(tier.id) + 1): n for tier, n in self.levels().items()}
                self.assertEqual(levels, evaluation["levels"])
                if number:
                    moves = self.moves(date.fromisoformat(evaluation["date"]))
                    self.assertEqual(moves, {"up": evaluation["upgrades"], "down": evaluation["downgrades"]})

    def begin_again(self, thresholds):
        """Put everybody into the first tier in the middle of the year, under the other policy."""
        self.program.write({
            "tier_period": "rolling", "tier_period_months": 6, "tier_upgrade": "at_review", "tier_term_months": 1,
            "tier_term_month_end": False,
        })
        for tier, spend in zip(self.tiers[1:], thresholds, strict=True):
            tier.enter_spend = spend
        accounts = self.env["loyalty.card"].search([("program_id", "=", self.program.id)])
        with freeze_time("2017-06-30 12:00:00"):
            accounts._membership_move_to(self.tiers[0], "Start of the evaluation")

    def review(self):
        """Run the nightly job in the transaction of the test: it flushes where it would commit."""
        with patch.object(
            self.env.registry["ir.cron"], "_commit_progress", lambda cron, *args, **kwargs: cron.env.flush_all() or 600
        ):
            return self.env["membership.tier.review"]._cron_run()

    def moves(self, day):
        rank = {tier: number for number, tier in enumerate(self.tiers)}
        changes = self.env["membership.tier.change"].search(
            [("card_id.program_id", "=", self.program.id), ("date", "=", day)]
        )
        counted = Counter(
            "up" if rank[change.new_tier_id] > rank[change.old_tier_id] else "down" for change in changes
        )
        return dict(counted)
