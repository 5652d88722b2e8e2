/* SPDX-License-Identifier: GPL-2.0 */
/* How policies are found: tuple space search. */
#ifndef _NET_IPSEC_SPD_INDEX_H
#define _NET_IPSEC_SPD_INDEX_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>
#include <uapi/linux/ipsec.h>

struct ipsec_flow;
struct ipsec_net;
struct ipsec_policy;
struct ipsec_selector;
struct ipsec_spd_prefix;
struct netlink_ext_ack;

/**
 * struct ipsec_spd_entry - a pair of prefixes that a policy is found by
 * @node: [R] in the list of the prefix pair, sorted by @rank
 * @rank: [I] ipsec_spd_rank() of @policy
 * @policy: [I] the policy, which the entry is part of
 * @prefix: [M] the prefix pair
 */
struct ipsec_spd_entry {
	struct list_head node;
	u64 rank;
	struct ipsec_policy *policy;
	struct ipsec_spd_prefix *prefix;
};

/**
 * struct ipsec_shape - a pair of prefix lengths that some entries have
 * @first: [I] lowest rank of these entries, or lower
 * @count: [M] how many they are
 * @family: [I] AF_INET, AF_INET6, or AF_UNSPEC for any address of both
 * @local_plen: [I] length of the local prefix
 * @remote_plen: [I] length of the remote prefix
 */
struct ipsec_shape {
	u64 first;
	u32 count;
	u8 family;
	u8 local_plen;
	u8 remote_plen;
};

/**
 * struct ipsec_shapes - what a lookup of one direction and family has to try
 * @rcu: frees after a grace period
 * @count: [I] entries of @shape
 * @shape: sorted by &ipsec_shape.first
 */
struct ipsec_shapes {
	struct rcu_head rcu;
	u32 count;
	struct ipsec_shape shape[];
};

/**
 * struct ipsec_spd_index - index of the policies of one namespace
 * @prefixes: [R] entries of one {direction, family, prefix pair} hang in one
 *	list, sorted; the lists are hashed by that key
 * @shapes: [R] per direction and family (0 is IPv4, 1 is IPv6), replaced as a
 *	whole; NULL is none. Sorted, so that a lookup may stop early
 */
struct ipsec_spd_index {
	struct rhashtable prefixes;
	struct ipsec_shapes __rcu *shapes[2][2];
};

int ipsec_spd_index_init(struct ipsec_spd_index *index);
void ipsec_spd_index_exit(struct ipsec_spd_index *index);
struct ipsec_policy *ipsec_spd_index_search(struct ipsec_spd_index *index,
					    enum ipsec_dir dir,
					    const struct ipsec_flow *flow);
int ipsec_spd_index_add(struct ipsec_net *ipn, struct ipsec_policy *policy);
void ipsec_spd_index_remove(struct ipsec_net *ipn,
			    struct ipsec_policy *policy);
void ipsec_spd_index_clear(struct ipsec_net *ipn, u8 dir);
void ipsec_spd_index_unlink(struct ipsec_net *ipn,
			    struct ipsec_policy *policy);
struct ipsec_policy *ipsec_spd_index_find(struct ipsec_net *ipn, u8 dir,
					  u32 priority,
					  const struct ipsec_selector *sel);
int ipsec_spd_index_count(const struct ipsec_selector *sel);

#endif /* _NET_IPSEC_SPD_INDEX_H */
