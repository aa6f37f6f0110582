# Works from a clean clone: each target first makes .venv and installs what it needs (deploy/bootstrap.py).

PYTHON ?= python3
RUN = .venv/bin/python
ALL_CORES = -n auto --maxprocesses 8 --dist loadgroup
NO_PYTHON = Python is missing: install version 3.11 or newer (Debian and Ubuntu: sudo apt install python3.11-venv).

# What the settings need to be read at all, for checks that start nothing.
CHECK_ENV = VIBES_DEBUG=1 VIBES_DATABASE_URL=sqlite://:memory:

define boot
@command -v $(PYTHON) >/dev/null 2>&1 || { echo "$(NO_PYTHON)" >&2; exit 1; }
@$(PYTHON) deploy/bootstrap.py
endef

.DEFAULT_GOAL := help
.PHONY: help demo demo-model demo-reset test check shots vendor

help:
	@echo "make demo         start Vibes on this machine with a study to rate; Ctrl-C ends it and keeps the data"
	@echo "make demo-model   the same, and a small real model on the CPU (350 MB; shows its licence first)"
	@echo "make demo-reset   end the demo and delete its data (asks first; YES=1 does not)"
	@echo "make test         install what the tests need, and run them (SLOW=1: all of them; ARGS=... for pytest)"
	@echo "make check        format, lint, types, import arrows, templates, migrations, tests (TESTS=0: without tests)"
	@echo "make shots        take every page in every look into test-artefacts/shots, with a contact sheet"
	@echo "make bench-NAME   measure; NAME is one of: $(basename $(notdir $(filter-out bench/__init__.py,$(wildcard bench/*.py))))"
	@echo "make vendor       refill static/vendor from npm at the pinned versions (needs Node; ARGS=--pin takes new ones)"
	@echo
	@echo "PYTHON=python3.12 chooses the Python that .venv is made with. VIBES_DATA=folder holds the real vote sets."

demo:
	$(boot)
	@exec $(RUN) -m vibes.demo $(ARGS)

demo-model:
	$(boot)
	@exec $(RUN) -m vibes.demo --model $(ARGS)

demo-reset:
	$(boot)
	@exec $(RUN) -m vibes.demo --reset $(if $(filter 1 true yes,$(YES)),--yes)

test:
	$(boot) --dev --browser $(if $(SLOW),--model)
	@exec $(RUN) -m pytest $(ALL_CORES) $(ARGS)

check:
	$(boot) --dev --browser
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(CHECK_ENV) $(RUN) -m mypy
	$(CHECK_ENV) $(RUN) .venv/bin/lint-imports
	$(RUN) -m djlint --lint --quiet templates
	$(CHECK_ENV) $(RUN) manage.py makemigrations --check --dry-run
ifneq ($(TESTS),0)
	@exec $(RUN) -m pytest $(ALL_CORES) $(ARGS)
endif

shots:
	$(boot) --dev --browser
	@SLOW=1 $(RUN) -m pytest tests/journeys/test_shots.py $(ARGS)
	@echo "Look at test-artefacts/shots/contact-sheet.png."

bench-%:
	$(boot) --dev
	@exec $(RUN) -m bench.$* $(ARGS)

vendor:
	$(boot)
	@exec $(RUN) deploy/vendor.py $(ARGS)
