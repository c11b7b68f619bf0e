# SPDX-License-Identifier: Apache-2.0
# The commands that people type; meson does the work.

BUILD := build
# Link-time optimisation joins the steps of the packet path, which are files of
# their own: 10 of 90 ticks a packet.
MESON_RELEASE := --buildtype=release -Db_ndebug=true -Db_lto=true
PREFIX ?= /usr/local
SOAK_SECONDS ?= $(or $(SECONDS),600)

.PHONY: all deps lab check bench bench-build bench-peers fuzz soak clean install uninstall deb arm64

all: $(BUILD)/build.ninja
	ninja -C $(BUILD) programs

$(BUILD)/build.ninja:
	meson setup $(BUILD) $(MESON_RELEASE) --prefix=$(PREFIX)

deps:
	tools/install-deps.sh

lab: deps all
	$(BUILD)/vrflow lab run labs/reverse-route

check: deps
	tools/check.sh

# For speed with this machine's instructions; without them to be counted, for
# valgrind does not know all of them.
bench-build: deps
	[ -f build-bench/build.ninja ] || \
		meson setup build-bench $(MESON_RELEASE) -Dnative=true
	ninja -C build-bench vrflow-bench
	@mkdir -p $(BUILD) && cp build-bench/vrflow-bench $(BUILD)/vrflow-bench

build-count/build.ninja:
	meson setup build-count $(MESON_RELEASE)

bench: bench-build all build-count/build.ninja
	tools/bench-deps.sh
	ninja -C build-count vrflow-bench
	@cp build-bench/vrflow-bench $(BUILD)/vrflow-bench
	tools/bench.sh $(BENCH_ARGS)

bench-peers: all
	tools/bench-deps.sh
	python3 tests/bench/peers.py

fuzz: deps
	tools/fuzz.sh

soak: deps all
	SECONDS=$(SOAK_SECONDS) tools/soak.sh $(BUILD)

clean:
	rm -rf build build-asan build-bench build-count build-fuzz

# PREFIX=/usr, DESTDIR=/some/root
install: $(BUILD)/build.ninja
	tools/install.sh $(BUILD) $(PREFIX)

# What `make install` made with the same PREFIX and DESTDIR, and nothing else.
uninstall:
	tools/uninstall.sh $(PREFIX)

# Debian packages, in build/deb.
deb: deps
	tools/deb.sh

# Cross build for arm64 and its unit tests under qemu.
arm64:
	tools/arm64.sh
