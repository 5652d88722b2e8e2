// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Emission of protected packets
 *
 * ipsec_emit() sends the finished packet through ip_local_out(), so that
 * firewalls see it once, as AH, ESP or UDP; or, where an administrator has asked
 * for the shortcut (shortcut.c), to the neighbour at once.
 * ipsec_emit_is_ours() is how our output hook knows it again.
 */
#include "emit.h"

#include <linux/ip.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/neighbour.h>
#include <net/route.h>

#include "netns.h"
#include "packet.h"
#include "sa.h"

/**
 * ipsec_emit_is_simple() - is a route one to a neighbour, and nothing more
 * @ipn: namespace
 * @dst: the route
 *
 * Return: false when the IP layer has to send what goes there.
 */
bool ipsec_emit_is_simple(const struct ipsec_net *ipn,
			  const struct dst_entry *dst)
{
	return !dst->error && !dst->lwtstate && !dst->xfrm &&
	       !(dst->dev->flags & IFF_LOOPBACK) &&
	       !netif_is_l3_master(dst->dev) && !netif_is_l3_slave(dst->dev) &&
	       dst->dev != rcu_access_pointer(ipn->dev);
}

/**
 * ipsec_emit_now() - send a packet to the neighbour, as the last steps of
 * ip_output() and ip6_output() do
 * @skb: the packet, complete, data at the IP header; consumed
 * @family: AF_INET or AF_INET6
 * @dst: its route, ipsec_emit_is_simple()
 *
 * Context: rcu_read_lock held, BH disabled.
 */
void ipsec_emit_now(struct sk_buff *skb, u8 family, struct dst_entry *dst)
{
	struct net *net = dev_net(dst->dev);
	struct neighbour *neigh;
	bool is_v6gw = false;

	skb->dev = dst->dev;
	if (family == AF_INET) {
		IP_UPD_PO_STATS(net, IPSTATS_MIB_OUT, skb->len);
		neigh = ip_neigh_for_gw((struct rtable *)dst, skb, &is_v6gw);
	} else {
		IP6_UPD_PO_STATS(net, ip6_dst_idev(dst), IPSTATS_MIB_OUT,
				 skb->len);
		neigh = ip_neigh_gw6(dst->dev,
				     rt6_nexthop((struct rt6_info *)dst,
						 &ipv6_hdr(skb)->daddr));
	}
	if (IS_ERR(neigh))
		kfree_skb_reason(skb, SKB_DROP_REASON_NEIGH_CREATEFAIL);
	else
		neigh_output(neigh, skb, is_v6gw);
}

/* What ip_local_out() and ip6_local_out() write into the header. */
static void complete_header(struct sk_buff *skb, u8 family)
{
	if (family == AF_INET) {
		ip_hdr(skb)->tot_len = htons(skb->len);
		ip_send_check(ip_hdr(skb));
	} else {
		ipv6_hdr(skb)->payload_len = htons(skb->len -
						   sizeof(struct ipv6hdr));
	}
}

static bool is_multicast(const struct sk_buff *skb, u8 family,
			 const struct dst_entry *dst)
{
	if (family == AF_INET6)
		return ipv6_addr_is_multicast(&ipv6_hdr(skb)->daddr);
	return ((const struct rtable *)dst)->rt_flags &
	       (RTCF_MULTICAST | RTCF_BROADCAST);
}

static bool takes_shortcut(const struct ipsec_net *ipn,
			   const struct sk_buff *skb, u8 family,
			   const struct dst_entry *dst)
{
	return READ_ONCE(ipn->shortcut) && !skb->sk &&
	       skb->len <= dst_mtu(dst) &&
	       skb_headroom(skb) >= LL_RESERVED_SPACE(dst->dev) && ipsec_emit_is_simple(ipn, dst) &&
	       !is_multicast(skb, family, dst);
}

static void send(struct ipsec_net *ipn, struct sk_buff *skb, u8 family,
		 struct dst_entry *dst)
{
	if (takes_shortcut(ipn, skb, family, dst)) {
		complete_header(skb, family);
		ipsec_emit_now(skb, family, dst);
	} else if (family == AF_INET) {
		ip_local_out(ipn->net, skb->sk, skb);
	} else {
		ip6_local_out(ipn->net, skb->sk, skb);
	}
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
	struct ipsec_net *ipn = pkt->ipn;
	struct sk_buff *skb = pkt->skb;
	bool is_tunneled = pkt->is_tunneled;
	struct dst_entry *dst = pkt->dst;
	u8 family = pkt->family;
	bool too_long = skb->len > dst_mtu(dst);

	nf_reset_ct(skb);
	skb->ip_summed = CHECKSUM_NONE;
	skb_dst_set_noref(skb, dst);

	if (family == AF_INET) {
		skb->protocol = htons(ETH_P_IP);
		if (is_tunneled) {
			memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
			/* RFC 1191 3, 6.3: the path cannot do what it must, or
			 * the administrator wants no discovery.
			 */
			if (too_long || ip_mtu_locked(dst))
				ip_hdr(skb)->frag_off &= ~htons(IP_DF);
		}
		IPCB(skb)->flags |= IPSKB_XFRM_TRANSFORMED | IPSEC_SKB_OURS;
	} else {
		skb->protocol = htons(ETH_P_IPV6);
		if (is_tunneled) {
			memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
			skb->ignore_df = 1;
		}
		IP6CB(skb)->flags |= IP6SKB_XFRM_TRANSFORMED | IPSEC_SKB_OURS;
	}
	ipsec_packet_free(pkt);
	send(ipn, skb, family, dst);
}

static struct dst_entry *own_route4(struct ipsec_net *ipn,
				    const struct sk_buff *skb)
{
	struct flowi4 fl4 = {
		.daddr = ip_hdr(skb)->daddr,
		.saddr = ip_hdr(skb)->saddr,
		.flowi4_mark = skb->mark,
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
	};
	struct rtable *rt = ip_route_output_key(ipn->net, &fl4);

	return IS_ERR(rt) ? NULL : &rt->dst;
}

static struct dst_entry *own_route6(struct ipsec_net *ipn,
				    const struct sk_buff *skb)
{
	struct flowi6 fl6 = {
		.daddr = ipv6_hdr(skb)->daddr,
		.saddr = ipv6_hdr(skb)->saddr,
		.flowi6_mark = skb->mark,
	};

	return ip6_route_output(ipn->net, NULL, &fl6);
}

/**
 * ipsec_emit_oif() - device of a packet that came to ipsec0 by itself
 * @ipn: namespace
 * @skb: the packet, its IP header at the network header
 * @family: AF_INET or AF_INET6
 *
 * Where flowtables and rules that rewrite packets have sent it is no longer to
 * be seen; so it is what the routing table says of its addresses.
 *
 * Context: BH disabled.
 * Return: number of the device that it would leave by, or 0.
 */
int ipsec_emit_oif(struct ipsec_net *ipn, const struct sk_buff *skb, u8 family)
{
	struct dst_entry *dst = family == AF_INET ? own_route4(ipn, skb) :
						    own_route6(ipn, skb);
	int oif = dst && !dst->error ? dst->dev->ifindex : 0;

	dst_release(dst);
	return oif;
}
