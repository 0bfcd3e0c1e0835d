# Two commands: `make run` starts the assistant, `make test` proves it. Both rest on `make setup`.
PYTHON ?= python3.11
PIP_FLAGS ?= --disable-pip-version-check --progress-bar on --quiet

.PHONY: run test setup environments train lint types check clean system-packages

run: setup
	@exec .venv/bin/motcua run

test: setup system-packages .venv/.dev-installed
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/motcua check
	.venv/bin/pytest

setup: environments train

environments: .venv/.installed .venv-rasa/.installed

# A failed install leaves no stamp, so the next call tries again.
.venv/.installed: requirements/app.lock pyproject.toml
	@echo "Đang cài môi trường của trợ lý (một lần, vài phút)…"
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/pip install $(PIP_FLAGS) -r requirements/app.lock
	@.venv/bin/pip install $(PIP_FLAGS) --no-deps --no-build-isolation -e .
	@touch $@

.venv-rasa/.installed: requirements/rasa.lock
	@echo "Đang cài môi trường của Rasa (một lần, vài phút)…"
	@test -x .venv-rasa/bin/python || $(PYTHON) -m venv .venv-rasa
	@.venv-rasa/bin/pip install $(PIP_FLAGS) --no-deps --ignore-requires-python -r requirements/rasa.lock
	@touch $@

.venv/.dev-installed: requirements/dev.lock .venv/.installed
	@.venv/bin/pip install $(PIP_FLAGS) -r requirements/dev.lock
	@touch $@

train: environments
	@.venv/bin/motcua train

# What the tests need from Debian: installed where we may, else those tests skip and say so.
system-packages:
	@scripts/install-test-packages.sh

lint: .venv/.dev-installed
	.venv/bin/ruff check .

types: .venv/.dev-installed
	.venv/bin/mypy

check: environments
	.venv/bin/motcua check

clean:
	rm -rf .venv .venv-rasa models var
