# Two commands do the work: `make run` and `make test`. Both set up what they need; `make help` lists the rest.
# Package settings (indexes, certificates, proxies) come from the environment; a PIP_INDEX_URL is handed to uv as well.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Compiled at once: each start of a process reads a thousand modules, and not every account may write beside them.
SYNC = VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode
PIP_SYNC = $(BIN)/pip install --quiet --require-hashes --requirement
DJANGO = DJANGO_SETTINGS_MODULE=chengnuo.settings.test $(BIN)/django-admin
WITH_DATABASE = $(BIN)/python -m chengnuo.launch.testing
INSTALL_OURSELVES = $(BIN)/pip install --quiet --no-deps --no-build-isolation --no-index --editable .
# Node of the machine where it is new enough, else the one in the wheel.
NODE_IS_NEW := $(shell node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null && echo yes)
NPM = $(if $(NODE_IS_NEW),npm,PATH="$(CURDIR)/$(BIN):$$PATH" npm)

.PHONY: help run test test-all check bench bench-large openapi coverage assets lock install format clean
.DEFAULT_GOAL := help

help:  ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

run: .venv/.base chengnuo/static/build/.made  ## database, worker and web at http://localhost:8000 (CHENGNUO_PORT); Ctrl-C stops
	@exec $(BIN)/chengnuo run

test: check  ## checks, and all tests but the browser's and the slow ones
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not browser and not slow"

test-all: check browser phone  ## checks and all tests, with a browser and the slow ones
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal --durations 40 --durations-min 5

check: install  ## style, types, what is generated is up to date, and every test can be read
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(WITH_DATABASE) $(BIN)/django-admin makemigrations --check --dry-run
	@$(DJANGO) coverage --check
	@$(DJANGO) openapi --check
	@found=$$($(BIN)/pytest --collect-only -n 0 2>&1) || { tail -30 <<< "$$found"; exit 1; }

bench: install  ## what is fast, against what
	@$(WITH_DATABASE) $(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.versus

bench-large: install  ## the same with a million cases
	@BENCH_LARGE=1000000 $(BIN)/python -m benchmarks.versus

openapi: install  ## write docs/api/openapi.json from the code
	@$(DJANGO) openapi

coverage: install  ## write procedure/coverage.md: which clause is carried by what
	@$(DJANGO) coverage

format: install  ## put the code into the house's style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

install: .venv/.test chengnuo/static/build/.made  ## everything that tests and work on the code need

assets: chengnuo/static/build/.made  ## build the front end

lock: .venv/.test  ## write requirements/*.txt and package-lock.json anew from what we ask for
	@for name in uv base test peer; do $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links requirements/$$name.in --output-file requirements/$$name.txt; done
	@$(NPM) update --package-lock-only

clean:  ## remove what was installed and built; data stays
	rm -rf .venv node_modules chengnuo/static/build chengnuo/kit/documents/fonts

.venv/bin/uv: requirements/uv.txt
	@echo "Setting up .venv …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP_SYNC) requirements/uv.txt
	@touch $@

.venv/.base: requirements/base.txt pyproject.toml .venv/bin/uv
	@echo "Installing what the product needs …"
	@$(SYNC) requirements/base.txt || $(PIP_SYNC) requirements/base.txt
	@$(INSTALL_OURSELVES)
	@rm -f .venv/.test
	@touch $@

.venv/.test: requirements/test.txt requirements/base.txt pyproject.toml .venv/bin/uv
	@echo "Installing what product and tests need …"
	@$(SYNC) requirements/test.txt || $(PIP_SYNC) requirements/test.txt
	@$(INSTALL_OURSELVES)
	@touch .venv/.base $@

node_modules/.made: package.json package-lock.json .npmrc | .venv/.base
	@echo "Installing what the front end is built from …"
	@$(NPM) ci --no-progress --loglevel=error
	@touch $@

chengnuo/static/build/.made: node_modules/.made $(shell find assets -type f 2>/dev/null)
	@echo "Building the front end …"
	@$(NPM) run --silent build
	@mkdir -p $(@D) && touch $@

.PHONY: browser phone
browser:
	@.ci/browser

phone:
	@.ci/phone
