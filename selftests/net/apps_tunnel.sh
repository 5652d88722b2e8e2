#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Real programs at two sites, whose gateways have a tunnel for each family,
# AES-GCM: h1, the client, and h2, the server, of topo4. See apps.bash. Without
# the policy what they say can be read at w; with it the programs work as
# before, w sees ESP alone, exactly as many packets as both gateways count, and
# nothing is dropped.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=apps.bash
. "$LIB/apps.bash"

plan "$APPS_RESULTS"

# shellcheck disable=SC2034 # for apps.bash
{
	CLIENT=h1 SERVER=h2 LEFT=g1 RIGHT=g2
	CLIENT4=$H1 SERVER4=$H2 CLIENT6=$H1_6 SERVER6=$H2_6
}
need topo4
need v6_ready h1 "$H2_6"

site_tunnels "$TMP/conf"
apps "$TMP/conf"
