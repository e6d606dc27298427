# What anyone needs to know of Bei's tools: `make help`.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help install install-dev run test check lint types layers security bench score docs screenshots clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(BIN)/.installed ## Create the environment that serves

install-dev: $(BIN)/.installed-dev ## Add what tests and checks need

run: install ## Serve on this machine: database, price history, web and worker
	@$(BIN)/bei run

test: install-dev ## Run every test, on SQLite and on PostgreSQL, on as many cores as there are
	$(BIN)/pytest --numprocesses auto --dist loadgroup

check: lint types layers security test ## What has to pass before a change lands

lint: install-dev ## Style and common mistakes
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: install-dev ## Every package under strict types
	$(BIN)/mypy

security: install-dev ## Our code, and what it rests on, looked over without a network
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive \
		app handlers scheduler groups messaging prices db
	$(BIN)/pip check

layers: install-dev ## Imports point down
	$(BIN)/lint-imports

bench: install-dev ## Measure everything, each figure beside a floor of the same run: one table
	$(BIN)/python -m bench

score: install-dev ## How much of the labelled texts is understood
	$(BIN)/python -m bench.texts tests/handlers/parser/data/*.jsonl --misses

docs: install-dev ## Write docs/message-language.md anew from the words that are understood
	$(BIN)/python -m docs.message_language

screenshots: install-dev ## Take the README's pictures, of a service of their own
	$(BIN)/python -m docs.screenshots

clean: ## Remove the environment and caches; the database in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Bei needs Python 3.11 or newer: make run PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -r requirements.txt
	$(BIN)/pip install --quiet --no-deps --editable .
	@touch $@

$(BIN)/.installed-dev: $(BIN)/.installed requirements-dev.txt
	$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@
