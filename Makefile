# Sliding Windows.  `make` lists what can be made; each target sets up what it needs.

# May be given on the command line: make lab LAB_OPTIONS="--no-open --port 8899"
PYTHON       ?= python3
# `make demo DEMO_OPTIONS=` plays all units.
DEMO_OPTIONS ?= --unit 02-output-size --unit 03-padding
TEST_OPTIONS ?=
# One worker a core; tests/conftest.py says which tests stay together.
PARALLEL     ?= -n auto
LAB_OPTIONS  ?=
TEACH_OPTIONS ?=
TRY_OPTIONS  ?=
BENCHMARKS   ?=

BIN := .venv/bin
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHON

# Sliders that answer at once: see course/websocket.py.
PROMPT := --ServerApp.kernel_websocket_connection_class=course.websocket.Prompt

.DEFAULT_GOAL := help
.PHONY: help demo test check lab teach try release bundle bench pins sandbox clean

help: ## this list
	@echo "Sliding Windows. Each of these sets up what it needs, in .venv:"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

demo: .venv/set-up sandbox ## play a sample class, grade it, show the marks
	$(BIN)/autograder demo $(DEMO_OPTIONS)

test: .venv/set-up-test sandbox ## run all tests (TEST_OPTIONS="-k padding")
	$(BIN)/python -m pytest $(PARALLEL) $(TEST_OPTIONS)

check: .venv/set-up-test ## what every commit should pass, in about a minute: style, types, twins, selftest, fast tests
	@tools/check.sh $(PARALLEL)

lab: .venv/set-up-lab ## a student's JupyterLab, on a working copy in work/ (LAB_OPTIONS="--no-open")
	$(BIN)/course lab $(LAB_OPTIONS)

teach: .venv/set-up ## an instructor's JupyterLab: Create Assignment and Formgrader
	@tools/bubblewrap.sh || echo "JupyterLab starts all the same; grading will not."
	$(BIN)/python -m jupyterlab $(PROMPT) $(TEACH_OPTIONS)

try: .venv/set-up ## exercises in a browser without an installation, served on this machine (TRY_OPTIONS=8899)
	$(BIN)/python -m tools.try_page $(TRY_OPTIONS)

release: .venv/set-up ## make release/ again from source/
	@tools/release.sh

bundle: .venv/set-up-lab ## one file for a student to take home: dist/sliding-windows.zip
	$(BIN)/python -m tools.bundle

bench: .venv/set-up-test sandbox ## measure this project against its peers (BENCHMARKS="sliders mnist")
	@tools/bench.sh $(BENCHMARKS)

pins: ## resolve all dependencies anew: constraints.txt
	$(PYTHON) -m tools.pin

clean: ## remove .venv and caches; no one's work
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist *.egg-info
	find course exercises autograder tests benchmarks tools -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up ---------------------------------------------------------------------------------------
# A student needs nothing of the grader; torch is large and only the tests need it.

.venv/set-up-lab: constraints.txt pyproject.toml tools/set-up.sh
	@tools/set-up.sh lab
	@touch $@

.venv/set-up: constraints.txt pyproject.toml tools/set-up.sh
	@tools/set-up.sh autograder,lab
	@touch $@

.venv/set-up-test: .venv/set-up
	@tools/set-up.sh autograder,lab,test
	@touch $@

# An environment that was copied or moved with its folder points at the old one: make it again.
ifneq ($(shell cat .venv/made-in 2>/dev/null),$(CURDIR))
.PHONY: .venv/set-up .venv/set-up-lab
endif

sandbox:
	@tools/bubblewrap.sh
