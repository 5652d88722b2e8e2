// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: The shortcut
 *
 * Off until an administrator asks for it (``ipsecctl settings shortcut on``). With it a
 * router takes packets at the end of PRE_ROUTING:
 *
 *  - AH and ESP for one of its SAs go to ipsec_input() at once;
 *  - what came out of a tunnel and leaves in clear goes to the neighbour;
 *  - what comes in clear and leaves by a tunnel goes to ipsec_output();
 *
 * and AH and ESP go to the neighbour as well. None of them passes the chains of
 * INPUT, FORWARD, OUTPUT and POST_ROUTING. Routes, SPD and SAD are asked as ever,
 * and PRE_ROUTING sees all of it, conntrack included.
 *
 * Nothing is decided here. Only a flow that the long way has decided on, and that
 * is in the flow cache since, goes into a tunnel by the short one; if conntrack is
 * there, only a connection that has been confirmed, which the firewall has let
 * pass, and that NAT has nothing to do with. And whatever needs more than a TTL that
 * goes down takes the long way: options, fragments, what does not fit the
 * path, errors to be told, VRFs, bridges, the kernel's own IPsec.
 */
#include "shortcut.h"

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "device.h"
#include "drop.h"
#include "emit.h"
#include "flow.h"
#include "flow_cache.h"
#include "input.h"
#include "netns.h"
#include "output.h"
#include "pmtu.h"
#include "route.h"
#include "sa.h"
#include "verified.h"

static bool has_simple_header(const struct sk_buff *skb, u8 family)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	const struct iphdr *iph = ip_hdr(skb);

	if (family == AF_INET)
		return iph->ihl == 5 && !ip_is_fragment(iph) && iph->ttl > 1 &&
		       !IPCB(skb)->frag_max_size;
	return ip6h->hop_limit > 1 && !IP6CB(skb)->frag_max_size;
}

static u8 protocol(const struct sk_buff *skb, u8 family)
{
	return family == AF_INET ? ip_hdr(skb)->protocol :
				   ipv6_hdr(skb)->nexthdr;
}

/* A switch may have forwarded it, and LRO have put it together for this host. */
static bool is_of_hardware(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_NET_SWITCHDEV)
	if (skb->offload_l3_fwd_mark)
		return true;
#endif
	return skb_shinfo(skb)->gso_size && !skb_shinfo(skb)->gso_type;
}

static bool has_simple_origin(const struct sk_buff *skb)
{
	const struct net_device *dev = skb->dev;

	return skb->pkt_type == PACKET_HOST && !skb_dst(skb) && !skb->sk &&
	       !nf_bridge_info_exists(skb) && !is_of_hardware(skb) &&
	       !(dev->flags & IFF_LOOPBACK) && !netif_is_l3_slave(dev) &&
	       !netif_is_l3_master(dev) && !netif_has_l3_rx_handler(dev);
}

/* The kernel's own IPsec would be asked by ip_forward() and ip6_forward(). */
static bool has_xfrm(const struct net *net)
{
	return net->xfrm.policy_count[XFRM_POLICY_FWD] ||
	       net->xfrm.policy_count[XFRM_POLICY_OUT] ||
	       net->xfrm.policy_default[XFRM_POLICY_FWD] ==
	       XFRM_USERPOLICY_BLOCK ||
	       net->xfrm.policy_default[XFRM_POLICY_OUT] ==
	       XFRM_USERPOLICY_BLOCK;
}

#if IS_ENABLED(CONFIG_NF_CONNTRACK)
/* Does conntrack look at the packets of this family and namespace? */
static bool is_tracked(const struct net *net, u8 family)
{
	const struct nf_hook_entries *hooks;
	struct nf_hook_ops **ops;
	unsigned int i;

	if (family == AF_INET)
		hooks = rcu_dereference(net->nf.hooks_ipv4[NF_INET_PRE_ROUTING]);
	else
		hooks = rcu_dereference(net->nf.hooks_ipv6[NF_INET_PRE_ROUTING]);
	if (!hooks)
		return false;
	ops = nf_hook_entries_get_hook_ops(hooks);
	for (i = 0; i < hooks->num_hook_entries; i++)
		if (READ_ONCE(ops[i])->priority == NF_IP_PRI_CONNTRACK)
			return true;
	return false;
}

/* Not all that rewrites says so in the status: IPVS does not. */
static bool is_rewritten(const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *there, *back;

	there = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	back = &ct->tuplehash[IP_CT_DIR_REPLY].tuple;
	return ct->status & (IPS_NAT_MASK | IPS_HELPER | IPS_SEQ_ADJUST) ||
	       !nf_inet_addr_cmp(&there->src.u3, &back->dst.u3) ||
	       !nf_inet_addr_cmp(&there->dst.u3, &back->src.u3) ||
	       there->src.u.all != back->dst.u.all ||
	       there->dst.u.all != back->src.u.all;
}
#endif

/* Has FORWARD or POST_ROUTING something to decide or to rewrite? A connection is
 * confirmed when its first packet has passed them all. Where conntrack looks at
 * packets, one that belongs to no connection is invalid, for a rule to be dropped.
 */
static bool is_for_conntrack(const struct net *net, const struct sk_buff *skb,
			     u8 family)
{
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!ct)
		return ctinfo != IP_CT_UNTRACKED && is_tracked(net, family);
	return !nf_ct_is_confirmed(ct) || is_rewritten(ct);
#else
	return false;
#endif
}

static bool route4(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct in_device *in_dev;

	if (ip_route_input_noref(skb, iph->daddr, iph->saddr, iph->tos,
				 skb->dev))
		return false;
	/* ipsec0 always forwards; see hook.c */
	in_dev = __in_dev_get_rcu(skb_dst(skb)->dev);
	return skb_rtable(skb)->rt_type == RTN_UNICAST && in_dev &&
	       IN_DEV_FORWARD(in_dev) && !(IPCB(skb)->flags & IPSKB_DOREDIRECT);
}

static bool is_routable6(const struct in6_addr *addr)
{
	return !ipv6_addr_any(addr) &&
	       !(ipv6_addr_type(addr) & (IPV6_ADDR_MULTICAST |
					 IPV6_ADDR_LOOPBACK |
					 IPV6_ADDR_LINKLOCAL));
}

/* ip6_forward() sends a redirect for what goes back where it came from. */
static bool route6(struct net *net, struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	if (!READ_ONCE(net->ipv6.devconf_all->forwarding) ||
	    READ_ONCE(net->ipv6.devconf_all->proxy_ndp) ||
	    !is_routable6(&ip6h->saddr) || !is_routable6(&ip6h->daddr))
		return false;
	ipsec_route_input6(net, skb);
	return !(((struct rt6_info *)skb_dst(skb))->rt6i_flags &
		 (RTF_LOCAL | RTF_ANYCAST | RTF_REJECT)) &&
	       skb_dst(skb)->dev != skb->dev;
}

/* The route that a router would take. It stays with the packet where the long way
 * comes next, which would find the same.
 */
static bool route(struct ipsec_net *ipn, struct sk_buff *skb, u8 family)
{
	bool is_forwarded = family == AF_INET ? route4(skb) :
						route6(ipn->net, skb);

	return is_forwarded && ipsec_emit_is_simple(ipn, skb_dst(skb));
}

/* What every router does (RFC 1812 5.2.1, RFC 8200 3). */
static void hop(struct net *net, struct sk_buff *skb, u8 family)
{
	if (family == AF_INET) {
		__IP_INC_STATS(net, IPSTATS_MIB_OUTFORWDATAGRAMS);
		__IP_ADD_STATS(net, IPSTATS_MIB_OUTOCTETS, skb->len);
		ip_decrease_ttl(ip_hdr(skb));
		if (READ_ONCE(net->ipv4.sysctl_ip_fwd_update_priority))
			skb->priority = rt_tos2priority(ip_hdr(skb)->tos);
	} else {
		struct inet6_dev *idev = ip6_dst_idev(skb_dst(skb));

		__IP6_INC_STATS(net, idev, IPSTATS_MIB_OUTFORWDATAGRAMS);
		__IP6_ADD_STATS(net, idev, IPSTATS_MIB_OUTOCTETS, skb->len);
		ipv6_hdr(skb)->hop_limit--;
	}
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
}

static bool fits(const struct sk_buff *skb, u8 family)
{
	const struct dst_entry *dst = skb_dst(skb);
	unsigned int mtu = family == AF_INET ?
		ip_dst_mtu_maybe_forward(dst, true) :
		ip6_dst_mtu_maybe_forward(dst, true);

	return skb->len <= mtu ||
	       (skb_is_gso(skb) && skb_gso_validate_network_len(skb, mtu));
}

/* Out of a tunnel: the IN policy has been asked (ipsec_input_resume()). */
static bool leave(struct ipsec_net *ipn, struct sk_buff *skb, u8 family)
{
	const struct ipsec_decision *decision;
	struct ipsec_decision room;
	struct dst_entry *dst;

	if (is_for_conntrack(ipn->net, skb, family) ||
	    ipsec_input_marked(skb, family, false) ||
	    !route(ipn, skb, family) || !fits(skb, family))
		return false;
	dst = skb_dst(skb);
	decision = ipsec_output_decide(ipn, skb, family, dst->dev->ifindex,
				       &room);
	if (decision->reason || decision->action != IPSEC_ACTION_BYPASS ||
	    skb_cow(skb, LL_RESERVED_SPACE(dst->dev)))
		return false;
	ipsec_output_count(decision);
	ipsec_verified_unmark(skb);
	nf_reset_ct(skb);
	hop(ipn->net, skb, family);
	ipsec_emit_now(skb, family, dst);
	return true;
}

static bool has_room(struct sk_buff *skb, const struct ipsec_layout *layout)
{
	return !skb_cloned(skb) ||
	       !skb_cow(skb, LL_RESERVED_SPACE(skb_dst(skb)->dev) +
			     layout->outer_len + layout->encap_len +
			     layout->hdr_len);
}

/* Into a tunnel. What has a policy by device, or one that changes the MSS, is not
 * that simple.
 */
static bool enter(struct ipsec_net *ipn, struct sk_buff *skb, u8 family)
{
	const struct ipsec_decision *cached;
	struct ipsec_decision decision;
	struct ipsec_flow_slot slot;
	enum ipsec_reason reason;
	struct ipsec_flow flow;
	struct net_device *dev;
	int oif;

	dev = rcu_dereference(ipn->dev);
	if (!dev || READ_ONCE(ipn->spd.dev_count))
		return false;
	ipsec_flow_parse(skb, family, IPSEC_DIR_OUT, &flow);
	cached = ipsec_flow_cache_find(ipn, IPSEC_DIR_OUT, &flow, &slot);
	if (!cached || cached->reason ||
	    cached->action != IPSEC_ACTION_PROTECT || cached->policy->mss ||
	    cached->nest.sa[0]->mode != IPSEC_MODE_TUNNEL)
		return false;
	decision = *cached;
	if (is_for_conntrack(ipn->net, skb, family) || !route(ipn, skb, family))
		return false;
	oif = skb_dst(skb)->dev->ifindex;
	if (!ipsec_pmtu_fits(&decision.nest, skb, oif) ||
	    !has_room(skb, &decision.nest.sa[0]->layout))
		return false;
	reason = ipsec_input_clear(ipn, skb, family, false);
	if (unlikely(reason)) {
		ipsec_drop(ipn, NULL, reason, skb);
		return true;
	}

	nf_reset_ct(skb);
	hop(ipn->net, skb, family);
	ipsec_output_count(&decision);
	ipsec_device_tap(dev, skb);
	ipsec_output_decided(ipn, &decision, skb, family, oif);
	return true;
}

/**
 * ipsec_shortcut() - take a packet the short way, if it is one for it
 * @ipn: namespace
 * @skb: the packet, at the end of PRE_ROUTING; consumed if the result is true,
 *	otherwise it may have a route
 * @family: AF_INET or AF_INET6
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: false when it must take the long way.
 */
bool ipsec_shortcut(struct ipsec_net *ipn, struct sk_buff *skb, u8 family)
{
	bool is_marked = ipsec_verified_is_marked(skb);
	u8 proto = protocol(skb, family);

	if (!has_simple_origin(skb) || !has_simple_header(skb, family))
		return false;
	switch (proto) {
	case IPPROTO_ESP:
	case IPPROTO_AH:
		return !is_marked && !is_for_conntrack(ipn->net, skb, family) &&
		       ipsec_input_early(ipn, skb, family, proto);
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		if (has_xfrm(ipn->net))
			return false;
		return is_marked ? leave(ipn, skb, family) :
				   enter(ipn, skb, family);
	}
	return false;
}
