/* SPDX-License-Identifier: GPL-2.0 */
/* How policies are found: tuple space search. */
#ifndef _NET_IPSEC_SPD_INDEX_H
#define _NET_IPSEC_SPD_INDEX_H

#include <linux/list.h>
#include <linux/rbtree_types.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>
#include <uapi/linux/ipsec.h>

#include "tuple.h"

struct ipsec_flow;
struct ipsec_net;
struct ipsec_policy;
struct ipsec_selector;
struct ipsec_spd_bucket;

/**
 * struct ipsec_spd_entry - a tuple that a policy is found by
 * @node: [R] in the list of the bucket, sorted by @rank
 * @rank: [I] ipsec_spd_rank() of @policy
 * @policy: [I] the policy, which the entry is part of
 * @bucket: [M] of all entries with the same tuple
 * @rank_node: [M] among all entries with tuples of the same shape
 */
struct ipsec_spd_entry {
	struct list_head node;
	u64 rank;
	struct ipsec_policy *policy;
	struct ipsec_spd_bucket *bucket;
	struct rb_node rank_node;
};

/**
 * struct ipsec_spd_try - a hash lookup that may find a policy
 * @first: no entry of this shape has a lower rank
 * @mask: ipsec_tuple_mask() of the shape
 */
struct ipsec_spd_try {
	u64 first;
	struct ipsec_tuple mask;
};

/**
 * struct ipsec_spd_tries - what a lookup of one direction has to try
 * @rcu: frees after a grace period
 * @count: [I] entries of @shape
 * @shape: [I] each shape that entries have, sorted by &ipsec_spd_try.first
 */
struct ipsec_spd_tries {
	struct rcu_head rcu;
	u32 count;
	struct ipsec_spd_try shape[];
};

/**
 * struct ipsec_spd_index - index of the policies of one namespace
 * @buckets: [R] entries of one tuple hang in one list, sorted; the lists are
 *	hashed by that tuple
 * @shapes: [M] per direction, the shapes that entries have
 * @tries: [R] per direction, the same for lookups, replaced as a whole; NULL is
 *	none. Sorted, so that a lookup may stop early
 */
struct ipsec_spd_index {
	struct rhashtable buckets;
	struct list_head shapes[2];
	struct ipsec_spd_tries __rcu *tries[2];
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
