.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
LOCK = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet
# Twice quiet: errors only, without a warning for each package that a local index does not have.
INSTALL = $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps

.PHONY: help env dev demo quick test lint score fit bench torture lock clean

help: ## what one can wish for
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

env: .venv/.done ## make .venv with what running needs, once

.venv/.done: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("internfeed needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@echo "making .venv (once, 1 to 3 minutes)"
	@$(PYTHON) -m venv .venv
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-build-isolation --editable .
	@echo '{"description": "fills the cache", "location": "Lyon"}' | $(BIN)/internfeed extract > /dev/null
	@touch $@

dev: .venv/.dev ## add what developing needs to the same .venv, once

.venv/.dev: requirements-dev.lock .venv/.done
	@echo "adding the developers' half to .venv (once, 1 to 3 minutes)"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

demo: env ## the whole cycle on recorded boards that come with the project
	@$(BIN)/internfeed demo

quick: dev ## what to run while working: ruff and the fast tests, under a minute
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pytest -n auto --dist loadfile -m "not slow"

lint: dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: lint ## everything: ruff, types, all tests, and why any was skipped; no network
	@$(BIN)/pytest -n auto --dist loadfile -rs

score: dev ## how well the extractors read labelled postings
	@$(BIN)/python -m tests.tools.score

fit: dev ## fit the weights of the rules of reading to labelled postings
	@$(BIN)/python -m tests.tools.fit

bench: dev ## speed and memory, as ratios within one run
	@$(BIN)/python -m tests.bench

torture: dev ## 10,000 random histories of boards with faults; then the real command killed at hundreds of moments
	@$(BIN)/python -m tests.tools.histories
	@$(BIN)/python -m tests.tools.torture

lock: dev ## both locks anew from pyproject.toml
	@$(LOCK) --extra build --output-file requirements.lock
	@$(LOCK) --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove the environment and what runs made
	rm -rf .venv data/demo .mypy_cache .ruff_cache .pytest_cache
