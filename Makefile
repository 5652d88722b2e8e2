# SPDX-License-Identifier: GPL-2.0
#
# make            module and tool for the running kernel (KDIR= another one)
# make deps       install what is missing to build and test, and say what it is
# make check      all tests; those of the module boot a kernel in qemu
# make demo       two gateways, the wire before and after, in a virtual machine
#                 (NATIVE=1: on this machine, loads the module)
# make lint       what machines can say about style
# make bench      cost per packet
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

demo:
	@scripts/deps build demo
	+@scripts/demo $(if $(filter-out 0,$(NATIVE)),native,vm)

lint:
	@scripts/deps build lint
	@scripts/lint

bench:
	@scripts/deps build check
	+@$(MAKE) --no-print-directory check-module tool
	@selftests/bench/run.sh build/check-$$(scripts/kernel release)/ipsec.ko

install: all
	+$(kbuild) INSTALL_MOD_PATH=$(DESTDIR) modules_install
	+$(MAKE) -C tools/ipsecctl install

clean:
	rm -rf build
	+$(MAKE) -C tools/ipsecctl clean

.PHONY: all module tool deps check check-module demo lint bench install clean
