# Two commands: `make plan` and `make test`; `make site` makes the documentation, `make bench` measures, `make fuzz` tries
# broken inputs, `make torture` kills writers, `make reproduce` makes all again, `make mutants` tests the tests. Each makes the environment first, once.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: plan test check site pictures fuzz fuzz-bytes torture reproduce mutants audit bench clean

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
	$(BIN)/bandit --quiet --recursive --severity-level medium nationalmap benchmarks

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

# Bytes that a fuzzer makes, led by the lines they reach; a quarter of the seconds for each kind of reader. Not on Windows.
SECONDS ?= 600
fuzz-bytes: .venv/fuzz.stamp
	for reader in tables layers scenarios norms; do \
		$(BIN)/python -m tests.hostile.fuzz.raw $$reader $$(($(SECONDS) / 4)) || exit 1; done

# Small faults put into the code, one at a time: does a test see each? ROOMS, SAMPLE and SEED say where, how many, which.
ROOMS ?= domain demand program verification
mutants: .venv/dev.stamp
	$(BIN)/python -m benchmarks.mutants $(ROOMS)

# Known faults of the packages in the locks; asks the network, so CI does not.
audit: .venv-audit/stamp
	.venv-audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.lock
	.venv-audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements-dev.lock

# Writers killed at any moment and two at once, every write of every command failing once; CI takes a small dose. Prints its figures.
KILLS ?= 510
PAIRS ?= 200
torture: .venv/dev.stamp
	KILLS=$(KILLS) PAIRS=$(PAIRS) SEED=$(SEED) $(BIN)/python -m pytest -n 0 -s tests/test_torture.py tests/test_every_write.py

# Every output of every command again: other folder, hash seed, language, time zone, order of rows, number of processes.
reproduce: .venv/dev.stamp
	REPRODUCE=1 $(BIN)/python -m pytest -n 0 -s tests/test_reproducible.py

.venv/run.stamp: requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

.venv/fuzz.stamp: requirements-fuzz.lock .venv/dev.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.lock
	touch $@

.venv-audit/stamp: requirements-audit.lock
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	touch $@

# Everything that is compared with another program, into benchmarks/table.md.
bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .venv-audit build dist
