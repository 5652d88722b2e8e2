// SPDX-License-Identifier: GPL-2.0
/* Tests of net/ipsec/tuple.c */
#include <string.h>

#include "selector.h"
#include "tuple.h"
#include "unit.h"

#define DIR 2
#define VALUES 65536

static struct ipsec_tuple tuple_of(const struct ipsec_selector *sel)
{
	struct ipsec_prefix local = { sel->local, sel->local_plen };
	struct ipsec_prefix remote = { sel->remote, sel->remote_plen };
	struct ipsec_tuple tuple;

	/* What it leaves is found by the sanitizer or differs. */
	memset(&tuple, 0xa5, sizeof(tuple));
	ipsec_tuple_of_selector(sel, DIR, &local, &remote, &tuple);
	return tuple;
}

static struct ipsec_tuple cut(const struct ipsec_flow *flow,
			      const struct ipsec_tuple_shape *shape)
{
	struct ipsec_tuple tuple, mask;

	ipsec_tuple_of_flow(flow, &tuple);
	ipsec_tuple_mask(shape, &mask);
	ipsec_tuple_apply(&tuple, &mask, &tuple);
	return tuple;
}

static bool is_same(const struct ipsec_tuple *a, const struct ipsec_tuple *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static void ipsec_tuple_of_selector__ranges(void)
{
	static const struct {
		u16 min;
		u16 max;
		u16 first;
		u8 plen;
	} rows[] = {
		{ 0, 65535, 0, 0 },
		{ 1024, 65535, 0, 0 },
		{ 32767, 32768, 0, 0 },
		{ 32768, 65535, 32768, 0 },
		{ 4095, 4096, 0, 0 },
		{ 4096, 8191, 4096, 4 },
		{ 5000, 5100, 4864, 8 },
		{ 5000, 5007, 4992, 12 },
		{ 136, 139, 128, 12 },
		{ 80, 80, 80, 16 },
		{ 0, 0, 0, 16 },
		{ 65535, 65535, 65535, 16 },
	};
	struct ipsec_selector sel;
	struct ipsec_tuple tuple;
	unsigned int i;
	u16 first;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		memset(&sel, 0, sizeof(sel));
		sel.has_local_port = 1;
		sel.local_port_min = rows[i].min;
		sel.local_port_max = rows[i].max;
		tuple = tuple_of(&sel);
		first = rows[i].plen ? rows[i].first : 0;
		EXPECT(tuple.local_port == first &&
		       tuple.shape.local_port_plen == rows[i].plen,
		       "row %u: %u/%u", i, tuple.local_port,
		       tuple.shape.local_port_plen);
		EXPECT(!tuple.remote_port && !tuple.shape.remote_port_plen,
		       "row %u", i);
	}
}

/* What differs in one thing alone is told apart, what asks for nothing is not. */
static void ipsec_tuple_of_selector__each_field(void)
{
	static const struct ipsec_selector rows[] = {
		{},
		{ .family = AF_INET },
		{ .family = AF_INET6 },
		{ .family = AF_INET, .local_plen = 8 },
		{ .family = AF_INET, .local_plen = 9 },
		{ .family = AF_INET, .remote_plen = 8 },
		{ .proto = 17 },
		{ .proto = 6 },
		{ .has_local_port = 1, .local_port_min = 7,
		  .local_port_max = 7 },
		{ .has_remote_port = 1, .remote_port_min = 7,
		  .remote_port_max = 7 },
		{ .has_icmp = 1, .icmp_min = 7, .icmp_max = 7 },
		{ .has_icmp = 1, .icmp_min = 2048, .icmp_max = 2048 + 255 },
		{ .has_mh = 1, .mh_min = 8, .mh_max = 8 },
	};
	struct ipsec_tuple one, other;
	struct ipsec_selector sel;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		one = tuple_of(&rows[i]);
		for (j = 0; j < ARRAY_SIZE(rows); j++) {
			other = tuple_of(&rows[j]);
			EXPECT(is_same(&one, &other) == (i == j),
			       "rows %u and %u", i, j);
		}
		sel = rows[i];
		sel.is_opaque = 1;
		other = tuple_of(&sel);
		EXPECT(is_same(&one, &other), "row %u, opaque", i);
	}
}

/* All ports in ranges that do not overlap: how many of them one tuple has. */
static void ipsec_tuple_of_selector__disjoint_ranges(void)
{
	static unsigned int count[17][VALUES];
	unsigned int round, at, last, most = 0;
	struct ipsec_selector sel = { .has_remote_port = 1 };
	struct ipsec_tuple tuple;

	for (round = 0; round < 50; round++) {
		memset(count, 0, sizeof(count));
		for (at = 0; at < VALUES; at = last + 1) {
			last = 1 << unit_random_below(5 + round % 8);
			last = at + unit_random_below(last);
			if (last >= VALUES)
				last = VALUES - 1;
			sel.remote_port_min = at;
			sel.remote_port_max = last;
			tuple = tuple_of(&sel);
			EXPECT(tuple.shape.remote_port_plen % 4 == 0,
			       "/%u", tuple.shape.remote_port_plen);
			if (++count[tuple.shape.remote_port_plen]
				   [tuple.remote_port] > most)
				most++;
		}
	}
	EXPECT(most == 15, "%u", most);
}

/* -------------------------------------- a search by tuples, and a plain one */

#define POLICIES 300
#define SPDS 200
#define LOOKUPS 500

/* In front of, at and behind the borders of prefixes. */
static u16 random_value(void)
{
	static const u16 border[] = { 0, 8, 16, 256, 4096, 32768, 65535 };

	return border[unit_random_below(ARRAY_SIZE(border))] +
	       unit_random_below(9) - 4;
}

/* Single values, short ranges that overlap, long ones. */
static void random_range(u16 *min, u16 *max)
{
	u16 one = random_value(), other = one;

	switch (unit_random_below(3)) {
	case 0:
		other = one + unit_random_below(12);
		break;
	case 1:
		other = random_value();
		break;
	}
	*min = one < other ? one : other;
	*max = one < other ? other : one;
}

static void random_upper(struct ipsec_selector *sel)
{
	u16 min, max;

	switch (unit_random_below(8)) {
	case 0:
		sel->is_opaque = 1;
		return;
	case 1:
		sel->proto = 1;
		sel->has_icmp = 1;
		random_range(&sel->icmp_min, &sel->icmp_max);
		return;
	case 2:
		sel->proto = 135;
		sel->has_mh = 1;
		random_range(&min, &max);
		sel->mh_min = min & 15;
		sel->mh_max = sel->mh_min + (max & 15);
		return;
	}
	sel->has_local_port = unit_random_below(3) == 0;
	sel->has_remote_port = unit_random_below(3) != 0;
	if (sel->has_local_port)
		random_range(&sel->local_port_min, &sel->local_port_max);
	if (sel->has_remote_port)
		random_range(&sel->remote_port_min, &sel->remote_port_max);
}

/* Many of them on few pairs of prefixes. */
static void random_policy(struct ipsec_selector *sel)
{
	memset(sel, 0, sizeof(*sel));
	if (unit_random_below(16)) {
		sel->family = AF_INET;
		sel->local.bytes[0] = 10;
		sel->remote.bytes[0] = 10;
		sel->local_plen = 22 + unit_random_below(2);
		sel->remote_plen = 8;
		sel->local.bytes[2] = unit_random_below(2) * 4;
	}
	sel->proto = unit_random_below(4) ? 17 : 6;
	if (unit_random_below(8))
		random_upper(sel);
	else if (unit_random_below(2))
		sel->proto = 0;
}

static void random_packet(struct ipsec_flow *flow)
{
	memset(flow, 0, sizeof(*flow));
	flow->family = AF_INET;
	flow->local.bytes[0] = 10;
	flow->remote.bytes[0] = 10;
	flow->local.bytes[2] = unit_random_below(8);
	flow->remote.bytes[3] = unit_random_below(4);
	flow->proto = unit_random_below(2) ? 17 : 6;
	switch (unit_random_below(6)) {
	case 0:
		return;
	case 1:
		flow->proto = 1;
		flow->has_icmp = 1;
		flow->icmp_type = unit_random();
		flow->icmp_code = unit_random() & 15;
		return;
	case 2:
		flow->proto = 135;
		flow->has_mh = 1;
		flow->mh_type = unit_random_below(32);
		return;
	}
	flow->has_ports = 1;
	flow->local_port = random_value();
	flow->remote_port = random_value();
}

/* What an index does: all of one tuple, then the rest of the selector. */
static unsigned int search(const struct ipsec_selector *sel,
			   const struct ipsec_tuple *tuple,
			   const struct ipsec_flow *flow)
{
	struct ipsec_tuple key;
	unsigned int i;

	for (i = 0; i < POLICIES; i++) {
		key = cut(flow, &tuple[i].shape);
		if (is_same(&key, &tuple[i]) &&
		    (!sel[i].family || sel[i].family == flow->family) &&
		    ipsec_selector_match_found(&sel[i], flow))
			break;
	}
	return i;
}

/* selector_test compares ipsec_selector_match() with a model. */
static void ipsec_tuple__finds_what_a_plain_search_does(void)
{
	static struct ipsec_selector sel[POLICIES];
	static struct ipsec_tuple tuple[POLICIES];
	unsigned int spd, i, n, plain, found, late = 0, none = 0;
	struct ipsec_flow flow;

	for (spd = 0; spd < SPDS; spd++) {
		for (i = 0; i < POLICIES; i++) {
			random_policy(&sel[i]);
			tuple[i] = tuple_of(&sel[i]);
		}
		for (n = 0; n < LOOKUPS; n++) {
			random_packet(&flow);
			for (plain = 0; plain < POLICIES; plain++)
				if (ipsec_selector_match(&sel[plain], &flow))
					break;
			found = search(sel, tuple, &flow);
			EXPECT(found == plain, "%u, not %u", found, plain);
			late += plain > POLICIES / 10;
			none += plain == POLICIES;
		}
	}
	EXPECT(late > SPDS * LOOKUPS / 10 && none < SPDS * LOOKUPS / 5,
	       "%u late, %u match nothing: the test is lopsided", late, none);
}

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_tuple_of_selector__ranges),
	UNIT_CASE(ipsec_tuple_of_selector__each_field),
	UNIT_CASE(ipsec_tuple_of_selector__disjoint_ranges),
	UNIT_CASE(ipsec_tuple__finds_what_a_plain_search_does),
};

UNIT_MAIN(cases)
