# The front door. `make` prints what there is.

PREFIX ?= /usr/local
BUILD = cmake --build
CONFIGURE = cmake --log-level=WARNING --preset
PYTHON = $(CURDIR)/build/venv/bin/python
# A tree that is new compiles several sources as one, in half the time. Who works on the code configures it before: HACKING.md.
NEW = $(if $(wildcard build/release/CMakeCache.txt),,-DCMAKE_UNITY_BUILD=ON)
# Under sanitizers a property is tried on fewer examples: they look at what is done, not at how often it comes out right.
FEWER_EXAMPLES = RC_PARAMS=max_success=30
CTEST = ctest --parallel $(shell nproc) --output-on-failure --no-tests=error --test-dir

.DEFAULT_GOAL := help
.PHONY: help demo build test test-slow check bench install format lint asan fuzz tsan clean everything packages
.PHONY: wheel wheel-test stubs packages-wheel packages-build packages-fetch packages-development build/asan build/tsan

help:  ## print this
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: packages-fetch build  ## fetch MNIST, train, test, write report.html
	build/rgm demo mnist

build: packages-build  ## build the program, build/rgm
	$(CONFIGURE) release $(if $(NEW),$(NEW) -DRGM_TESTS=OFF -DRGM_BENCHMARKS=OFF)
	$(BUILD) build/release --target rgm
	ln -sf release/apps/rgm/rgm build/rgm

test: everything  ## build everything, run the quick tests
	$(CTEST) build/release --label-exclude slow

test-slow: everything  ## build everything, run the slow tests alone
	$(CTEST) build/release --label-regex slow

check: test packages-development  ## what to do before each commit: the quick tests, formatting, layers
	scripts/lint --quick

bench: everything  ## build and run the benchmarks
	set -e; for program in build/release/benchmarks/*_benchmark; do "$$program"; done

install: build  ## install program and library under PREFIX (/usr/local)
	cmake --install build/release --prefix $(PREFIX)

wheel: packages-wheel  ## build a wheel of the Python package for any x86-64 Linux with glibc 2.35, in build/wheel/dist
	@scripts/python_environment
	scripts/wheel $(PYTHON)

wheel-test: wheel  ## install it into a bare Debian and run its tests there
	scripts/wheel_test $(PYTHON)

stubs: everything  ## write python/rgm/_rgm.pyi, the types of the compiled part, anew
	scripts/stubs $(PYTHON) build/release/python

format: packages-development  ## format all sources
	@scripts/python_environment
	build/venv/bin/ruff format --quiet python
	git ls-files --cached --others --exclude-standard '*.h' '*.cpp' | xargs clang-format -i

lint: packages-development  ## check formatting, layers and clang-tidy's rules
	scripts/lint

asan:  ## build with clang and run the quick tests, but those that train on MNIST, under the address and undefined-behaviour sanitizers
asan: build/asan
	$(FEWER_EXAMPLES) $(CTEST) build/asan --label-exclude 'slow|fuzz' --exclude-regex '^end_to_end/'

fuzz:  ## replay the fuzzers' corpora and let each search for a little while
fuzz: build/asan
	$(CTEST) build/asan --label-regex fuzz

tsan:  ## run the tests of the modules that start threads under the thread sanitizer
tsan: build/tsan
	$(FEWER_EXAMPLES) $(CTEST) build/tsan --label-exclude slow

build/asan build/tsan: packages-development
	$(CONFIGURE) $(@F)
	$(BUILD) $@

.PHONY: docs docs-test

docs: packages  ## build the site, build/docs/html/index.html
	@scripts/docs_environment
	$(CONFIGURE) release $(if $(NEW),$(NEW) -DRGM_TESTS=OFF -DRGM_BENCHMARKS=OFF) \
	  -DRGM_PYTHON=ON -DPython_EXECUTABLE=$(CURDIR)/build/venv/bin/python
	$(BUILD) build/release --target rgm_python
	scripts/build_site

docs-test: docs  ## build the site and walk it with a browser: links, errors, widths
	@scripts/install_dependencies build test docs
	build/venv/bin/python scripts/check_site.py build/docs/html

clean:  ## remove build/
	rm -rf build

everything: packages
	@scripts/python_environment
	$(CONFIGURE) release $(NEW) -DRGM_TESTS=ON -DRGM_BENCHMARKS=ON -DRGM_PYTHON=ON -DPython_EXECUTABLE=$(PYTHON)
	$(BUILD) build/release

packages-build:
	@scripts/install_dependencies build

packages-fetch:
	@scripts/install_dependencies build fetch

packages:
	@scripts/install_dependencies build test

packages-wheel:
	@scripts/install_dependencies build test wheel

packages-development:
	@scripts/install_dependencies build test development
