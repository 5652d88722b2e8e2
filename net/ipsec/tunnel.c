// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Tunnel mode headers (RFC 4301 5.1.2, RFC 6040)
 *
 * ipsec_tunnel_encap() writes the outer header in front of AH or ESP;
 * ipsec_tunnel_decap() takes everything in front of the inner header off and
 * brings the inner ECN field up to date. The inner TTL is the business of
 * ip_forward(), which has decremented it when the packet was forwarded, and
 * will when it is forwarded from here. What struct ipsec_outer does not say is
 * as RFC 4301 has it by default.
 */
#include "tunnel.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "drop.h"
#include "packet.h"
#include "peer.h"
#include "sa.h"

/**
 * ipsec_tunnel_nexthdr() - protocol number of an inner packet
 * @inner_family: AF_INET or AF_INET6
 *
 * Return: 4 or 41.
 */
u8 ipsec_tunnel_nexthdr(u8 inner_family)
{
	return inner_family == AF_INET ? IPPROTO_IPIP : IPPROTO_IPV6;
}

/* RFC 4301 8.1. An IPv6 packet may not be fragmented on its way either, and a
 * dummy need not.
 */
static __be16 outer_df(const struct ipsec_sa *sa, const void *inner,
		       u8 inner_family)
{
	switch (sa->df) {
	case IPSEC_DF_SET:
		return htons(IP_DF);
	case IPSEC_DF_CLEAR:
		return 0;
	}
	if (inner_family != AF_INET)
		return htons(IP_DF);
	return ((const struct iphdr *)inner)->frag_off & htons(IP_DF);
}

/* RFC 4301 5.1.2 has the DSCP copied, mapped, or a fixed value, and RFC 6040
 * 4.1 the ECN field copied, or Not-ECT for a far end that would lose it.
 */
static u8 outer_ds(const struct ipsec_outer *outer, u8 inner_ds)
{
	u8 ecn = inner_ds & INET_ECN_MASK;
	u8 dscp = inner_ds >> 2;

	if (outer->has_dscp)
		dscp = outer->dscp;
	else if (outer->dscp_map)
		dscp = outer->dscp_map[dscp];
	if (outer->ecn == IPSEC_ECN_COMPATIBILITY)
		ecn = INET_ECN_NOT_ECT;
	return dscp << 2 | ecn;
}

/* RFC 4301 5.1.2.2, note 8: a gateway does not copy the inner flow label unless
 * it is told to. The hash is keyed with a number that only this boot knows
 * (RFC 6438 wants equal labels within a flow, and nothing to be read from them).
 * A dummy belongs to no flow.
 */
static __be32 outer_label(const struct ipsec_outer *outer, struct sk_buff *skb,
			  u8 inner_family)
{
	switch (outer->label) {
	case IPSEC_LABEL_COPY:
		return inner_family == AF_INET6 ?
		       ip6_flowlabel(ipv6_hdr(skb)) : 0;
	case IPSEC_LABEL_HASH:
		return inner_family ? htonl(skb_get_hash(skb)) &
				      IPV6_FLOWLABEL_MASK : 0;
	}
	return htonl(outer->flow_label);
}

/* Of the route, of which only the outermost header has one. */
static u8 outer_ttl(const struct ipsec_packet *pkt)
{
	const struct net *net = pkt->sa->net;

	if (pkt->sa->outer.ttl)
		return pkt->sa->outer.ttl;
	if (pkt->family == AF_INET)
		return pkt->dst ? ip4_dst_hoplimit(pkt->dst) :
				  READ_ONCE(net->ipv4.sysctl_ip_default_ttl);
	return pkt->dst ? ip6_dst_hoplimit(pkt->dst) :
			  READ_ONCE(net->ipv6.devconf_all->hop_limit);
}

/* The numbers that the kernel gives to this pair of hosts, whoever sends
 * (RFC 791 3.2), taken in blocks; one that was not used up is not gone on with
 * after a second, when others may be where it is.
 */
#define IDENTS 32

static void select_ident(const struct ipsec_sa *sa, struct iphdr *iph)
{
	struct ipsec_sa_idents *idents = &this_cpu_ptr(sa->stats)->idents;

	if (unlikely(!idents->left || time_after(jiffies, idents->until))) {
		__ip_select_ident(sa->net, iph, IDENTS);
		idents->next = ntohs(iph->id);
		idents->left = IDENTS;
		idents->until = jiffies + HZ;
	}
	iph->id = htons(idents->next++);
	idents->left--;
}

static void encap4(struct ipsec_packet *pkt, u8 dsfield, __be16 df)
{
	const struct ipsec_sa *sa = pkt->sa;
	struct sk_buff *skb = pkt->skb;
	struct iphdr *iph = ip_hdr(skb);

	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = dsfield;
	iph->tot_len = htons(skb->len);
	iph->frag_off = df;
	iph->ttl = outer_ttl(pkt);
	iph->protocol = ipsec_sa_wire_proto(sa);
	iph->check = 0;
	iph->saddr = sa->use.src.a4;
	iph->daddr = pkt->peer ? pkt->peer->addr.a4 : sa->key.dst.a4;
	select_ident(sa, iph);
}

static void encap6(struct ipsec_packet *pkt, u8 dsfield, __be32 label)
{
	const struct ipsec_sa *sa = pkt->sa;
	struct sk_buff *skb = pkt->skb;
	struct ipv6hdr *ip6h = ipv6_hdr(skb);

	ip6_flow_hdr(ip6h, dsfield, label);
	ip6h->payload_len = htons(skb->len - sizeof(*ip6h));
	ip6h->nexthdr = ipsec_sa_wire_proto(sa);
	ip6h->hop_limit = outer_ttl(pkt);
	memcpy(&ip6h->saddr, &sa->use.src, sizeof(ip6h->saddr));
	memcpy(&ip6h->daddr, pkt->peer ? &pkt->peer->addr : &sa->key.dst,
	       sizeof(ip6h->daddr));
}

/**
 * ipsec_tunnel_encap() - push the outer header
 * @pkt: skb->data at AH or ESP, or at the UDP header in front of it, network
 *	header still at the inner header; the skb is owned and has room, the
 *	route is set; skb->protocol is that of the inner header, nothing is
 *	encrypted yet
 * @inner_family: AF_INET or AF_INET6; AF_UNSPEC for a dummy, which has no inner
 *	header
 *
 * Leaves data and network header at the outer header.
 */
void ipsec_tunnel_encap(struct ipsec_packet *pkt, u8 inner_family)
{
	struct sk_buff *skb = pkt->skb;
	__be32 label = 0;
	__be16 df;
	u8 ds = 0;

	if (inner_family == AF_INET)
		ds = ipv4_get_dsfield(ip_hdr(skb));
	else if (inner_family == AF_INET6)
		ds = ipv6_get_dsfield(ipv6_hdr(skb));
	ds = outer_ds(&pkt->sa->outer, ds);
	df = outer_df(pkt->sa, skb_network_header(skb), inner_family);
	if (pkt->family == AF_INET6)
		label = outer_label(&pkt->sa->outer, skb, inner_family);

	skb_reset_transport_header(skb);
	__skb_push(skb, pkt->outer_len);
	skb_reset_network_header(skb);
	if (pkt->family == AF_INET) {
		encap4(pkt, ds, df);
		pkt->prevhdr = offsetof(struct iphdr, protocol);
	} else {
		encap6(pkt, ds, label);
		pkt->prevhdr = offsetof(struct ipv6hdr, nexthdr);
	}
}

/* RFC 4303 2.7: what follows the inner packet is TFC padding. Everything else
 * about the header is checked by ip_rcv() or ipv6_rcv() when it comes in
 * again, as for any packet.
 */
static bool trim_inner(struct sk_buff *skb, u8 family)
{
	unsigned int len;

	if (family == AF_INET) {
		const struct iphdr *iph = (const struct iphdr *)skb->data;

		if (skb->len < sizeof(*iph) || iph->version != 4 ||
		    iph->ihl < 5 || skb->len < iph->ihl * 4)
			return false;
		len = ntohs(iph->tot_len);
		if (len < iph->ihl * 4)
			return false;
	} else {
		const struct ipv6hdr *ip6h = (const struct ipv6hdr *)skb->data;

		if (skb->len < sizeof(*ip6h) || ip6h->version != 6)
			return false;
		len = sizeof(*ip6h) + ntohs(ip6h->payload_len);
	}
	return len <= skb->len && !pskb_trim(skb, len);
}

/* The IPv4 checksum follows; what the ECN field says by now stays. */
static void set_dscp(struct sk_buff *skb, u8 family, u8 dsfield)
{
	dsfield &= ~INET_ECN_MASK;
	if (family == AF_INET)
		ipv4_change_dsfield(ip_hdr(skb), INET_ECN_MASK, dsfield);
	else
		ipv6_change_dsfield(ipv6_hdr(skb), INET_ECN_MASK, dsfield);
}

/**
 * ipsec_tunnel_decap() - make the inner packet the packet
 * @pkt: skb->data at the inner header, linear; network header at the outer
 *	one; nexthdr says what is inside. On success family, protocol and
 *	network header are those of the inner packet.
 *
 * Return: 0 or the reason to drop it.
 */
enum ipsec_reason ipsec_tunnel_decap(struct ipsec_packet *pkt)
{
	struct sk_buff *skb = pkt->skb;
	u8 inner, outer_ds, inner_ds;

	if (pkt->nexthdr == IPPROTO_IPIP)
		inner = AF_INET;
	else if (pkt->nexthdr == IPPROTO_IPV6)
		inner = AF_INET6;
	else
		return IPSEC_REASON_INNER_HEADER;
	if (!trim_inner(skb, inner))
		return IPSEC_REASON_INNER_HEADER;

	if (pkt->family == AF_INET)
		outer_ds = ipv4_get_dsfield(ip_hdr(skb));
	else
		outer_ds = ipv6_get_dsfield(ipv6_hdr(skb));

	skb_reset_network_header(skb);
	skb->protocol = htons(inner == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	pkt->family = inner;
	if (inner == AF_INET) {
		inner_ds = ipv4_get_dsfield(ip_hdr(skb));
		skb_set_transport_header(skb, ip_hdrlen(skb));
	} else {
		inner_ds = ipv6_get_dsfield(ipv6_hdr(skb));
		skb_set_transport_header(skb, sizeof(struct ipv6hdr));
	}
	/* RFC 6040 4.2, figure 4; 2 and above means drop. */
	if (INET_ECN_decapsulate(skb, outer_ds, inner_ds) > 1)
		return IPSEC_REASON_ECN;
	if (pkt->sa->outer.decap_dscp)
		set_dscp(skb, inner, outer_ds);
	return IPSEC_OK;
}
