// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Tuples
 *
 * What a selector asks of a packet that a hash table can find: a prefix of each
 * address, the protocol, and a prefix of each port and of ICMP type and code.
 * Which lengths these prefixes have is the shape of the tuple. A packet that
 * matches the selector has the same tuple, when it is cut to that shape; one that
 * has it need not match.
 *
 * A range of ports is found by the longest prefix that all of it has in common,
 * so it crosses the middle of this prefix. Two ranges with the same one overlap
 * there, and ranges that do not overlap are told apart. Each length is one more
 * thing to try for a lookup, so they are multiples of four: five for each side,
 * and the ranges of a side that do not overlap are found fifteen at a time at
 * most, as below a prefix there are so many of the next three lengths and itself.
 */
#include "tuple.h"

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "selector.h"

#define VALUE_BITS 16
#define STEP 4

static u8 common_plen(u16 min, u16 max)
{
	return round_down(VALUE_BITS - fls(min ^ max), STEP);
}

static u16 value_mask(u8 plen)
{
	return 0xffffU << (VALUE_BITS - plen);
}

/**
 * ipsec_tuple_mask() - which bits of a tuple count
 * @shape: shape of the tuple
 * @mask: result: ones where they do, and the shape
 *
 * Context: Any.
 */
void ipsec_tuple_mask(const struct ipsec_tuple_shape *shape,
		      struct ipsec_tuple *mask)
{
	memset(mask, 0xff, sizeof(*mask));
	ipsec_selector_mask(&mask->local, shape->local_plen);
	ipsec_selector_mask(&mask->remote, shape->remote_plen);
	mask->local_port = value_mask(shape->local_port_plen);
	mask->remote_port = value_mask(shape->remote_port_plen);
	mask->type = value_mask(shape->type_plen);
	mask->proto = shape->proto_plen ? 0xff : 0;
	mask->shape = *shape;
}

/**
 * ipsec_tuple_of_flow() - the tuple of a packet
 * @flow: selector values of the packet
 * @tuple: result; what the packet does not show is 0
 *
 * Context: Any.
 */
void ipsec_tuple_of_flow(const struct ipsec_flow *flow,
			 struct ipsec_tuple *tuple)
{
	memset(tuple, 0, sizeof(*tuple));
	tuple->local = flow->local;
	tuple->remote = flow->remote;
	tuple->proto = flow->proto;
	if (flow->has_ports) {
		tuple->local_port = flow->local_port;
		tuple->remote_port = flow->remote_port;
	}
	if (flow->has_icmp)
		tuple->type = flow->icmp_type * 256 + flow->icmp_code;
	else if (flow->has_mh)
		tuple->type = flow->mh_type;
}

static void set_ports(const struct ipsec_selector *sel,
		      struct ipsec_tuple *tuple)
{
	if (sel->has_local_port) {
		tuple->local_port = sel->local_port_min;
		tuple->shape.local_port_plen = common_plen(sel->local_port_min,
							   sel->local_port_max);
	}
	if (sel->has_remote_port) {
		tuple->remote_port = sel->remote_port_min;
		tuple->shape.remote_port_plen =
			common_plen(sel->remote_port_min, sel->remote_port_max);
	}
}

static void set_type(const struct ipsec_selector *sel,
		     struct ipsec_tuple *tuple)
{
	if (sel->has_icmp) {
		tuple->type = sel->icmp_min;
		tuple->shape.type_plen = common_plen(sel->icmp_min,
						     sel->icmp_max);
	} else if (sel->has_mh) {
		tuple->type = sel->mh_min;
		tuple->shape.type_plen = common_plen(sel->mh_min, sel->mh_max);
	}
}

/**
 * ipsec_tuple_of_selector() - a tuple that a selector is found by
 * @sel: the selector
 * @dir: enum ipsec_dir
 * @local: one of the prefixes that cover its local addresses
 * @remote: one of the prefixes that cover its remote addresses
 * @tuple: result
 *
 * Context: Any.
 */
void ipsec_tuple_of_selector(const struct ipsec_selector *sel, u8 dir,
			     const struct ipsec_prefix *local,
			     const struct ipsec_prefix *remote,
			     struct ipsec_tuple *tuple)
{
	struct ipsec_tuple mask;

	memset(tuple, 0, sizeof(*tuple));
	tuple->shape.dir = dir;
	tuple->shape.family = sel->family;
	tuple->local = local->addr;
	tuple->shape.local_plen = local->plen;
	tuple->remote = remote->addr;
	tuple->shape.remote_plen = remote->plen;
	tuple->proto = sel->proto;
	tuple->shape.proto_plen = sel->proto ? 8 : 0;
	set_ports(sel, tuple);
	set_type(sel, tuple);
	ipsec_tuple_mask(&tuple->shape, &mask);
	ipsec_tuple_apply(tuple, &mask, tuple);
}
