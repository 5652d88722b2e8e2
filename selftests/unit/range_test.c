// SPDX-License-Identifier: GPL-2.0
/* Tests of net/ipsec/range.c */
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "range.h"
#include "unit.h"

#define STEPS 1000000

static union ipsec_addr address(const char *text)
{
	union ipsec_addr addr = {};

	if (inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text,
		      addr.bytes) != 1)
		abort();
	return addr;
}

static u8 bits_of(const char *text)
{
	return strchr(text, ':') ? 128 : 32;
}

static void ipsec_range_has__both_ends(void)
{
	static const struct {
		const char *min, *max, *addr;
		bool has;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.9", "192.0.2.0", false },
		{ "192.0.2.1", "192.0.2.9", "192.0.2.1", true },
		{ "192.0.2.1", "192.0.2.9", "192.0.2.9", true },
		{ "192.0.2.1", "192.0.2.9", "192.0.2.10", false },
		{ "192.0.2.9", "192.0.2.9", "192.0.2.9", true },
		{ "192.0.2.9", "192.0.2.9", "192.0.2.8", false },
		/* Network byte order, whatever that of the machine. */
		{ "10.0.0.255", "10.1.0.1", "10.0.1.0", true },
		{ "10.0.0.255", "10.1.0.1", "10.0.0.254", false },
		{ "10.0.0.255", "10.1.0.1", "10.1.0.2", false },
		{ "127.255.255.255", "128.0.0.0", "128.0.0.0", true },
		{ "0.0.0.0", "255.255.255.255", "0.0.0.0", true },
		{ "0.0.0.0", "255.255.255.255", "255.255.255.255", true },
		{ "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::", true },
		{ "2001:db8::ffff", "2001:db8:0:1::", "2001:db8::1:0", true },
		{ "2001:db8::ffff", "2001:db8:0:1::", "2001:db8:0:1::1",
		  false },
		{ "2001:db8::ffff", "2001:db8:0:1::", "2001:db8::fffe",
		  false },
	};
	struct ipsec_range range;
	union ipsec_addr addr;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		range.min = address(rows[i].min);
		range.max = address(rows[i].max);
		addr = address(rows[i].addr);
		EXPECT(ipsec_range_has(&range, &addr) == rows[i].has,
		       "row %u", i);
	}
}

static void ipsec_range_cover__known(void)
{
	static const struct {
		const char *min, *max;
		const char *addr[IPSEC_RANGE_COVER_MAX];
		u8 plen[IPSEC_RANGE_COVER_MAX];
		bool is_prefix;
	} rows[] = {
		{ "0.0.0.0", "255.255.255.255", { "0.0.0.0" }, { 0 }, true },
		{ "192.0.2.7", "192.0.2.7", { "192.0.2.7" }, { 32 }, true },
		{ "192.0.2.0", "192.0.2.255", { "192.0.2.0" }, { 24 }, true },
		{ "192.0.2.0", "192.0.2.254", { "192.0.2.0" }, { 24 }, false },
		{ "192.0.2.1", "192.0.2.255", { "192.0.2.0" }, { 24 }, false },
		{ "192.0.2.0", "192.0.3.0", { "192.0.2.0" }, { 23 }, false },
		{ "192.0.2.255", "192.0.3.0", { "192.0.2.255", "192.0.3.0" },
		  { 32, 32 }, false },
		{ "127.255.255.255", "128.0.0.1",
		  { "127.255.255.255", "128.0.0.0" }, { 32, 31 }, false },
		{ "192.0.2.1", "192.0.2.9", { "192.0.2.0", "192.0.2.8" },
		  { 29, 31 }, false },
		{ "0.0.0.1", "255.255.255.254", { "0.0.0.0", "128.0.0.0" },
		  { 1, 1 }, false },
		{ "0.0.0.0", "255.255.255.254", { "0.0.0.0" }, { 0 }, false },
		{ "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", { "::" },
		  { 0 }, true },
		{ "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", { "::" },
		  { 0 }, false },
		{ "2001:db8::ffff", "2001:db8::1:0",
		  { "2001:db8::ffff", "2001:db8::1:0" }, { 128, 128 }, false },
		{ "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
		  { "2001:db8::" }, { 32 }, true },
	};
	struct ipsec_prefix cover[IPSEC_RANGE_COVER_MAX];
	union ipsec_addr addr;
	struct ipsec_range range;
	unsigned int i, n, count;
	u8 bits;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		bits = bits_of(rows[i].min);
		range.min = address(rows[i].min);
		range.max = address(rows[i].max);
		count = ipsec_range_cover(&range, bits, cover);
		EXPECT(count == (rows[i].addr[1] ? 2 : 1), "row %u", i);
		for (n = 0; n < count && rows[i].addr[n]; n++) {
			addr = address(rows[i].addr[n]);
			EXPECT(!memcmp(&cover[n].addr, &addr, sizeof(addr)),
			       "row %u prefix %u", i, n);
			EXPECT(cover[n].plen == rows[i].plen[n],
			       "row %u prefix %u: /%u", i, n, cover[n].plen);
		}
		EXPECT(ipsec_range_is_prefix(&range, bits) ==
		       rows[i].is_prefix, "row %u", i);
	}
}

/* Every range of addresses of one byte, and every such address. */
static void ipsec_range_cover__all_of_one_byte(void)
{
	struct ipsec_prefix cover[IPSEC_RANGE_COVER_MAX];
	unsigned int min, max, value, count, i, hits, width;
	unsigned int first[IPSEC_RANGE_COVER_MAX], inside[IPSEC_RANGE_COVER_MAX];
	struct ipsec_range range = {};

	for (min = 0; min < 256; min++) {
		for (max = min; max < 256; max++) {
			range.min.bytes[0] = min;
			range.max.bytes[0] = max;
			count = ipsec_range_cover(&range, 8, cover);
			memset(inside, 0, sizeof(inside));
			for (i = 0; i < count; i++)
				first[i] = cover[i].addr.bytes[0];
			for (value = min; value <= max; value++) {
				hits = 0;
				for (i = 0; i < count; i++) {
					width = 256 >> cover[i].plen;
					if (value < first[i] ||
					    value >= first[i] + width)
						continue;
					hits++;
					inside[i]++;
				}
				EXPECT(hits == 1, "%u-%u: %u is in %u", min,
				       max, value, hits);
			}
			for (i = 0; i < count; i++) {
				width = 256 >> cover[i].plen;
				EXPECT(first[i] % width == 0, "%u-%u", min,
				       max);
				EXPECT(2 * inside[i] > width, "%u-%u: %u of %u",
				       min, max, inside[i], width);
			}
			EXPECT(ipsec_range_is_prefix(&range, 8) ==
			       (count == 1 && inside[0] == 256 >> cover[0].plen),
			       "%u-%u", min, max);
		}
	}
}

static bool is_in(const struct ipsec_prefix *prefix,
		  const union ipsec_addr *addr)
{
	unsigned int i;

	for (i = 0; i < prefix->plen; i++)
		if ((prefix->addr.bytes[i / 8] ^ addr->bytes[i / 8]) >>
		    (7 - i % 8) & 1)
			return false;
	return true;
}

/* 128 bits: ends that agree in a random number of bits, addresses near them. */
static void ipsec_range_cover__ipv6(void)
{
	struct ipsec_prefix cover[IPSEC_RANGE_COVER_MAX], hull;
	union ipsec_addr one, other, addr;
	unsigned int i, n, count, hits, bit;
	struct ipsec_range range;

	for (i = 0; i < STEPS; i++) {
		unit_random_bytes(one.bytes, sizeof(one.bytes));
		unit_random_bytes(other.bytes, sizeof(other.bytes));
		memcpy(other.bytes, one.bytes, unit_random_below(17));
		range.min = memcmp(&one, &other, sizeof(one)) < 0 ? one : other;
		range.max = memcmp(&one, &other, sizeof(one)) < 0 ? other : one;
		addr = unit_random_below(2) ? one : other;
		bit = unit_random_below(128);
		addr.bytes[bit / 8] ^= 0x80 >> bit % 8;
		count = ipsec_range_cover(&range, 128, cover);
		ipsec_range_hull(&range, 128, &hull);
		for (n = hits = 0; n < count; n++)
			hits += is_in(&cover[n], &addr);
		EXPECT(hits <= 1, "in both");
		EXPECT(hits || !ipsec_range_has(&range, &addr), "not covered");
		EXPECT(is_in(&hull, &range.min) && is_in(&hull, &range.max),
		       "not in the hull");
		EXPECT(is_in(&cover[0], &range.min), "first");
		EXPECT(is_in(&cover[count - 1], &range.max), "last");
	}
}

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_range_has__both_ends),
	UNIT_CASE(ipsec_range_cover__known),
	UNIT_CASE(ipsec_range_cover__all_of_one_byte),
	UNIT_CASE(ipsec_range_cover__ipv6),
};

UNIT_MAIN(cases)
