# Toban's verbs. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
# The newest supported Python on PATH, for a person; `make test PYTHON=…` asks for another, as .ci/run does.
PYTHON ?= $(firstword $(foreach p,python3.13 python3.12 python3.11 python3,$(shell command -v $(p) >/dev/null 2>&1 && $(p) -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] <= (3,13))' >/dev/null 2>&1 && echo $(p))))
VENV := .venv
TOBAN := $(VENV)/bin/toban
TOOLS := sam checkov ministack guard node
TESTS :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo up test check build bench deploy lock clean FORCE

help:  ## list the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/.dev $(TOOLS:%=.tools/%/.ready) frontend/dist/.ready  ## install everything a developer needs

demo: $(VENV)/.twin  ## watch a week of nights on simulated AWS, with a report
	$(TOBAN) twin run quiet-week --report build/quiet-week.html

up: $(VENV)/.twin  ## keep the twin running at http://127.0.0.1:8600
	$(TOBAN) twin up

test: setup  ## run every test, the static checks among them; TESTS=tests/unit runs a part
	$(VENV)/bin/python -m pytest $(TESTS)

# tests/contracts/test_static_checks.py runs these lines as they stand here.
check: $(VENV)/.dev  ## format and lint, types, layers, the oldest Python
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/vermin --quiet --no-tips --violations -vvv --target=3.11- api bench functions requirements tests toban twin
	$(VENV)/bin/python tests/contracts/patch_releases.py

build: setup  ## build what `sam deploy` ships
	$(TOBAN) build

bench: setup  ## measure, beside the peer or the floor
	$(TOBAN) bench

deploy: build  ## deploy the control plane: make deploy ENV=dev
	$(TOBAN) deploy $(ENV)

lock: $(VENV)/.dev  ## make the lock files anew
	requirements/compile.sh

clean:  ## remove what these verbs made
	rm -rf $(VENV) .venv-newest .tools build .aws-sam .cache frontend/node_modules frontend/dist

# An environment stays whatever Python made it, until PYTHON is given and is another one: then it is made anew.
WHICH := import sys; print(sys.version, sys.base_prefix)
$(VENV)/pyvenv.cfg: $(if $(filter file,$(origin PYTHON)),,FORCE)
	@python="$(PYTHON)"; \
	test -n "$$python" || { echo "Toban needs Python 3.11, 3.12 or 3.13: install one (apt install python3 python3-venv, or brew install python@3.13)."; exit 1; }; \
	test "$$($(VENV)/bin/python -c '$(WHICH)' 2>/dev/null)" != "$$("$$python" -c '$(WHICH)')" || exit 0; \
	echo "setting up $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv --clear $(VENV) || { rm -f $@; echo "Python's venv module is missing: apt install python3-venv"; exit 1; }

$(VENV)/bin/uv: requirements/uv.txt $(VENV)/pyvenv.cfg
	@$(VENV)/bin/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

# Each stamp installs its lock; the developers' lock holds all of the twin's, at the same versions.
$(VENV)/.dev $(VENV)/.twin: $(VENV)/.%: requirements/%.txt pyproject.toml $(VENV)/pyvenv.cfg | $(VENV)/bin/uv
	@echo "installing requirements/$*.txt"
	@VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/$*.txt
	@VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.tools/%/.ready: requirements/tools/%.txt | $(VENV)/bin/uv
	@echo "installing the tool $*"
	@$(VENV)/bin/uv venv --quiet --clear --python $(VENV)/bin/python .tools/$*
	@VIRTUAL_ENV=.tools/$* $(VENV)/bin/uv pip install --quiet --no-deps --compile-bytecode --require-hashes -r $<
	@touch $@

NPM = cd frontend && PATH="$(CURDIR)/.tools/node/bin:$$PATH" npm

frontend/node_modules/.ready: frontend/package-lock.json .tools/node/.ready
	@echo "installing the task page's packages"
	@$(NPM) ci --silent
	@touch $@

frontend/dist/.ready: $(shell find frontend/src frontend/public -type f) frontend/index.html frontend/vite.config.ts frontend/node_modules/.ready
	@echo "building the task page"
	@$(NPM) run --silent build -- --logLevel warn
	@touch $@
