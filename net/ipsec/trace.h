/* SPDX-License-Identifier: GPL-2.0 */
/* Trace events: watch drops live with tracefs events/ipsec/ipsec_drop. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ipsec

#if !defined(_NET_IPSEC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NET_IPSEC_TRACE_H

#include <linux/skbuff.h>
#include <linux/tracepoint.h>
#include <net/net_namespace.h>

#include "netlink_gen.h"
#include "sa.h"

TRACE_EVENT(ipsec_drop,
	TP_PROTO(const struct net *net, const struct ipsec_sa *sa,
		 unsigned int reason, const struct sk_buff *skb),
	TP_ARGS(net, sa, reason, skb),
	TP_STRUCT__entry(
		__field(unsigned int, netns)
		__field(unsigned int, reason)
		__field(u32, spi)
		__field(u8, proto)
		__field(unsigned int, len)
	),
	TP_fast_assign(
		__entry->netns = net->ns.inum;
		__entry->reason = reason;
		__entry->spi = sa ? ntohl(sa->key.spi) : 0;
		__entry->proto = sa ? sa->key.proto : 0;
		__entry->len = skb ? skb->len : 0;
	),
	TP_printk("netns=%u reason=%s proto=%u spi=0x%08x len=%u",
		  __entry->netns, ipsec_reason_names[__entry->reason],
		  __entry->proto, __entry->spi, __entry->len)
);

#endif /* _NET_IPSEC_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
