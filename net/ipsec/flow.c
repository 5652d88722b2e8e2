// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Selector values of a packet
 *
 * ipsec_flow_parse() reads them (RFC 4301 4.4.1.1), without changing or
 * reallocating the packet. What cannot be read (a non-initial fragment, a
 * header cut short) is OPAQUE: it matches no selector that names it.
 */
#include "flow.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/ndisc.h>
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
#include <net/netfilter/nf_conntrack.h>
#endif

static void parse_upper(const struct sk_buff *skb, int offset,
			enum ipsec_dir dir, struct ipsec_flow *flow)
{
	const __be16 *ports;
	const u8 *icmp;
	__be16 buf[2];

	switch (flow->proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		ports = skb_header_pointer(skb, offset, sizeof(buf), buf);
		if (!ports)
			return;
		flow->local_port = ntohs(ports[dir == IPSEC_DIR_IN]);
		flow->remote_port = ntohs(ports[dir == IPSEC_DIR_OUT]);
		flow->has_ports = 1;
		return;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		icmp = skb_header_pointer(skb, offset, 2, buf);
		if (!icmp)
			return;
		flow->icmp_type = icmp[0];
		flow->icmp_code = icmp[1];
		flow->has_icmp = 1;
		return;
	}
}

static void parse4(const struct sk_buff *skb, enum ipsec_dir dir,
		   struct ipsec_flow *flow)
{
	const struct iphdr *iph = ip_hdr(skb);

	flow->local.a4 = dir == IPSEC_DIR_OUT ? iph->saddr : iph->daddr;
	flow->remote.a4 = dir == IPSEC_DIR_OUT ? iph->daddr : iph->saddr;
	flow->proto = iph->protocol;
	flow->is_fragment = ip_is_fragment(iph);
	if (!(iph->frag_off & htons(IP_OFFSET)))
		parse_upper(skb, skb_network_offset(skb) + iph->ihl * 4, dir,
			    flow);
}

/* RFC 4301 4.4.1.1: hop-by-hop, routing, fragment and destination options are
 * skipped; AH and ESP count as the next layer. However many there are: IPv6
 * input takes any number, and a limit would be a way past a policy that names
 * the next layer. Each step moves forward by 8 bytes at least.
 */
static void parse6(const struct sk_buff *skb, enum ipsec_dir dir,
		   struct ipsec_flow *flow)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	int offset = skb_network_offset(skb) + sizeof(*ip6h);
	const struct ipv6_opt_hdr *opt;
	const struct frag_hdr *frag;
	struct frag_hdr buf;

	memcpy(&flow->local, dir == IPSEC_DIR_OUT ? &ip6h->saddr : &ip6h->daddr,
	       sizeof(ip6h->saddr));
	memcpy(&flow->remote,
	       dir == IPSEC_DIR_OUT ? &ip6h->daddr : &ip6h->saddr,
	       sizeof(ip6h->saddr));
	flow->proto = ip6h->nexthdr;

	for (;;) {
		switch (flow->proto) {
		case NEXTHDR_HOP:
		case NEXTHDR_ROUTING:
		case NEXTHDR_DEST:
			opt = skb_header_pointer(skb, offset, sizeof(*opt),
						 &buf);
			if (!opt)
				return;
			offset += ipv6_optlen(opt);
			flow->proto = opt->nexthdr;
			break;
		case NEXTHDR_FRAGMENT:
			frag = skb_header_pointer(skb, offset, sizeof(*frag),
						  &buf);
			if (!frag)
				return;
			flow->is_fragment = 1;
			flow->proto = frag->nexthdr;
			if (frag->frag_off & htons(~0x7))
				return;
			offset += sizeof(*frag);
			break;
		default:
			parse_upper(skb, offset, dir, flow);
			return;
		}
	}
}

/**
 * ipsec_flow_parse() - read the selector values of a packet
 * @skb: the packet; its IP header at the network header, in the linear part
 * @family: AF_INET or AF_INET6
 * @dir: which of source and destination is local
 * @flow: filled completely
 *
 * Context: any.
 */
void ipsec_flow_parse(const struct sk_buff *skb, u8 family, enum ipsec_dir dir,
		      struct ipsec_flow *flow)
{
	memset(flow, 0, sizeof(*flow));
	flow->family = family;
	if (family == AF_INET)
		parse4(skb, dir, flow);
	else
		parse6(skb, dir, flow);
}

/**
 * ipsec_flow_is_nat() - does conntrack rewrite the addresses of this packet
 * @skb: the packet
 *
 * Return: true when NAT has touched or will touch it.
 */
bool ipsec_flow_is_nat(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	return ct && ct->status & IPS_NAT_MASK;
#else
	return false;
#endif
}

/**
 * ipsec_flow_undo_nat() - an inbound packet's destination as it was on the wire
 * @skb: the packet, after PRE_ROUTING and before LOCAL_IN or FORWARD chains
 * @flow: its selector values, direction IN
 *
 * Only the destination has been rewritten so far; without this a DNAT rule
 * would move a packet past its policy.
 */
void ipsec_flow_undo_nat(const struct sk_buff *skb, struct ipsec_flow *flow)
{
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
	const struct nf_conntrack_tuple *tuple;
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!ct || !(ct->status & IPS_NAT_MASK))
		return;

	tuple = &ct->tuplehash[CTINFO2DIR(ctinfo)].tuple;
	if (tuple->src.l3num != flow->family)
		return;
	memcpy(&flow->local, &tuple->dst.u3, sizeof(flow->local));
	if (flow->has_ports && tuple->dst.protonum == flow->proto)
		flow->local_port = ntohs(tuple->dst.u.all);
#endif
}

/**
 * ipsec_flow_is_nd() - is this IPv6 neighbour discovery
 * @skb: the packet
 * @flow: its selector values
 *
 * A policy for ::/0 must not cut the host off its link, so neighbour discovery
 * never consults the SPD, and neither does multicast listener discovery, by
 * which switches learn where to send it. The hop limit of the one is what a
 * router would have changed (RFC 4861 7.1), the other is sent from a link-local
 * address with hop limit 1 (RFC 3810 5), so nothing from off the link passes.
 *
 * Return: true if it is.
 */
bool ipsec_flow_is_nd(const struct sk_buff *skb, const struct ipsec_flow *flow)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	if (flow->family != AF_INET6 || flow->proto != IPPROTO_ICMPV6 ||
	    !flow->has_icmp)
		return false;

	switch (flow->icmp_type) {
	case NDISC_ROUTER_SOLICITATION:
	case NDISC_ROUTER_ADVERTISEMENT:
	case NDISC_NEIGHBOUR_SOLICITATION:
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
	case NDISC_REDIRECT:
		return ip6h->hop_limit == 255;
	case ICMPV6_MGM_QUERY:
	case ICMPV6_MGM_REPORT:
	case ICMPV6_MGM_REDUCTION:
	case ICMPV6_MLD2_REPORT:
		return ip6h->hop_limit == 1 &&
		       (ipv6_addr_any(&ip6h->saddr) ||
			ipv6_addr_type(&ip6h->saddr) & IPV6_ADDR_LINKLOCAL);
	}
	return false;
}
