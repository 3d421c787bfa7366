# Every verb of the project. `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
# Some machines ask Python to keep nothing of what it compiles: each process of a test, and of the site,
# would compile everything again.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
PORT ?= 5000
PY := .venv/bin/python
FLASK := .venv/bin/flask --app communaute
UV := .venv/bin/uv
UV_VERSION := 0.13.9
SET := .setup
VENDOR := site/static/vendor/MANIFEST.json
# What Debian's packages give; $(call need,commands,packages) installs them or names them in one line.
need = for c in $(1); do command -v $$c >/dev/null 2>&1 || ls $$c >/dev/null 2>&1 || { sh tools/install-debian.sh $(2); exit $$?; }; done
# Says in one line what is done and, once done, how long it took: $(call step,what,commands).
step = t=$$(date +%s); printf '%s... ' '$(1)'; { $(2); } && echo "$$(( $$(date +%s) - t )) s"

.PHONY: help setup serve test test-slow check format lock assets bench clean

help: ## List the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(SET)/python $(SET)/debian $(SET)/assets $(SET)/lists ## Install everything the site needs, into .venv/ and site/static/vendor/

serve: setup ## Set up, then serve http://localhost:$(PORT) (web, worker, verifier)
	@$(call step,Base de données : ses tables à jour,$(FLASK) db upgrade 2>/dev/null)
	@$(call step,Tarifs : lus de content/tarifs,$(FLASK) tariffs load >/dev/null)
	@$(call step,Recherche : index refait si le contenu a changé,$(FLASK) search build --if-older >/dev/null)
	@$(call step,Démonstration : chargée si la base est vide,$(FLASK) demo load --if-empty >/dev/null)
	@echo "La Communauté Chorus Pro : http://localhost:$(PORT) (Ctrl+C arrête). Qui essayer, avec quels droits : $${INSTANCE_PATH:-instance}/demo-comptes.txt"
	@PORT=$(PORT) BASE_URL=$${BASE_URL:-http://localhost:$(PORT)} .venv/bin/honcho start --no-prefix

# Journeys apart: what drives Chromium keeps an event loop running in its process.
test: setup $(SET)/debian-tests ## Set up, then run every test but the slow ones and the second database
	$(PY) -m pytest -q -n 2 --dist loadfile -m "not slow and not browser and not postgres" $(ARGS)
	$(PY) -m pytest -q -n 2 --dist worksteal -m "browser and not slow" $(or $(ARGS),tests/browser)

test-slow: setup $(SET)/debian-tests ## The same on PostgreSQL, then the slow and heavy tests: .ci/run runs them too
	$(PY) -m pytest -q -n 2 --dist loadfile -m "postgres and not slow" $(ARGS)
	$(PY) -m pytest -q -n 2 --dist loadfile -m "slow and not browser" $(ARGS)
	$(PY) -m pytest -q -n 2 --dist worksteal -m "slow and browser" $(ARGS)

check: setup ## Format, lint, types, arrows, content, migrations
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(FLASK) content check
	@rm -rf $(SET)/check && mkdir -p $(SET)/check
	INSTANCE_PATH=$(SET)/check $(FLASK) db upgrade
	INSTANCE_PATH=$(SET)/check $(FLASK) db check

format: $(SET)/python ## Format the code
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock: $(SET)/python ## Compile the pinned requirements again, with hashes
	$(UV) pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements.txt
	$(UV) pip compile -q pyproject.toml --universal --python-version 3.11 --group dev --generate-hashes --no-header --no-annotate --upgrade -o requirements-dev.txt
	npm install --package-lock-only

assets: ## Copy the front-end parts again from npm and compress the static files
	@rm -f $(SET)/assets
	@$(MAKE) --no-print-directory $(SET)/assets

clean: ## Remove what set-up made (not the instance folder)
	rm -rf .venv .setup node_modules site/static/vendor search_index/built

$(SET)/python: pyproject.toml requirements-dev.txt
	@mkdir -p $(SET)
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh tools/install-debian.sh python3-venv
	@test -x $(UV) || { $(call step,Python : .venv et son installeur,{ test -x $(PY) || $(PYTHON) -m venv .venv; } && .venv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)); }
	@$(call step,Python : les bibliothèques de requirements-dev.txt,$(UV) pip install --quiet --compile-bytecode --python $(PY) --require-hashes -r requirements-dev.txt && $(UV) pip install --quiet --python $(PY) --no-deps -e .)
	@touch $@

# Libraries that WeasyPrint loads, and a font for its reports.
$(SET)/debian:
	@mkdir -p $(SET)
	@$(call need,npm,npm)
	@$(call need,/usr/lib/*/libpango-1.0.so.0 /usr/lib/*/libpangoft2-1.0.so.0 /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf,libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core)
	@touch $@

# Tried once: without network the site says what it cannot check, and a daily job tries again.
$(SET)/lists: $(SET)/python
	@$(call step,Signatures : les listes de confiance européennes,$(FLASK) signatures refresh-lists >/dev/null 2>&1) || echo "Listes de confiance non chargées ou incomplètes (pas de réseau ?) : sans elles, le vérificateur de signatures ne reconnaît aucune autorité. À relancer : flask signatures refresh-lists [--from DOSSIER]."
	@touch $@

$(SET)/debian-tests: package-lock.json | $(SET)/assets
	@mkdir -p $(SET)
	@$(call need,/usr/bin/chromium,chromium)
	@$(call need,/usr/lib/postgresql/*/bin/initdb,postgresql)
	@$(call need,redis-server,redis-server)
	@$(call need,pdftotext,poppler-utils)
	@test -d node_modules/vnu-jar || npm ci --silent
	@touch $@

$(SET)/assets: package.json package-lock.json site/web/vendoring.py $(SET)/python $(SET)/debian $(wildcard site/static/css/*) $(wildcard site/static/js/*)
	@test -d node_modules && test node_modules/.package-lock.json -nt package-lock.json || { $(call step,Pages : les composants de package-lock.json,npm ci --silent --omit=dev); }
	@$(call step,Pages : styles et scripts copiés puis compressés,$(PY) -m communaute.web.vendoring node_modules site/static && find site/static -name "*.br" -delete -o -name "*.gz" -delete && $(PY) -m whitenoise.compress --quiet site/static)
	@touch $@
