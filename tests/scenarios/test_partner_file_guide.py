"""The example of docs/partner-files.md is fed to the importer, as it stands there."""

import re
from pathlib import Path

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.membership_loyalty.tests.common_partner_file import NOW, PartnerFileCommon

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "partner-files.md"
CARD, SECRET = "8801000000017", "example-secret"  # noqa: S105 the guide tells it


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestPartnerFileGuide(PartnerFileCommon):

    def test_the_example_of_the_guide_is_applied(self):
        [example] = re.findall(r"```csv\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
        self.parties["B"].write({"code": "RIVER", "file_secret": SECRET})
        self.member.membership_card_ids.sudo().number = CARD
        file = self.apply(self.receive(example.encode()))
        self.assertEqual((file.state, file.ok_count, file.message), ("applied", 4, False))
        self.assertEqual(self.member.points, 120 + 80 - 50 + 20)
        self.assertEqual(self.receive(example.encode()).state, "duplicate")
        self.assertAuditClean()

    def test_the_guide_names_every_code(self):
        text = GUIDE.read_text(encoding="utf-8")
        for code in (
            "CONTROL", "SIGN", "SEQ", "FORMAT", "CARD", "CARD_BLOCKED", "QTY", "DATE_FUTURE", "LATE", "AGREEMENT",
            "BALANCE", "KEY_CONFLICT", "ORIGINAL", "CURRENCY", "LIMIT", "SV_NOT_ALLOWED",
        ):
            self.assertIn(f"`E_{code}`", text)
