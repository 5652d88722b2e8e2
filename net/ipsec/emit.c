// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Emission of protected packets
 *
 * ipsec_emit_route() finds the way to the peer before the packet is built (its
 * MTU and hop limit are needed), ipsec_emit() sends the finished packet through
 * ip_local_out(), so that firewalls see it once, as AH or ESP.
 * ipsec_emit_is_ours() is how our output hook knows it again.
 */
#include "emit.h"

#include <linux/ip.h>
#include <net/ah.h>
#include <net/dst_cache.h>
#include <net/esp.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/route.h>

#include "drop.h"
#include "flow.h"
#include "netns.h"
#include "packet.h"
#include "sa.h"
#include "sad.h"

/* In transport mode the cached route has to leave on the device that the packet
 * would have left on.
 */
static bool leaves_on(const struct dst_entry *dst, int oif)
{
	return !oif || dst->dev->ifindex == oif;
}

static struct dst_entry *route4(struct ipsec_sa *sa, int oif, bool use_cache)
{
	struct flowi4 fl4 = {
		.daddr = sa->key.dst.a4,
		.saddr = sa->use.src.a4,
		.flowi4_proto = sa->key.proto,
		.flowi4_oif = oif,
	};
	struct rtable *rt;
	__be32 saddr;

	if (use_cache) {
		rt = dst_cache_get_ip4(&sa->dst_cache, &saddr);
		if (rt && leaves_on(&rt->dst, oif))
			return &rt->dst;
		ip_rt_put(rt);
	}
	rt = ip_route_output_key(sa->net, &fl4);
	if (IS_ERR(rt))
		return NULL;
	if (use_cache && leaves_on(&rt->dst, oif))
		dst_cache_set_ip4(&sa->dst_cache, &rt->dst, fl4.saddr);
	return &rt->dst;
}

static struct dst_entry *route6(struct ipsec_sa *sa, int oif, bool use_cache)
{
	struct flowi6 fl6 = {
		.flowi6_proto = sa->key.proto,
		.flowi6_oif = oif,
	};
	struct dst_entry *dst;
	struct in6_addr saddr;

	memcpy(&fl6.daddr, &sa->key.dst, sizeof(fl6.daddr));
	memcpy(&fl6.saddr, &sa->use.src, sizeof(fl6.saddr));
	if (use_cache) {
		dst = dst_cache_get_ip6(&sa->dst_cache, &saddr);
		if (dst && leaves_on(dst, oif))
			return dst;
		dst_release(dst);
	}
	dst = ip6_route_output(sa->net, NULL, &fl6);
	if (dst->error) {
		dst_release(dst);
		return NULL;
	}
	if (use_cache && leaves_on(dst, oif))
		dst_cache_set_ip6(&sa->dst_cache, dst, &fl6.saddr);
	return dst;
}

/**
 * ipsec_emit_route() - way of the protected packet
 * @sa: the SA
 * @skb: the packet that will be protected
 * @oif: device the packet would have left on without IPsec, 0 if not known
 *
 * In transport mode that device is also the one of the protected packet; in
 * tunnel mode the way to the peer is looked up in the VRF of that device.
 *
 * Context: BH disabled.
 * Return: a route with a reference, or NULL.
 */
struct dst_entry *ipsec_emit_route(struct ipsec_sa *sa,
				   const struct sk_buff *skb, int oif)
{
	bool use_cache = true;

	if (sa->mode == IPSEC_MODE_TUNNEL && oif) {
		oif = l3mdev_master_ifindex_by_index(sa->net, oif);
		use_cache = !oif;
	}
	if (sa->key.family == AF_INET)
		return route4(sa, oif, use_cache);
	return route6(sa, oif, use_cache);
}

/**
 * ipsec_emit() - send the finished packet
 * @pkt: data and network header at the outermost header; freed, its skb
 *	consumed
 *
 * A packet that is too long by now was found to be one that may be fragmented
 * (ipsec_pmtu_check()), and is cut behind IPsec (RFC 4303 3.3.4).
 *
 * Context: rcu_read_lock held, BH disabled.
 */
void ipsec_emit(struct ipsec_packet *pkt)
{
	struct net *net = pkt->sa->net;
	struct sk_buff *skb = pkt->skb;
	bool is_tunnel = pkt->sa->mode == IPSEC_MODE_TUNNEL;
	bool too_long = skb->len > dst_mtu(pkt->dst);

	nf_reset_ct(skb);
	skb->ip_summed = CHECKSUM_NONE;
	skb_dst_set(skb, pkt->dst);
	pkt->dst = NULL;

	if (pkt->family == AF_INET) {
		skb->protocol = htons(ETH_P_IP);
		if (is_tunnel) {
			memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
			if (too_long)
				ip_hdr(skb)->frag_off &= ~htons(IP_DF);
		}
		IPCB(skb)->flags |= IPSKB_XFRM_TRANSFORMED;
		ipsec_packet_free(pkt);
		ip_local_out(net, skb->sk, skb);
	} else {
		skb->protocol = htons(ETH_P_IPV6);
		if (is_tunnel) {
			memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
			skb->ignore_df = 1;
		}
		IP6CB(skb)->flags |= IP6SKB_XFRM_TRANSFORMED;
		ipsec_packet_free(pkt);
		ip6_local_out(net, skb->sk, skb);
	}
}

/* The kernel's own IPsec marks its packets in the same way; where it is in use,
 * the SAD says whose they are.
 */
static bool is_in_sad(struct net *net, const struct sk_buff *skb, u8 family)
{
	struct ipsec_sa_key key = { .family = family };
	int offset = skb_transport_offset(skb);
	const struct ipsec_sa *sa;
	struct ipsec_flow flow;
	const __be32 *spi;
	__be32 buf;

	ipsec_flow_parse(skb, family, IPSEC_DIR_OUT, &flow);
	if (flow.proto == IPPROTO_AH)
		offset += offsetof(struct ip_auth_hdr, spi);
	else if (flow.proto != IPPROTO_ESP)
		return false;
	spi = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!spi)
		return false;
	key.proto = flow.proto;
	key.dst = flow.remote;
	key.spi = *spi;
	sa = ipsec_sad_lookup(ipsec_netns(net), &key);
	return sa && sa->dir == IPSEC_DIR_OUT;
}

/**
 * ipsec_emit_is_ours() - did ipsec_emit() send this packet
 * @net: namespace
 * @skb: an outbound packet
 * @family: AF_INET or AF_INET6
 *
 * Context: rcu_read_lock held.
 * Return: true if it is one of ours, which the SPD is not asked about again.
 */
bool ipsec_emit_is_ours(struct net *net, const struct sk_buff *skb, u8 family)
{
	if (family == AF_INET && !(IPCB(skb)->flags & IPSKB_XFRM_TRANSFORMED))
		return false;
	if (family == AF_INET6 &&
	    !(IP6CB(skb)->flags & IP6SKB_XFRM_TRANSFORMED))
		return false;
	return !net->xfrm.state_num || is_in_sad(net, skb, family);
}
