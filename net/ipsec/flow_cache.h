/* SPDX-License-Identifier: GPL-2.0 */
/* What SPD and SAD have said of the flows of a moment ago. */
#ifndef _NET_IPSEC_FLOW_CACHE_H
#define _NET_IPSEC_FLOW_CACHE_H

#include <linux/types.h>
#include <uapi/linux/ipsec.h>

struct ipsec_decision;
struct ipsec_flow;
struct ipsec_flow_entry;
struct ipsec_net;

/**
 * struct ipsec_flow_slot - where the decision on a flow is, or would be
 * @entry: belongs to this CPU; NULL when this flow is not cached
 * @generation: of the databases, from before they were asked, and the direction
 */
struct ipsec_flow_slot {
	struct ipsec_flow_entry *entry;
	u64 generation;
};

struct ipsec_decision *ipsec_flow_cache_find(const struct ipsec_net *ipn,
					     enum ipsec_dir dir,
					     const struct ipsec_flow *flow,
					     struct ipsec_flow_slot *slot);
void ipsec_flow_cache_add(const struct ipsec_flow_slot *slot,
			  const struct ipsec_flow *flow,
			  const struct ipsec_decision *decision);
void ipsec_flow_cache_invalidate(struct ipsec_net *ipn);
int ipsec_flow_cache_init(void);
void ipsec_flow_cache_exit(void);

#endif /* _NET_IPSEC_FLOW_CACHE_H */
