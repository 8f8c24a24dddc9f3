# Each target does all its own set-up and may be repeated. The work is done by the scripts in bin/.
.DEFAULT_GOAL := help
.PHONY: help setup demo test smoke lint format i18n audit bench-checkout bench-file bench-jobs bench-settlement \
	bench-workbook native-suites screenshots stop clean

help:            ## show this list
	@sed -n 's/^\([a-z0-9-]*\): *## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'
setup:           ## Odoo 19.0, Python environment, PostgreSQL, browser, LibreOffice
	@bin/setup
demo:            ## a shop with members and a year of trade on http://127.0.0.1:8069 (SERVE=0: stop before serving)
	@bin/demo
test:            ## every check and test, browser tours included
	@bin/test
smoke:           ## the main path in under a minute: enrol, earn, redeem, refund, audit
	@bin/smoke
lint:            ## ruff, pylint-odoo, Odoo's own eslint rules
	@bin/lint
format:          ## let ruff and eslint mend what they can
	@bin/lint --fix
i18n:            ## export the .pot files, bring zh_CN.po up to date
	@bin/i18n
audit:           ## compare every balance of a database with its ledger (DB=name, default: the demo)
	@bin/audit
bench-checkout:  ## time and queries of a sale: native loyalty programme against membership
	@bin/bench-checkout
bench-file:      ## a partner's file of many rows, step by step, beside a bare COPY and INSERT (ROWS=200000)
	@bin/bench-file
bench-jobs:      ## the nightly jobs on a big membership beside the bare SQL statements (MEMBERS=100000)
	@bin/bench-jobs
bench-settlement: ## a month of a coalition settled beside the bare SQL statements (EVENTS=4500000 PARTIES=30)
	@bin/bench-settlement
bench-workbook:  ## the workbook of a long statement beside bare xlsxwriter (ROWS=1000000)
	@bin/bench-workbook
native-suites:   ## Odoo's own loyalty suites with and without our add-ons
	@bin/native-suites
screenshots:     ## take the pictures in docs/pictures again
	@bin/screenshots
stop:            ## stop the project's PostgreSQL server, unless others use it
	@bin/pg stop
clean:           ## remove .dev/ and this checkout's databases; the download cache stays
	@bin/clean
