# Every verb of the project. `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
PY := .venv/bin/python
FLASK := .venv/bin/flask --app communaute
UV := .venv/bin/uv
UV_VERSION := 0.13.9

.PHONY: help setup
help: ## List the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .setup/python ## Install everything into .venv/ and site/static/vendor/

.setup/python: pyproject.toml requirements-dev.txt
	@mkdir -p .setup
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@test -x $(UV) || .venv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements-dev.txt
	$(UV) pip install --quiet --python $(PY) --no-deps -e .
	@touch $@
