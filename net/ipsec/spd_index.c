// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Index of the SPD: tuple space search
 *
 * A policy is found by tuples (tuple.c): by one if its selector has one prefix
 * on each side, else by those of the pairs of prefixes that cover its lists of
 * ranges (range.c). All tuples of one shape are found with one hash lookup of what
 * counts of the packet's, so a lookup costs as many steps as there are shapes,
 * however many policies there are, and it stops when no shape that is left can
 * have a better one. The result is that of a linear search by priority and index.
 *
 * Policies that share a tuple are searched one by one: those that differ in
 * mark, device or priority alone, and those with ranges of ports that overlap.
 *
 * Entries of a policy are linked one after the other, but no reader uses them
 * before &ipsec_policy.is_live, which makes all of them visible at once.
 *
 * Locking: writers hold ipn->mutex. Readers hold rcu_read_lock; what they
 * reach is freed after a grace period.
 */
#include "spd_index.h"

#include <linux/hash.h>
#include <linux/rbtree.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "netns.h"
#include "selector.h"
#include "spd.h"

/* All entries of one shape, by rank: the first is the next to decide when another
 * one goes. For writers alone.
 */
struct ipsec_spd_shape {
	struct list_head node;
	struct rb_root_cached entries;
	struct ipsec_tuple mask;
};

/* All entries of one tuple, by rank. */
struct ipsec_spd_bucket {
	struct ipsec_tuple tuple;
	struct rhash_head node;
	struct list_head entries;
	struct ipsec_spd_shape *shape;
	struct rcu_head rcu;
};

/* Chains are as long as policies make them, whatever packets ask for: nobody
 * has to be kept from finding tuples that meet.
 */
static u32 tuple_hash(const void *key, u32 len, u32 seed)
{
	const struct ipsec_tuple *tuple = key;
	unsigned int i;
	u64 h = seed;

	for (i = 0; i < IPSEC_TUPLE_WORDS; i++) {
		h = (h ^ tuple->word[i]) * GOLDEN_RATIO_64;
		h ^= h >> 32;
	}
	return h;
}

static int tuple_differs(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct ipsec_spd_bucket *bucket = obj;
	const struct ipsec_tuple *tuple = arg->key;
	unsigned int i;
	u64 differ = 0;

	for (i = 0; i < IPSEC_TUPLE_WORDS; i++)
		differ |= tuple->word[i] ^ bucket->tuple.word[i];
	return !!differ;
}

static const struct rhashtable_params bucket_params = {
	.key_len = sizeof(struct ipsec_tuple),
	.key_offset = offsetof(struct ipsec_spd_bucket, tuple),
	.head_offset = offsetof(struct ipsec_spd_bucket, node),
	.hashfn = tuple_hash,
	.obj_cmpfn = tuple_differs,
	.automatic_shrinking = true,
};

/**
 * ipsec_spd_index_init() - make the empty index
 * @index: zeroed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno.
 */
int ipsec_spd_index_init(struct ipsec_spd_index *index)
{
	INIT_LIST_HEAD(&index->shapes[0]);
	INIT_LIST_HEAD(&index->shapes[1]);
	return rhashtable_init(&index->buckets, &bucket_params);
}

/**
 * ipsec_spd_index_exit() - free the index
 * @index: it is empty
 *
 * Context: Process context, may sleep.
 */
void ipsec_spd_index_exit(struct ipsec_spd_index *index)
{
	rhashtable_destroy(&index->buckets);
}

/* ------------------------------------------------------------- lookup */

static struct ipsec_policy *search_bucket(const struct ipsec_spd_bucket *bucket,
					  const struct ipsec_flow *flow,
					  struct ipsec_policy *best)
{
	struct ipsec_spd_entry *entry;

	list_for_each_entry_rcu(entry, &bucket->entries, node) {
		if (best && ipsec_spd_rank(best) < entry->rank)
			break;
		if (!ipsec_selector_match_found(&entry->policy->selector, flow))
			continue;
		/* Pairs with ipsec_spd_insert(). */
		if (smp_load_acquire(&entry->policy->is_live))
			return entry->policy;
	}
	return best;
}

static bool has_family(const struct ipsec_spd_try *shape, u8 family)
{
	u8 asked = shape->mask.shape.family;

	return asked == family || asked == AF_UNSPEC;
}

/**
 * ipsec_spd_index_search() - first policy that matches a packet
 * @index: the index
 * @dir: direction of the packet
 * @flow: selector values of the packet
 *
 * Context: rcu_read_lock is held. Does not allocate.
 * Return: the policy, without a reference, or NULL.
 */
struct ipsec_policy *ipsec_spd_index_search(struct ipsec_spd_index *index,
					    enum ipsec_dir dir,
					    const struct ipsec_flow *flow)
{
	const struct ipsec_spd_tries *tries;
	struct ipsec_policy *best = NULL;
	struct ipsec_spd_bucket *bucket;
	struct ipsec_tuple packet, key;
	u32 i;

	tries = rcu_dereference(index->tries[dir - 1]);
	if (!tries)
		return NULL;
	ipsec_tuple_of_flow(flow, &packet);
	for (i = 0; i < tries->count; i++) {
		const struct ipsec_spd_try *shape = &tries->shape[i];

		if (best && ipsec_spd_rank(best) < shape->first)
			break;
		if (!has_family(shape, flow->family))
			continue;
		ipsec_tuple_apply(&packet, &shape->mask, &key);
		bucket = rhashtable_lookup(&index->buckets, &key,
					   bucket_params);
		if (bucket)
			best = search_bucket(bucket, flow, best);
	}
	return best;
}

/* --------------------------------------------------------------- tuples */

/* What a selector is found by, both sides. */
struct covers {
	struct ipsec_cover local;
	struct ipsec_cover remote;
};

static struct covers *covers_new(const struct ipsec_selector *sel)
{
	struct covers *covers = kmalloc(sizeof(*covers), GFP_KERNEL_ACCOUNT);

	if (!covers)
		return NULL;
	ipsec_selector_cover_local(sel, &covers->local);
	ipsec_selector_cover_remote(sel, &covers->remote);
	return covers;
}

/**
 * ipsec_spd_index_count() - how many entries a selector needs
 * @sel: selector
 *
 * Context: Process context, may sleep.
 * Return: how many, or -ENOMEM.
 */
int ipsec_spd_index_count(const struct ipsec_selector *sel)
{
	struct covers *covers = covers_new(sel);
	int count;

	if (!covers)
		return -ENOMEM;
	count = covers->local.count * covers->remote.count;
	kfree(covers);
	return count;
}

/* The tuple of the @n-th pair of prefixes. */
static void nth_tuple(const struct ipsec_selector *sel, u8 dir,
		      const struct covers *covers, u32 n,
		      struct ipsec_tuple *tuple)
{
	const struct ipsec_prefix *local, *remote;

	local = &covers->local.prefix[n / covers->remote.count];
	remote = &covers->remote.prefix[n % covers->remote.count];
	ipsec_tuple_of_selector(sel, dir, local, remote, tuple);
}

/* --------------------------------------------------------------- shapes */

static struct list_head *shapes_of(struct ipsec_spd_index *index, u8 dir)
{
	return &index->shapes[dir - 1];
}

static struct ipsec_spd_shape *shape_new(struct list_head *shapes,
					 const struct ipsec_tuple_shape *like)
{
	struct ipsec_spd_shape *shape;

	shape = kmalloc(sizeof(*shape), GFP_KERNEL_ACCOUNT);
	if (!shape)
		return NULL;
	shape->entries = RB_ROOT_CACHED;
	ipsec_tuple_mask(like, &shape->mask);
	list_add(&shape->node, shapes);
	return shape;
}

static struct ipsec_spd_shape *shape_get(struct ipsec_spd_index *index,
					 const struct ipsec_tuple_shape *like)
{
	struct list_head *shapes = shapes_of(index, like->dir);
	struct ipsec_spd_shape *shape;

	list_for_each_entry(shape, shapes, node)
		if (!memcmp(&shape->mask.shape, like, sizeof(*like)))
			return shape;
	return shape_new(shapes, like);
}

static void shape_put(struct ipsec_spd_shape *shape)
{
	if (!RB_EMPTY_ROOT(&shape->entries.rb_root))
		return;
	list_del(&shape->node);
	kfree(shape);
}

static struct ipsec_spd_entry *by_rank(struct rb_node *node)
{
	return rb_entry(node, struct ipsec_spd_entry, rank_node);
}

static struct ipsec_spd_entry *first_of(const struct ipsec_spd_shape *shape)
{
	return by_rank(rb_first_cached(&shape->entries));
}

static bool rank_less(struct rb_node *node, const struct rb_node *parent)
{
	return by_rank(node)->rank <
	       rb_entry(parent, struct ipsec_spd_entry, rank_node)->rank;
}

/* ---------------------------------------------------------------- tries */

static void tries_replace(struct ipsec_net *ipn, u8 dir,
			  struct ipsec_spd_tries *tries)
{
	struct ipsec_spd_tries *old;

	old = rcu_replace_pointer(ipn->spd.index.tries[dir - 1], tries,
				  lockdep_is_held(&ipn->mutex));
	if (old)
		kvfree_rcu(old, rcu);
}

static int first_cmp(const void *one, const void *other)
{
	u64 a = ((const struct ipsec_spd_try *)one)->first;
	u64 b = ((const struct ipsec_spd_try *)other)->first;

	return a < b ? -1 : a > b;
}

static u32 count_shapes(struct list_head *shapes)
{
	struct list_head *shape;
	u32 count = 0;

	list_for_each(shape, shapes)
		count++;
	return count;
}

/* Without memory lookups go on with the shapes that they have: enough when a
 * policy has gone, as they try more than they must, and find the same.
 */
static int tries_update(struct ipsec_net *ipn, u8 dir)
{
	struct list_head *shapes = shapes_of(&ipn->spd.index, dir);
	struct ipsec_spd_tries *tries = NULL;
	u32 count = count_shapes(shapes);
	struct ipsec_spd_shape *shape;

	if (count) {
		tries = kvmalloc(struct_size(tries, shape, count),
				 GFP_KERNEL_ACCOUNT);
		if (!tries)
			return -ENOMEM;
		tries->count = 0;
		list_for_each_entry(shape, shapes, node)
			tries->shape[tries->count++] = (struct ipsec_spd_try) {
				.first = first_of(shape)->rank,
				.mask = shape->mask,
			};
		sort(tries->shape, count, sizeof(*tries->shape), first_cmp,
		     NULL);
	}
	tries_replace(ipn, dir, tries);
	return 0;
}

/* Do lookups have to know a policy for where they may stop? */
static bool is_first(const struct ipsec_policy *policy)
{
	const struct ipsec_spd_entry *entry = policy->entry;

	for (; entry < policy->entry + policy->entry_count; entry++)
		if (first_of(entry->bucket->shape) == entry)
			return true;
	return false;
}

/* -------------------------------------------------------------- buckets */

static struct ipsec_spd_bucket *bucket_insert(struct ipsec_spd_index *index,
					      struct ipsec_spd_shape *shape,
					      const struct ipsec_tuple *tuple)
{
	struct ipsec_spd_bucket *bucket;
	int err;

	bucket = kzalloc(sizeof(*bucket), GFP_KERNEL_ACCOUNT);
	if (!bucket)
		return ERR_PTR(-ENOMEM);
	bucket->tuple = *tuple;
	bucket->shape = shape;
	INIT_LIST_HEAD(&bucket->entries);
	err = rhashtable_insert_fast(&index->buckets, &bucket->node,
				     bucket_params);
	if (err) {
		kfree(bucket);
		return ERR_PTR(err);
	}
	return bucket;
}

static struct ipsec_spd_bucket *bucket_new(struct ipsec_spd_index *index,
					   const struct ipsec_tuple *tuple)
{
	struct ipsec_spd_shape *shape = shape_get(index, &tuple->shape);
	struct ipsec_spd_bucket *bucket;

	if (!shape)
		return ERR_PTR(-ENOMEM);
	bucket = bucket_insert(index, shape, tuple);
	if (IS_ERR(bucket))
		shape_put(shape);
	return bucket;
}

static struct ipsec_spd_bucket *bucket_get(struct ipsec_spd_index *index,
					   const struct ipsec_tuple *tuple)
{
	return rhashtable_lookup_fast(&index->buckets, tuple, bucket_params) ?:
	       bucket_new(index, tuple);
}

static void entry_link(struct ipsec_spd_entry *entry)
{
	struct ipsec_spd_bucket *bucket = entry->bucket;
	struct list_head *after = &bucket->entries;
	struct ipsec_spd_entry *pos;

	list_for_each_entry_reverse(pos, &bucket->entries, node)
		if (pos->rank < entry->rank) {
			after = &pos->node;
			break;
		}
	list_add_rcu(&entry->node, after);
	rb_add_cached(&entry->rank_node, &bucket->shape->entries, rank_less);
}

static void entry_unlink(struct ipsec_spd_index *index,
			 struct ipsec_spd_entry *entry)
{
	struct ipsec_spd_bucket *bucket = entry->bucket;

	rb_erase_cached(&entry->rank_node, &bucket->shape->entries);
	list_del_rcu(&entry->node);
	if (!list_empty(&bucket->entries))
		return;
	rhashtable_remove_fast(&index->buckets, &bucket->node, bucket_params);
	shape_put(bucket->shape);
	kfree_rcu(bucket, rcu);
}

/* ---------------------------------------------------------- add, remove */

/**
 * ipsec_spd_index_unlink() - take the entries of a policy away
 * @ipn: the namespace
 * @policy: in the index
 *
 * What lookups try is left as it is.
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 */
void ipsec_spd_index_unlink(struct ipsec_net *ipn, struct ipsec_policy *policy)
{
	while (policy->entry_count)
		entry_unlink(&ipn->spd.index,
			     &policy->entry[--policy->entry_count]);
}

static int link_entries(struct ipsec_net *ipn, struct ipsec_policy *policy,
			const struct covers *covers)
{
	u32 count = covers->local.count * covers->remote.count;
	struct ipsec_spd_entry *entry;
	struct ipsec_tuple tuple;

	while (policy->entry_count < count) {
		entry = &policy->entry[policy->entry_count];
		nth_tuple(&policy->selector, policy->dir, covers,
			  policy->entry_count, &tuple);
		entry->policy = policy;
		entry->rank = ipsec_spd_rank(policy);
		entry->bucket = bucket_get(&ipn->spd.index, &tuple);
		if (IS_ERR(entry->bucket)) {
			int err = PTR_ERR(entry->bucket);

			ipsec_spd_index_unlink(ipn, policy);
			return err;
		}
		entry_link(entry);
		policy->entry_count++;
	}
	return 0;
}

/**
 * ipsec_spd_index_add() - put a policy into the index
 * @ipn: the namespace
 * @policy: it has its index, room for its entries, and is not live
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 * Return: 0 or -errno; then nothing is changed.
 */
int ipsec_spd_index_add(struct ipsec_net *ipn, struct ipsec_policy *policy)
{
	struct covers *covers = covers_new(&policy->selector);
	int err;

	if (!covers)
		return -ENOMEM;
	err = link_entries(ipn, policy, covers);
	kfree(covers);
	if (err || !is_first(policy))
		return err;
	err = tries_update(ipn, policy->dir);
	if (err)
		ipsec_spd_index_unlink(ipn, policy);
	return err;
}

/**
 * ipsec_spd_index_remove() - take a policy out of the index
 * @ipn: the namespace
 * @policy: in the index, no longer live
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 */
void ipsec_spd_index_remove(struct ipsec_net *ipn, struct ipsec_policy *policy)
{
	bool was_first = is_first(policy);

	ipsec_spd_index_unlink(ipn, policy);
	if (was_first)
		tries_update(ipn, policy->dir);
}

/**
 * ipsec_spd_index_clear() - let no packet find any policy of a direction
 * @ipn: the namespace
 * @dir: enum ipsec_dir
 *
 * The caller goes on with ipsec_spd_index_unlink() of each of them.
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 */
void ipsec_spd_index_clear(struct ipsec_net *ipn, u8 dir)
{
	tries_replace(ipn, dir, NULL);
}

/**
 * ipsec_spd_index_find() - find a policy by what makes it unique
 * @ipn: the namespace
 * @dir: enum ipsec_dir
 * @priority: its priority
 * @sel: its selector
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 * Return: the policy, NULL, or -ENOMEM as an ERR_PTR.
 */
struct ipsec_policy *ipsec_spd_index_find(struct ipsec_net *ipn, u8 dir,
					  u32 priority,
					  const struct ipsec_selector *sel)
{
	struct covers *covers = covers_new(sel);
	struct ipsec_spd_bucket *bucket;
	struct ipsec_spd_entry *entry;
	struct ipsec_tuple tuple;

	if (!covers)
		return ERR_PTR(-ENOMEM);
	nth_tuple(sel, dir, covers, 0, &tuple);
	kfree(covers);
	bucket = rhashtable_lookup_fast(&ipn->spd.index.buckets, &tuple,
					bucket_params);
	if (!bucket)
		return NULL;
	list_for_each_entry_reverse(entry, &bucket->entries, node) {
		if (entry->policy->priority < priority)
			break;
		if (entry->policy->priority == priority &&
		    ipsec_selector_equal(&entry->policy->selector, sel))
			return entry->policy;
	}
	return NULL;
}
