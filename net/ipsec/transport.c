// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Transport mode (RFC 4303 3.1.1, RFC 4302 3.1.1)
 *
 * Output: ipsec_transport_offset() finds the place of the new header,
 * ipsec_transport_open() moves the headers in front of it out of its way, AH or
 * ESP is pushed, and ipsec_transport_close() makes them fit it. Input:
 * ipsec_transport_restore() closes the gap that the removed header left.
 */
#include "transport.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "packet.h"
#include "sa.h"

/* Length of an extension header that is in front of AH or ESP, or may be: 0 for
 * anything else, -EMSGSIZE for a fragment header of a packet that is not whole.
 */
static int ext_len6(u8 type, const struct sk_buff *skb, int offset, u8 *nexthdr)
{
	const struct frag_hdr *frag;
	struct frag_hdr buf;

	if (type != NEXTHDR_HOP && type != NEXTHDR_ROUTING &&
	    type != NEXTHDR_DEST && type != NEXTHDR_FRAGMENT)
		return 0;
	frag = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!frag)
		return -EINVAL;
	*nexthdr = frag->nexthdr;
	if (type != NEXTHDR_FRAGMENT)
		return ipv6_optlen((const struct ipv6_opt_hdr *)frag);
	return frag->frag_off & htons(IP6_OFFSET | IP6_MF) ? -EMSGSIZE :
	       (int)sizeof(*frag);
}

/* RFC 4303 3.1.1: behind hop-by-hop, routing and fragment headers. Destination
 * options are for the first destination when a routing header follows, and
 * stay in front then; otherwise they are for the last one and are protected.
 */
static int offset6(const struct sk_buff *skb, u16 *prevhdr)
{
	int base = skb_network_offset(skb);
	int cursor, place, len;
	u16 prev, prev_place;
	u8 type, nexthdr;

	cursor = sizeof(struct ipv6hdr);
	prev = offsetof(struct ipv6hdr, nexthdr);
	nexthdr = ipv6_hdr(skb)->nexthdr;
	place = cursor;
	prev_place = prev;

	for (;;) {
		type = nexthdr;
		len = ext_len6(type, skb, base + cursor, &nexthdr);
		if (len < 0)
			return len;
		if (!len)
			break;
		prev = cursor;
		cursor += len;
		if (type != NEXTHDR_DEST) {
			place = cursor;
			prev_place = prev;
		}
		if (base + cursor > skb->len)
			return -EINVAL;
	}
	*prevhdr = prev_place;
	return place;
}

/**
 * ipsec_transport_offset() - where AH or ESP goes in an outbound packet
 * @skb: the packet, IP header at the network header
 * @family: AF_INET or AF_INET6
 * @prevhdr: set to the offset of the byte that will name AH or ESP
 *
 * Return: bytes from the network header, -EMSGSIZE for a fragment (RFC 4303
 * 3.3.4: transport mode protects whole datagrams only), or -EINVAL for headers
 * that contradict their lengths, as a packet socket may write them.
 */
int ipsec_transport_offset(const struct sk_buff *skb, u8 family, u16 *prevhdr)
{
	if (family == AF_INET6)
		return offset6(skb, prevhdr);
	if (ip_hdrlen(skb) < sizeof(struct iphdr) ||
	    skb_network_offset(skb) + ip_hdrlen(skb) > skb->len)
		return -EINVAL;
	if (ip_is_fragment(ip_hdr(skb)))
		return -EMSGSIZE;
	*prevhdr = offsetof(struct iphdr, protocol);
	return ip_hdrlen(skb);
}

/**
 * ipsec_transport_open() - make the gap and move skb->data behind it
 * @pkt: its skb is owned and has room, data at the IP header; outer_len and
 *	prevhdr are set
 *
 * The headers in front move now, because AH or ESP is written where they end.
 * Sets nexthdr; leaves skb->data at what will be protected.
 */
void ipsec_transport_open(struct ipsec_packet *pkt)
{
	unsigned int gap = pkt->sa->layout.encap_len + pkt->sa->layout.hdr_len;
	struct sk_buff *skb = pkt->skb;

	pkt->nexthdr = skb_network_header(skb)[pkt->prevhdr];
	memmove(skb->data - gap, skb->data, pkt->outer_len);
	skb_set_network_header(skb, -(int)gap);
	__skb_pull(skb, pkt->outer_len);
}

/**
 * ipsec_transport_close() - make the headers in front of AH or ESP fit it
 * @pkt: skb->data at AH or ESP, or at the UDP header in front of it, behind the
 *	headers that were moved
 *
 * Leaves data and network header at the IP header, the transport header at AH
 * or ESP, and the lengths right.
 */
void ipsec_transport_close(struct ipsec_packet *pkt)
{
	struct sk_buff *skb = pkt->skb;

	skb_reset_transport_header(skb);
	__skb_push(skb, pkt->outer_len);
	skb_network_header(skb)[pkt->prevhdr] = ipsec_sa_wire_proto(pkt->sa);
	if (pkt->family == AF_INET)
		ip_hdr(skb)->tot_len = htons(skb->len);
	else
		ipv6_hdr(skb)->payload_len =
			htons(skb->len - sizeof(struct ipv6hdr));
}

/**
 * ipsec_transport_restore() - make the original packet again
 * @pkt: skb->data behind AH or ESP, nexthdr is what was protected
 *
 * Leaves data and network header at the IP header, the transport header at
 * the next layer, lengths and checksum right.
 */
void ipsec_transport_restore(struct ipsec_packet *pkt)
{
	struct sk_buff *skb = pkt->skb;
	u8 *from = skb_network_header(skb);

	skb_reset_transport_header(skb);
	__skb_push(skb, pkt->outer_len);
	memmove(skb->data, from, pkt->outer_len);
	skb_reset_network_header(skb);
	skb_network_header(skb)[pkt->prevhdr] = pkt->nexthdr;
	if (pkt->family == AF_INET) {
		ip_hdr(skb)->tot_len = htons(skb->len);
		ip_send_check(ip_hdr(skb));
	} else {
		ipv6_hdr(skb)->payload_len =
			htons(skb->len - sizeof(struct ipv6hdr));
	}
}
