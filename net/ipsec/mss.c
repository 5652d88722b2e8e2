// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: The MSS option of TCP
 *
 * What a host says in the MSS option of a SYN limits what the other one sends. A
 * PROTECT policy with "mss" lowers it in the SYN and in the SYN-ACK, whichever
 * of them passes, so that no segment is made that has to be cut, even where
 * path MTU discovery does not work. In an outbound SYN it stands for the way
 * back, which is taken to be like the way out; in an inbound one for the way
 * out itself.
 *
 * The option is only ever lowered, never added. Segments with the authentication
 * option (RFC 5925) are left alone, which covers the others; the MD5 signature
 * (RFC 2385) does not.
 */
#include "mss.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <asm/unaligned.h>
#include <net/checksum.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "netns.h"
#include "pmtu.h"
#include "protect.h"
#include "selector.h"
#include "spd.h"

#define TCPOPT_AO 29

/* Offset of the TCP header of a SYN that is whole, -1 if it is none. */
static int syn_offset(const struct sk_buff *skb, u8 family)
{
	int offset = skb_network_offset(skb);
	const struct tcphdr *th;
	struct tcphdr buf;
	__be16 frag_off;
	u8 nexthdr;

	if (family == AF_INET) {
		if (ip_hdr(skb)->protocol != IPPROTO_TCP ||
		    ip_is_fragment(ip_hdr(skb)))
			return -1;
		offset += ip_hdrlen(skb);
	} else {
		nexthdr = ipv6_hdr(skb)->nexthdr;
		offset = ipv6_skip_exthdr(skb, offset + sizeof(struct ipv6hdr),
					  &nexthdr, &frag_off);
		if (offset < 0 || nexthdr != IPPROTO_TCP || frag_off)
			return -1;
	}
	th = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!th || !th->syn || th->doff * 4 < sizeof(*th) ||
	    offset + th->doff * 4 > skb->len)
		return -1;
	return offset;
}

/* Offset of the value of the MSS option from the start of the options; -1 when
 * there is none, or when the options may not be changed or make no sense.
 */
static int find_mss(const u8 *opt, unsigned int len)
{
	int found = -1;
	unsigned int i;

	for (i = 0; i < len; i += opt[i + 1]) {
		while (i < len && opt[i] == TCPOPT_NOP)
			i++;
		if (i == len || opt[i] == TCPOPT_EOL)
			break;
		if (i + 1 == len || opt[i + 1] < 2 || opt[i + 1] > len - i ||
		    opt[i] == TCPOPT_AO)
			return -1;
		if (opt[i] == TCPOPT_MSS && opt[i + 1] == TCPOLEN_MSS)
			found = i + 2;
	}
	return found;
}

/* The Internet checksum is of 16-bit words; a value that begins in the middle of
 * one is in it with its bytes exchanged.
 */
static void replace(struct sk_buff *skb, struct tcphdr *th, u8 *value,
		    __be16 new)
{
	__be16 old = get_unaligned((__be16 *)value);
	bool is_odd = (value - (u8 *)th) & 1;

	put_unaligned(new, (__be16 *)value);
	inet_proto_csum_replace2(&th->check, skb,
				 is_odd ? (__force __be16)swab16((__force u16)old) : old,
				 is_odd ? (__force __be16)swab16((__force u16)new) : new,
				 false);
}

/* Reallocates the header when it is shared. */
static void lower(struct sk_buff *skb, int offset, u16 mss)
{
	struct tcphdr *th;
	int doff, at;
	u8 *opt;

	th = (struct tcphdr *)(skb_network_header(skb) + offset -
			       skb_network_offset(skb));
	doff = th->doff * 4;
	if (skb_ensure_writable(skb, offset + doff))
		return;
	th = (struct tcphdr *)(skb->data + offset);
	opt = (u8 *)(th + 1);
	at = find_mss(opt, doff - sizeof(*th));
	if (at >= 0 && get_unaligned_be16(opt + at) > mss)
		replace(skb, th, opt + at, htons(mss));
}

/* RFC 9293 3.7.1: the MSS does not count options and extension headers. Not
 * below what TCP works with, whatever the path says.
 */
static u16 mss_of(const struct ipsec_policy *policy,
		  const struct ipsec_nest *nest, const struct sk_buff *skb,
		  u8 family, int oif)
{
	unsigned int mtu, headers;

	if (policy->mss != IPSEC_MSS_AUTO)
		return policy->mss;
	headers = sizeof(struct tcphdr) + (family == AF_INET ?
		  sizeof(struct iphdr) : sizeof(struct ipv6hdr));
	mtu = ipsec_pmtu_inner(nest, skb, family, oif);
	/* Cannot be said. */
	if (!mtu)
		return U16_MAX;
	return clamp_t(unsigned int, mtu, headers + TCP_MIN_MSS,
		       headers + U16_MAX) - headers;
}

/**
 * ipsec_mss_clamp_out() - lower the MSS option of a SYN that will be protected
 * @policy: PROTECT, with an mss
 * @nest: its SAs
 * @skb: any packet, without a route, data at the IP header; the TCP header may
 *	be reallocated
 * @family: AF_INET or AF_INET6
 * @oif: device the packet would have left on without IPsec, 0 if not known
 *
 * Context: rcu_read_lock held, BH disabled.
 */
void ipsec_mss_clamp_out(const struct ipsec_policy *policy,
			 const struct ipsec_nest *nest, struct sk_buff *skb,
			 u8 family, int oif)
{
	int offset = syn_offset(skb, family);

	if (offset >= 0)
		lower(skb, offset, mss_of(policy, nest, skb, family, oif));
}

/**
 * ipsec_mss_clamp_in() - lower the MSS option of a SYN that was protected
 * @ipn: namespace
 * @policy: PROTECT, with an mss
 * @flow: selector values of the packet, which are those of its return traffic
 *	as well
 * @skb: any packet, data at the IP header, owned by the caller
 *
 * Context: rcu_read_lock held, BH disabled.
 */
void ipsec_mss_clamp_in(struct ipsec_net *ipn,
			const struct ipsec_policy *policy,
			const struct ipsec_flow *flow, struct sk_buff *skb)
{
	int offset = syn_offset(skb, flow->family);
	const struct ipsec_policy *out;
	struct ipsec_nest nest = {};

	if (offset < 0)
		return;
	if (policy->mss == IPSEC_MSS_AUTO) {
		out = ipsec_spd_lookup(ipn, IPSEC_DIR_OUT, flow);
		if (!out || out->action != IPSEC_ACTION_PROTECT ||
		    !ipsec_protect_find(ipn, out, flow, &nest))
			return;
	}
	lower(skb, offset, mss_of(policy, &nest, skb, flow->family, 0));
}
