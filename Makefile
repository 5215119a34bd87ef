# The front door. `make` prints what there is.

PREFIX ?= /usr/local
BUILD = cmake --build
CONFIGURE = cmake --log-level=WARNING --preset
CTEST = ctest --parallel $(shell nproc) --output-on-failure --no-tests=error --test-dir

.DEFAULT_GOAL := help
.PHONY: help demo build test test-all bench install format lint asan tsan clean everything packages packages-development

help:  ## print this
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: build  ## fetch MNIST, train, test, write report.html
	build/rgm demo mnist

build: packages  ## build the program, build/rgm
	$(CONFIGURE) release
	$(BUILD) build/release --target rgm
	ln -sf release/apps/rgm/rgm build/rgm

test: everything  ## build everything, run the quick tests
	$(CTEST) build/release --label-exclude slow

test-all: everything  ## the same with the slow tests
	$(CTEST) build/release

bench: everything  ## build and run the benchmarks
	set -e; for program in build/release/benchmarks/*_benchmark; do "$$program"; done

install: build  ## install program and library under PREFIX (/usr/local)
	cmake --install build/release --prefix $(PREFIX)

format: packages-development  ## format all sources
	git ls-files --cached --others --exclude-standard '*.h' '*.cpp' | xargs clang-format -i

lint: packages-development  ## check formatting, layers and clang-tidy's rules
	scripts/lint

asan:  ## run the quick tests under the address and undefined-behaviour sanitizers
tsan:  ## run the quick tests under the thread sanitizer, but for whole jobs
tsan: SKIP = --exclude-regex '^end_to_end/'
asan tsan: packages-development
	$(CONFIGURE) $@
	$(BUILD) build/$@
	$(CTEST) build/$@ --label-exclude slow $(SKIP)

clean:  ## remove build/
	rm -rf build

everything: packages
	$(CONFIGURE) release
	$(BUILD) build/release

packages:
	@scripts/install_dependencies build test

packages-development:
	@scripts/install_dependencies build test development
