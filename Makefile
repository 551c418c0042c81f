# The commands of this house. A fresh machine needs Python 3.11 or newer with pip and make, nothing else.
# Another interpreter: make test PYTHON=python3.12, and VENV=.venv-3.12 to keep its environment beside the first.
PYTHON ?= python3
VENV ?= .venv
PYTHON_VERSION := $(shell $(PYTHON) -c 'import sys; print(sys.version.split()[0] + sys.abiflags)')
UV_VERSION := 0.13.9
UV := .tools/bin/uv
BIN := $(VENV)/bin
SYNC = $(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
export UV_COMPILE_BYTECODE = 1
export UV_PROJECT_ENVIRONMENT = $(VENV)
export UV_PYTHON_DOWNLOADS = never
# Tests start hundreds of programs: compiled anew at each start they take half as long again.
unexport PYTHONDONTWRITEBYTECODE
# For two cores: a test that waits for a server, a timer or a child leaves its core to another.
WORKERS ?= 3
TOGETHER := -n $(WORKERS) --dist worksteal
# What needs no screen and no command line.
QUICK := $(wildcard tests/test_*.py) tests/wire tests/sdk tests/features tests/server tests/store tests/client/mirror
# Tests of the repository itself: the same on every Python, so that `.ci/run` asks for them once.
SHAPE := tests/shape

.PHONY: help setup demo serve test test-quick check faults-quick faults bench fmt reference screens lock clean anew

help:
	@echo "make demo          a sample community, and you in it"
	@echo "make serve         a server of your own, data in ./data"
	@echo "make test          the tests (9 minutes on two cores)"
	@echo "make test-quick    those of them that need no screen and no command line (about 4 minutes)"
	@echo "make check         format, lint, types, import contracts, generated pages"
	@echo "make faults-quick  kills, cut lines and full disks (about 4 minutes); 'make faults' is the long run, with its counts"
	@echo "make bench         timings, each beside a bare baseline"
	@echo "make fmt           format and sort"
	@echo "make reference     write docs/reference anew"
	@echo "make screens       take the pictures of docs/screens anew"

# No source packages: what they are built with would be fetched without a hash.
$(UV): requirements-uv.lock
	$(PYTHON) -m venv .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
		--require-hashes --requirement requirements-uv.lock
	@touch $@

# Where the first try fails, the second takes the machine's own certificates: behind a company's proxy
# the bundled ones do not do. Only if both fail are their errors shown.
# It holds the version that made it: with another PYTHON the environment is made anew, not used as it is.
$(VENV)/.ready: $(UV) requirements-dev.lock pyproject.toml $(if $(filter $(PYTHON_VERSION),$(shell cat $(VENV)/.ready 2>/dev/null)),,anew)
	@test -n '$(PYTHON_VERSION)' || { echo 'PYTHON=$(PYTHON) does not start: name one that does' >&2; exit 1; }
	$(UV) venv --quiet --clear --python $(PYTHON) $(VENV)
	@first=$$($(SYNC) 2>&1) || second=$$($(SYNC) --system-certs 2>&1) \
		|| { printf '%s\n' "$$first" "with the certificates of this machine:" "$$second" >&2; exit 1; }
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@echo '$(PYTHON_VERSION)' >$@

anew:

setup: $(VENV)/.ready

demo: setup
	@$(BIN)/bbs demo

serve: setup
	$(BIN)/bbs serve --data data

test: setup
	$(BIN)/python -m pytest $(TOGETHER) -m "not faults and not bench" $(ARGS)

test-quick: setup
	$(BIN)/python -m pytest $(TOGETHER) -m "not faults and not bench" $(QUICK) $(SHAPE) $(ARGS)

faults-quick: setup
	BBS_FAULTS=quick $(BIN)/python -m pytest -n 2 --dist worksteal -m faults tests/faults tests/journeys tests/client $(ARGS)

faults: setup
	BBS_FAULTS=deep $(BIN)/python -m pytest -m faults -s --timeout 3600 tests/faults tests/journeys tests/client $(ARGS)

# On the disk: what is in memory (tests/conftest.py) is synced in no time.
bench: setup
	TMPDIR=$${TMPDIR:-/tmp} $(BIN)/python -m pytest -m bench -s --timeout 1800 tests/bench $(ARGS)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

fmt: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

reference: setup
	$(BIN)/python docs/generate.py

screens: setup
	$(BIN)/python docs/screens.py

lock: $(UV)
	echo "uv==$(UV_VERSION)" | $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate - -o requirements-uv.lock
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -o requirements-dev.lock

clean:
	rm -rf .venv .venv-* .tools .mypy_cache .ruff_cache .pytest_cache
