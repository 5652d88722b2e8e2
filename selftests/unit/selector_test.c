// SPDX-License-Identifier: GPL-2.0
/* Tests of net/ipsec/selector.c */
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "selector.h"
#include "unit.h"

#define STEPS 1000000

/* Bit @i of an address, counted from the left as prefixes are. */
static bool address_bit(const union ipsec_addr *addr, unsigned int i)
{
	return addr->bytes[i / 8] >> (7 - i % 8) & 1;
}

static bool model_prefix_match(const union ipsec_addr *addr,
			       const union ipsec_addr *prefix,
			       unsigned int plen)
{
	unsigned int i;

	for (i = 0; i < plen; i++)
		if (address_bit(addr, i) != address_bit(prefix, i))
			return false;
	return true;
}

static void model_mask(union ipsec_addr *addr, unsigned int plen)
{
	unsigned int i;

	for (i = plen; i < 128; i++)
		addr->bytes[i / 8] &= ~(1 << (7 - i % 8));
}

static union ipsec_addr address(const char *text)
{
	union ipsec_addr addr = {};

	if (inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text,
		      addr.bytes) != 1)
		abort();
	return addr;
}

/* Two addresses that agree in many leading bits, which chance never gives. */
static void random_pair(union ipsec_addr *one, union ipsec_addr *other)
{
	unsigned int bit = unit_random_below(129);

	unit_random_bytes(one->bytes, sizeof(one->bytes));
	*other = *one;
	if (bit < 128)
		other->bytes[bit / 8] ^= 1 << (7 - bit % 8);
}

static void ipsec_selector_mask__known(void)
{
	static const struct {
		const char *addr;
		u8 plen;
		const char *masked;
	} rows[] = {
		{ "192.0.2.255", 32, "192.0.2.255" },
		{ "192.0.2.255", 31, "192.0.2.254" },
		{ "192.0.2.255", 25, "192.0.2.128" },
		{ "192.0.2.255", 24, "192.0.2.0" },
		{ "192.0.2.255", 1, "128.0.0.0" },
		{ "192.0.2.255", 0, "0.0.0.0" },
		{ "2001:db8:1:2:3:4:5:6", 128, "2001:db8:1:2:3:4:5:6" },
		{ "2001:db8:1:2:3:4:5:ffff", 127, "2001:db8:1:2:3:4:5:fffe" },
		{ "2001:db8:1:2:3:4:5:6", 97, "2001:db8:1:2:3:4::" },
		{ "2001:db8:1:2:3:4:5:6", 96, "2001:db8:1:2:3:4::" },
		{ "2001:db8:1:2:ffff:ffff:ffff:ffff", 65,
		  "2001:db8:1:2:8000::" },
		{ "2001:db8:1:2:3:4:5:6", 64, "2001:db8:1:2::" },
		{ "2001:db8:ffff::", 33, "2001:db8:8000::" },
		{ "2001:db8:1::", 32, "2001:db8::" },
		{ "ffff::1", 1, "8000::" },
		{ "ffff::1", 0, "::" },
	};
	union ipsec_addr addr, masked;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		addr = address(rows[i].addr);
		masked = address(rows[i].masked);
		EXPECT(ipsec_selector_is_masked(&addr, rows[i].plen) ==
		       !memcmp(&addr, &masked, sizeof(addr)), "row %u", i);
		ipsec_selector_mask(&addr, rows[i].plen);
		EXPECT(!memcmp(&addr, &masked, sizeof(addr)), "row %u", i);
		EXPECT(ipsec_selector_is_masked(&addr, rows[i].plen),
		       "row %u", i);
	}
}

static void ipsec_selector_mask__as_bit_by_bit(void)
{
	union ipsec_addr addr, masked, expected;
	unsigned int i, plen;

	for (i = 0; i < STEPS; i++) {
		unit_random_bytes(addr.bytes, sizeof(addr.bytes));
		plen = unit_random_below(129);
		/* Half of them have few host bits, so that masked ones come. */
		if (i % 2)
			model_mask(&addr, unit_random_below(129));
		masked = addr;
		expected = addr;
		ipsec_selector_mask(&masked, plen);
		model_mask(&expected, plen);
		EXPECT(!memcmp(&masked, &expected, sizeof(masked)), "/%u",
		       plen);
		EXPECT(ipsec_selector_is_masked(&addr, plen) ==
		       !memcmp(&addr, &expected, sizeof(addr)), "/%u", plen);
	}
}

/* Lengths no configuration may have still stay inside the address. */
static void ipsec_selector_mask__too_long(void)
{
	union ipsec_addr addr, other;
	unsigned int plen;

	for (plen = 128; plen <= 255; plen++) {
		random_pair(&addr, &other);
		other = addr;
		ipsec_selector_mask(&addr, plen);
		EXPECT(!memcmp(&addr, &other, sizeof(addr)), "/%u", plen);
		EXPECT(ipsec_selector_is_masked(&addr, plen), "/%u", plen);
		EXPECT(ipsec_selector_prefix_match(&addr, &other, plen), "/%u",
		       plen);
	}
}

static void ipsec_selector_prefix_match__as_bit_by_bit(void)
{
	unsigned int i, plen, matches = 0;
	union ipsec_addr addr, prefix;
	bool does_match;

	for (i = 0; i < STEPS; i++) {
		random_pair(&addr, &prefix);
		plen = unit_random_below(129);
		model_mask(&prefix, plen);
		does_match = model_prefix_match(&addr, &prefix, plen);
		EXPECT(ipsec_selector_prefix_match(&addr, &prefix, plen) ==
		       does_match, "/%u", plen);
		matches += does_match;
	}
	EXPECT(matches > STEPS / 4 && matches < STEPS * 3 / 4,
	       "%u of %u match: the test is lopsided", matches, STEPS);
}

/* Every prefix length against every position of one differing bit. */
static void ipsec_selector_prefix_match__each_bit(void)
{
	union ipsec_addr addr, prefix;
	unsigned int bit, plen;

	for (plen = 0; plen <= 128; plen++) {
		for (bit = 0; bit < 128; bit++) {
			memset(&addr, 0, sizeof(addr));
			memset(&prefix, 0, sizeof(prefix));
			addr.bytes[bit / 8] = 0x80 >> bit % 8;
			EXPECT(ipsec_selector_prefix_match(&addr, &prefix,
							   plen) ==
			       (bit >= plen), "/%u bit %u", plen, bit);
		}
	}
}

/*
 * RFC 4301 4.4.1.1. Each row: a selector and a packet that differ from one
 * that has nothing special in what is named.
 */
static void ipsec_selector_match_found__rows(void)
{
#define PORTS(l, r) .proto = 17, .has_ports = 1, .local_port = l, \
	.remote_port = r
#define ICMP(t, c, t_max, c_max) .has_icmp = 1, .icmp_min = (t) * 256 + (c), \
	.icmp_max = (t_max) * 256 + (c_max)
#define SHOWS(t, c) .proto = 1, .has_icmp = 1, .icmp_type = t, .icmp_code = c
#define MH(first, last) .has_mh = 1, .mh_min = first, .mh_max = last
#define TYPE(n) .proto = 135, .has_mh = 1, .mh_type = n
	static const struct {
		const char *name;
		struct ipsec_selector sel;
		struct ipsec_flow flow;
		bool does_match;
	} rows[] = {
		{ "any, any packet", {}, { PORTS(1, 2) }, true },
		{ "any, packet without ports", {}, { .proto = 50 }, true },
		{ "any, protocol 0", {}, { .proto = 0 }, true },
		{ "protocol", { .proto = 17 }, { PORTS(1, 2) }, true },
		{ "protocol, fragment without ports", { .proto = 17 },
		  { .proto = 17, .is_fragment = 1 }, true },
		{ "other protocol", { .proto = 6 }, { PORTS(1, 2) }, false },
		{ "protocol, packet with 0", { .proto = 6 }, {}, false },

		{ "local port", { .proto = 17, .has_local_port = 1,
		  .local_port_min = 53, .local_port_max = 53 },
		  { PORTS(53, 9) }, true },
		{ "local port is remote", { .proto = 17, .has_local_port = 1,
		  .local_port_min = 53, .local_port_max = 53 },
		  { PORTS(9, 53) }, false },
		{ "remote port", { .proto = 17, .has_remote_port = 1,
		  .remote_port_min = 53, .remote_port_max = 53 },
		  { PORTS(9, 53) }, true },
		{ "remote port is local", { .proto = 17, .has_remote_port = 1,
		  .remote_port_min = 53, .remote_port_max = 53 },
		  { PORTS(53, 9) }, false },
		{ "both ports", { .proto = 17, .has_local_port = 1,
		  .local_port_min = 1, .local_port_max = 1,
		  .has_remote_port = 1, .remote_port_min = 2,
		  .remote_port_max = 2 }, { PORTS(1, 2) }, true },
		{ "both ports, one wrong", { .proto = 17, .has_local_port = 1,
		  .local_port_min = 1, .local_port_max = 1,
		  .has_remote_port = 1, .remote_port_min = 2,
		  .remote_port_max = 2 }, { PORTS(1, 3) }, false },

		{ "below the range", { .has_local_port = 1,
		  .local_port_min = 100, .local_port_max = 200 },
		  { PORTS(99, 0) }, false },
		{ "first of the range", { .has_local_port = 1,
		  .local_port_min = 100, .local_port_max = 200 },
		  { PORTS(100, 0) }, true },
		{ "last of the range", { .has_local_port = 1,
		  .local_port_min = 100, .local_port_max = 200 },
		  { PORTS(200, 0) }, true },
		{ "above the range", { .has_local_port = 1,
		  .local_port_min = 100, .local_port_max = 200 },
		  { PORTS(201, 0) }, false },
		{ "remote, below the range", { .has_remote_port = 1,
		  .remote_port_min = 100, .remote_port_max = 200 },
		  { PORTS(0, 99) }, false },
		{ "remote, above the range", { .has_remote_port = 1,
		  .remote_port_min = 100, .remote_port_max = 200 },
		  { PORTS(0, 201) }, false },
		{ "all ports", { .has_local_port = 1,
		  .local_port_max = 65535 }, { PORTS(65535, 0) }, true },
		{ "all ports, port 0", { .has_local_port = 1,
		  .local_port_max = 65535 }, { PORTS(0, 0) }, true },
		{ "all local ports, none known", { .has_local_port = 1,
		  .local_port_max = 65535 }, { .proto = 17 }, false },
		{ "all remote ports, none known", { .has_remote_port = 1,
		  .remote_port_max = 65535 }, { .proto = 17 }, false },
		{ "port 0, none known", { .has_local_port = 1 },
		  { .proto = 17 }, false },
		{ "range without its flag", { .local_port_min = 7,
		  .local_port_max = 7 }, { PORTS(1, 2) }, true },

		{ "type", { .proto = 1, ICMP(8, 0, 8, 255) },
		  { SHOWS(8, 0) }, true },
		{ "type, any code", { .proto = 1, ICMP(3, 0, 3, 255) },
		  { SHOWS(3, 4) }, true },
		{ "other type", { .proto = 1, ICMP(8, 0, 8, 255) },
		  { SHOWS(0, 0) }, false },
		{ "type below", { .proto = 1, ICMP(8, 0, 8, 255) },
		  { SHOWS(7, 255) }, false },
		{ "type above", { .proto = 1, ICMP(8, 0, 8, 255) },
		  { SHOWS(9, 0) }, false },
		{ "type and code", { .proto = 1, ICMP(3, 4, 3, 4) },
		  { SHOWS(3, 4) }, true },
		{ "type, code below", { .proto = 1, ICMP(3, 4, 3, 4) },
		  { SHOWS(3, 3) }, false },
		{ "type, code above", { .proto = 1, ICMP(3, 4, 3, 4) },
		  { SHOWS(3, 5) }, false },
		/* Not a rectangle: type times 256 plus code. */
		{ "range, first", { .proto = 1, ICMP(3, 4, 5, 2) },
		  { SHOWS(3, 4) }, true },
		{ "range, before", { .proto = 1, ICMP(3, 4, 5, 2) },
		  { SHOWS(3, 3) }, false },
		{ "range, type between, code outside of both",
		  { .proto = 1, ICMP(3, 4, 5, 2) }, { SHOWS(4, 255) }, true },
		{ "range, type between, code 0",
		  { .proto = 1, ICMP(3, 4, 5, 2) }, { SHOWS(4, 0) }, true },
		{ "range, last", { .proto = 1, ICMP(3, 4, 5, 2) },
		  { SHOWS(5, 2) }, true },
		{ "range, behind", { .proto = 1, ICMP(3, 4, 5, 2) },
		  { SHOWS(5, 3) }, false },
		{ "all types, none known", { .proto = 1, ICMP(0, 0, 255, 255) },
		  { .proto = 1 }, false },
		{ "type, packet with ports", { ICMP(0, 0, 255, 255) },
		  { PORTS(0, 0) }, false },
		{ "ports, packet with type", { .has_local_port = 1,
		  .local_port_max = 65535 }, { .proto = 1, .has_icmp = 1 },
		  false },

		{ "mh, first", { .proto = 135, MH(1, 7) }, { TYPE(1) }, true },
		{ "mh, last", { .proto = 135, MH(1, 7) }, { TYPE(7) }, true },
		{ "mh, before", { .proto = 135, MH(1, 7) }, { TYPE(0) }, false },
		{ "mh, behind", { .proto = 135, MH(1, 7) }, { TYPE(8) }, false },
		{ "all mh types, none known", { .proto = 135, MH(0, 255) },
		  { .proto = 135 }, false },

		{ "opaque, no ports", { .proto = 17, .is_opaque = 1 },
		  { .proto = 17 }, true },
		{ "opaque, ports", { .proto = 17, .is_opaque = 1 },
		  { PORTS(0, 0) }, false },
		{ "opaque, other protocol", { .proto = 17, .is_opaque = 1 },
		  { .proto = 6 }, false },
		{ "opaque, ICMP", { .proto = 1, .is_opaque = 1 },
		  { SHOWS(0, 0) }, false },
		{ "opaque, ICMP not known", { .proto = 1, .is_opaque = 1 },
		  { .proto = 1 }, true },
		{ "opaque, mh", { .proto = 135, .is_opaque = 1 },
		  { TYPE(0) }, false },
		{ "opaque, mh not known", { .proto = 135, .is_opaque = 1 },
		  { .proto = 135 }, true },
		{ "protocol opaque, none known", { .is_proto_opaque = 1 },
		  { .is_proto_opaque = 1 }, true },
		{ "protocol opaque, known", { .is_proto_opaque = 1 },
		  { .proto = 17 }, false },
		{ "any protocol, none known", {}, { .is_proto_opaque = 1 },
		  true },
		{ "protocol, none known", { .proto = 60 },
		  { .is_proto_opaque = 1 }, false },
	};
#undef PORTS
#undef ICMP
#undef SHOWS
#undef MH
#undef TYPE
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		EXPECT(ipsec_selector_match_found(&rows[i].sel,
						  &rows[i].flow) ==
		       rows[i].does_match, "%s", rows[i].name);
}

static void ipsec_selector_match__family(void)
{
	struct ipsec_selector sel = {};
	struct ipsec_flow flow = {};

	/* 4 zero bytes and 16 of them are the same prefix of length 0. */
	flow.family = AF_INET;
	EXPECT(ipsec_selector_match(&sel, &flow), "any family, IPv4");
	flow.family = AF_INET6;
	EXPECT(ipsec_selector_match(&sel, &flow), "any family, IPv6");
	sel.family = AF_INET;
	EXPECT(!ipsec_selector_match(&sel, &flow), "IPv4, IPv6");
	sel.family = AF_INET6;
	EXPECT(ipsec_selector_match(&sel, &flow), "IPv6, IPv6");
	flow.family = AF_INET;
	EXPECT(!ipsec_selector_match(&sel, &flow), "IPv6, IPv4");
}

static void ipsec_selector_match__sides_are_not_mixed_up(void)
{
	struct ipsec_selector sel = {
		.family = AF_INET, .local_plen = 24, .remote_plen = 16,
	};
	struct ipsec_flow flow = { .family = AF_INET };

	sel.local = address("192.0.2.0");
	sel.remote = address("198.51.0.0");
	flow.local = address("192.0.2.7");
	flow.remote = address("198.51.100.7");
	EXPECT(ipsec_selector_match(&sel, &flow), "inside both");
	flow.local = address("198.51.100.7");
	flow.remote = address("192.0.2.7");
	EXPECT(!ipsec_selector_match(&sel, &flow), "the other way round");
	flow.local = address("192.0.3.7");
	flow.remote = address("198.51.100.7");
	EXPECT(!ipsec_selector_match(&sel, &flow), "local outside");
	flow.local = address("192.0.2.7");
	flow.remote = address("198.52.100.7");
	EXPECT(!ipsec_selector_match(&sel, &flow), "remote outside");
	flow.remote = address("198.51.100.7");
	sel.proto = 6;
	EXPECT(!ipsec_selector_match(&sel, &flow), "other protocol");
}

static bool model_in_range(bool is_asked, bool is_known, unsigned int value,
			   unsigned int min, unsigned int max)
{
	if (!is_asked)
		return true;
	return is_known && min <= value && value <= max;
}

static bool model_in_ranges(const struct ipsec_ranges *ranges,
			    const union ipsec_addr *addr)
{
	unsigned int i;

	for (i = 0; i < ranges->count; i++)
		if (memcmp(&ranges->range[i].min, addr, sizeof(*addr)) <= 0 &&
		    memcmp(&ranges->range[i].max, addr, sizeof(*addr)) >= 0)
			return true;
	return ranges->count == 0;
}

static bool model_in_ports(const struct ipsec_port_ranges *ranges,
			   const struct ipsec_flow *flow, unsigned int port)
{
	unsigned int i;

	for (i = 0; i < ranges->count; i++)
		if (model_in_range(true, flow->has_ports, port,
				   ranges->range[i].min, ranges->range[i].max))
			return true;
	return ranges->count == 0;
}

static bool model_match_more(const struct ipsec_selector_more *more,
			     const struct ipsec_flow *flow)
{
	return model_in_ranges(&more->local, &flow->local) &&
	       model_in_ranges(&more->remote, &flow->remote) &&
	       model_in_ports(&more->local_ports, flow, flow->local_port) &&
	       model_in_ports(&more->remote_ports, flow, flow->remote_port) &&
	       (flow->mark & more->mark_mask) == more->mark &&
	       (more->dev[0] == 0 ||
		(flow->dev && !strcmp(flow->dev, more->dev)));
}

static bool model_match(const struct ipsec_selector *sel,
			const struct ipsec_flow *flow)
{
	return (sel->family == 0 || sel->family == flow->family) &&
	       model_prefix_match(&flow->local, &sel->local,
				  sel->local_plen) &&
	       model_prefix_match(&flow->remote, &sel->remote,
				  sel->remote_plen) &&
	       (sel->proto == 0 || sel->proto == flow->proto) &&
	       model_in_range(sel->has_local_port, flow->has_ports,
			      flow->local_port, sel->local_port_min,
			      sel->local_port_max) &&
	       model_in_range(sel->has_remote_port, flow->has_ports,
			      flow->remote_port, sel->remote_port_min,
			      sel->remote_port_max) &&
	       model_in_range(sel->has_icmp, flow->has_icmp,
			      flow->icmp_type * 256 + flow->icmp_code,
			      sel->icmp_min, sel->icmp_max) &&
	       model_in_range(sel->has_mh, flow->has_mh, flow->mh_type,
			      sel->mh_min, sel->mh_max) &&
	       (!sel->is_opaque || (!flow->has_ports && !flow->has_icmp &&
				    !flow->has_mh)) &&
	       (!sel->is_proto_opaque || flow->is_proto_opaque) &&
	       (!sel->more || model_match_more(sel->more, flow));
}

static u8 random_of(u8 one, u8 two, u8 three)
{
	u64 which = unit_random_below(3);

	return which == 0 ? one : which == 1 ? two : three;
}

/* Few values for each field, so that about each condition decides often. */
static void random_selector(struct ipsec_selector *sel, struct ipsec_flow *flow)
{
	memset(sel, 0, sizeof(*sel));
	memset(flow, 0, sizeof(*flow));
	random_pair(&sel->local, &flow->local);
	random_pair(&sel->remote, &flow->remote);
	flow->family = unit_random_below(2) ? AF_INET : AF_INET6;
	sel->family = random_of(AF_UNSPEC, flow->family, flow->family);
	if (!unit_random_below(8))
		sel->family = AF_INET;
	sel->local_plen = unit_random_below(65);
	sel->remote_plen = unit_random_below(65);
	ipsec_selector_mask(&sel->local, sel->local_plen);
	ipsec_selector_mask(&sel->remote, sel->remote_plen);
	flow->proto = random_of(1, 6, 6);
	sel->proto = random_of(0, 6, flow->proto);
	flow->has_ports = unit_random_below(4) != 0;
	flow->has_icmp = unit_random_below(4) != 0;
	flow->local_port = unit_random_below(8);
	flow->remote_port = unit_random_below(8);
	flow->icmp_type = unit_random_below(2);
	flow->icmp_code = unit_random_below(2);
	sel->has_local_port = unit_random_below(3) == 0;
	sel->has_remote_port = unit_random_below(3) == 0;
	flow->has_mh = unit_random_below(4) == 0;
	flow->mh_type = unit_random_below(8);
	flow->is_proto_opaque = unit_random_below(4) == 0;
	sel->has_icmp = unit_random_below(4) == 0;
	sel->has_mh = unit_random_below(8) == 0;
	sel->is_opaque = unit_random_below(8) == 0;
	sel->is_proto_opaque = unit_random_below(8) == 0;
	sel->local_port_min = unit_random_below(4);
	sel->local_port_max = unit_random_below(8);
	sel->remote_port_min = unit_random_below(4);
	sel->remote_port_max = unit_random_below(8);
	sel->icmp_min = unit_random_below(2) * 256 + unit_random_below(2);
	sel->icmp_max = sel->icmp_min + unit_random_below(2) * 256;
	sel->mh_min = unit_random_below(4);
	sel->mh_max = unit_random_below(8);
}

static void ipsec_selector_match__as_one_condition_each(void)
{
	unsigned int i, matches = 0;
	struct ipsec_selector sel;
	struct ipsec_flow flow;
	bool does_match;

	for (i = 0; i < STEPS; i++) {
		random_selector(&sel, &flow);
		does_match = model_match(&sel, &flow);
		EXPECT(ipsec_selector_match(&sel, &flow) == does_match,
		       "step %u", i);
		matches += does_match;
	}
	EXPECT(matches > STEPS / 50 && matches < STEPS / 2,
	       "%u of %u match: the test is lopsided", matches, STEPS);
}

/* ------------------------------------ a search by prefixes, and a plain one */

#define POLICIES 48
#define SPDS 2000
#define LOOKUPS 500

/* Addresses of 10 bits, at the lower end of IPv4 or of IPv6: ranges overlap. */
static union ipsec_addr small(u8 family, u32 number)
{
	union ipsec_addr addr = {};
	unsigned int last = family == AF_INET ? 3 : 15;

	addr.bytes[last - 1] = number >> 8;
	addr.bytes[last] = number;
	return addr;
}

static void random_side(u8 family, struct ipsec_ranges *list,
			union ipsec_addr *addr, u8 *plen)
{
	u8 bits = ipsec_selector_bits(family);
	struct ipsec_prefix hull;
	struct ipsec_range all;
	u32 at = 0, count, i;

	if (unit_random_below(4) == 0) {
		*plen = bits - unit_random_below(12);
		*addr = small(family, unit_random_below(1024));
		ipsec_selector_mask(addr, *plen);
		return;
	}
	count = 1 + unit_random_below(4);
	for (i = 0; i < count; i++) {
		at += unit_random_below(300);
		list->range[i].min = small(family, at);
		at += unit_random_below(2) ? unit_random_below(100) : 0;
		list->range[i].max = small(family, at);
		at++;
	}
	list->count = count;
	all.min = list->range[0].min;
	all.max = list->range[count - 1].max;
	ipsec_range_hull(&all, bits, &hull);
	*addr = hull.addr;
	*plen = hull.plen;
}

static void random_ports(struct ipsec_port_ranges *list, u16 *min, u16 *max)
{
	u32 at = 0, count, i;

	count = 1 + unit_random_below(3);
	for (i = 0; i < count; i++) {
		at += unit_random_below(4);
		list->range[i].min = at;
		at += unit_random_below(3);
		list->range[i].max = at++;
	}
	list->count = count;
	*min = list->range[0].min;
	*max = list->range[count - 1].max;
}

static void random_policy(struct ipsec_selector *sel,
			  struct ipsec_selector_more *more)
{
	memset(sel, 0, sizeof(*sel));
	memset(more, 0, sizeof(*more));
	sel->more = more;
	sel->family = unit_random_below(2) ? AF_INET : AF_INET6;
	random_side(sel->family, &more->local, &sel->local, &sel->local_plen);
	random_side(sel->family, &more->remote, &sel->remote,
		    &sel->remote_plen);
	if (unit_random_below(2))
		return;
	sel->proto = 17;
	if (unit_random_below(2)) {
		sel->has_local_port = 1;
		random_ports(&more->local_ports, &sel->local_port_min,
			     &sel->local_port_max);
	} else {
		more->mark = unit_random_below(4);
		more->mark_mask = 3;
	}
}

static void random_packet(struct ipsec_flow *flow)
{
	memset(flow, 0, sizeof(*flow));
	flow->family = unit_random_below(2) ? AF_INET : AF_INET6;
	flow->local = small(flow->family, unit_random_below(1024));
	flow->remote = small(flow->family, unit_random_below(1024));
	flow->proto = random_of(17, 17, 6);
	flow->has_ports = unit_random_below(4) != 0;
	flow->local_port = unit_random_below(12);
	flow->mark = unit_random_below(8);
}

/* What an index does: one of the prefixes of each side, then the rest. */
static bool is_found(const struct ipsec_selector *sel,
		     const struct ipsec_cover *local,
		     const struct ipsec_cover *remote,
		     const struct ipsec_flow *flow)
{
	unsigned int locals = 0, remotes = 0, i;

	for (i = 0; i < local->count; i++)
		locals += ipsec_selector_prefix_match(&flow->local,
						      &local->prefix[i].addr,
						      local->prefix[i].plen);
	for (i = 0; i < remote->count; i++)
		remotes += ipsec_selector_prefix_match(&flow->remote,
						       &remote->prefix[i].addr,
						       remote->prefix[i].plen);
	return sel->family == flow->family && locals && remotes &&
	       ipsec_selector_match_found(sel, flow);
}

static void ipsec_selector_cover__finds_what_a_plain_search_does(void)
{
	static struct ipsec_selector_more more[POLICIES];
	static struct ipsec_cover local[POLICIES], remote[POLICIES];
	static struct ipsec_selector sel[POLICIES];
	unsigned int spd, i, n, found, plain, none = 0;
	struct ipsec_flow flow;

	for (spd = 0; spd < SPDS; spd++) {
		for (i = 0; i < POLICIES; i++) {
			random_policy(&sel[i], &more[i]);
			ipsec_selector_cover_local(&sel[i], &local[i]);
			ipsec_selector_cover_remote(&sel[i], &remote[i]);
		}
		for (n = 0; n < LOOKUPS; n++) {
			random_packet(&flow);
			for (found = 0; found < POLICIES; found++)
				if (is_found(&sel[found], &local[found],
					     &remote[found], &flow))
					break;
			for (plain = 0; plain < POLICIES; plain++)
				if (model_match(&sel[plain], &flow))
					break;
			EXPECT(found == plain, "%u, not %u", found, plain);
			none += plain == POLICIES;
		}
	}
	EXPECT(none > SPDS * LOOKUPS / 20 && none < SPDS * LOOKUPS * 19 / 20,
	       "%u packets match nothing: the test is lopsided", none);
}

static void ipsec_selector_equal__each_field(void)
{
	struct ipsec_selector_more more_a = {}, more_b = {};
	struct ipsec_selector a = {}, b = {};

	EXPECT(ipsec_selector_equal(&a, &b), "nothing");
	a.more = &more_a;
	EXPECT(!ipsec_selector_equal(&a, &b), "one has more");
	b.more = &more_b;
	EXPECT(ipsec_selector_equal(&a, &b), "both have more");
	more_b.dev[15] = 1;
	EXPECT(!ipsec_selector_equal(&a, &b), "the last byte of more");
	more_a.dev[15] = 1;
	more_b.local.count = 1;
	EXPECT(!ipsec_selector_equal(&a, &b), "the first word of more");
	more_a.local.count = 1;
	b.remote_port_max = 1;
	EXPECT(!ipsec_selector_equal(&a, &b), "the last port");
	a.remote_port_max = 1;
	b.local.bytes[0] = 1;
	EXPECT(!ipsec_selector_equal(&a, &b), "the first byte");
}

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_selector_mask__known),
	UNIT_CASE(ipsec_selector_mask__as_bit_by_bit),
	UNIT_CASE(ipsec_selector_mask__too_long),
	UNIT_CASE(ipsec_selector_prefix_match__each_bit),
	UNIT_CASE(ipsec_selector_prefix_match__as_bit_by_bit),
	UNIT_CASE(ipsec_selector_match_found__rows),
	UNIT_CASE(ipsec_selector_match__family),
	UNIT_CASE(ipsec_selector_match__sides_are_not_mixed_up),
	UNIT_CASE(ipsec_selector_match__as_one_condition_each),
	UNIT_CASE(ipsec_selector_cover__finds_what_a_plain_search_does),
	UNIT_CASE(ipsec_selector_equal__each_field),
};

UNIT_MAIN(cases)
