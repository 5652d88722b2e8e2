/* SPDX-License-Identifier: GPL-2.0 */
/* Destination entries that lead packets to our output. */
#ifndef _NET_IPSEC_STEER_H
#define _NET_IPSEC_STEER_H

#include <linux/skbuff.h>

struct ipsec_net;
struct netlink_ext_ack;

int ipsec_steer_new(struct ipsec_net *ipn, struct netlink_ext_ack *extack);
void ipsec_steer_retire(struct ipsec_net *ipn);
bool ipsec_steer(struct ipsec_net *ipn, struct sk_buff *skb, u8 family);
bool ipsec_steer_is_done(const struct ipsec_net *ipn,
			 const struct sk_buff *skb);

#endif /* _NET_IPSEC_STEER_H */
