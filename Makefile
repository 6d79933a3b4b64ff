# make demo   a made-up company, its report, and the pages on http://127.0.0.1:8000
# make test   everything that can be tested on this machine
# Both set up what they need in .venv; only Python 3.11 or later with venv is taken for granted.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO_ARGS ?=
TEST_ARGS ?=

.PHONY: demo test lint clean

demo: $(VENV)/.run
	$(BIN)/coherence demo $(DEMO_ARGS)

test: $(VENV)/.test lint
	$(BIN)/python tests/left_out.py
	$(BIN)/pytest -n auto $(TEST_ARGS)

lint: $(VENV)/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.test: setup.cfg pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
