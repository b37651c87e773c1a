# make demo: from nothing to answers on the sample folder. make test: from nothing to a tested
# package. Both need Python 3.11+ and a package registry; the second time they are quick.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# On Linux PyPI's torch brings gigabytes of CUDA. For the small build:
#   make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
READY := $(VENV)/.ready

.PHONY: demo test lint lock clean

demo: $(READY)
	$(BIN)/rag index data --index indexes/demo
	@for question in \
		"How do I connect to the VPN?" \
		"How much does delivery to Switzerland cost?" \
		"What is the CEO's shoe size?"; \
	do echo; echo "\$$ rag ask \"$$question\" --index indexes/demo"; \
		$(BIN)/rag ask "$$question" --index indexes/demo || exit 1; done

test: $(READY)
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

# torch first and by itself (see requirements/torch.txt), then all else from the lock, by hash.
$(READY): requirements/torch.txt requirements/lock.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) -r requirements/torch.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/lock.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Needs uv (pip install uv).
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-package torch \
		--no-annotate --no-header --constraints requirements/torch.txt --extra dev --extra ocr pyproject.toml requirements/build.in \
		--output-file requirements/lock.txt

clean:
	rm -rf $(VENV)
