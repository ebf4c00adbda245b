# Commands for developers; everything they make is in .dev/ (see tools/dev.py).
# The system's Python is enough: it makes the virtual environment it then uses.

PYTHON ?= python3
PORT ?= 8069
T ?=
JOBS ?= 0
ARGS ?=
DEVPY = $(PYTHON) tools/dev.py

.DEFAULT_GOAL := help
.PHONY: help setup run update shell test lint i18n readme stop clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## prepare everything, start nothing
	@$(DEVPY) setup

run:  ## the demonstration company on PORT=8069 (DETACH=1 returns, FRESH=1 makes it anew)
	@$(DEVPY) run --port $(PORT) $(if $(DETACH),--detach) $(if $(FRESH),--fresh)

update:  ## update the add-on in the demonstration database
	@$(DEVPY) update

shell:  ## a Python shell on the demonstration database
	@$(DEVPY) shell

test:  ## all tests, or T=path, T=path::Class::test, T="expression"; JOBS=, MEASURE=1; ARGS= for pytest
	@$(DEVPY) test --jobs=$(JOBS) $(if $(MEASURE),--measure) --args="$(ARGS)" -- "$(T)"

lint:  ## ruff, pylint-odoo, XML, README and translations
	@$(DEVPY) lint

i18n:  ## export the terms to i18n/ and merge them into fr.po
	@$(DEVPY) i18n

readme:  ## write README.rst from readme/
	@$(DEVPY) readme

stop:  ## stop Odoo and PostgreSQL
	@$(DEVPY) stop

clean:  ## stop everything and remove .dev/
	@$(DEVPY) clean

# Each of these exists once its script does.
ifneq ($(wildcard tools/bench/run.py),)
.PHONY: bench
bench:  ## measure the engine on a large ledger; ARGS= for the script
	@$(DEVPY) script --clone debt_recovery_bench tools/bench/run.py $(ARGS)
endif

ifneq ($(wildcard tools/xlsx/run.py),)
.PHONY: check-xlsx
check-xlsx:  ## have LibreOffice work our spreadsheets out again; ARGS=--pdf prints them too
	@$(DEVPY) script --clone debt_recovery_xlsx tools/xlsx/run.py $(ARGS)
endif

ifneq ($(wildcard tools/screenshots/run.py),)
.PHONY: screenshots
screenshots:  ## make the pictures of the README again
	@$(DEVPY) script tools/screenshots/run.py $(ARGS)
endif

ifneq ($(wildcard tools/house/register.py),)
.PHONY: register
register:  ## write all that the add-ons register, one fact per line; ARGS="--out FILE"
	@$(DEVPY) script --clone debt_recovery_register --addon debt_recovery_sale tools/house/register.py $(ARGS)
.PHONY: house
house:  ## compare two registers, the first through the renames: OLD=before.txt NEW=after.txt
	@$(PYTHON) tools/house/compare.py $(OLD) $(NEW) $(ARGS)
.PHONY: assertions
assertions:  ## what the tests assert otherwise than at the revision BASE=, but for the renames
	@$(PYTHON) tools/house/assertions.py $(BASE) $(ARGS)
.PHONY: old-names
old-names:  ## what still bears a name that tools/house/renames.json replaces
	@$(PYTHON) tools/house/rename.py --check
endif

ifneq ($(wildcard tools/house/play/walks.py),)
.PHONY: walks
walks:  ## count the files that four stories pass through; ARGS=--files lists them
	@$(DEVPY) script --clone debt_recovery_walks tools/house/play/walks.py $(ARGS)
endif

ifneq ($(wildcard tools/house/play/run.py),)
.PHONY: play
play:  ## play a fixed ledger for sixty days and write what comes of it; ARGS="--into FOLDER"
	@$(DEVPY) script --clone debt_recovery_play tools/house/play/run.py $(ARGS)
endif

ifneq ($(wildcard tools/attack/run.py),)
.PHONY: kill-test
kill-test:  ## kill workers, runners and PostgreSQL twenty times while campaigns are done; ARGS="--kills 40"
	@$(DEVPY) script tools/attack/run.py $(ARGS)
endif

ifneq ($(wildcard tools/replica/run.py),)
.PHONY: replica-test
replica-test:  ## read reports, dashboard, exposures and simulations on a streaming copy of PostgreSQL
	@$(DEVPY) script tools/replica/run.py $(ARGS)
endif

ifneq ($(wildcard tools/upgrade/run.py),)
.PHONY: upgrade-test
upgrade-test:  ## upgrade a database of the commit FROM= that has data in every shape, and compare
	@$(DEVPY) script tools/upgrade/run.py $(FROM) $(ARGS)
endif
