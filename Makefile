.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
LOCK = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet
# Quiet twice: print errors only, not a warning for each package that a local index lacks.
INSTALL = $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps

.PHONY: help env dev demo quick test lint score specs fit bench torture lock clean

help: ## list these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

env: .venv/.done ## install the packages that a run needs into .venv, once

.venv/.done: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("internfeed needs Python 3.11.5 or newer, but this is " + sys.version.split()[0] + "; set PYTHON to a newer one") if sys.version_info < (3, 11, 5) else None'
	@echo "building .venv (once, 1 to 3 minutes)"
	@$(PYTHON) -m venv .venv
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-build-isolation --editable .
	@echo '{"description": "fills the cache", "location": "Lyon"}' | $(BIN)/internfeed extract > /dev/null
	@touch $@

dev: .venv/.dev ## add the packages that developers need to .venv, once

.venv/.dev: requirements-dev.lock .venv/.done
	@echo "adding the developers' packages to .venv (once, 1 to 3 minutes)"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

demo: env ## run the whole cycle on recorded boards that come with the project
	@$(BIN)/internfeed demo

quick: dev ## run ruff and the fast tests, in under a minute
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pytest -n auto --dist loadfile -m "not slow"

lint: dev ## run ruff and the type checker
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: lint ## run ruff, the type checker and all tests, without a network
	@$(BIN)/pytest -n auto --dist loadfile -rs

score: dev ## measure precision and recall on labelled postings
	@$(BIN)/python -m tests.tools.score

specs: dev ## compare what is read with public test suites of other readers
	@$(BIN)/python -m tests.tools.specs

fit: dev ## fit the weights of the rules of reading to labelled postings
	@$(BIN)/python -m tests.tools.fit

bench: dev ## measure speed and memory, as ratios within one run
	@$(BIN)/python -m tests.bench

torture: dev ## play 10,000 random histories of boards with faults, then kill the real command at hundreds of moments
	@$(BIN)/python -m tests.tools.histories
	@$(BIN)/python -m tests.tools.torture

lock: dev ## regenerate requirements.lock and requirements-dev.lock from pyproject.toml
	@$(LOCK) --extra build --output-file requirements.lock
	@$(LOCK) --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove the environment, the demo's data and caches
	rm -rf .venv data/demo .mypy_cache .ruff_cache .pytest_cache
