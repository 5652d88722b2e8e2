#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Real programs on two hosts which protect what they say to each other in
# transport mode, AES-GCM: a, the client, and b, the server, of topo2. See
# apps.bash. Without the policy what they say can be read at w; with it the
# programs work as before, w sees ESP alone, exactly as many packets as both
# ends count, and nothing is dropped.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=apps.bash
. "$LIB/apps.bash"

plan "$APPS_RESULTS"

# shellcheck disable=SC2034 # for apps.bash
{
	CLIENT=a SERVER=b LEFT=a RIGHT=b
	CLIENT4=$G1 SERVER4=$G2 CLIENT6=$G1_6 SERVER6=$G2_6
}
need topo2
need v6_ready a "$G2_6"

sa_pair "$TMP/conf" 0x1001 "$G1" "$G2" transport 1
policy_pair "$TMP/conf" "$G1" "$G2" "$G1" "$G2" transport 1
sa_pair "$TMP/conf" 0x1011 "$G1_6" "$G2_6" transport 2
policy_pair "$TMP/conf" "$G1_6" "$G2_6" "$G1_6" "$G2_6" transport 2
apps "$TMP/conf"
