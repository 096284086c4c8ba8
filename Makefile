# Two commands for a newcomer: `make demo` and `make test`. Each brings everything it needs; `make help` lists the rest.
PYTHON ?= python3
PYTEST_ARGS ?=
EXTRAS ?=
SIDE_BY_SIDE := -n auto --dist loadfile --no-loadscope-reorder
BIN := .venv/bin
PULUMI_HOME := .cache/pulumi-home
BEFORE_PLUGINS := packages

# Hundreds of processes load the same modules: each would compile them where an image forbids to keep that.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help packages pipeline development ahead demo test test-full live sandbox bench baselines lint format lock schema engine go-tools chromium xvfb postgresql pictures clean

help: ## list these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: engine ## run the whole job against the local sandbox, from app registration to rooms listed
	@$(BIN)/python -m sandbox.demo

test: engine .venv/.development go-tools chromium xvfb postgresql ## run every test
	@$(BIN)/pytest $(SIDE_BY_SIDE) $(PYTEST_ARGS)

test-full: engine .venv/.development go-tools chromium xvfb postgresql ## run every test, with complete matrices
	@$(BIN)/pytest $(SIDE_BY_SIDE) -m "full or not full" $(PYTEST_ARGS)

live: packages ## check a real tenant, with a temporary app: make live DIRECTORY_ID=… (docs/live-check.md)
	@test -n "$(DIRECTORY_ID)" || { echo "Name the tenant: make live DIRECTORY_ID=<Directory (tenant) ID>" >&2; exit 2; }
	@$(BIN)/smartrecruiters-calendar live-check --directory-id "$(DIRECTORY_ID)" $(LIVE_ARGS)

pictures: engine .venv/.development chromium ## retake the pictures of docs/first-delivery.md
	@$(BIN)/python -m tests.e2e.pictures

sandbox: engine ## run the sandbox in the foreground; prints the line that puts a shell into it
	@$(BIN)/python -m sandbox run

bench: engine .venv/.development ## run the benchmarks; figures are ratios within one run
	@$(BIN)/python -m benchmarks

baselines: .venv/.development ## show what changed in ScubaGear, Maester and Prowler since their rules were read
	@$(BIN)/python -m tests.smartrecruiters_calendar.audit.checks.baselines.newer_copies $(BASELINES_ARGS)

lint: .venv/.development ## check formatting, linting and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy .

format: .venv/.development ## format, and fix what can be fixed
	@$(BIN)/ruff format -q .
	@$(BIN)/ruff check --fix .

packages: .venv/.runtime .venv/.installed $(EXTRAS:%=.venv/.extra-%) ## install the packages and the command, without an engine; EXTRAS="vault browser" adds large ones

development: packages .venv/.development ## install the development tools as well

# The plugins last: which of them are needed depends on the packages that are there.
test test-full bench pictures: BEFORE_PLUGINS := development
engine:
	@$(MAKE) --silent --no-print-directory -j 2 $(BEFORE_PLUGINS) ahead
	@$(BIN)/python -m engine
	@$(BIN)/python -m engine plugins --pulumi-home $(PULUMI_HOME)

# The packages first: what else is needed they read from the stack files.
pipeline: packages ## what a pipeline's jobs run with: the engine, and the extras that the stacks of tenants.yaml call for
	@extras="$$($(BIN)/python scripts/matrix.py --extras)" && \
	  $(MAKE) --silent --no-print-directory engine EXTRAS="$$extras"

# Where the engine has to be built, that begins while the packages are being installed.
ahead: .venv/bin/python
	@$(BIN)/python -m engine ahead

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is required; choose one with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -m venv .venv

# A stamp is touched only after pip ended well, so an interrupted installation is done again.
.venv/.runtime: sandbox/requirements.txt | .venv/bin/python
	@echo "Installing Python packages into .venv (minutes the first time)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r sandbox/requirements.txt
	@touch $@

# Editable: the command runs this checkout's code. It is installed again only when its description changes. Quiet twice:
# setuptools warns of folders that hide a package of the same name, and here they are the package.
.venv/.installed: .venv/.runtime pyproject.toml
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.extra-%: .venv/.runtime requirements-%.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-$*.txt
	@touch $@

.venv/.development: .venv/.runtime requirements-dev.txt
	@echo "Installing development tools into .venv" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# One resolution for all sets: that of uv.lock. Each holds every package it needs, with hashes, for every supported Python.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
  --custom-compile-command "make lock" $(LOCK_ARGS)
BESIDE := --constraints requirements-dev.txt

lock: .venv/.development ## write uv.lock and the requirements files from pyproject.toml; newer versions: make lock LOCK_ARGS=--upgrade
	@$(BIN)/uv lock --quiet $(LOCK_ARGS)
	@mkdir -p .cache && $(BIN)/uv export --quiet --frozen --all-extras --all-groups --no-hashes --no-emit-project -o .cache/uv-lock.txt
	@$(LOCK) --constraints .cache/uv-lock.txt pyproject.toml requirements-vault.in sandbox/pyproject.toml --all-extras \
	  --group pyproject.toml:dev -o requirements-dev.txt
	@$(LOCK) $(BESIDE) pyproject.toml -o requirements.txt
	@$(LOCK) $(BESIDE) pyproject.toml requirements-vault.in -o requirements-vault.txt
	@$(LOCK) $(BESIDE) pyproject.toml --extra browser -o requirements-browser.txt
	@$(LOCK) $(BESIDE) pyproject.toml sandbox/pyproject.toml -o sandbox/requirements.txt

go-tools: .venv/.development
	@$(BIN)/python -m tests.go_tools

schema: packages ## write package/schema.json from the component
	@$(BIN)/python -m components.provider >package/schema.json

# What some tests need from Debian: $(1) is its name, $(2) its packages. Where it cannot be installed they are skipped
# and say so (in CI: they fail).
define DEBIAN
{ command -v apt-get >/dev/null && test "$$(id -u)" = 0 || exit 0; \
  echo "Installing Debian's $(1) for the tests that use it (a minute the first time)" >&2; \
  export DEBIAN_FRONTEND=noninteractive; mkdir -p .cache; \
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends $(2); } </dev/null >.cache/$(1).log 2>&1 || \
  echo "It could not be installed (.cache/$(1).log says why): those tests will be skipped" >&2; }
endef

chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || $(call DEBIAN,chromium,chromium fonts-dejavu-core)

xvfb:
	@command -v Xvfb >/dev/null || $(call DEBIAN,xvfb,xvfb)

postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || $(call DEBIAN,postgresql,postgresql)

clean: ## remove .venv, .cache and .sandbox
	rm -rf .venv .cache .sandbox *.egg-info
