# A machine with Python 3.11, 3.12 or 3.13 (with venv) and make needs nothing else:
# each target installs what it needs into .venv, once.  `make help` lists them.
#
#   PYTHON=python3.12   take this Python
#   ARGS='--fresh'      hand options to the program
.POSIX:

IN_VENV = .venv/bin/python
# A bank is many processes: compiled once, each starts sooner.
COMPILED = PYTHONDONTWRITEBYTECODE=
INSTALL = @PYTHON='$(PYTHON)' sh requirements/install.sh

help: ## say what there is
	@awk -F ': .*## ' '/^[a-z]+: .*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

demo: ## run a whole bank with a synthetic city (ARGS='--fresh --port 8090')
	$(INSTALL) run
	@$(COMPILED) exec $(IN_VENV) -m infobank demo $(ARGS)

test: ## check everything: lint, then all tests, in a real browser and a real database
	$(INSTALL) run keystores test
	@sh requirements/browser.sh
	@sh requirements/softhsm.sh
	@$(MAKE) --no-print-directory lint
	@$(COMPILED) exec $(IN_VENV) -m pytest -n auto --maxprocesses 4 \
		--dist loadfile --no-loadscope-reorder --durations 10 --ignore tests/bench $(ARGS)

lint: ## check style, types and which part may import which
	$(INSTALL) run keystores test
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m ruff format --check .
	$(IN_VENV) -m mypy
	.venv/bin/lint-imports

install: ## install what running the bank needs, and nothing else
	$(INSTALL) run

bench: ## measure against bare handlers in the same run (ARGS='disclosure')
	$(INSTALL) run keystores test
	@exec .venv/bin/python tests/bench/run.py $(ARGS)

pictures: ## take the pictures of docs/pictures again
	$(INSTALL) run keystores test
	@sh requirements/browser.sh
	@exec .venv/bin/python tests/e2e/pictures.py docs/pictures $(ARGS)

lock: ## write the locks again (ARGS=--upgrade takes the newest releases)
	@PYTHON='$(PYTHON)' sh requirements/lock.sh $(ARGS)

wheel: ## build the wheel into dist
	$(INSTALL) run
	$(IN_VENV) -m hatchling build -t wheel

clean: ## remove what was installed and built here; the demo's data stays
	rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find infobank migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help demo test lint install bench pictures lock wheel clean
