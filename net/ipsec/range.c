// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Ranges of addresses
 *
 * RFC 4301 4.4.1.1 selects by ranges, a hash table finds prefixes. The prefixes
 * that make up a range exactly can be 254 of them. It is enough to find it by
 * two that cover it, and then to ask whether the address is in the range:
 *
 * Take the longest prefix that all of the range has in common. Where it begins
 * with the first address of that prefix, or ends with the last, it is found by
 * this prefix. Where it does neither, it crosses the middle of the prefix; left
 * and right of the middle are two ranges, of which the one ends with the last
 * address of its half and the other begins with the first.
 *
 * A range that begins where its longest common prefix does goes beyond the
 * middle of it, or the prefix would be longer; one that ends there likewise. So
 * each of them is more than half of the prefix that it is found by, and two
 * ranges that do not overlap are never found by the same one.
 */
#include "range.h"

#include <linux/kernel.h>
#include <linux/string.h>

/**
 * ipsec_range_cmp() - order of two addresses of one family
 * @a: one
 * @b: the other
 *
 * Context: Any.
 * Return: below 0, 0 or above 0, as memcmp().
 */
int ipsec_range_cmp(const union ipsec_addr *a, const union ipsec_addr *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/**
 * ipsec_range_has() - is an address in a range
 * @range: the range, which includes both of its ends
 * @addr: address of the same family
 *
 * Context: Any.
 * Return: true if it is.
 */
bool ipsec_range_has(const struct ipsec_range *range,
		     const union ipsec_addr *addr)
{
	return ipsec_range_cmp(&range->min, addr) <= 0 &&
	       ipsec_range_cmp(addr, &range->max) <= 0;
}

static bool bit_of(const union ipsec_addr *addr, u8 i)
{
	return addr->bytes[i / 8] >> (7 - i % 8) & 1;
}

/* How many leading bits two addresses have in common. */
static u8 common(const union ipsec_addr *a, const union ipsec_addr *b, u8 bits)
{
	u8 i = 0;

	while (i < bits && a->bytes[i / 8] == b->bytes[i / 8])
		i += 8;
	while (i < bits && bit_of(a, i) == bit_of(b, i))
		i++;
	return i;
}

/* How many bits from @from on are @value. */
static u8 run_of(const union ipsec_addr *addr, bool value, u8 from, u8 bits)
{
	u8 i = from;

	while (i < bits && bit_of(addr, i) == value)
		i++;
	return i - from;
}

static void prefix_set(struct ipsec_prefix *prefix,
		       const union ipsec_addr *addr, u8 plen)
{
	unsigned int i = plen / 8;

	memset(prefix, 0, sizeof(*prefix));
	memcpy(prefix->addr.bytes, addr->bytes, i);
	if (plen % 8)
		prefix->addr.bytes[i] = addr->bytes[i] & (0xff00 >> plen % 8);
	prefix->plen = plen;
}

/**
 * ipsec_range_hull() - the longest prefix that has all of a range
 * @range: the range
 * @bits: length of an address in bits
 * @hull: result
 *
 * Context: Any.
 */
void ipsec_range_hull(const struct ipsec_range *range, u8 bits,
		      struct ipsec_prefix *hull)
{
	prefix_set(hull, &range->min, common(&range->min, &range->max, bits));
}

/**
 * ipsec_range_is_prefix() - is a range all of a prefix
 * @range: the range
 * @bits: length of an address in bits
 *
 * Context: Any.
 * Return: true if it is ipsec_range_hull().
 */
bool ipsec_range_is_prefix(const struct ipsec_range *range, u8 bits)
{
	u8 plen = common(&range->min, &range->max, bits);

	return run_of(&range->min, 0, plen, bits) == bits - plen &&
	       run_of(&range->max, 1, plen, bits) == bits - plen;
}

/**
 * ipsec_range_cover() - prefixes to find a range by
 * @range: the range
 * @bits: length of an address in bits
 * @cover: result, IPSEC_RANGE_COVER_MAX of them
 *
 * Each address of the range is in exactly one of them, and more than half of
 * each is in the range.
 *
 * Context: Any.
 * Return: how many they are.
 */
unsigned int ipsec_range_cover(const struct ipsec_range *range, u8 bits,
			       struct ipsec_prefix *cover)
{
	u8 plen = common(&range->min, &range->max, bits);
	u8 left = run_of(&range->min, 0, plen, bits);
	u8 right = run_of(&range->max, 1, plen, bits);

	if (left == bits - plen || right == bits - plen) {
		prefix_set(&cover[0], &range->min, plen);
		return 1;
	}
	/* The first bit behind the common ones differs. What follows decides
	 * how much of each half the range has.
	 */
	plen++;
	prefix_set(&cover[0], &range->min,
		   plen + run_of(&range->min, 1, plen, bits));
	prefix_set(&cover[1], &range->max,
		   plen + run_of(&range->max, 0, plen, bits));
	return 2;
}
