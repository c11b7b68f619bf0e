# SPDX-License-Identifier: Apache-2.0
# The commands that people type; meson does the work.

BUILD := build
# Link-time optimisation joins the steps of the packet path, which are files of
# their own: 10 of 90 ticks a packet.
MESON_RELEASE := --buildtype=release -Db_ndebug=true -Db_lto=true
PREFIX ?= /usr/local

.PHONY: all deps lab check bench bench-build fuzz soak clean install

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

bench-build: deps
	[ -f build-bench/build.ninja ] || \
		meson setup build-bench $(MESON_RELEASE) -Dnative=true
	ninja -C build-bench vrflow-bench
	@mkdir -p $(BUILD) && cp build-bench/vrflow-bench $(BUILD)/vrflow-bench

bench: bench-build
	tools/bench.sh

fuzz: deps
	tools/fuzz.sh

soak: deps all
	tools/soak.sh $(BUILD)

clean:
	rm -rf build build-asan build-bench build-fuzz

install: all
	meson install -C $(BUILD) --no-rebuild
