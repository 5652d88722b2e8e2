#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Dummy packets (RFC 4303 2.6), sent on request and received: what is on the wire
# byte by byte, what both ends count, and what is refused. dummy.py does it.
#
#	a (ours) --- wan/left --- w --- right/wan --- b (ours)
#
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

plan 25

need topo2
v6_ready a $G2_6
wire_test dummy.py
