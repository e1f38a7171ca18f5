# `make` lists what there is.
PYTHON ?= python3
BIN := .venv/bin
# Compiled modules make every start faster; some containers forbid writing them by this variable.
unexport PYTHONDONTWRITEBYTECODE
UV := $(BIN)/uv
PYTEST := $(BIN)/python -m pytest
# One more than most small machines have processors: tests wait for other processes a third of their time.
SIDE_BY_SIDE := -n 3 --dist loadfile --no-loadscope-reorder
FAST := not (e2e or client or postgresql or slow or long)
# What counts modules and memory is not measured: measuring changes it.
MEASURED := not (e2e or client or postgresql or slowest or long or footprint)

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast test-all coverage coverage-run coverage-report durations setup web check check-python check-types check-web format lock openapi wheel bench clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: setup web ## set everything up and start a server with real tables and versions being trained
	$(BIN)/modelyard demo

test: setup web ## run every test, on SQLite and PostgreSQL, with a real browser
	bash scripts/test_tools.sh
	$(PYTEST) $(SIDE_BY_SIDE) -m "not long$(if $(REST), and not ($(MEASURED)))" --durations 20 $(ARGS)

test-fast: setup ## run what needs neither browser, MLflow client nor PostgreSQL: an answer within a minute
	$(PYTEST) $(SIDE_BY_SIDE) -m "$(FAST)" $(ARGS)

test-all: setup web ## as test, with long fuzzing, soak and crash loops
	bash scripts/test_tools.sh
	$(PYTEST) $(SIDE_BY_SIDE) --hypothesis-profile long --durations 20 $(ARGS)

coverage: coverage-run ## how much of the Python code the faster tests run, with its floor
	@$(MAKE) --no-print-directory coverage-report

coverage-run: setup
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest $(SIDE_BY_SIDE) -m "$(MEASURED)" $(ARGS)

coverage-report: setup
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --sort cover

durations: setup web ## run every test and write down how long each file took, which the next runs are ordered by
	$(PYTEST) $(SIDE_BY_SIDE) -m "not long" --record-durations

setup: .venv/.ready ## make the Python environment in .venv

.venv/.ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(UV) || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --requirement requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

web: src/modelyard/server/static/index.html ## build the web page

web/node_modules/.ready: web/package-lock.json web/package.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

src/modelyard/server/static/index.html: web/node_modules/.ready $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm run --silent build

check: check-python check-types check-web ## static checks: format, lint, types, imports, the API contract, the web page's code

check-python: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

check-types: setup
	$(BIN)/mypy

check-web: setup web
	bash scripts/check_api_contract.sh
	cd web && npm run --silent check && npm run --silent coverage

format: setup ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd web && npm run --silent format

lock: setup ## pin every Python package anew, from pyproject.toml
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --group dev pyproject.toml -o requirements.lock

openapi: setup ## write the API's description and the web page's client from the server's code
	$(BIN)/python -m modelyard.server openapi > web/openapi.json
	cd web && npm run --silent generate

wheel: setup web ## build the wheel, web page included, into dist/
	rm -rf dist && $(UV) build --quiet --wheel --python $(BIN)/python -o dist .

bench: setup ## run every benchmark; figures are printed
	for file in benchmarks/[a-z]*.py; do $(BIN)/python $$file || exit 1; done

clean: ## remove what was built
	rm -rf .venv dist src/modelyard/server/static web/node_modules
