# SPDX-License-Identifier: GPL-2.0
#
# make            module and tool for the running kernel (KDIR= another one)
# make deps       install what is missing to build and test, and say what it is
# make check      all tests; those of the module boot a kernel in qemu
# make check-debug
#                 the tests of the module in a debug kernel, in User Mode Linux:
#                 KASAN, lockdep, kmemleak, fault injection, coverage
# make check-breaks
#                 the code broken on purpose, in one way after the other: each
#                 time a test must turn red (BREAKS= names some of them)
# make check-long what takes longer than a check should: hours (BED=uml: in the
#                 debug kernel, PARTS= some of it)
# make demo       two gateways, the wire before and after, in a virtual machine
#                 (NATIVE=1: on this machine, loads the module)
# make lint       what machines can say about style
# make bench      what packets cost, in instructions, beside the kernel's own IPsec
#                 and WireGuard (ROWS="*-gcm-v4" some rows, BENCH_LONG=1 all)
# make bench-profile
#                 the same by function, for one ROW= and SIZE=
# make bench-counts
#                 allocations, locked instructions, indirect calls of some ROWS=
# make install    module, tool, manual pages (DESTDIR=)
# make clean      remove everything that was built

KDIR ?= $(shell scripts/kernel build)
REL = $(notdir $(patsubst %/build,%,$(patsubst %/,%,$(KDIR))))
MODULE_DIR = $(CURDIR)/build/$(REL)

# One directory per kernel and purpose, so that a build with other flags does
# not invalidate this one: the objects go to M, Kbuild and the sources are here.
kbuild = $(MAKE) -C $(KDIR) M=$(MODULE_DIR) src=$(CURDIR)

all: module tool

module:
	@test -d "$(KDIR)" || { echo "No kernel headers found in '$(KDIR)'." \
		"Run 'make deps', or give their directory as KDIR=." >&2; exit 1; }
	@mkdir -p $(MODULE_DIR)
	+$(kbuild) modules

tool:
	+$(MAKE) -C tools/ipsecctl

deps:
	@scripts/deps build check lint

# The kernel to test with may only be there after deps has run, hence the
# second make.
check:
	@scripts/deps build check
	+@$(MAKE) --no-print-directory check-module tool
	@scripts/check build/check-$$(scripts/kernel release)/ipsec.ko

check-module: KDIR = /lib/modules/$(shell scripts/kernel release)/build
check-module: MODULE_DIR = $(CURDIR)/build/check-$(REL)
check-module:
	@mkdir -p $(MODULE_DIR)
	+$(kbuild) KCFLAGS=-Werror modules

check-debug:
	@scripts/deps build check debug
	@scripts/uml-kernel build
	+@$(MAKE) --no-print-directory tool
	@module=$$(scripts/uml-kernel module) && scripts/check-debug "$$module"

check-breaks:
	@scripts/deps build check debug
	@scripts/uml-kernel build
	@scripts/check-breaks $(BREAKS)

check-long:
	@scripts/deps build check $(if $(filter uml,$(BED)),debug)
	+@$(MAKE) -s -C selftests/unit run-long
ifeq ($(BED),uml)
	@scripts/uml-kernel build
	+@$(MAKE) --no-print-directory tool
	@module=$$(scripts/uml-kernel module) && scripts/check-long "$$module"
else
	+@$(MAKE) --no-print-directory check-module tool
	@scripts/check-long build/check-$$(scripts/kernel release)/ipsec.ko
endif

demo:
	@scripts/deps build demo
	+@scripts/demo $(if $(filter-out 0,$(NATIVE)),native,vm)

lint:
	@scripts/deps build lint
	@scripts/lint

bench:
	@scripts/deps build bench
	+@$(MAKE) --no-print-directory check-module tool
	@selftests/bench/run.sh build/check-$$(scripts/kernel release)/ipsec.ko

bench-profile: ROW = ours-encrypt-gcm-v4
bench-profile: SIZE = 1400
bench-profile:
	@scripts/deps build bench
	+@$(MAKE) --no-print-directory check-module tool
	@selftests/bench/profile.sh build/check-$$(scripts/kernel release)/ipsec.ko \
		"$(ROW)" "$(SIZE)"

bench-counts: SIZE = 1400
bench-counts: ROWS = plain-v4 xfrm-encrypt-gcm-v4 offload-encrypt-gcm-v4 \
	ours-encrypt-gcm-v4 plain-pair-v4 xfrm-pair-gcm-v4 ours-pair-gcm-v4
bench-counts:
	@scripts/deps build bench
	+@$(MAKE) --no-print-directory check-module tool
	@selftests/bench/profile.sh -c build/check-$$(scripts/kernel release)/ipsec.ko \
		"$(SIZE)" $(ROWS)

install: all
	+$(kbuild) INSTALL_MOD_PATH=$(DESTDIR) modules_install
	+$(MAKE) -C tools/ipsecctl install

clean:
	rm -rf build
	+$(MAKE) -C tools/ipsecctl clean

.PHONY: all module tool deps check check-module check-debug check-breaks check-long demo lint \
	bench bench-profile bench-counts install clean
