# Every target calls run.py, which does the same without make.
PYTHON ?= python3
ARGS ?=

.PHONY: demo test check bench wheelhouse clean

demo: ## set up, load the sample district, serve on 127.0.0.1:8000 (ARGS=--no-serve stops after the report)
	@$(PYTHON) run.py demo $(ARGS)

test: ## set up and pass the tests (SQLite, no browser)
	@$(PYTHON) run.py test $(ARGS)

check: ## everything: style, types, floors, all tests, browser, PostgreSQL
	@$(PYTHON) run.py check $(ARGS)

bench: ## our speed beside the peer's and the limit (ARGS=--quick)
	@$(PYTHON) run.py bench $(ARGS)

wheelhouse: ## all wheels into wheelhouse/, for a machine without a network
	@$(PYTHON) run.py wheelhouse

clean:
	rm -rf .venv var build dist
