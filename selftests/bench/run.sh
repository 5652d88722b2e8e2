#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh MODULE: what a packet costs, in instructions, plain, with the kernel's
# own IPsec and with ours, from one boot. See guest.sh for what is measured and
# Documentation/testing.rst for what the figures can and cannot say.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
module=$(readlink -f "$1")
out=$(cd "$here/../.." && pwd)/build/bench
mkdir -p "$out"

echo "Measuring in a virtual machine that counts instructions; some minutes."
if ! "$here/../vm/vm.sh" -i -t 1800 -o "$out" -- \
	bash "$here/guest.sh" "$module" >"$out/measurements"; then
	cat "$out/measurements" >&2
	exit 1
fi
awk -f "$here/table.awk" "$out/measurements"
