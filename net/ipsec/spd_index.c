// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Index of the SPD: tuple space search
 *
 * A policy is found by pairs of a local and a remote prefix: by one pair if its
 * selector has one prefix on each side, else by the pairs of those that cover
 * its lists of ranges (range.c). What has the same prefix lengths (a shape) is
 * found with one hash lookup of the packet's masked addresses, so a lookup costs
 * as many steps as there are shapes, however many policies there are. The
 * result is that of a linear search by priority and index.
 *
 * Entries of a policy are linked one after the other, but no reader uses them
 * before &ipsec_policy.is_live, which makes all of them visible at once.
 *
 * Locking: writers hold ipn->mutex. Readers hold rcu_read_lock; what they
 * reach is freed after a grace period.
 */
#include "spd_index.h"

#include <linux/jhash.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "netns.h"
#include "selector.h"
#include "spd.h"

/* Hashed and compared as bytes: zero it before filling it. */
struct prefix_key {
	union ipsec_addr local;
	union ipsec_addr remote;
	u8 dir;
	u8 family;
	u8 local_plen;
	u8 remote_plen;
};

/* All entries of one prefix pair, by rank. */
struct ipsec_spd_prefix {
	struct prefix_key key;
	struct rhash_head node;
	struct list_head entries;
	struct rcu_head rcu;
};

static const struct rhashtable_params prefix_params = {
	.key_len = sizeof(struct prefix_key),
	.key_offset = offsetof(struct ipsec_spd_prefix, key),
	.head_offset = offsetof(struct ipsec_spd_prefix, node),
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
	return rhashtable_init(&index->prefixes, &prefix_params);
}

/**
 * ipsec_spd_index_exit() - free the index
 * @index: it is empty
 *
 * Context: Process context, may sleep.
 */
void ipsec_spd_index_exit(struct ipsec_spd_index *index)
{
	rhashtable_destroy(&index->prefixes);
}

/* ------------------------------------------------------------- lookup */

static struct ipsec_policy *search_prefix(const struct ipsec_spd_prefix *prefix,
					  const struct ipsec_flow *flow,
					  struct ipsec_policy *best)
{
	struct ipsec_spd_entry *entry;

	list_for_each_entry_rcu(entry, &prefix->entries, node) {
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
	const struct ipsec_shapes *shapes;
	struct ipsec_policy *best = NULL;
	struct ipsec_spd_prefix *prefix;
	struct prefix_key key;
	u32 i;

	shapes = rcu_dereference(index->shapes[dir - 1][flow->family == AF_INET6]);
	if (!shapes)
		return NULL;
	memset(&key, 0, sizeof(key));
	key.dir = dir;
	for (i = 0; i < shapes->count; i++) {
		const struct ipsec_shape *shape = &shapes->shape[i];

		if (best && ipsec_spd_rank(best) < shape->first)
			break;
		key.local = flow->local;
		key.remote = flow->remote;
		key.family = shape->family;
		key.local_plen = shape->local_plen;
		key.remote_plen = shape->remote_plen;
		ipsec_selector_mask(&key.local, shape->local_plen);
		ipsec_selector_mask(&key.remote, shape->remote_plen);
		prefix = rhashtable_lookup(&index->prefixes, &key,
					   prefix_params);
		if (prefix)
			best = search_prefix(prefix, flow, best);
	}
	return best;
}

/* ------------------------------------------------------------- prefixes */

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

/* The @n-th pair of prefixes. */
static void prefix_key_set(struct prefix_key *key, u8 dir, u8 family,
			   const struct covers *covers, u32 n)
{
	const struct ipsec_prefix *local, *remote;

	local = &covers->local.prefix[n / covers->remote.count];
	remote = &covers->remote.prefix[n % covers->remote.count];
	memset(key, 0, sizeof(*key));
	key->local = local->addr;
	key->remote = remote->addr;
	key->dir = dir;
	key->family = family;
	key->local_plen = local->plen;
	key->remote_plen = remote->plen;
}

static struct ipsec_spd_prefix *prefix_new(struct ipsec_spd_index *index,
					   const struct prefix_key *key)
{
	struct ipsec_spd_prefix *prefix;
	int err;

	prefix = kzalloc(sizeof(*prefix), GFP_KERNEL_ACCOUNT);
	if (!prefix)
		return ERR_PTR(-ENOMEM);
	prefix->key = *key;
	INIT_LIST_HEAD(&prefix->entries);
	err = rhashtable_insert_fast(&index->prefixes, &prefix->node,
				     prefix_params);
	if (err) {
		kfree(prefix);
		return ERR_PTR(err);
	}
	return prefix;
}

static struct ipsec_spd_prefix *prefix_get(struct ipsec_spd_index *index,
					   const struct prefix_key *key)
{
	return rhashtable_lookup_fast(&index->prefixes, key, prefix_params) ?:
	       prefix_new(index, key);
}

static void entry_link(struct ipsec_spd_entry *entry)
{
	struct list_head *after = &entry->prefix->entries;
	struct ipsec_spd_entry *pos;

	list_for_each_entry_reverse(pos, &entry->prefix->entries, node)
		if (pos->rank < entry->rank) {
			after = &pos->node;
			break;
		}
	list_add_rcu(&entry->node, after);
}

static void entry_unlink(struct ipsec_spd_index *index,
			 struct ipsec_spd_entry *entry)
{
	struct ipsec_spd_prefix *prefix = entry->prefix;

	list_del_rcu(&entry->node);
	if (!list_empty(&prefix->entries))
		return;
	rhashtable_remove_fast(&index->prefixes, &prefix->node, prefix_params);
	kfree_rcu(prefix, rcu);
}

/**
 * ipsec_spd_index_unlink() - take the entries of a policy away
 * @ipn: the namespace
 * @policy: in the index; its shapes are gone, or are left as they are
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
	struct ipsec_spd_index *index = &ipn->spd.index;
	struct ipsec_spd_entry *entry;
	struct prefix_key key;

	while (policy->entry_count < count) {
		entry = &policy->entry[policy->entry_count];
		prefix_key_set(&key, policy->dir, policy->selector.family,
			       covers, policy->entry_count);
		entry->policy = policy;
		entry->rank = ipsec_spd_rank(policy);
		entry->prefix = prefix_get(index, &key);
		if (IS_ERR(entry->prefix)) {
			int err = PTR_ERR(entry->prefix);

			ipsec_spd_index_unlink(ipn, policy);
			return err;
		}
		entry_link(entry);
		policy->entry_count++;
	}
	return 0;
}

/* --------------------------------------------------------------- shapes */

static bool family_has(const struct ipsec_policy *policy, unsigned int i)
{
	return policy->selector.family == AF_UNSPEC ||
	       policy->selector.family == (i ? AF_INET6 : AF_INET);
}

static struct ipsec_shapes *shapes_get(struct ipsec_net *ipn, u8 dir,
				       unsigned int i)
{
	return rcu_dereference_protected(ipn->spd.index.shapes[dir - 1][i],
					 lockdep_is_held(&ipn->mutex));
}

static void shapes_publish(struct ipsec_net *ipn, u8 dir, unsigned int i,
			   struct ipsec_shapes *shapes)
{
	struct ipsec_shapes *old = shapes_get(ipn, dir, i);

	rcu_assign_pointer(ipn->spd.index.shapes[dir - 1][i], shapes);
	if (old)
		kvfree_rcu(old, rcu);
}

static bool shape_has(const struct ipsec_shape *shape,
		      const struct ipsec_spd_entry *entry)
{
	const struct prefix_key *key = &entry->prefix->key;

	return shape->family == key->family &&
	       shape->local_plen == key->local_plen &&
	       shape->remote_plen == key->remote_plen;
}

static struct ipsec_shape *shape_find(struct ipsec_shapes *shapes,
				      const struct ipsec_spd_entry *entry)
{
	u32 i;

	for (i = 0; shapes && i < shapes->count; i++)
		if (shape_has(&shapes->shape[i], entry))
			return &shapes->shape[i];
	return NULL;
}

static int shape_cmp(const void *one, const void *other)
{
	u64 a = ((const struct ipsec_shape *)one)->first;
	u64 b = ((const struct ipsec_shape *)other)->first;

	return a < b ? -1 : a > b;
}

static void shapes_sort(struct ipsec_shapes *shapes)
{
	sort(shapes->shape, shapes->count, sizeof(*shapes->shape), shape_cmp,
	     NULL);
}

/* A copy of @old, not sorted, with room for @more. */
static struct ipsec_shapes *shapes_copy(const struct ipsec_shapes *old,
					u32 more)
{
	u32 count = old ? old->count : 0;
	struct ipsec_shapes *shapes;

	shapes = kvmalloc(struct_size(shapes, shape, count + more),
			  GFP_KERNEL_ACCOUNT);
	if (!shapes)
		return ERR_PTR(-ENOMEM);
	shapes->count = count;
	if (count)
		memcpy(shapes->shape, old->shape,
		       count * sizeof(*old->shape));
	return shapes;
}

/* May the shapes stay, but for their counts, when @policy comes? */
static bool shapes_serve(struct ipsec_shapes *shapes,
			 const struct ipsec_policy *policy)
{
	const struct ipsec_shape *shape;
	u32 i;

	for (i = 0; i < policy->entry_count; i++) {
		shape = shape_find(shapes, &policy->entry[i]);
		if (!shape || policy->entry[i].rank < shape->first)
			return false;
	}
	return true;
}

/* @shapes has room for what it lacks. */
static void shapes_count_entry(struct ipsec_shapes *shapes,
			       const struct ipsec_spd_entry *entry)
{
	struct ipsec_shape *shape = shape_find(shapes, entry);

	if (!shape) {
		shape = &shapes->shape[shapes->count++];
		*shape = (struct ipsec_shape) {
			.first = entry->rank,
			.family = entry->prefix->key.family,
			.local_plen = entry->prefix->key.local_plen,
			.remote_plen = entry->prefix->key.remote_plen,
		};
	}
	shape->count++;
	shape->first = min(shape->first, entry->rank);
}

/* The shapes with those of @policy, which are @old itself if it serves. */
static struct ipsec_shapes *shapes_with(struct ipsec_shapes *old,
					const struct ipsec_policy *policy)
{
	if (shapes_serve(old, policy))
		return old;
	return shapes_copy(old, policy->entry_count);
}

static void shapes_add(struct ipsec_net *ipn, const struct ipsec_policy *policy,
		       unsigned int i, struct ipsec_shapes *shapes)
{
	bool is_new = shapes != shapes_get(ipn, policy->dir, i);
	u32 n;

	for (n = 0; n < policy->entry_count; n++)
		shapes_count_entry(shapes, &policy->entry[n]);
	if (!is_new)
		return;
	shapes_sort(shapes);
	shapes_publish(ipn, policy->dir, i, shapes);
}

static bool policy_has(const struct ipsec_policy *policy,
		       const struct ipsec_shape *shape)
{
	u32 i;

	for (i = 0; i < policy->entry_count; i++)
		if (shape_has(shape, &policy->entry[i]))
			return true;
	return false;
}

/* Rank of the next policy that has the shape, for one that is removed. */
static u64 next_rank(struct ipsec_net *ipn, const struct ipsec_policy *policy,
		     const struct ipsec_shape *shape)
{
	u64 rank = ipsec_spd_rank(policy);
	const struct ipsec_policy *next;

	while ((next = ipsec_spd_next(ipn, policy->dir, rank)) &&
	       next->dir == policy->dir) {
		rank = ipsec_spd_rank(next);
		if (policy_has(next, shape))
			return rank;
		cond_resched();
	}
	return U64_MAX;
}

/* Does the removal of @policy change more than counts? */
static bool shapes_uncount(struct ipsec_shapes *shapes,
			   const struct ipsec_policy *policy)
{
	struct ipsec_shape *shape;
	bool is_changed = false;
	u32 i;

	for (i = 0; i < policy->entry_count; i++) {
		shape = shape_find(shapes, &policy->entry[i]);
		shape->count--;
		is_changed |= !shape->count ||
			      shape->first == policy->entry[i].rank;
	}
	return is_changed;
}

/* Without memory a shape keeps a rank that is too low or has no entries: a
 * lookup then tries more than it must, and finds the same.
 */
static void shapes_remove(struct ipsec_net *ipn,
			  const struct ipsec_policy *policy, unsigned int i)
{
	struct ipsec_shapes *old = shapes_get(ipn, policy->dir, i);
	struct ipsec_shapes *shapes;
	struct ipsec_shape *shape;
	u32 n, count = 0;

	if (!shapes_uncount(old, policy))
		return;
	shapes = shapes_copy(old, 0);
	if (IS_ERR(shapes))
		return;
	for (n = 0; n < shapes->count; n++) {
		shape = &shapes->shape[n];
		if (shape->count && shape->first == ipsec_spd_rank(policy))
			shape->first = next_rank(ipn, policy, shape);
		if (shape->count)
			shapes->shape[count++] = *shape;
	}
	shapes->count = count;
	shapes_sort(shapes);
	if (!count) {
		kvfree(shapes);
		shapes = NULL;
	}
	shapes_publish(ipn, policy->dir, i, shapes);
}

/* ---------------------------------------------------------- add, remove */

static int plan_shapes(struct ipsec_net *ipn, const struct ipsec_policy *policy,
		       struct ipsec_shapes *shapes[2])
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		shapes[i] = NULL;
		if (!family_has(policy, i))
			continue;
		shapes[i] = shapes_with(shapes_get(ipn, policy->dir, i),
					policy);
		if (!IS_ERR(shapes[i]))
			continue;
		if (i && shapes[0] && shapes[0] != shapes_get(ipn, policy->dir, 0))
			kvfree(shapes[0]);
		return -ENOMEM;
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
	struct ipsec_shapes *shapes[2];
	unsigned int i;
	int err;

	if (!covers)
		return -ENOMEM;
	err = link_entries(ipn, policy, covers);
	kfree(covers);
	if (err)
		return err;
	err = plan_shapes(ipn, policy, shapes);
	if (err) {
		ipsec_spd_index_unlink(ipn, policy);
		return err;
	}
	for (i = 0; i < 2; i++)
		if (shapes[i])
			shapes_add(ipn, policy, i, shapes[i]);
	return 0;
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
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (family_has(policy, i))
			shapes_remove(ipn, policy, i);
	ipsec_spd_index_unlink(ipn, policy);
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
	shapes_publish(ipn, dir, 0, NULL);
	shapes_publish(ipn, dir, 1, NULL);
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
	struct ipsec_spd_prefix *prefix;
	struct ipsec_spd_entry *entry;
	struct prefix_key key;

	if (!covers)
		return ERR_PTR(-ENOMEM);
	prefix_key_set(&key, dir, sel->family, covers, 0);
	kfree(covers);
	prefix = rhashtable_lookup_fast(&ipn->spd.index.prefixes, &key,
					prefix_params);
	if (!prefix)
		return NULL;
	list_for_each_entry_reverse(entry, &prefix->entries, node) {
		if (entry->policy->priority < priority)
			break;
		if (entry->policy->priority == priority &&
		    ipsec_selector_equal(&entry->policy->selector, sel))
			return entry->policy;
	}
	return NULL;
}
