/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Selectors (RFC 4301 4.4.1.1) and the selector values of one packet. Pure:
 * no skb, no locks; compiled in user space by selftests/unit as well.
 */
#ifndef _NET_IPSEC_SELECTOR_H
#define _NET_IPSEC_SELECTOR_H

#include <linux/socket.h>
#include <linux/types.h>
#include <uapi/linux/ipsec.h>

#include "range.h"

/* Room for the name of a device, with the zero behind it: IFNAMSIZ. */
#define IPSEC_SELECTOR_DEV_LEN 16

/**
 * struct ipsec_flow - the selector values of one packet
 * @local: address on this side: source when OUT, destination when IN
 * @remote: address on the other side
 * @family: AF_INET or AF_INET6
 * @proto: next layer protocol (after the IPv6 extension headers that RFC 4301
 *	4.4.1.1 lets us skip); 0 with @is_proto_opaque
 * @is_proto_opaque: IPv6 only, the next layer protocol cannot be read
 * @has_ports: @local_port and @remote_port are known; false for protocols
 *	without ports, non-initial fragments and truncated headers (OPAQUE)
 * @has_icmp: @icmp_type and @icmp_code are known
 * @has_mh: @mh_type is known
 * @is_fragment: an IP fragment, the first one included
 * @zero: padding, zero
 * @icmp_type: ICMP or ICMPv6 type
 * @icmp_code: ICMP or ICMPv6 code
 * @mh_type: type of a Mobility Header message
 * @local_port: host byte order
 * @remote_port: host byte order
 * @frag_offset: where in the whole packet a later IPv4 fragment begins, in
 *	bytes; else 0
 * @mark: mark of the packet
 * @dev: name of the device that it crosses the boundary by; NULL when not
 *	known, or when no policy asks for it
 */
struct ipsec_flow {
	union ipsec_addr local;
	union ipsec_addr remote;
	u8 family;
	u8 proto;
	u8 is_proto_opaque:1;
	u8 has_ports:1;
	u8 has_icmp:1;
	u8 has_mh:1;
	u8 is_fragment:1;
	u8 zero:3;
	u8 icmp_type;
	u8 icmp_code;
	u8 mh_type;
	u16 local_port;
	u16 remote_port;
	u16 frag_offset;
	u32 mark;
	const char *dev;
};

/**
 * struct ipsec_ranges - a list of ranges of addresses
 * @count: how many there are
 * @range: in ascending order; they do not overlap
 */
struct ipsec_ranges {
	u32 count;
	struct ipsec_range range[IPSEC_RANGES_MAX];
};

/**
 * struct ipsec_port_ranges - a list of ranges of ports
 * @count: how many there are
 * @range: in ascending order; they do not overlap
 * @range.min: the first, host byte order
 * @range.max: the last
 */
struct ipsec_port_ranges {
	u32 count;
	struct {
		u16 min;
		u16 max;
	} range[IPSEC_RANGES_MAX];
};

/**
 * struct ipsec_selector_more - what few selectors ask for
 * @local: local addresses, if they are not one prefix
 * @remote: remote addresses, if they are not one prefix
 * @local_ports: local ports, if they are not one range
 * @remote_ports: remote ports, if they are not one range
 * @mark: what the bits of @mark_mask must be
 * @mark_mask: bits of the packet's mark to look at; 0 is none
 * @dev: name of the device; empty is any
 */
struct ipsec_selector_more {
	struct ipsec_ranges local;
	struct ipsec_ranges remote;
	struct ipsec_port_ranges local_ports;
	struct ipsec_port_ranges remote_ports;
	u32 mark;
	u32 mark_mask;
	char dev[IPSEC_SELECTOR_DEV_LEN];
};

/**
 * struct ipsec_selector - which packets a policy or an SA is about
 * @local: local prefix, host bits zero; of a list of ranges the longest prefix
 *	that has all of them
 * @remote: remote prefix, likewise
 * @family: AF_INET, AF_INET6, or AF_UNSPEC for both (then both prefixes are
 *	of length 0)
 * @local_plen: prefix length of @local
 * @remote_plen: prefix length of @remote
 * @proto: next layer protocol, 0 is ANY
 * @has_local_port: @local_port_min to @local_port_max must contain the port
 * @has_remote_port: @remote_port_min to @remote_port_max must contain the port
 * @has_icmp: @icmp_min to @icmp_max must contain type and code
 * @has_mh: @mh_min to @mh_max must contain the Mobility Header type
 * @is_opaque: the ports, ICMP type and code, or Mobility Header type that a
 *	packet of @proto has must not be readable (OPAQUE)
 * @is_proto_opaque: the next layer protocol must not be readable (OPAQUE)
 * @mh_min: first Mobility Header type
 * @mh_max: last Mobility Header type
 * @icmp_min: first ICMP or ICMPv6 type, times 256, plus first code
 * @icmp_max: last type, times 256, plus last code
 * @local_port_min: first local port, host byte order; of a list the lowest
 * @local_port_max: last local port; of a list the highest
 * @remote_port_min: first remote port, likewise
 * @remote_port_max: last remote port, likewise
 * @more: what else must match, or NULL. Belongs to the selector.
 *
 * Zeroed before it is filled, so that two of them can be compared as memory.
 */
struct ipsec_selector {
	union ipsec_addr local;
	union ipsec_addr remote;
	u8 family;
	u8 local_plen;
	u8 remote_plen;
	u8 proto;
	u8 has_local_port:1;
	u8 has_remote_port:1;
	u8 has_icmp:1;
	u8 has_mh:1;
	u8 is_opaque:1;
	u8 is_proto_opaque:1;
	u8 mh_min;
	u8 mh_max;
	u16 icmp_min;
	u16 icmp_max;
	u16 local_port_min;
	u16 local_port_max;
	u16 remote_port_min;
	u16 remote_port_max;
	struct ipsec_selector_more *more;
};

/* The prefixes that one side of a selector is found by. */
#define IPSEC_SELECTOR_COVER_MAX (IPSEC_RANGE_COVER_MAX * IPSEC_RANGES_MAX)

/**
 * struct ipsec_cover - prefixes to find one side of a selector by
 * @count: how many there are
 * @prefix: they differ; each address that the selector has is in one of them
 */
struct ipsec_cover {
	u32 count;
	struct ipsec_prefix prefix[IPSEC_SELECTOR_COVER_MAX];
};

/**
 * ipsec_selector_bits() - length of an address
 * @family: AF_INET, AF_INET6, or AF_UNSPEC
 *
 * Return: in bits; 0 for AF_UNSPEC.
 */
static inline u8 ipsec_selector_bits(u8 family)
{
	return family == AF_INET ? 32 : family == AF_INET6 ? 128 : 0;
}

void ipsec_selector_mask(union ipsec_addr *addr, u8 plen);
bool ipsec_selector_prefix_match(const union ipsec_addr *addr,
				 const union ipsec_addr *prefix, u8 plen);
bool ipsec_selector_match(const struct ipsec_selector *sel,
			  const struct ipsec_flow *flow);
bool ipsec_selector_match_found(const struct ipsec_selector *sel,
				const struct ipsec_flow *flow);
bool ipsec_selector_is_masked(const union ipsec_addr *addr, u8 plen);
bool ipsec_selector_equal(const struct ipsec_selector *a,
			  const struct ipsec_selector *b);
bool ipsec_selector_names_upper(const struct ipsec_selector *sel);
void ipsec_selector_cover_local(const struct ipsec_selector *sel,
				struct ipsec_cover *cover);
void ipsec_selector_cover_remote(const struct ipsec_selector *sel,
				 struct ipsec_cover *cover);

#endif /* _NET_IPSEC_SELECTOR_H */
