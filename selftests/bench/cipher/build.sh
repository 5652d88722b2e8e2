#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds bench_cipher.ko for the kernel that the tests boot; prints where it is.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
release=$("$top/scripts/kernel" release)
dir=$top/build/bench-cipher-$release

mkdir -p "$dir"
if ! make -s -C "/lib/modules/$release/build" M="$dir" src="$here" \
	KCFLAGS=-Werror modules >"$dir/build.log" 2>&1; then
	cat "$dir/build.log" >&2
	exit 1
fi
echo "$dir/bench_cipher.ko"
