// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Selector values of a packet
 *
 * ipsec_flow_parse() reads them (RFC 4301 4.4.1.1), without changing or
 * reallocating the packet. What cannot be read (a non-initial fragment, a
 * header cut short) is OPAQUE: it matches no selector that names a value.
 * ipsec_flow_parse_payload() reads those of the packet inside an ICMP error.
 */
#include "flow.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/ndisc.h>
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
#include <net/netfilter/nf_conntrack.h>
#endif

#include "netns.h"

static void parse_upper(const struct sk_buff *skb, int offset,
			enum ipsec_dir dir, struct ipsec_flow *flow)
{
	const __be16 *ports;
	const u8 *hdr;
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
		hdr = skb_header_pointer(skb, offset, 2, buf);
		if (!hdr)
			return;
		flow->icmp_type = hdr[0];
		flow->icmp_code = hdr[1];
		flow->has_icmp = 1;
		return;
	case IPPROTO_MH:
		/* RFC 6275 6.1.1: after next header and length. */
		hdr = skb_header_pointer(skb, offset, 3, buf);
		if (!hdr)
			return;
		flow->mh_type = hdr[2];
		flow->has_mh = 1;
		return;
	}
}

/* @offset: of the IP header. Return: offset of the next layer's header, -1 if
 * there is none to be seen.
 */
static int parse4(const struct sk_buff *skb, int offset, enum ipsec_dir dir,
		  struct ipsec_flow *flow)
{
	const struct iphdr *iph;
	struct iphdr buf;

	iph = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (unlikely(!iph))
		return -1;
	flow->local.a4 = dir == IPSEC_DIR_OUT ? iph->saddr : iph->daddr;
	flow->remote.a4 = dir == IPSEC_DIR_OUT ? iph->daddr : iph->saddr;
	flow->proto = iph->protocol;
	if (unlikely(ip_is_fragment(iph))) {
		flow->is_fragment = 1;
		flow->frag_offset = (ntohs(iph->frag_off) & IP_OFFSET) * 8;
		if (flow->frag_offset)
			return -1;
	}
	offset += iph->ihl * 4;
	parse_upper(skb, offset, dir, flow);
	return offset;
}

/* What follows is in another fragment, or nowhere. */
static int hide_proto(struct ipsec_flow *flow)
{
	flow->proto = 0;
	flow->is_proto_opaque = 1;
	return -1;
}

static bool is_skipped(u8 proto)
{
	return proto == NEXTHDR_HOP || proto == NEXTHDR_ROUTING ||
	       proto == NEXTHDR_DEST || proto == NEXTHDR_FRAGMENT;
}

/* RFC 4301 4.4.1.1: hop-by-hop, routing, fragment and destination options are
 * skipped; AH and ESP count as the next layer. However many there are: IPv6
 * input takes any number, and a limit would be a way past a policy that names
 * the next layer. Each step moves forward by 8 bytes at least.
 */
static int parse6(const struct sk_buff *skb, int offset, enum ipsec_dir dir,
		  struct ipsec_flow *flow)
{
	const struct ipv6_opt_hdr *opt;
	const struct frag_hdr *frag;
	const struct ipv6hdr *ip6h;
	struct ipv6hdr ip6h_buf;
	struct frag_hdr buf;

	ip6h = skb_header_pointer(skb, offset, sizeof(ip6h_buf), &ip6h_buf);
	if (unlikely(!ip6h))
		return -1;
	memcpy(&flow->local, dir == IPSEC_DIR_OUT ? &ip6h->saddr : &ip6h->daddr,
	       sizeof(ip6h->saddr));
	memcpy(&flow->remote,
	       dir == IPSEC_DIR_OUT ? &ip6h->daddr : &ip6h->saddr,
	       sizeof(ip6h->saddr));
	flow->proto = ip6h->nexthdr;
	offset += sizeof(*ip6h);

	for (;;) {
		switch (flow->proto) {
		case NEXTHDR_HOP:
		case NEXTHDR_ROUTING:
		case NEXTHDR_DEST:
			opt = skb_header_pointer(skb, offset, sizeof(*opt),
						 &buf);
			if (!opt)
				return hide_proto(flow);
			offset += ipv6_optlen(opt);
			flow->proto = opt->nexthdr;
			break;
		case NEXTHDR_FRAGMENT:
			frag = skb_header_pointer(skb, offset, sizeof(*frag),
						  &buf);
			if (!frag)
				return hide_proto(flow);
			/* RFC 8200 4.5: a packet may be whole and have one. */
			flow->is_fragment = !!(frag->frag_off &
					       htons(IP6_OFFSET | IP6_MF));
			flow->proto = frag->nexthdr;
			if (frag->frag_off & htons(~0x7))
				return is_skipped(flow->proto) ?
				       hide_proto(flow) : -1;
			offset += sizeof(*frag);
			break;
		default:
			parse_upper(skb, offset, dir, flow);
			return offset;
		}
	}
}

static noinline int parse(const struct sk_buff *skb, int offset, u8 family,
			  enum ipsec_dir dir, struct ipsec_flow *flow)
{
	memset(flow, 0, sizeof(*flow));
	flow->family = family;
	flow->mark = skb->mark;
	if (family == AF_INET)
		return parse4(skb, offset, dir, flow);
	return parse6(skb, offset, dir, flow);
}

/* What nearly all packets are: TCP or UDP right behind an IP header without
 * options, and the ports in the linear part.
 */
static bool parse_plain(const struct sk_buff *skb, u8 family,
			enum ipsec_dir dir, struct ipsec_flow *flow)
{
	bool is_in = dir == IPSEC_DIR_IN;
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	const struct iphdr *iph = ip_hdr(skb);
	const __be16 *ports;
	u8 proto;

	if (family == AF_INET) {
		ports = (const __be16 *)(iph + 1);
		if (skb_tail_pointer(skb) < (const u8 *)(ports + 2) ||
		    iph->ihl != sizeof(*iph) / 4 || ip_is_fragment(iph))
			return false;
		proto = iph->protocol;
		flow->local = (union ipsec_addr) {
			.a4 = is_in ? iph->daddr : iph->saddr };
		flow->remote = (union ipsec_addr) {
			.a4 = is_in ? iph->saddr : iph->daddr };
	} else {
		ports = (const __be16 *)(ip6h + 1);
		if (skb_tail_pointer(skb) < (const u8 *)(ports + 2))
			return false;
		proto = ip6h->nexthdr;
		memcpy(&flow->local, is_in ? &ip6h->daddr : &ip6h->saddr,
		       sizeof(flow->local));
		memcpy(&flow->remote, is_in ? &ip6h->saddr : &ip6h->daddr,
		       sizeof(flow->remote));
	}
	if (proto != IPPROTO_TCP && proto != IPPROTO_UDP)
		return false;

	flow->family = family;
	flow->proto = proto;
	flow->is_proto_opaque = 0;
	flow->has_ports = 1;
	flow->has_icmp = 0;
	flow->has_mh = 0;
	flow->is_fragment = 0;
	flow->zero = 0;
	flow->icmp_type = 0;
	flow->icmp_code = 0;
	flow->mh_type = 0;
	flow->local_port = ntohs(ports[is_in]);
	flow->remote_port = ntohs(ports[!is_in]);
	flow->frag_offset = 0;
	flow->mark = skb->mark;
	flow->dev = NULL;
	return true;
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
	if (unlikely(!parse_plain(skb, family, dir, flow)))
		parse(skb, skb_network_offset(skb), family, dir, flow);
}

/* Whole, of the right version, with a header that is not shorter than it may
 * be: who made it up is not known.
 */
static bool has_ip_header(const struct sk_buff *skb, int offset, u8 family)
{
	struct ipv6hdr buf;
	const u8 *hdr;

	hdr = skb_header_pointer(skb, offset, family == AF_INET ?
				 sizeof(struct iphdr) : sizeof(buf), &buf);
	if (!hdr)
		return false;
	return family == AF_INET ? hdr[0] >> 4 == 4 && (hdr[0] & 0xf) >= 5 :
				   hdr[0] >> 4 == 6;
}

/**
 * ipsec_flow_parse_payload() - selector values of the packet that an ICMP error
 * is about
 * @skb: the error; its IP header at the network header, in the linear part
 * @family: AF_INET or AF_INET6
 * @dir: direction of the packet in the error
 * @flow: filled completely
 *
 * Context: any.
 * Return: false when there is no IP header in the error. Of what is behind it,
 * 8 bytes are all that RFC 792 promises.
 */
bool ipsec_flow_parse_payload(const struct sk_buff *skb, u8 family,
			      enum ipsec_dir dir, struct ipsec_flow *flow)
{
	int offset = parse(skb, skb_network_offset(skb), family, dir, flow);

	/* Both ICMP and ICMPv6 errors have a header of 8 bytes. */
	BUILD_BUG_ON(sizeof(struct icmphdr) != sizeof(struct icmp6hdr));
	if (offset < 0 ||
	    !has_ip_header(skb, offset + sizeof(struct icmphdr), family))
		return false;
	parse(skb, offset + sizeof(struct icmphdr), family, dir, flow);
	return true;
}

/**
 * ipsec_flow_set_dev() - by which device does a packet cross the boundary
 * @ipn: namespace
 * @ifindex: the device: the one it came in by, or would leave by without IPsec;
 *	0 when it was routed to ipsec0
 * @flow: its selector values
 *
 * Names and not numbers are compared, as a device that goes away often comes
 * back, and a policy that it was protected by should still be for it then. Only
 * looked up when a policy asks for it.
 *
 * Context: rcu_read_lock held; the name is valid until it is released.
 */
void ipsec_flow_set_dev(struct ipsec_net *ipn, int ifindex,
			struct ipsec_flow *flow)
{
	const struct net_device *dev;

	if (likely(!READ_ONCE(ipn->spd.dev_count)))
		return;
	dev = ifindex ? dev_get_by_index_rcu(ipn->net, ifindex) :
			rcu_dereference(ipn->dev);
	flow->dev = dev ? dev->name : NULL;
}

/* Length of the header that policy is decided over: RFC 9293 3.1, RFC 9260 3.1,
 * RFC 4340 5.1.
 */
static unsigned int header_len(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return 20;
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return 12;
	default:
		return 8;
	}
}

/**
 * ipsec_flow_overlaps() - does a fragment begin inside of the next layer header
 * @flow: selector values of a packet
 *
 * The minimum offset check of RFC 4301 7.2: the header that policy has been
 * decided over is in the first fragment; another one must not write over it
 * where the packet is put together (RFC 1858). IPv4 only, as in IPv6 the length
 * of the headers in front is not known.
 *
 * Context: Any.
 * Return: true if it does.
 */
bool ipsec_flow_overlaps(const struct ipsec_flow *flow)
{
	return flow->frag_offset &&
	       flow->frag_offset < header_len(flow->proto);
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
