# make demo    a simulated patient with known truth, run end to end
# make test    all checks: style, types, layers, tests with coverage
# Both set up what they need on a machine with Python 3.11 or newer and make.

SHELL  := /bin/sh
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
DEMO   ?= demo

.PHONY: demo test lint types layers check benchmarks browser lock clean help

help:
	@sed -n 's/^# //p' Makefile | head -3

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Lutetia needs Python 3.11 or newer; none was found. Set PYTHON=/path/to/python"; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.stamp: $(VENV)/bin/python requirements/build.txt requirements/runtime.txt pyproject.toml
	@echo "Installing the locked packages ..."
	@$(PIP) -r requirements/build.txt -r requirements/runtime.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/runtime.stamp requirements/dev.txt
	@echo "Installing the locked development packages ..."
	@$(PIP) -r requirements/dev.txt
	@touch $@

# An earlier demonstration, told by its truth.json, gives way to the new one; any other folder is refused.
demo: $(VENV)/runtime.stamp
	@if test -f "$(DEMO)/truth.json"; then rm -rf "$(DEMO)"; fi
	@$(BIN)/lutetia demo "$(DEMO)"

test: $(VENV)/dev.stamp browser lint types layers
	@$(BIN)/python -m pytest -ra --cov --cov-report=term

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet . && echo "style: clean"

types: $(VENV)/dev.stamp
	@$(BIN)/mypy

layers: $(VENV)/dev.stamp
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

# The pages are also tested in a real browser where there is one, or where it may be installed.
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || command -v chromium-browser >/dev/null \
	|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	     && apt-get install -qq -y --no-install-recommends chromium poppler-utils >/dev/null 2>&1; } \
	|| echo "No Chromium here: the tests that need a browser will be skipped."

benchmarks: $(VENV)/dev.stamp
	@for b in benchmarks/*.py; do echo; echo "$$b"; $(BIN)/python $$b; done

lock: $(VENV)/dev.stamp
	@scripts/lock $(BIN)

clean:
	rm -rf $(VENV) build src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
