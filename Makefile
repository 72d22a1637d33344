# Rosette: everything a newcomer needs. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
# The packages of this checkout, for commands that are run from elsewhere: python -m issuer.jose_cli
ON_THE_PATH = echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/rosette.pth"
# As many tests at a time as there are processors, two at least: they also wait for servers and browsers.
WORKERS := $(shell n=$$(nproc 2>/dev/null || echo 2); if [ $$n -lt 2 ]; then echo 2; elif [ $$n -gt 6 ]; then echo 6; else echo $$n; fi)
CATALOGS := $(wildcard templates/translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGS:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help demo serve test lint fix bench dev jobs lock chromium softhsm messages clean

help: ## List these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(RUNTIME) $(COMPILED) ## Set up, load the demonstration, earn one badge, print its URL, go on serving
	@$(BIN)/flask db upgrade
	@exec $(BIN)/flask demo

serve: $(RUNTIME) $(COMPILED) ## Run the web server and a job worker until Ctrl-C
	@$(BIN)/flask db upgrade
	@exec $(BIN)/flask serve

dev: $(DEVELOPMENT) $(COMPILED) ## Run one reloading development server, without job worker
	@$(BIN)/flask db upgrade
	@exec $(BIN)/flask run --debug --port $${PORT:-8000}

test: $(DEVELOPMENT) $(COMPILED) chromium softhsm ## Run every test, on SQLite and on a real PostgreSQL, journeys in Chromium
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope

lint: $(DEVELOPMENT) ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy wsgi.py issuer competencies badges

fix: $(DEVELOPMENT) ## Format, and mend what can be mended by a tool
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEVELOPMENT) $(COMPILED) ## Measure; print each figure with its limit and ratio; write bench.json
	@$(BIN)/python -m tests.bench

jobs: $(RUNTIME) ## Run one job worker
	@exec $(BIN)/flask jobs work

messages: $(DEVELOPMENT) ## Collect the texts to translate into templates/translations
	$(BIN)/pybabel extract -F babel.cfg -k lazy_gettext -k _l --no-location --sort-output -o build/messages.pot .
	$(BIN)/pybabel update -i build/messages.pot -d templates/translations --no-fuzzy-matching --ignore-obsolete

lock: ## Write the lock files anew, with hashes
	$(BIN)/pip-compile -q --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --extra dev -o requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile -q --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options -c requirements-dev.lock -o requirements.lock pyproject.toml

clean: ## Remove what was built here; the data folder stays
	rm -rf $(VENV) build bench.json .pytest_cache .mypy_cache .ruff_cache
	find templates/translations -name '*.mo' -delete

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rosette needs Python 3.11 or newer."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(ON_THE_PATH)
	@touch $@

$(DEVELOPMENT): requirements-dev.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(ON_THE_PATH)
	@touch $@ $(RUNTIME)

%.mo: %.po | $(RUNTIME)
	@$(BIN)/pybabel -q compile -i $< -o $@ -l fr

chromium:
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	  else echo "Chromium is missing and cannot be installed from here: the browser journeys will be skipped."; fi; }

softhsm:
	@command -v softhsm2-util >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends softhsm2 >/dev/null; \
	  else echo "SoftHSM2 is missing and cannot be installed from here: the tests of keys in a token will be skipped."; fi; }
