// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: The UDP header in front of ESP (RFC 3948 2.1, 3)
 *
 * ipsec_encap_push() writes it when the packet is built, because the lengths of
 * what is in front count it; ipsec_encap_finish() comes back to it behind the
 * cipher, with the checksum. Over IPv4 that is zero. Over IPv6 zero is for
 * tunnels between nodes that agreed on it (RFC 6935 5, RFC 6936 4), which we
 * cannot know of the peer's UDP, so it is computed.
 */
#include "encap.h"

#include <linux/udp.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "packet.h"
#include "peer.h"
#include "sa.h"

/**
 * ipsec_encap_push() - write the UDP header
 * @pkt: skb->data at ESP, as long as it will be; the skb is owned and has room
 *
 * Leaves skb->data at the UDP header.
 *
 * Context: rcu_read_lock held.
 */
void ipsec_encap_push(struct ipsec_packet *pkt)
{
	struct udphdr *uh = __skb_push(pkt->skb, sizeof(*uh));
	const struct ipsec_encap *encap = &pkt->sa->encap;

	uh->source = encap->sport;
	uh->dest = pkt->peer ? pkt->peer->port : encap->dport;
	uh->len = htons(pkt->skb->len);
	uh->check = 0;
}

static __sum16 checksum6(const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	return csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr, skb->len,
			       IPPROTO_UDP,
			       skb_checksum(skb, 0, skb->len, 0)) ?:
	       CSUM_MANGLED_0;
}

/**
 * ipsec_encap_finish() - go back to the UDP header of a protected packet
 * @pkt: skb->data at ESP, behind the UDP header
 *
 * Leaves skb->data at the UDP header.
 */
void ipsec_encap_finish(struct ipsec_packet *pkt)
{
	struct udphdr *uh = __skb_push(pkt->skb, sizeof(*uh));
	struct ipsec_sa *sa = pkt->sa;

	if (pkt->family == AF_INET6)
		uh->check = checksum6(pkt->skb);
	if (sa->encap.keepalive)
		WRITE_ONCE(sa->sent_at, jiffies);
}
