/* SPDX-License-Identifier: GPL-2.0 */
/* The way of protected packets. */
#ifndef _NET_IPSEC_ROUTE_H
#define _NET_IPSEC_ROUTE_H

#include <linux/types.h>

struct dst_entry;
struct ipsec_peer;
struct ipsec_sa;
struct net;
struct sk_buff;

/**
 * struct ipsec_route - way to one peer, as one CPU has found it
 * @dst: the route; a reference is held. NULL before the first packet
 * @cookie: dst_check() says with it whether @dst still is the way
 * @oif: device that was asked for, 0 for any
 */
struct ipsec_route {
	struct dst_entry *dst;
	u32 cookie;
	int oif;
};

struct ipsec_route __percpu *ipsec_route_new(gfp_t gfp);
void ipsec_route_free(struct ipsec_route __percpu *routes);
struct dst_entry *ipsec_route_find(const struct ipsec_sa *sa,
				   const struct ipsec_peer *peer, int oif,
				   bool is_tunneled);
struct dst_entry *ipsec_route_lookup(const struct ipsec_sa *sa);
void ipsec_route_input6(struct net *net, struct sk_buff *skb);

#endif /* _NET_IPSEC_ROUTE_H */
