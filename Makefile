# What a newcomer types. Everything lives in .venv, which is brought up to date only when
# pyproject.toml changed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install -qq
# A process per core; a file's tests share the kernels of one, and files that build kernels come
# first. A process that dies ends the run.
PYTEST := $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder --max-worker-restart=0
# Another number of seconds that a test may take: make test LIMIT=3600 where processors are emulated.
ifdef LIMIT
PYTEST += -o faulthandler_timeout=$(LIMIT)
endif
GPU_TESTS := $(addprefix tests/,kernels nn ops runtime cli/test_cli_explain.py interop/torch/test_dispatcher.py)
SEED   ?= 0
COUNT  ?= 2000
# Beside rivals a benchmark draws a figure; beside another revision it needs no rivals.
RECORD  := --json out/bench.json --figure out/bench.png
AGAINST := $(if $(findstring --against,$(BENCH)),--json out/against.json)

.DEFAULT_GOAL := help
.PHONY: help demo check test test-all test-products test-gpu processors bench gpu gpu-gate fuzz torch golden stubs docs clean

help:  ## say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.demo  ## pool a photograph, check it, and draw out/demo.png
	$(BIN)/python -m clpool.tools.demo

check: $(VENV)/.dev  ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check  ## check, and run every test: each operator, kernel, element type, route and error
	$(PYTEST) -m 'not pairs'

test-all: check  ## check, and run every test on every two values of its parameters: twice as long
	$(PYTEST) -m 'not products'

test-products: $(VENV)/.dev  ## run what test-all leaves out: every three and more values together
	$(PYTEST) -m products

test-gpu: $(VENV)/.dev  ## run the tests of operators with the kernels, and the copying, of GPUs
	$(PYTEST) --as-gpu -m 'device and not pairs' $(GPU_TESTS)

processors: $(VENV)/.dev  ## run forty cases as on older processors, and on this one; ALL=1: every case; SPREAD=1: on one each
	$(BIN)/python tests/processors/run.py $(if $(ALL),--all) $(if $(SPREAD),--spread)

bench: $(VENV)/.$(if $(AGAINST),dev,bench)  ## time every operator beside its rivals: make bench BENCH="--cases A"
	$(BIN)/python -m clpool.tools.bench $(if $(AGAINST),$(AGAINST),$(RECORD)) $(BENCH)

gpu: $(VENV)/.dev  ## say what kernels cost on GPUs, which need not be here: make gpu GPU="--cases A"
	$(BIN)/python -m clpool.tools.gpu install
	$(BIN)/python -m clpool.tools.gpu static --json out/gpu.json $(GPU)

gpu-gate: $(VENV)/.dev  ## hold the kernels for GPUs that changed against what they cost before
	$(BIN)/python -m clpool.tools.gpu install
	$(BIN)/python -m clpool.tools.gpu gate

fuzz: $(VENV)/.dev torch  ## compare random calls with PyTorch's: make fuzz SEED=1 COUNT=2000 FUZZ=--as-gpu
	$(BIN)/python -m clpool.tools.fuzz --seed $(SEED) --count $(COUNT) $(FUZZ)

torch: $(VENV)/.torch  ## install PyTorch, which turns the comparisons with it on
	@:

golden: $(VENV)/.dev  ## write the generated sources of tests/codegen/golden anew
	$(BIN)/python -m clpool.tools.golden

docs: $(VENV)/.docs  ## write the site of the documentation to out/docs, and run its gallery
	$(BIN)/sphinx-build -nW --keep-going -q docs out/docs

stubs: $(VENV)/.dev  ## write the stubs of clpool and clpool.nn anew, for type checkers and editors
	$(BIN)/python -m clpool.tools.stubs

clean:  ## remove what make and the tests left, .venv included
	rm -rf $(VENV) build dist out *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
	    || { echo "$(PYTHON) is too old: make PYTHON=... with Python 3.10 or newer"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	    || { rm -rf $(VENV); echo "no venv module (on Debian: apt-get install python3-venv)"; exit 1; }

$(VENV)/.demo: pyproject.toml | $(BIN)/python
	@echo "installing clpool with PoCL into $(VENV) (once)"
	@$(PIP) --editable '.[pocl,demo]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@echo "installing clpool with PoCL and the development tools into $(VENV) (once)"
	@$(PIP) --editable '.[pocl,dev]'
	@touch $@

$(VENV)/.bench: pyproject.toml | $(BIN)/python
	@echo "installing clpool with PoCL and its rivals into $(VENV) (once, a large download)"
	@$(PIP) --editable '.[pocl,bench]'
	@touch $@

$(VENV)/.docs: pyproject.toml | $(BIN)/python
	@echo "installing clpool with PoCL and what writes the site into $(VENV) (once)"
	@$(PIP) --editable '.[pocl,docs]'
	@touch $@

$(VENV)/.torch: pyproject.toml | $(BIN)/python
	@$(PIP) --editable '.[torch-tests]'
	@touch $@
