# `make` alone says what there is to make.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -p no:nbval -n 2 --dist loadgroup --no-loadscope-reorder
BENCHMARKS = $(sort $(wildcard tests/bench_*.py tests/*/bench_*.py))
OUT = marks

.DEFAULT_GOAL := help
.PHONY: help book pdf epub pages test ready check fast lab bench notebooks chapter claims eras full grade history mutants pins lowest release dist address clean lint types vendor browser

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

book: vendor ## set up everything and build the site into _build/html
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo
	@echo "The book is in _build/html. Open _build/html/index.html in a browser, or run"
	@echo "    python3 -m http.server --directory _build/html"
	@echo "and go to http://localhost:8000"

pdf: browser book ## print the whole book into _build/pdf
	$(BIN)/python book/tools/print_book.py

epub: book ## bind the whole book for reading devices, as EPUB
	$(BIN)/python book/tools/bind_epub.py

pages: browser book ## weigh the built chapters: kilobytes, screens, seconds to the first text
	$(BIN)/python book/tools/measure_pages.py

# What needs one processor runs beside what needs the other.
test: $(INSTALLED) ## everything that must pass before a change goes in (up to an hour)
	$(MAKE) -j 2 ready
	$(PYTEST) tests

ready: types lint browser pdf epub

check: lint ## the fast half of the tests (some 8 minutes)
	$(MAKE) -j 2 types fast

fast: $(INSTALLED)
	$(PYTEST) tests -m "not slow" --ignore tests/site --ignore tests/lab --ignore tests/colab

lab: $(INSTALLED) ## open the chapters in JupyterLab
	cd chapters && ../$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root)

bench: $(INSTALLED) ## time dlcore against its peers
	@for file in $(BENCHMARKS); do echo "== $$file"; $(BIN)/python $$file || exit 1; done

notebooks: $(INSTALLED) ## execute all chapters again, normalise them and the exercises
	$(BIN)/python book/tools/notebooks.py

chapter: $(INSTALLED) ## write the skeleton of a chapter: make chapter N=9 NAME=belief_nets
	$(BIN)/python book/tools/new_chapter.py $(N) $(NAME)

claims: $(INSTALLED) ## run chapter N with seeds 0-4 and twice the training: make claims N=6
	$(BIN)/python book/tools/robust.py $(N) --keep

eras: $(INSTALLED) ## measure every reader of digits of the book, on the same digits
	$(BIN)/python book/tools/eras.py

full: $(INSTALLED) ## run the chapters on their full data: DLCORE_DATA=folder make full
	$(BIN)/python book/tools/full_scale.py

# The sandbox, its limits and more options: make grade OPTIONS=--help
grade: $(INSTALLED) ## grade a class: make grade CLASS=folder OUT=marks
	$(BIN)/python -m dlcore.grade "$(CLASS)" --out "$(OUT)" $(OPTIONS)

history: $(INSTALLED) ## print the package in reading order
	@$(BIN)/python book/tools/history.py

mutants: $(INSTALLED) ## do tests notice wrong lines? make mutants FILE=dlcore/layers/loss.py [N=10]
	$(BIN)/python tests/mutate.py $(FILE) $(or $(N),10)

pins: $(INSTALLED) ## write requirements.txt from pyproject.toml, and look for a wheel of every pin
	$(BIN)/python -m pip install -q uv
	$(BIN)/python book/tools/pins.py
	$(BIN)/python book/tools/pins.py check

lowest: $(INSTALLED) ## unit tests with the oldest versions that pyproject.toml allows
	$(BIN)/python -m pip install -q uv
	$(BIN)/python book/tools/pins.py lowest

release: $(INSTALLED) ## make a release: make release VERSION=0.2.0; see the page For maintainers
	$(BIN)/python book/tools/release.py prepare "$(VERSION)"
	$(MAKE) dist TAG="v$(VERSION)"
	$(BIN)/python book/tools/release.py commit "$(VERSION)"

dist: pdf epub ## build what a release consists of into dist/: wheel, archives, PDF, EPUB
	rm -rf dist build
	$(BIN)/python -m pip wheel -q --no-deps --no-build-isolation --wheel-dir dist .
	rm -rf build
	$(BIN)/python book/tools/release.py collect $(TAG)

address: $(INSTALLED) ## write the address in pyproject.toml into the notebooks, nothing executed
	$(BIN)/python book/tools/release.py address

clean: ## remove what was built, but not the environment
	rm -rf _build dist build assets/vendor assets/node_modules

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED)
	$(BIN)/pyright

vendor: $(INSTALLED)
	$(BIN)/python book/tools/vendor.py

browser: $(INSTALLED)
	$(BIN)/python book/tools/browsers.py

# The environment is made again only when its pins or the package's description change.
$(INSTALLED): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Cannot continue. There is no $(PYTHON): install \
	Python 3.10 or newer (python.org, or apt-get install python3 python3-venv)."; exit 1; }
	@$(PYTHON) book/tools/preflight.py
	@$(PYTHON) book/tools/environment.py
	@touch $@
