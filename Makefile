# Two commands: `make plan` and `make test`; `make site` makes the documentation, `make bench` measures, `make fuzz` tries broken inputs, `make torture` kills writers. Each makes the environment first, once.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: plan test check site pictures fuzz torture bench clean

plan: .venv/run.stamp
	$(BIN)/python -m nationalmap plan haskovo-2027

test: .venv/dev.stamp
	$(BIN)/python -m pytest

# What CI checks beside the tests.
check: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The documentation as pages that open from a stick: build/site/index.html. No network; a warning is an error.
site: .venv/dev.stamp
	$(BIN)/sphinx-build -W -n -q -E -b html docs build/site
	@echo build/site/index.html

# The views of the map in the documentation, from runs: planned afresh, or `make pictures RUNS="RUN OTHER"`.
RUNS ?=
pictures: .venv/dev.stamp
	$(BIN)/python docs/pictures.py $(RUNS)

# Toyland's files changed and broken at random, in every format; CI tries 500.
COUNT ?= 20000
SEED ?= 0
fuzz: .venv/dev.stamp
	MUTATIONS=$(COUNT) SEED=$(SEED) $(BIN)/python -m pytest tests/hostile/test_mutations.py

# Writers killed at any moment and two at once; CI takes a small dose. Prints its figures.
KILLS ?= 510
PAIRS ?= 200
torture: .venv/dev.stamp
	KILLS=$(KILLS) PAIRS=$(PAIRS) SEED=$(SEED) $(BIN)/python -m pytest -n 0 -s tests/test_torture.py

.venv/run.stamp: requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# Everything that is compared with another program, into benchmarks/table.md.
bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv build dist
