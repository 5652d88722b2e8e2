// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Mutable fields
 *
 * The ICV of AH covers the IP header as the receiver will see it, with what
 * may change on the way counted as zero (RFC 4302 3.3.3.1). Both sides give a
 * private copy of the header to these functions, the sender before the first
 * hop and the receiver after the last, and both must get the same bytes.
 *
 * Every length comes from the packet and is checked against what is left
 * before it is used; every step moves forward by one byte at least. After an
 * error the copy holds anything.
 */
#include "mutable.h"

#include <linux/errno.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/string.h>

/* RFC 1108, RFC 1770; the kernel has no names for them. */
#define IPOPT_EXTENDED_SECURITY 133
#define IPOPT_MULTI_DESTINATION 149

/* RFC 8200 4.2: the option data may change on the way. */
#define OPTION6_CHANGES 0x20

/* A routing header in front of its addresses (RFC 2460 4.4, RFC 6275 6.4). */
#define ROUTING_FIXED_LEN 8

/* A fragment header, and what is set in its bytes 2 and 3 when the packet is not
 * whole: offset and more-fragments flag (RFC 8200 4.5).
 */
#define FRAGMENT_LEN 8
#define FRAGMENT_NOT_WHOLE 0xfff9

/* RFC 4302 A1. What is not in its first list is zeroed, unknown ones too. */
static bool option4_is_immutable(u8 type)
{
	switch (type) {
	case IPOPT_SEC:
	case IPOPT_EXTENDED_SECURITY:
	case IPOPT_CIPSO:
	case IPOPT_RA:
	case IPOPT_MULTI_DESTINATION:
		return true;
	default:
		return false;
	}
}

/* RFC 4302 3.3.3.1.1.1: the destination address counts as it will be at the
 * end of the source route. That is the last address of a route that is still
 * to go; when the pointer is behind the route, the packet is there already and
 * the route holds the way it came.
 */
static int end_source_route4(struct iphdr *iph, const u8 *option, u8 option_len)
{
	u8 pointer;

	if (option_len < 3 || option_len % 4 != 3)
		return -EINVAL;
	pointer = option[2];
	if (pointer < 4 || pointer % 4)
		return -EINVAL;
	if (pointer < option_len)
		memcpy(&iph->daddr, option + option_len - sizeof(iph->daddr),
		       sizeof(iph->daddr));
	return 0;
}

static int zero_option4(struct iphdr *iph, u8 *option, u8 option_len)
{
	int err;

	if (option4_is_immutable(option[0]))
		return 0;
	if (option[0] == IPOPT_LSRR || option[0] == IPOPT_SSRR) {
		err = end_source_route4(iph, option, option_len);
		if (err)
			return err;
	}
	memset(option, 0, option_len);
	return 0;
}

/**
 * ipsec_mutable_zero4 - bring an IPv4 header into the form that AH covers
 * @hdr: private copy of the header with its options, aligned to 4 bytes
 * @len: its length
 *
 * Bytes behind an End of Options List are no options: they stay and are so
 * protected (RFC 4302 A1).
 *
 * Context: Any.
 * Return: 0, or -EINVAL if the header or an option contradicts its length
 */
int ipsec_mutable_zero4(u8 *hdr, size_t len)
{
	struct iphdr *iph = (struct iphdr *)hdr;
	size_t off = sizeof(*iph);
	bool has_route = false;
	u8 option_len;
	int err;

	if (len < sizeof(*iph) || iph->version != 4 || iph->ihl * 4 != len)
		return -EINVAL;

	iph->tos = 0;
	iph->frag_off = 0;
	iph->ttl = 0;
	iph->check = 0;

	while (off < len && hdr[off] != IPOPT_END) {
		if (hdr[off] == IPOPT_NOOP) {
			off++;
			continue;
		}
		if (len - off < 2)
			return -EINVAL;
		option_len = hdr[off + 1];
		if (option_len < 2 || option_len > len - off)
			return -EINVAL;
		if (hdr[off] == IPOPT_LSRR || hdr[off] == IPOPT_SSRR) {
			/* RFC 791 3.1: at most one, else which end counts? */
			if (has_route)
				return -EINVAL;
			has_route = true;
		}
		err = zero_option4(iph, hdr + off, option_len);
		if (err)
			return err;
		off += option_len;
	}
	return 0;
}

/* RFC 4302 3.3.3.1.2.2: the data alone, type and length stay. */
static int zero_options6(u8 *ext, size_t ext_len)
{
	size_t off = sizeof(struct ipv6_opt_hdr);
	u8 data_len;

	while (off < ext_len) {
		if (ext[off] == IPV6_TLV_PAD1) {
			off++;
			continue;
		}
		if (ext_len - off < 2)
			return -EINVAL;
		data_len = ext[off + 1];
		if (data_len > ext_len - off - 2)
			return -EINVAL;
		if (ext[off] & OPTION6_CHANGES)
			memset(ext + off + 2, 0, data_len);
		off += 2 + data_len;
	}
	return 0;
}

/* RFC 4302 A2: a routing header and the destination address count as they will
 * be at the final destination. Of the addresses that are still to be visited,
 * the last one becomes the destination; each hop will have put the destination
 * it was reached by in place of the one it took. Segments left is a byte of
 * the packet: beyond the addresses there are, it would move foreign memory.
 */
static int end_routing6(struct ipv6hdr *ip6h, u8 *ext, size_t ext_len)
{
	struct in6_addr *addrs = (struct in6_addr *)(ext + ROUTING_FIXED_LEN);
	struct ipv6_rt_hdr *routing = (struct ipv6_rt_hdr *)ext;
	size_t count = (ext_len - ROUTING_FIXED_LEN) / sizeof(*addrs);
	size_t left = routing->segments_left;
	struct in6_addr last;

	/* Nobody told us what the other types look like at their end. */
	if (routing->type != IPV6_SRCRT_TYPE_0 &&
	    routing->type != IPV6_SRCRT_TYPE_2)
		return left ? -EINVAL : 0;
	if ((ext_len - ROUTING_FIXED_LEN) % sizeof(*addrs) || left > count)
		return -EINVAL;
	if (!left)
		return 0;

	addrs += count - left;
	last = addrs[left - 1];
	memmove(addrs + 1, addrs, (left - 1) * sizeof(*addrs));
	addrs[0] = ip6h->daddr;
	ip6h->daddr = last;
	routing->segments_left = 0;
	return 0;
}

/* RFC 4302 A2: AH was computed before the packet became a fragment, or will be
 * verified when it is none any more. What is left of that, in front of a packet
 * that is whole, counts as if it were not there.
 */
static int remove_fragment6(struct ipv6hdr *ip6h, u8 *nexthdr, u8 *ext,
			    size_t len)
{
	u16 payload_len = ntohs(ip6h->payload_len);
	u16 frag_off = ext[2] << 8 | ext[3];

	if (frag_off & FRAGMENT_NOT_WHOLE || payload_len < FRAGMENT_LEN)
		return -EINVAL;
	ip6h->payload_len = htons(payload_len - FRAGMENT_LEN);
	*nexthdr = ext[0];
	memmove(ext, ext + FRAGMENT_LEN, len - FRAGMENT_LEN);
	return 0;
}

static int zero_ext6(struct ipv6hdr *ip6h, u8 type, u8 *ext, size_t ext_len)
{
	switch (type) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_DSTOPTS:
		return zero_options6(ext, ext_len);
	case IPPROTO_ROUTING:
		return end_routing6(ip6h, ext, ext_len);
	default:
		/* All others follow AH. */
		return -EINVAL;
	}
}

/**
 * ipsec_mutable_zero6 - bring an IPv6 header into the form that AH covers
 * @hdr: private copy of the header and of the extension headers in front of
 *	AH, aligned to 4 bytes
 * @len: their length, AH not counted; less on return if there was a fragment
 *	header
 *
 * Context: Any.
 * Return: 0, or -EINVAL if a header contradicts its length, is none that may
 *	be in front of AH, or has a route to an unknown end
 */
int ipsec_mutable_zero6(u8 *hdr, size_t *len)
{
	struct ipv6hdr *ip6h = (struct ipv6hdr *)hdr;
	size_t off = sizeof(*ip6h);
	u8 *nexthdr = &ip6h->nexthdr;
	size_t ext_len;
	int err;

	if (*len < sizeof(*ip6h) || ip6h->version != 6)
		return -EINVAL;

	ip6h->priority = 0;
	memset(ip6h->flow_lbl, 0, sizeof(ip6h->flow_lbl));
	ip6h->hop_limit = 0;

	while (off < *len) {
		if (*len - off < 8)
			return -EINVAL;
		if (*nexthdr == IPPROTO_FRAGMENT) {
			err = remove_fragment6(ip6h, nexthdr, hdr + off,
					       *len - off);
			if (err)
				return err;
			*len -= FRAGMENT_LEN;
			continue;
		}
		ext_len = (hdr[off + 1] + 1) * 8;
		if (ext_len > *len - off)
			return -EINVAL;
		err = zero_ext6(ip6h, *nexthdr, hdr + off, ext_len);
		if (err)
			return err;
		nexthdr = hdr + off;
		off += ext_len;
	}
	return 0;
}
