// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Checksums behind a NAT (RFC 3948 3.1.2)
 *
 * In transport mode the addresses of the IP header are part of the checksums
 * inside, which a NAT on the way could not see. With the original addresses the
 * checksum is corrected by the difference, so that it still says whether the
 * packet is as it was sent; without them it is computed anew, as ESP has
 * verified every byte of it. A UDP checksum of zero stays zero.
 */
#include "checksum.h"

#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "packet.h"
#include "sa.h"

/**
 * struct span - what a checksum is about
 * @check: where it is
 * @offset: of its protocol's header from skb->data
 * @len: bytes from there on that it covers
 * @proto: the protocol
 */
struct span {
	__sum16 *check;
	int offset;
	unsigned int len;
	u8 proto;
};

static int find_upper(const struct sk_buff *skb, u8 family, u8 *proto)
{
	__be16 frag_off;

	if (family == AF_INET) {
		*proto = ip_hdr(skb)->protocol;
		return ip_hdrlen(skb);
	}
	*proto = ipv6_hdr(skb)->nexthdr;
	return ipv6_skip_exthdr(skb, sizeof(struct ipv6hdr), proto, &frag_off);
}

/* UDP says how much of the packet is its own. */
static bool span_udp(struct span *span, struct udphdr *uh)
{
	unsigned int len = ntohs(uh->len);

	if (!uh->check || len < sizeof(*uh) || len > span->len)
		return false;
	span->check = &uh->check;
	span->len = len;
	return true;
}

/* Of what makes no sense the checksum is left as it is, for the stack. */
static bool find_span(struct sk_buff *skb, u8 family, struct span *span)
{
	u8 *upper;

	span->offset = find_upper(skb, family, &span->proto);
	if (span->offset < 0 || span->offset >= skb->len)
		return false;
	span->len = skb->len - span->offset;
	upper = skb->data + span->offset;

	switch (span->proto) {
	case IPPROTO_TCP:
		span->check = &((struct tcphdr *)upper)->check;
		return span->len >= sizeof(struct tcphdr);
	case IPPROTO_UDP:
		return span->len >= sizeof(struct udphdr) &&
		       span_udp(span, (struct udphdr *)upper);
	case IPPROTO_ICMPV6:
		span->check = &((struct icmp6hdr *)upper)->icmp6_cksum;
		return family == AF_INET6 &&
		       span->len >= sizeof(struct icmp6hdr);
	}
	return false;
}

static void correct4(struct sk_buff *skb, const struct ipsec_encap *encap,
		     __sum16 *check)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (encap->has_src)
		inet_proto_csum_replace4(check, skb, encap->src.a4, iph->saddr,
					 true);
	if (encap->has_dst)
		inet_proto_csum_replace4(check, skb, encap->dst.a4, iph->daddr,
					 true);
}

static void correct6(struct sk_buff *skb, const struct ipsec_encap *encap,
		     __sum16 *check)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	if (encap->has_src)
		inet_proto_csum_replace16(check, skb,
					  (const __be32 *)&encap->src,
					  ip6h->saddr.s6_addr32, true);
	if (encap->has_dst)
		inet_proto_csum_replace16(check, skb,
					  (const __be32 *)&encap->dst,
					  ip6h->daddr.s6_addr32, true);
}

static __sum16 compute(const struct sk_buff *skb, u8 family,
		       const struct span *span)
{
	__wsum sum = skb_checksum(skb, span->offset, span->len, 0);

	if (family == AF_INET)
		return csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr,
					 span->len, span->proto, sum);
	return csum_ipv6_magic(&ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr,
			       span->len, span->proto, sum);
}

/**
 * ipsec_checksum_restore() - make the checksum inside fit the addresses
 * @pkt: verified packet of a transport mode SA, restored; skb->data and network
 *	header at the IP header, the buffer is owned and linear
 */
void ipsec_checksum_restore(struct ipsec_packet *pkt)
{
	const struct ipsec_encap *encap = &pkt->sa->encap;
	struct sk_buff *skb = pkt->skb;
	struct span span;

	if (!find_span(skb, pkt->family, &span))
		return;
	if (!encap->has_src && !encap->has_dst) {
		*span.check = 0;
		*span.check = compute(skb, pkt->family, &span);
	} else if (pkt->family == AF_INET) {
		correct4(skb, encap, span.check);
	} else {
		correct6(skb, encap, span.check);
	}
	if (span.proto == IPPROTO_UDP && !*span.check)
		*span.check = CSUM_MANGLED_0;
}
