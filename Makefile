# The front door for people: every target does what its line says, from a fresh clone.

PYTHON ?= python3
BIN := .venv/bin
QT_OLD := 6.9.3
EXAMPLES ?= 10000
COMPILE := $(BIN)/python installer/setup/uv.py pip compile -q pyproject.toml --universal --python-version 3.11 --all-extras --group dev \
  --generate-hashes --no-emit-index-url --custom-compile-command 'make lock'

.PHONY: help setup demo picture screenshots test check check-wheels check-lock format bench golden machine long lock licences dictionaries build clean
.DEFAULT_GOAL := help

help:           ## say what there is
	@sed -n 's/^\([a-z-]*\): *.*## */\1|/p' Makefile | awk -F'|' '{printf "make %-14s%s\n", $$1, $$2}'

setup:          ## install what is missing: system packages, .venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it: make setup PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) installer/setup/setup.py

demo: setup     ## a station's day with its district, in a window (HEADLESS=1: without one); leaves build/demo/
	@installer/session.sh --use-display $(BIN)/python -m desktop.demo

picture:        ## play the demo off-screen and take its picture of Today into the README
	@$(MAKE) --no-print-directory demo HEADLESS=1
	@mkdir -p docs/images && cp build/demo/20-today.png docs/images/today.png

screenshots: setup ## every page, form and dialog in both languages, the themes and three sizes, into build/screenshots
	@installer/session.sh $(BIN)/python -m tests.gui.screenshots build/screenshots $(LOOKS)

test: setup     ## all tests, with a real keyring, X server and PostgreSQL
	@installer/session.sh $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder --max-worker-restart=0 tests

check: setup    ## formatting, lint, types, the directions of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/mypy installer
	@$(BIN)/lint-imports

format: setup   ## let ruff format and mend what it can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

check-wheels: setup ## every locked package of the station has a Windows wheel
	@$(BIN)/python installer/setup/check_wheels.py

check-lock: setup ## requirements.lock is what pyproject.toml asks for
	@mkdir -p build && cp requirements.lock build/requirements.lock
	@$(COMPILE) -o build/requirements.lock
	@for file in requirements.lock build/requirements.lock; do grep -v -e --hash $$file >build/pins.$${file%%/*}; done
	@diff -u build/pins.requirements.lock build/pins.build && echo "check-lock: current"

bench: setup    ## the figures, as ratios to limits measured in the same run; writes build/bench.json (PARTS="nothing hundred": these)
	@installer/session.sh $(BIN)/python -m tests.bench $(PARTS)

golden: setup   ## keep anew the pages of papers that look otherwise now (tests/golden); look at each before you commit it
	@$(BIN)/python -m tests.support.golden

machine: setup  ## ten thousand histories of three desks and a district (EXAMPLES=N: so many); an hour
	@MACHINE_EXAMPLES=$(EXAMPLES) installer/session.sh $(BIN)/pytest -s -o timeout=0 --hypothesis-show-statistics -k TestExchangeLaws tests/property/test_exchange_laws.py

long: setup     ## tests that take minutes, and the gui tests again under the last Qt that runs on glibc 2.28
	@installer/session.sh $(BIN)/pytest -m long tests
	@installer/setup/old_qt.sh $(QT_OLD)
	@installer/session.sh build/venv-qt$(QT_OLD)/bin/pytest tests/gui

lock: setup     ## resolve pyproject.toml anew into requirements.lock (UPGRADE=1: take the newest of everything)
	@$(COMPILE) $(if $(UPGRADE),--upgrade) -o requirements.lock
	@$(MAKE) --no-print-directory setup licences

licences: setup ## write THIRD-PARTY.md from what is installed
	@$(BIN)/python installer/licences.py

dictionaries: setup ## write readings, variants, strokes (and with DECOMPOSITION=FILE parts) of characters from their sources
	@$(BIN)/python installer/dictionaries.py $(DECOMPOSITION)

build: setup    ## a wheel and a source archive in dist/
	@$(BIN)/python installer/setup/uv.py build -q --no-build-isolation --out-dir dist .

clean:          ## remove what make made, .venv included
	rm -rf .venv build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
