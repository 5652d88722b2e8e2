// SPDX-License-Identifier: GPL-2.0
#include "show.h"
#include "names.h"
#include "out.h"

#include <stdio.h>
#include <string.h>

/* The pairs that are not copied; one of those that are if there is none. */
static void dscp_map(const struct outer *outer)
{
	char text[IPSEC_DSCP_MAP_LEN * sizeof("63:63")] = "0:0";
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < IPSEC_DSCP_MAP_LEN; i++) {
		if (outer->dscp_map[i] == i)
			continue;
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"%s%u:%u", len ? "," : "", i,
					outer->dscp_map[i] & 63u);
	}
	out_string("dscp-map", text);
}

static const char *word_of(const struct name *table, unsigned int value)
{
	const char *word = names_of(table, value);

	return word ? word : "unknown";
}

/**
 * show_outer() - what an SA says of header and padding
 * @outer: the settings; defaults are not shown
 */
void show_outer(const struct outer *outer)
{
	if (outer->ttl)
		out_number("ttl", outer->ttl);
	if (outer->has_dscp)
		out_number("dscp", outer->dscp);
	if (outer->has_dscp_map)
		dscp_map(outer);
	if (outer->decap_dscp == DECAP_DSCP_COPY)
		out_string("decap-dscp", "copy");
	if (outer->ecn && outer->ecn != IPSEC_ECN_NORMAL)
		out_string("ecn", word_of(names_ecn, outer->ecn));
	if (outer->label)
		out_string("flow-label", word_of(names_label, outer->label));
	else if (outer->has_flow_label && outer->flow_label)
		out_number("flow-label", outer->flow_label);
	if (outer->tfc == IPSEC_TFC_MTU)
		out_string("tfc", "mtu");
	else if (outer->tfc)
		out_number("tfc", outer->tfc);
	if (outer->pad_min)
		out_number("pad-min", outer->pad_min);
}
