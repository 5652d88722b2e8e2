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
static void ipsec_selector_match_upper__rows(void)
{
#define PORTS(l, r) .proto = 17, .has_ports = 1, .local_port = l, \
	.remote_port = r
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

		{ "type", { .proto = 1, .has_icmp_type = 1, .icmp_type = 8 },
		  { .proto = 1, .has_icmp = 1, .icmp_type = 8 }, true },
		{ "type, any code", { .proto = 1, .has_icmp_type = 1,
		  .icmp_type = 3 }, { .proto = 1, .has_icmp = 1,
		  .icmp_type = 3, .icmp_code = 4 }, true },
		{ "other type", { .proto = 1, .has_icmp_type = 1,
		  .icmp_type = 8 }, { .proto = 1, .has_icmp = 1 }, false },
		{ "type and code", { .proto = 1, .has_icmp_type = 1,
		  .icmp_type = 3, .has_icmp_code = 1, .icmp_code = 4 },
		  { .proto = 1, .has_icmp = 1, .icmp_type = 3,
		    .icmp_code = 4 }, true },
		{ "type, other code", { .proto = 1, .has_icmp_type = 1,
		  .icmp_type = 3, .has_icmp_code = 1, .icmp_code = 4 },
		  { .proto = 1, .has_icmp = 1, .icmp_type = 3,
		    .icmp_code = 3 }, false },
		{ "type 0, none known", { .proto = 1, .has_icmp_type = 1 },
		  { .proto = 1 }, false },
		{ "code 0, none known", { .proto = 1, .has_icmp_code = 1 },
		  { .proto = 1 }, false },
		{ "type, packet with ports", { .has_icmp_type = 1 },
		  { PORTS(0, 0) }, false },
		{ "ports, packet with type", { .has_local_port = 1,
		  .local_port_max = 65535 }, { .proto = 1, .has_icmp = 1 },
		  false },
	};
#undef PORTS
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		EXPECT(ipsec_selector_match_upper(&rows[i].sel,
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
	       model_in_range(sel->has_icmp_type, flow->has_icmp,
			      flow->icmp_type, sel->icmp_type,
			      sel->icmp_type) &&
	       model_in_range(sel->has_icmp_code, flow->has_icmp,
			      flow->icmp_code, sel->icmp_code,
			      sel->icmp_code);
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
	sel->has_icmp_type = unit_random_below(4) == 0;
	sel->has_icmp_code = unit_random_below(4) == 0;
	sel->local_port_min = unit_random_below(4);
	sel->local_port_max = unit_random_below(8);
	sel->remote_port_min = unit_random_below(4);
	sel->remote_port_max = unit_random_below(8);
	sel->icmp_type = unit_random_below(2);
	sel->icmp_code = unit_random_below(2);
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

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_selector_mask__known),
	UNIT_CASE(ipsec_selector_mask__as_bit_by_bit),
	UNIT_CASE(ipsec_selector_mask__too_long),
	UNIT_CASE(ipsec_selector_prefix_match__each_bit),
	UNIT_CASE(ipsec_selector_prefix_match__as_bit_by_bit),
	UNIT_CASE(ipsec_selector_match_upper__rows),
	UNIT_CASE(ipsec_selector_match__family),
	UNIT_CASE(ipsec_selector_match__sides_are_not_mixed_up),
	UNIT_CASE(ipsec_selector_match__as_one_condition_each),
};

UNIT_MAIN(cases)
