# make demo    a simulated patient with known truth, run end to end
# make test    all checks: style, types, layers, tests with coverage
# make proof   the cases at the limits: does every signature hold? `make mutation`, `make deep` take longer (docs/proof.md)
# make validation  docs/validation anew: accuracy against Monte Carlo and known truths; `make studies` takes longer
# All set up what they need on a machine with Python 3.11 or newer and make.

SHELL  := /bin/sh
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
DEMO   ?= demo
JOBS   ?= auto

.PHONY: demo test lint types layers check proof mutation deep validation studies benchmarks browser lock clean help

help:
	@sed -n 's/^# //p' Makefile | head -5

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
	@$(BIN)/python -m pytest -ra -n $(JOBS) --dist loadfile --cov --cov-report=term

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

# The books against their cases: signatures at the limits; one slip at a time; 20,000 random courses and the whole grid.
proof: $(VENV)/dev.stamp
	@$(BIN)/python scripts/guideline_proof.py boundaries --check

mutation: $(VENV)/dev.stamp
	@$(BIN)/python scripts/guideline_proof.py mutation

DEEP ?= 20000
deep: $(VENV)/dev.stamp
	@LUTETIA_DEEP=$(DEEP) $(BIN)/python -m pytest properties/test_guideline_laws.py properties/test_decision_grid.py --durations=8

# Every page says its comparisons, tolerances and why; the index lists them all. The phantom is no part of the project:
# its pages are written anew where a folder physics lies beside the one named by LUTETIA_REAL_DATA.
PHYSICS ?= $(if $(LUTETIA_REAL_DATA),$(LUTETIA_REAL_DATA)/../physics)
validation: $(VENV)/dev.stamp
	@$(BIN)/python scripts/validate_physics.py
	@$(BIN)/python scripts/validate_point_kernel.py
	@$(BIN)/python scripts/validate_voxel_curves.py
	@$(BIN)/python scripts/validate_registration.py
	@$(BIN)/python scripts/validate_monte_carlo.py $(if $(wildcard $(PHYSICS)/opendose_icrp110*.zip),"$(PHYSICS)")
	@if test -n "$(PHYSICS)" && ls "$(PHYSICS)"/opendose_icrp110*.zip >/dev/null 2>&1; \
	then $(BIN)/python scripts/validate_phantom.py "$(PHYSICS)"; \
	else echo "docs/validation/phantom.md stays as it is: no folder with the phantom (PHYSICS=...)"; fi
	@$(BIN)/python scripts/validation_index.py

# 10,000 curves for each population; 2,000 runs for each organ and 200 with whole images; planar views of six patients;
# 20 pairs of PET. The PSA of 68 men is no part of the project either.
PSA ?= $(if $(LUTETIA_REAL_DATA),$(LUTETIA_REAL_DATA)/psa_series/ascent2_control_psa.csv)
studies: $(VENV)/dev.stamp
	@$(BIN)/python scripts/model_choice_study.py
	@$(BIN)/python scripts/coverage_study.py
	@$(BIN)/python scripts/validate_planar.py
	@$(BIN)/python scripts/recovery_methods.py
	@$(BIN)/python scripts/validate_psma_response.py
	@if test -f "$(PSA)"; then $(BIN)/python scripts/validate_psa.py "$(PSA)"; \
	else echo "docs/validation/psa.md stays as it is: no file of PSA (PSA=...)"; fi

lock: $(VENV)/dev.stamp
	@scripts/lock $(BIN)

clean:
	rm -rf $(VENV) build src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
