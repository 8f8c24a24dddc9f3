"""What pytest-odoo leaves open: a run that skips tests, opens no browser or warns about us proves little.

pytest-odoo skips browser tests silently when it has no server, and keeps Odoo's log to itself.
"""

import functools
import logging
import re

import pytest

OURS = re.compile(r"membership[._]\w")


def pytest_addoption(parser):
    parser.addoption(
        "--whole-run",
        action="store_true",
        help="fail when a test was skipped or when no browser test ran",
    )


def pytest_configure(config):
    config.pluginmanager.register(RunWatch(config), "run-watch")


class WarningCollector(logging.Handler):
    """Keep what Odoo logs about our modules, with the test that was running."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.test = "before the first test"
        self.found = []

    def emit(self, record):
        text = record.getMessage()
        # The browser's console is logged under the name of the test, whoever wrote the page.
        named = text if record.name.endswith(".browser") else f"{record.name}: {text}"
        if OURS.search(named):
            self.found.append(f"{self.test}\n    {record.levelname} {record.name}: {text}")


class RunWatch:
    """Count browser runs, collect warnings, and fail the run at its end when it proves too little."""

    def __init__(self, config):
        self.config = config
        self.whole_run = config.getoption("--whole-run")
        self.browser_runs = 0
        self.collector = WarningCollector()
        self.faults = []

    def pytest_sessionstart(self):
        logging.getLogger().addHandler(self.collector)
        if self.config.getoption("--odoo-http"):
            self._admit_tests_outside_addons()
            self._count_browser_runs()

    def _admit_tests_outside_addons(self):
        """Odoo gives its marks only to test classes of add-ons; ours in tests/ need them as well."""
        from odoo.tests import BaseCase  # only there when Odoo is

        BaseCase.test_tags = {"standard", "post_install"}
        BaseCase.test_module = "tests"

    def _count_browser_runs(self):
        from odoo.tests import HttpCase  # only there when Odoo is

        browser_js = HttpCase.browser_js

        @functools.wraps(browser_js)
        def counted(test_case, *args, **kwargs):
            result = browser_js(test_case, *args, **kwargs)
            self.browser_runs += 1
            return result

        HttpCase.browser_js = counted

    def pytest_runtest_logstart(self, nodeid):
        self.collector.test = nodeid

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session, exitstatus):
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if self.collector.found:
            self.faults.append("Odoo's log warns about our modules:\n" + "\n".join(self.collector.found))
        if self.whole_run:
            if skipped := len(reporter.stats.get("skipped", [])):
                self.faults.append(f"{skipped} tests were skipped")
            if not self.browser_runs:
                self.faults.append("no browser test ran")
        if self.faults and not exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        terminalreporter.write_line(f"browser runs: {self.browser_runs}")
        for fault in self.faults:
            terminalreporter.write_line(f"error: {fault}", red=True)
