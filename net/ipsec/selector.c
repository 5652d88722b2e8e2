// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Selectors
 *
 * Does a packet match a selector (RFC 4301 4.4.1.1)? A selector that asks for
 * a value which the packet does not show (the ports of a later fragment, say)
 * is not matched. ANY, which is nothing that is asked for, is matched by every
 * packet, OPAQUE by those that do not show the value.
 */
#include "selector.h"

#include <linux/kernel.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <asm/byteorder.h>

/* Bits of word @i that belong to a prefix of @plen bits. */
static __be32 prefix_word(u8 plen, unsigned int i)
{
	unsigned int start = 32 * i;

	if (plen <= start)
		return 0;
	if (plen >= start + 32)
		return htonl(~0U);
	return htonl(~0U << (start + 32 - plen));
}

/**
 * ipsec_selector_mask - zero the host bits of an address
 * @addr: address
 * @plen: prefix length
 *
 * Context: Any.
 */
void ipsec_selector_mask(union ipsec_addr *addr, u8 plen)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(addr->a6); i++)
		addr->a6[i] &= prefix_word(plen, i);
}

/**
 * ipsec_selector_is_masked - are the host bits zero
 * @addr: address
 * @plen: prefix length
 *
 * Context: Any.
 * Return: true if ipsec_selector_mask() would change nothing
 */
bool ipsec_selector_is_masked(const union ipsec_addr *addr, u8 plen)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(addr->a6); i++)
		if (addr->a6[i] & ~prefix_word(plen, i))
			return false;
	return true;
}

/**
 * ipsec_selector_prefix_match - is an address inside a prefix
 * @addr: address
 * @prefix: prefix of the same family, host bits zero
 * @plen: its length
 *
 * Context: Any.
 * Return: true if it is
 */
bool ipsec_selector_prefix_match(const union ipsec_addr *addr,
				 const union ipsec_addr *prefix, u8 plen)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(addr->a6) && plen > 32 * i; i++)
		if ((addr->a6[i] ^ prefix->a6[i]) & prefix_word(plen, i))
			return false;
	return true;
}

static bool ports_match(const struct ipsec_selector *sel,
			const struct ipsec_flow *flow)
{
	if (!sel->has_local_port && !sel->has_remote_port)
		return true;
	if (!flow->has_ports)
		return false;
	if (sel->has_local_port &&
	    (flow->local_port < sel->local_port_min ||
	     flow->local_port > sel->local_port_max))
		return false;
	return !sel->has_remote_port ||
	       (flow->remote_port >= sel->remote_port_min &&
		flow->remote_port <= sel->remote_port_max);
}

/* RFC 4301 4.4.1.1: one comparison of both together. */
static bool icmp_matches(const struct ipsec_selector *sel,
			 const struct ipsec_flow *flow)
{
	u16 value = flow->icmp_type * 256 + flow->icmp_code;

	return !sel->has_icmp ||
	       (flow->has_icmp && sel->icmp_min <= value &&
		value <= sel->icmp_max);
}

static bool mh_matches(const struct ipsec_selector *sel,
		       const struct ipsec_flow *flow)
{
	return !sel->has_mh ||
	       (flow->has_mh && sel->mh_min <= flow->mh_type &&
		flow->mh_type <= sel->mh_max);
}

static bool opaque_matches(const struct ipsec_selector *sel,
			   const struct ipsec_flow *flow)
{
	if (sel->is_proto_opaque && !flow->is_proto_opaque)
		return false;
	return !sel->is_opaque ||
	       !(flow->has_ports || flow->has_icmp || flow->has_mh);
}

static bool ranges_match(const struct ipsec_ranges *ranges,
			 const union ipsec_addr *addr)
{
	unsigned int i;

	for (i = 0; i < ranges->count; i++)
		if (ipsec_range_has(&ranges->range[i], addr))
			return true;
	return !ranges->count;
}

static bool port_ranges_match(const struct ipsec_port_ranges *ranges, u16 port)
{
	unsigned int i;

	for (i = 0; i < ranges->count; i++)
		if (ranges->range[i].min <= port &&
		    port <= ranges->range[i].max)
			return true;
	return !ranges->count;
}

/* Of lists the rest of the selector has compared the lowest and the highest. */
static bool more_matches(const struct ipsec_selector_more *more,
			 const struct ipsec_flow *flow)
{
	if ((flow->mark ^ more->mark) & more->mark_mask)
		return false;
	if (more->dev[0] && (!flow->dev || strcmp(flow->dev, more->dev)))
		return false;
	return ranges_match(&more->local, &flow->local) &&
	       ranges_match(&more->remote, &flow->remote) &&
	       port_ranges_match(&more->local_ports, flow->local_port) &&
	       port_ranges_match(&more->remote_ports, flow->remote_port);
}

/**
 * ipsec_selector_match_found() - does all that was not searched for match
 * @sel: selector
 * @flow: selector values of a packet
 *
 * For a caller that found @sel by a prefix of each side already.
 *
 * Context: Any.
 * Return: true if protocol, ports and so on match
 */
bool ipsec_selector_match_found(const struct ipsec_selector *sel,
				const struct ipsec_flow *flow)
{
	if (sel->proto && sel->proto != flow->proto)
		return false;
	return ports_match(sel, flow) && icmp_matches(sel, flow) &&
	       mh_matches(sel, flow) && opaque_matches(sel, flow) &&
	       (likely(!sel->more) || more_matches(sel->more, flow));
}

/**
 * ipsec_selector_match - does a packet match a selector
 * @sel: selector
 * @flow: selector values of a packet
 *
 * Context: Any.
 * Return: true if it does
 */
bool ipsec_selector_match(const struct ipsec_selector *sel,
			  const struct ipsec_flow *flow)
{
	if (sel->family != AF_UNSPEC && sel->family != flow->family)
		return false;
	if (!ipsec_selector_prefix_match(&flow->local, &sel->local,
					 sel->local_plen))
		return false;
	if (!ipsec_selector_prefix_match(&flow->remote, &sel->remote,
					 sel->remote_plen))
		return false;
	return ipsec_selector_match_found(sel, flow);
}

/**
 * ipsec_selector_equal() - do two selectors say the same
 * @a: one
 * @b: the other
 *
 * Context: Any.
 * Return: true if they do.
 */
bool ipsec_selector_equal(const struct ipsec_selector *a,
			  const struct ipsec_selector *b)
{
	if (memcmp(a, b, offsetof(struct ipsec_selector, more)))
		return false;
	if (!a->more || !b->more)
		return a->more == b->more;
	return !memcmp(a->more, b->more, sizeof(*a->more));
}

/**
 * ipsec_selector_names_upper() - does it ask for a value of the next layer
 * @sel: selector
 *
 * Context: Any.
 * Return: true if no packet matches that does not show its ports, ICMP type and
 * code or Mobility Header type: neither ANY nor OPAQUE (RFC 4301 7 calls that
 * non-trivial).
 */
bool ipsec_selector_names_upper(const struct ipsec_selector *sel)
{
	return sel->has_local_port || sel->has_remote_port || sel->has_icmp ||
	       sel->has_mh;
}

static void cover_side(const struct ipsec_ranges *ranges, u8 bits,
		       struct ipsec_cover *cover)
{
	unsigned int i;

	for (i = 0; i < ranges->count; i++)
		cover->count += ipsec_range_cover(&ranges->range[i], bits,
						  &cover->prefix[cover->count]);
}

static void cover_prefix(const union ipsec_addr *addr, u8 plen,
			 struct ipsec_cover *cover)
{
	cover->prefix[0].addr = *addr;
	cover->prefix[0].plen = plen;
	cover->count = 1;
}

/**
 * ipsec_selector_cover_local() - prefixes to find local addresses by
 * @sel: selector
 * @cover: result
 *
 * Context: Any.
 */
void ipsec_selector_cover_local(const struct ipsec_selector *sel,
				struct ipsec_cover *cover)
{
	memset(cover, 0, sizeof(*cover));
	if (sel->more && sel->more->local.count)
		cover_side(&sel->more->local,
			   ipsec_selector_bits(sel->family), cover);
	else
		cover_prefix(&sel->local, sel->local_plen, cover);
}

/**
 * ipsec_selector_cover_remote() - prefixes to find remote addresses by
 * @sel: selector
 * @cover: result
 *
 * Context: Any.
 */
void ipsec_selector_cover_remote(const struct ipsec_selector *sel,
				 struct ipsec_cover *cover)
{
	memset(cover, 0, sizeof(*cover));
	if (sel->more && sel->more->remote.count)
		cover_side(&sel->more->remote,
			   ipsec_selector_bits(sel->family), cover);
	else
		cover_prefix(&sel->remote, sel->remote_plen, cover);
}
