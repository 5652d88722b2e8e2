// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Selectors
 *
 * Does a packet match a selector (RFC 4301 4.4.1.1)? A selector that asks for
 * a value which the packet does not show (the ports of a later fragment, say)
 * is not matched: there OPAQUE equals ANY only.
 */
#include "selector.h"

#include <linux/kernel.h>
#include <linux/socket.h>
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

static bool icmp_matches(const struct ipsec_selector *sel,
			 const struct ipsec_flow *flow)
{
	if (!sel->has_icmp_type && !sel->has_icmp_code)
		return true;
	if (!flow->has_icmp)
		return false;
	if (sel->has_icmp_type && flow->icmp_type != sel->icmp_type)
		return false;
	return !sel->has_icmp_code || flow->icmp_code == sel->icmp_code;
}

/**
 * ipsec_selector_match_upper - does what is above IP match
 * @sel: selector
 * @flow: selector values of a packet
 *
 * For a caller that found @sel by its addresses already.
 *
 * Context: Any.
 * Return: true if protocol, ports, ICMP type and code match
 */
bool ipsec_selector_match_upper(const struct ipsec_selector *sel,
				const struct ipsec_flow *flow)
{
	if (sel->proto && sel->proto != flow->proto)
		return false;
	return ports_match(sel, flow) && icmp_matches(sel, flow);
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
	return ipsec_selector_match_upper(sel, flow);
}
