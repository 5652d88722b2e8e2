/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses, and ranges of them. Pure: compiled in user space by
 * selftests/unit as well.
 */
#ifndef _NET_IPSEC_RANGE_H
#define _NET_IPSEC_RANGE_H

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
 * struct ipsec_range - a range of addresses of one family
 * @min: the first
 * @max: the last; not below @min
 */
struct ipsec_range {
	union ipsec_addr min;
	union ipsec_addr max;
};

/**
 * struct ipsec_prefix - an address prefix
 * @addr: its first address: host bits zero
 * @plen: its length
 */
struct ipsec_prefix {
	union ipsec_addr addr;
	u8 plen;
};

/* No range needs more prefixes to be found by. */
#define IPSEC_RANGE_COVER_MAX 2

bool ipsec_range_has(const struct ipsec_range *range,
		     const union ipsec_addr *addr);
int ipsec_range_cmp(const union ipsec_addr *a, const union ipsec_addr *b);
void ipsec_range_hull(const struct ipsec_range *range, u8 bits,
		      struct ipsec_prefix *hull);
bool ipsec_range_is_prefix(const struct ipsec_range *range, u8 bits);
unsigned int ipsec_range_cover(const struct ipsec_range *range, u8 bits,
			       struct ipsec_prefix *cover);

#endif /* _NET_IPSEC_RANGE_H */
