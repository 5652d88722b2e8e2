// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Putting fragments together
 *
 * Fragments that came out of an SA are put together among themselves, before
 * anybody else does it: a clear fragment with the same identification must not
 * become part of a packet that is marked as verified.
 *
 * Clear fragments are put together, likewise among themselves, as long as there
 * is a BYPASS policy that names ports, ICMP types or Mobility Header types: the
 * stateful fragment checking of RFC 4301 7.4. The policy then decides about the
 * whole packet, and a later fragment alone goes nowhere. A gateway cuts the
 * packets again where they leave, as it does with connection tracking.
 *
 * A datagram that holds ESP may arrive in fragments, which do not show that. IPv4
 * has put them together when they come to LOCAL_IN; IPv6 would do so behind it.
 */
#include "defrag.h"

#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <net/ip.h>
#include <net/ipv6_frag.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

#include "drop.h"
#include "netns.h"
#include "verified.h"

/* Names for our fragments that nobody else uses: those of connection tracking
 * in zone 65535. Those of arriving fragments are in a range for which no ICMP
 * error is sent when the rest does not arrive.
 */
struct users {
	u32 user4;
	u32 user6;
};

static const struct users verified_in = {
	__IP_DEFRAG_CONNTRACK_BRIDGE_IN, __IP6_DEFRAG_CONNTRACK_BRIDGE_IN
};

static const struct users clear_in = {
	__IP_DEFRAG_CONNTRACK_IN_END, __IP6_DEFRAG_CONNTRACK_IN
};

static const struct users clear_out = {
	__IP_DEFRAG_CONNTRACK_OUT_END, __IP6_DEFRAG_CONNTRACK_OUT
};

/* IPv6 itself reassembles behind LOCAL_IN, where clear fragments have been
 * dropped; conntrack does it in front, with this function of nf_defrag_ipv6. It is
 * taken by name, so that insmod alone can load us; without it, nobody
 * reassembles here.
 */
static int (*frag6_gather)(struct net *net, struct sk_buff *skb,
			   u32 user) __read_mostly;

static unsigned int gather4(struct ipsec_net *ipn, struct sk_buff *skb,
			    u32 user)
{
	int err;

	if (!ip_is_fragment(ip_hdr(skb)))
		return NF_ACCEPT;
	local_bh_disable();
	err = ip_defrag(ipn->net, skb, user);
	local_bh_enable();
	if (err)
		return NF_STOLEN;
	/* Put together here, so it may be cut again where it leaves. */
	skb->ignore_df = 1;
	return NF_ACCEPT;
}

static unsigned int gather6(struct ipsec_net *ipn, struct sk_buff *skb,
			    u32 user)
{
	int err;

	if (!frag6_gather)
		return NF_ACCEPT;
	err = frag6_gather(ipn->net, skb, user);
	if (err == -EINPROGRESS)
		return NF_STOLEN;
	if (!err)
		return NF_ACCEPT;
	ipsec_drop(ipn, NULL, IPSEC_REASON_INNER_HEADER, skb);
	return NF_STOLEN;
}

static unsigned int gather(struct ipsec_net *ipn, struct sk_buff *skb,
			   u8 family, const struct users *users)
{
	if (family == AF_INET)
		return gather4(ipn, skb, users->user4);
	return gather6(ipn, skb, users->user6);
}

/**
 * ipsec_defrag_in() - put together what arrives, in front of PRE_ROUTING
 * @ipn: namespace
 * @skb: the packet; consumed unless the result is NF_ACCEPT, else perhaps whole
 * @family: AF_INET or AF_INET6
 *
 * Context: rcu_read_lock held.
 * Return: NF_ACCEPT, or NF_STOLEN when the rest of it is missing.
 */
unsigned int ipsec_defrag_in(struct ipsec_net *ipn, struct sk_buff *skb,
			     u8 family)
{
	if (ipsec_verified_is_marked(skb))
		return gather(ipn, skb, family, &verified_in);
	if (READ_ONCE(ipn->spd.stateful_count))
		return gather(ipn, skb, family, &clear_in);
	return NF_ACCEPT;
}

/**
 * ipsec_defrag_local() - put together what may be a datagram with ESP, at LOCAL_IN
 * @ipn: namespace
 * @skb: the packet; consumed unless the result is NF_ACCEPT, else perhaps whole
 * @family: AF_INET or AF_INET6
 *
 * Only where ports of UDP encapsulation are in use. What turns out to be anything
 * else is for its policy, as a whole.
 *
 * Context: softirq, rcu_read_lock held.
 * Return: NF_ACCEPT, or NF_STOLEN when the rest of it is missing.
 */
unsigned int ipsec_defrag_local(struct ipsec_net *ipn, struct sk_buff *skb,
				u8 family)
{
	if (likely(!READ_ONCE(ipn->encap_ports.count)) || family == AF_INET ||
	    ipsec_verified_is_marked(skb))
		return NF_ACCEPT;
	return gather6(ipn, skb, clear_in.user6);
}

/**
 * ipsec_defrag_out() - put together what a raw socket of this host has cut
 * @ipn: namespace
 * @skb: the packet; consumed unless the result is NF_ACCEPT, else perhaps whole
 * @family: AF_INET or AF_INET6
 *
 * Context: rcu_read_lock held.
 * Return: NF_ACCEPT, or NF_STOLEN when the rest of it is missing.
 */
unsigned int ipsec_defrag_out(struct ipsec_net *ipn, struct sk_buff *skb,
			      u8 family)
{
	if (likely(!READ_ONCE(ipn->spd.stateful_count)))
		return NF_ACCEPT;
	return gather(ipn, skb, family, &clear_out);
}

/**
 * ipsec_defrag_init() - find what reassembles IPv6 for conntrack
 *
 * Context: process; may load nf_defrag_ipv6.
 */
void ipsec_defrag_init(void)
{
	request_module("nf_defrag_ipv6");
	frag6_gather = symbol_get(nf_ct_frag6_gather);
}

/**
 * ipsec_defrag_exit() - undo ipsec_defrag_init()
 *
 * Context: process; no hook of ours is left in any namespace.
 */
void ipsec_defrag_exit(void)
{
	if (frag6_gather)
		symbol_put(nf_ct_frag6_gather);
}
