# `make demo` and `make test` need Python 3.11 or newer and make; everything else is installed into .venv from the hash-pinned lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint format bench lock setup clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "duecourse needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# --no-deps: the lock is complete, and pip 23 looks past it for a newer release of what is asked for with an extra
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY)
	@$(BIN)/duecourse demo

test: $(READY)
	@$(BIN)/python -m pytest tests/domain --quiet --cov --cov-report=term-missing:skip-covered
	@# a file is never split: what it sets up once is set up once. Its tests wait for processes, so more files than
	@# processors run side by side, the longest first (tests/plugins/order.py). Each process that a test starts would
	@# compile the package anew where the environment forbids to keep what was compiled.
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --ignore=tests/domain --numprocesses=4 --dist=loadfile --no-loadscope-reorder

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)
	$(BIN)/python -m bench $(PORTFOLIO)

lock:
	uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-header --no-annotate -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
