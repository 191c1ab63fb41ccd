# Two commands: `make plan` and `make test`; `make bench` measures. Each makes the environment first, once.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: plan test check bench clean

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
