# Two commands on a fresh machine: make demo, make test. Python 3.11+ and make are all they need.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN = $(VENV)/bin
WORKERS ?= auto

.PHONY: demo test check format docs catalogues clean test-browser test-postgis

demo: $(VENV)/.installed
	$(BIN)/geoplan demo --out maps/demo

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

# Needs PostgreSQL and PostGIS; without them these tests are left out of `make test`.
test-postgis: $(VENV)/.installed-dev
	GEOPLAN_NEED_POSTGIS=1 $(BIN)/python -m pytest -m postgis

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.installed-dev
	$(BIN)/python -m docs.generate

$(VENV)/.created:
	@test -n "$(PYTHON)" || { echo "geoplan needs Python 3.11, 3.12 or 3.13"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml assets/package-lock.json
	$(BIN)/python -m pip install --quiet -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) build dist maps/demo maps/demo-input geoplan/report/static/vendor
