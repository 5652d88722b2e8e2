/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Selectors (RFC 4301 4.4.1.1) and the selector values of one packet. Pure:
 * no skb, no locks; compiled in user space by selftests/unit as well.
 */
#ifndef _NET_IPSEC_SELECTOR_H
#define _NET_IPSEC_SELECTOR_H

#include <linux/types.h>

/**
 * union ipsec_addr - an IPv4 or IPv6 address in network byte order
 * @a4: IPv4 address; the other 12 bytes are zero
 * @a6: IPv6 address as four words
 * @bytes: the same as bytes
 */
union ipsec_addr {
	__be32 a4;
	__be32 a6[4];
	u8 bytes[16];
};

/**
 * struct ipsec_flow - the selector values of one packet
 * @local: address on this side: source when OUT, destination when IN
 * @remote: address on the other side
 * @family: AF_INET or AF_INET6
 * @proto: next layer protocol (after the IPv6 extension headers that RFC 4301
 *	4.4.1.1 lets us skip)
 * @has_ports: @local_port and @remote_port are known; false for protocols
 *	without ports, non-initial fragments and truncated headers (OPAQUE)
 * @has_icmp: @icmp_type and @icmp_code are known
 * @is_fragment: an IP fragment, the first one included
 * @icmp_type: ICMP or ICMPv6 type
 * @icmp_code: ICMP or ICMPv6 code
 * @local_port: host byte order
 * @remote_port: host byte order
 */
struct ipsec_flow {
	union ipsec_addr local;
	union ipsec_addr remote;
	u8 family;
	u8 proto;
	u8 has_ports:1;
	u8 has_icmp:1;
	u8 is_fragment:1;
	u8 icmp_type;
	u8 icmp_code;
	u16 local_port;
	u16 remote_port;
};

/**
 * struct ipsec_selector - which packets a policy or an SA is about
 * @local: local prefix, host bits zero
 * @remote: remote prefix, host bits zero
 * @family: AF_INET, AF_INET6, or AF_UNSPEC for both (then both prefixes are
 *	of length 0)
 * @local_plen: prefix length of @local
 * @remote_plen: prefix length of @remote
 * @proto: next layer protocol, 0 is ANY
 * @has_local_port: @local_port_min to @local_port_max must contain the port
 * @has_remote_port: @remote_port_min to @remote_port_max must contain the port
 * @has_icmp_type: @icmp_type must be equal
 * @has_icmp_code: @icmp_code must be equal
 * @icmp_type: ICMP or ICMPv6 type
 * @icmp_code: ICMP or ICMPv6 code
 * @local_port_min: first local port, host byte order
 * @local_port_max: last local port
 * @remote_port_min: first remote port
 * @remote_port_max: last remote port
 *
 * Zeroed before it is filled, so that two of them can be compared with memcmp.
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
	u8 has_icmp_type:1;
	u8 has_icmp_code:1;
	u8 icmp_type;
	u8 icmp_code;
	u16 local_port_min;
	u16 local_port_max;
	u16 remote_port_min;
	u16 remote_port_max;
};

void ipsec_selector_mask(union ipsec_addr *addr, u8 plen);
bool ipsec_selector_prefix_match(const union ipsec_addr *addr,
				 const union ipsec_addr *prefix, u8 plen);
bool ipsec_selector_match(const struct ipsec_selector *sel,
			  const struct ipsec_flow *flow);
bool ipsec_selector_match_upper(const struct ipsec_selector *sel,
				const struct ipsec_flow *flow);
bool ipsec_selector_is_masked(const union ipsec_addr *addr, u8 plen);

#endif /* _NET_IPSEC_SELECTOR_H */
