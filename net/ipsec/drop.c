// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Drops
 *
 * Every packet that is not let through comes here, once, under one reason: one
 * counter per namespace, one per SA where there is one, and one trace event.
 */
#include "drop.h"

#include <linux/skbuff.h>

#include "netns.h"
#include "sa.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/**
 * ipsec_drop_count() - count and trace a reason
 * @ipn: the namespace
 * @sa: the SA or NULL
 * @reason: the counter
 * @skb: the packet, for the trace, or NULL
 *
 * Context: any; the caller keeps @sa alive. The packet stays the caller's.
 */
void ipsec_drop_count(struct ipsec_net *ipn, struct ipsec_sa *sa,
		      enum ipsec_reason reason, const struct sk_buff *skb)
{
	this_cpu_inc(ipn->drops->count[reason]);
	if (sa)
		atomic_long_inc(&sa->drops[reason]);
	trace_ipsec_drop(ipn->net, sa, reason, skb);
}

/**
 * ipsec_drop() - count, trace and free a packet
 * @ipn: the namespace
 * @sa: the SA or NULL
 * @reason: the counter
 * @skb: the packet, consumed
 *
 * Context: any; the caller keeps @sa alive.
 */
void ipsec_drop(struct ipsec_net *ipn, struct ipsec_sa *sa,
		enum ipsec_reason reason, struct sk_buff *skb)
{
	ipsec_drop_count(ipn, sa, reason, skb);
	if (reason == IPSEC_REASON_DUMMY)
		consume_skb(skb);
	else
		kfree_skb(skb);
}
