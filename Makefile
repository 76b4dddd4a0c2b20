# run, test, check, bench, soak: each does its own set-up on a fresh machine.
# PYTHON=... chooses an interpreter (3.11 or newer); VENV=... an environment you already have.
PYTHON ?= python3
VENV ?= .venv
ARGS ?=

BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
RUN := $(BIN)/python

.PHONY: run test check bench soak
.DEFAULT_GOAL := run

run: $(VENV)/.ready
	$(RUN) -m dashboard $(ARGS)

test: $(VENV)/.ready-dev
	$(RUN) -m pytest $(ARGS)

check: $(VENV)/.ready-dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m pyright
	$(BIN)/lint-imports

bench: $(VENV)/.ready-dev
	$(RUN) -m benchmarks $(ARGS)

soak: $(VENV)/.ready-dev
	$(RUN) -m pytest tests/soak $(ARGS)

$(VENV):
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Depth Lab needs Python 3.11 or newer; try: make run PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.txt | $(VENV)
	$(RUN) -m pip install --disable-pip-version-check -r requirements.txt
	@$(RUN) -c "import pathlib; pathlib.Path('$@').touch()"

$(VENV)/.ready-dev: requirements.txt requirements-dev.txt | $(VENV)
	$(RUN) -m pip install --disable-pip-version-check -r requirements-dev.txt
	@$(RUN) -c "import pathlib; [pathlib.Path('$(VENV)', name).touch() for name in ('.ready', '.ready-dev')]"
