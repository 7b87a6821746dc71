.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help env demo test lint score bench torture lock clean

help: ## what one can wish for
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

env: .venv/.done ## make .venv with everything in it, once

.venv/.done: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("internfeed needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@echo "making .venv (once, about a minute)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: env ## the whole cycle on recorded boards that come with the project
	@$(BIN)/internfeed demo

lint: env
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: env lint ## ruff, types, tests; no network
	@$(BIN)/pytest -n auto --dist loadfile

score: env ## how well the extractors read labelled postings
	@$(BIN)/python -m tests.tools.score

bench: env ## speed and memory, as ratios within one run
	@$(BIN)/python -m tests.bench

torture: env ## 10,000 random histories of boards with faults; then the real command killed at hundreds of moments
	@$(BIN)/python -m tests.tools.histories
	@$(BIN)/python -m tests.tools.torture

lock: env ## requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --output-file requirements.lock --quiet

clean: ## remove the environment and what runs made
	rm -rf .venv data/demo .mypy_cache .ruff_cache .pytest_cache
