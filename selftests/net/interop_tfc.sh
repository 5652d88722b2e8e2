#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Padding against traffic analysis and dummies with the kernel's own IPsec at the
# other end. interop_tfc.py does it.
#
#	a (ours) --- wan/left --- w --- right/wan --- b (xfrm)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 8

need topo2
v6_ready a $G2_6
wire_test interop_tfc.py
