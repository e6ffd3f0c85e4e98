# Every target sets up .venv by itself, and again only when pyproject.toml or constraints.txt changed.
# PYTHON names the interpreter (make PYTHON=python3.12 test), ARGS is handed on (make test ARGS="-k splitting").

PYTHON ?= python3
ARGS ?=
TRAIN ?= ../shared/train
SETS ?= ../shared/eval
VENV := .venv
BIN := $(VENV)/bin
# One worker drives the browser while the other runs the rest.
TESTS := $(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder
DEPENDENCIES := pyproject.toml constraints.txt
# Exactly the versions that were tested; quiet unless somebody watches. Without compiling beforehand what is mostly never
# imported, an installation takes 51 s instead of 110 (2 cores, warm cache).
INSTALL = [ -t 1 ] || export PIP_QUIET=1; $(BIN)/python -m pip install --disable-pip-version-check --no-compile -c constraints.txt

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help chat test check format bench reader clean

help: ## Say what there is.
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

chat: $(VENV)/.run ## Serve the chat window, with the starter articles in an empty library.
	$(BIN)/assistant chat --starter $(ARGS)

test: $(VENV)/.dev ## Run every test, the browser's included.
	$(TESTS) $(ARGS)

check: $(VENV)/.dev ## Check format, lint and types, then run every test.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(TESTS) $(ARGS)

format: $(VENV)/.dev ## Format the code and mend what the linter can mend.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev ## Measure speed and quality.
	$(BIN)/python -m benchmarks $(ARGS)

reader: $(VENV)/.dev ## Train the reader anew from the data in TRAIN and SETS; see training/README.md.
	$(BIN)/python -m training $(TRAIN) $(SETS) $(ARGS)

clean: ## Remove the environment and everything else that can be made again. Libraries of articles are left alone.
	rm -rf $(VENV) build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment that was copied or moved along with its folder still points at the old one: it is made anew, and so is
# one whose making was interrupted.
ifneq ($(shell cat $(VENV)/.made-in 2>/dev/null),$(CURDIR))
.PHONY: $(BIN)/python
endif

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
	    echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "$(PYTHON) is $$($(PYTHON) --version 2>&1), but Python 3.11 or newer is needed." >&2; \
	    echo "Install it, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Setting up $(VENV): 1 GB or more to install, some minutes the first time."
	@$(PYTHON) -m venv --clear $(VENV)
	@printf '%s' '$(CURDIR)' > $(VENV)/.made-in

$(VENV)/.run: $(BIN)/python $(DEPENDENCIES)
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.dev: $(BIN)/python $(DEPENDENCIES)
	@$(INSTALL) -e '.[dev]'
	@touch $(VENV)/.run $@
