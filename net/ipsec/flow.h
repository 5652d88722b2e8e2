/* SPDX-License-Identifier: GPL-2.0 */
/* Selector values of a packet. */
#ifndef _NET_IPSEC_FLOW_H
#define _NET_IPSEC_FLOW_H

#include <linux/skbuff.h>
#include <uapi/linux/ipsec.h>

#include "selector.h"

struct ipsec_net;

void ipsec_flow_parse(const struct sk_buff *skb, u8 family, enum ipsec_dir dir,
		      struct ipsec_flow *flow);
bool ipsec_flow_parse_payload(const struct sk_buff *skb, u8 family,
			      enum ipsec_dir dir, struct ipsec_flow *flow);
void ipsec_flow_set_dev(struct ipsec_net *ipn, int ifindex,
			struct ipsec_flow *flow);
bool ipsec_flow_overlaps(const struct ipsec_flow *flow);
void ipsec_flow_undo_nat(const struct sk_buff *skb, struct ipsec_flow *flow);
bool ipsec_flow_is_nd(const struct sk_buff *skb, const struct ipsec_flow *flow);

#endif /* _NET_IPSEC_FLOW_H */
