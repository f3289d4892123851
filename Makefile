# `make` alone lists what there is. PYTHON= chooses the interpreter the environment is made from (3.11 or newer).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
ORDERS := examples/online_retail.parquet
OUT ?= demo-out
# A set of requirements is installed again only when its file changes, the package when pyproject.toml does.
RUN_READY := $(VENV)/.run-ready
TEST_READY := $(VENV)/.test-ready

.DEFAULT_GOAL := help
.PHONY: help demo test check bench league fuzz docs requirements

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUN_READY) ## Install into .venv and value the example shop; the report is demo-out/report.html
	$(BIN)/regulars run $(ORDERS) --out $(OUT)
	@echo "The report: $(OUT)/report.html (open it in a browser; it needs no network)"

test: check ## Install into .venv, then run every check and the whole test suite
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(TEST_READY) ## Lint, format, types and the import ladder, without the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(TEST_READY) ## Time the package, against another where its environment can be made
	$(BIN)/python benchmarks/run.py

league: $(TEST_READY) ## Hold the forecasts against what happened on public sets; writes docs/league*.md
	$(BIN)/python benchmarks/league.py
	$(BIN)/python benchmarks/league.py --learners

fuzz: $(TEST_READY) ## Read 10,000 changed files; FUZZ="--seed 2 --first 5000 --files 100" chooses others
	$(BIN)/python tests/fuzz/long.py $(FUZZ)

docs: $(TEST_READY) ## Check the documentation: links, examples, pictures, a page for every model
	$(BIN)/python -m pytest tests/docs

# Pins without addresses: pip takes them from wherever this machine takes its packages.
COMPILE := $(BIN)/uv pip compile --quiet --no-header --universal --generate-hashes --no-emit-index-url \
	--no-emit-find-links --python-version 3.11 --upgrade
requirements: ## Pin the newest versions again (needs uv in .venv)
	$(COMPILE) pyproject.toml requirements/run.in -o requirements/run.txt
	$(COMPILE) --all-extras pyproject.toml requirements/run.in requirements/test.in -o requirements/test.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "regulars needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.11" >&2; \
		exit 2; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing regulars and requirements/run.txt into $(VENV)"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_READY): requirements/test.txt $(RUN_READY)
	@echo "Installing requirements/test.txt into $(VENV)"
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@
