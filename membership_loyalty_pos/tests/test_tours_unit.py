from pathlib import Path

from odoo.modules.module import get_module_path
from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js

# Debian's Odoo comes without this library (it blurs the background of video calls), and a browser test counts the
# message about it as a failure. Nothing that we test needs it.
LIBRARY = 'mail/static/lib/selfie_segmentation/selfie_segmentation.js'


@tagged('post_install', '-at_install')
class TestMembershipUnit(HttpCase):
    """Runs the browser's unit tests of this module, and only those."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not (Path(get_module_path('mail')).parent / LIBRARY).exists():
            cls.env['ir.asset'].create({
                'name': "Library that is not installed", 'bundle': 'web.assets_backend', 'directive': 'remove',
                'path': LIBRARY})

    def test_browser_units(self):
        suite = test_js.HOOTCommon._generate_hash(self, '@membership_loyalty_pos')
        with self.assertLogs('odoo', 'INFO') as log:
            try:
                self.browser_js(
                    f'/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}', '', '', login='admin',
                    timeout=900, success_signal="[HOOT] Test suite succeeded",
                    error_checker=test_js.unit_test_error_checker)
            except AssertionError:
                self.fail('\n'.join(line for line in log.output if line.startswith('ERROR')))
        self.assertRegex('\n'.join(log.output), r'\[HOOT\] Passed [1-9]\d+ tests', "The suite ran our tests")
