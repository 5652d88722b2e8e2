/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What policies are hashed by. Pure: compiled in user space by selftests/unit
 * as well.
 */
#ifndef _NET_IPSEC_TUPLE_H
#define _NET_IPSEC_TUPLE_H

#include <linux/types.h>

#include "range.h"

struct ipsec_flow;
struct ipsec_selector;

/**
 * struct ipsec_tuple_shape - how much of each value of a tuple counts
 * @dir: enum ipsec_dir
 * @family: AF_INET, AF_INET6, or AF_UNSPEC for any address of both
 * @local_plen: leading bits of the local address
 * @remote_plen: leading bits of the remote address
 * @proto_plen: 8, or 0 for any protocol
 * @local_port_plen: leading bits of the local port
 * @remote_port_plen: leading bits of the remote port
 * @type_plen: leading bits of ICMP type and code, or of the Mobility Header type
 */
struct ipsec_tuple_shape {
	u8 dir;
	u8 family;
	u8 local_plen;
	u8 remote_plen;
	u8 proto_plen;
	u8 local_port_plen;
	u8 remote_port_plen;
	u8 type_plen;
};

/* Of struct ipsec_tuple: its values, and these and the shape. */
#define IPSEC_TUPLE_VALUES 5
#define IPSEC_TUPLE_WORDS 6

/**
 * struct ipsec_tuple - values to find a policy by
 * @local: address on this side
 * @remote: address on the other side
 * @local_port: host byte order
 * @remote_port: host byte order
 * @type: ICMP type times 256 plus code, or Mobility Header type
 * @proto: next layer protocol
 * @zero: padding, zero
 * @shape: which bits of the values count; the others are zero. Of a packet all
 *	count, and the shape is zero
 * @word: all of it
 */
struct ipsec_tuple {
	union {
		struct {
			union ipsec_addr local;
			union ipsec_addr remote;
			u16 local_port;
			u16 remote_port;
			u16 type;
			u8 proto;
			u8 zero;
			struct ipsec_tuple_shape shape;
		};
		u64 word[IPSEC_TUPLE_WORDS];
	};
};

/**
 * ipsec_tuple_apply() - what counts of a tuple
 * @tuple: the tuple
 * @mask: ipsec_tuple_mask() of a shape
 * @key: result; may be @tuple
 *
 * Context: Any.
 */
static inline void ipsec_tuple_apply(const struct ipsec_tuple *tuple,
				     const struct ipsec_tuple *mask,
				     struct ipsec_tuple *key)
{
	unsigned int i;

	for (i = 0; i < IPSEC_TUPLE_VALUES; i++)
		key->word[i] = tuple->word[i] & mask->word[i];
	key->shape = mask->shape;
}

void ipsec_tuple_mask(const struct ipsec_tuple_shape *shape,
		      struct ipsec_tuple *mask);
void ipsec_tuple_of_flow(const struct ipsec_flow *flow,
			 struct ipsec_tuple *tuple);
void ipsec_tuple_of_selector(const struct ipsec_selector *sel, u8 dir,
			     const struct ipsec_prefix *local,
			     const struct ipsec_prefix *remote,
			     struct ipsec_tuple *tuple);

#endif /* _NET_IPSEC_TUPLE_H */
