// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: The way of protected packets
 *
 * Each CPU remembers the route to the peer of an SA, and asks the route with each
 * packet whether it is still good. The packet takes no reference: the route is
 * one of this CPU, and freed a grace period after it was replaced.
 */
#include "route.h"

#include <linux/percpu.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/route.h>

#include "peer.h"
#include "sa.h"

static struct dst_entry *lookup4(const struct ipsec_sa *sa,
				 const struct ipsec_peer *peer, int oif)
{
	struct flowi4 fl4 = {
		.daddr = peer ? peer->addr.a4 : sa->key.dst.a4,
		.saddr = sa->use.src.a4,
		.flowi4_proto = ipsec_sa_wire_proto(sa),
		.flowi4_oif = oif,
		.fl4_sport = sa->encap.sport,
		.fl4_dport = peer ? peer->port : sa->encap.dport,
	};
	struct rtable *rt = ip_route_output_key(sa->net, &fl4);

	return IS_ERR(rt) ? NULL : &rt->dst;
}

static struct dst_entry *lookup6(const struct ipsec_sa *sa,
				 const struct ipsec_peer *peer, int oif)
{
	struct flowi6 fl6 = {
		.flowi6_proto = ipsec_sa_wire_proto(sa),
		.flowi6_oif = oif,
		.fl6_sport = sa->encap.sport,
		.fl6_dport = peer ? peer->port : sa->encap.dport,
	};
	struct dst_entry *dst;

	memcpy(&fl6.daddr, peer ? &peer->addr : &sa->key.dst,
	       sizeof(fl6.daddr));
	memcpy(&fl6.saddr, &sa->use.src, sizeof(fl6.saddr));
	dst = ip6_route_output(sa->net, NULL, &fl6);
	if (!dst->error)
		return dst;
	dst_release(dst);
	return NULL;
}

static struct dst_entry *lookup(const struct ipsec_sa *sa,
				const struct ipsec_peer *peer, int oif)
{
	return sa->key.family == AF_INET ? lookup4(sa, peer, oif) :
					   lookup6(sa, peer, oif);
}

static bool is_good(const struct ipsec_route *route, int oif)
{
	return route->dst && route->oif == oif &&
	       dst_check(route->dst, route->cookie);
}

static void replace(struct ipsec_route *route, struct dst_entry *dst, int oif)
{
	dst_release(route->dst);
	route->dst = dst;
	route->oif = oif;
	route->cookie = 0;
#if IS_ENABLED(CONFIG_IPV6)
	if (dst && dst->ops->family == AF_INET6)
		route->cookie = rt6_get_cookie((struct rt6_info *)dst);
#endif
}

/**
 * ipsec_route_find() - way of a packet that will be protected
 * @sa: its outermost SA
 * @peer: where that leads to, ipsec_sa_peer()
 * @oif: device the packet would have left on without IPsec, 0 if not known
 * @is_tunneled: this SA or one inside of it is in tunnel mode
 *
 * In transport mode that device is also the one of the protected packet; with a
 * tunnel the way to the peer is looked up in the VRF of that device.
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: a route without a reference, good until rcu_read_unlock; or NULL.
 */
struct dst_entry *ipsec_route_find(const struct ipsec_sa *sa,
				   const struct ipsec_peer *peer, int oif,
				   bool is_tunneled)
{
	struct ipsec_route *route = this_cpu_ptr(peer ? peer->routes :
						 sa->routes);

	if (is_tunneled && oif)
		oif = l3mdev_master_ifindex_by_index(sa->net, oif);
	if (unlikely(!is_good(route, oif)))
		replace(route, lookup(sa, peer, oif), oif);
	return route->dst;
}

/**
 * ipsec_route_lookup() - way of protected packets, for who only asks
 * @sa: the SA
 *
 * Context: any but hard interrupts.
 * Return: a route with a reference, or NULL.
 */
struct dst_entry *ipsec_route_lookup(const struct ipsec_sa *sa)
{
	struct dst_entry *dst;

	rcu_read_lock();
	dst = lookup(sa, ipsec_sa_peer(sa), 0);
	rcu_read_unlock();
	return dst;
}

/**
 * ipsec_route_new() - room for the routes of all CPUs
 * @gfp: GFP_KERNEL_ACCOUNT or GFP_ATOMIC
 *
 * Return: NULL when there is no memory.
 */
struct ipsec_route __percpu *ipsec_route_new(gfp_t gfp)
{
	return alloc_percpu_gfp(struct ipsec_route, gfp);
}

/**
 * ipsec_route_free() - give the routes back
 * @routes: from ipsec_route_new(), used by nobody; may be NULL
 *
 * Context: any but hard interrupts.
 */
void ipsec_route_free(struct ipsec_route __percpu *routes)
{
	int cpu;

	if (!routes)
		return;
	for_each_possible_cpu(cpu)
		dst_release(per_cpu_ptr(routes, cpu)->dst);
	free_percpu(routes);
}

/**
 * ipsec_route_input6() - route an inbound packet of IPv6
 * @net: namespace
 * @skb: the packet, its device set; gets the route
 *
 * ip6_route_input() is not for modules.
 *
 * Context: rcu_read_lock held, BH disabled.
 */
void ipsec_route_input6(struct net *net, struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	struct flowi6 fl6 = {
		.flowi6_iif = skb->dev->ifindex,
		.daddr = ip6h->daddr,
		.saddr = ip6h->saddr,
		.flowlabel = ip6_flowinfo(ip6h),
		.flowi6_mark = skb->mark,
		.flowi6_proto = ip6h->nexthdr,
	};
	struct flow_keys keys;

	/* For rules about ports. */
	fib6_rules_early_flow_dissect(net, skb, &fl6, &keys);
	skb_dst_set(skb, ip6_route_input_lookup(net, skb->dev, &fl6, skb,
						RT6_LOOKUP_F_HAS_SADDR));
}
