/* SPDX-License-Identifier: GPL-2.0 */
/* Destination entries that lead packets to our output. */
#ifndef _NET_IPSEC_STEER_H
#define _NET_IPSEC_STEER_H

#include <linux/skbuff.h>
#include <net/dst.h>

#include "netns.h"

struct netlink_ext_ack;

/**
 * ipsec_steer_is_done() - is the packet on its way to us already
 * @ipn: namespace
 * @skb: an outbound packet
 *
 * Steered, or routed to ipsec0 by the administrator.
 *
 * Context: rcu_read_lock held.
 * Return: true if it is.
 */
static inline bool ipsec_steer_is_done(const struct ipsec_net *ipn,
				       const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	return dst && dst->dev == rcu_access_pointer(ipn->dev);
}

int ipsec_steer_new(struct ipsec_net *ipn, struct netlink_ext_ack *extack);
void ipsec_steer_retire(struct ipsec_net *ipn);
bool ipsec_steer(struct ipsec_net *ipn, struct sk_buff *skb, u8 family);

#endif /* _NET_IPSEC_STEER_H */
