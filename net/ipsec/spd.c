// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Security policy database (RFC 4301 4.4.1)
 *
 * Ordered policies per direction. spd_index.c finds the one that decides.
 *
 * Locking: writers hold ipn->mutex. Readers hold rcu_read_lock; what they
 * reach is freed after a grace period.
 */
#include "spd.h"

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/rbtree.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "flow_cache.h"
#include "netns.h"
#include "refuse.h"

static struct ipsec_policy *all_entry(struct rb_node *node)
{
	return rb_entry_safe(node, struct ipsec_policy, all_node);
}

/* A lookup that overlaps two changes must not miss what the first inserted
 * and what the second removed: it looks again when @seq has moved. The
 * barriers order @seq between the two changes.
 */
static void spd_changed(struct ipsec_spd *spd)
{
	smp_wmb(); /* the change before @seq; pairs with ipsec_spd_lookup() */
	WRITE_ONCE(spd->seq, spd->seq + 1 ?: 1);
	smp_wmb(); /* @seq before the next change; pairs likewise */
	ipsec_flow_cache_invalidate(container_of(spd, struct ipsec_net, spd));
}

/**
 * ipsec_spd_init() - make the empty SPD of a namespace
 * @ipn: the namespace
 *
 * Both defaults are BYPASS: a module that was only loaded cuts nobody off.
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno.
 */
int ipsec_spd_init(struct ipsec_net *ipn)
{
	struct ipsec_spd *spd = &ipn->spd;

	spd->all = RB_ROOT;
	xa_init_flags(&spd->by_index, XA_FLAGS_ACCOUNT);
	spd->count = 0;
	spd->next_index = 1;
	spd->dev_count = 0;
	spd->stateful_count = 0;
	spd->seq = 1;
	spd->default_action[IPSEC_DIR_IN - 1] = IPSEC_ACTION_BYPASS;
	spd->default_action[IPSEC_DIR_OUT - 1] = IPSEC_ACTION_BYPASS;
	return ipsec_spd_index_init(&spd->index);
}

/**
 * ipsec_spd_exit() - free the SPD of a namespace
 * @ipn: the namespace
 *
 * Context: Process context, may sleep. Nobody looks policies up any more.
 */
void ipsec_spd_exit(struct ipsec_net *ipn)
{
	mutex_lock(&ipn->mutex);
	ipsec_spd_flush(ipn, 0);
	mutex_unlock(&ipn->mutex);
	ipsec_spd_index_exit(&ipn->spd.index);
	xa_destroy(&ipn->spd.by_index);
}

/* ------------------------------------------------------------- lookup */

/**
 * ipsec_spd_lookup() - first policy that matches a packet (RFC 4301 5.1, 5.2)
 * @ipn: the namespace
 * @dir: direction of the packet
 * @flow: selector values of the packet
 *
 * Context: rcu_read_lock is held. Does not allocate.
 * Return: the policy, without a reference, or NULL: the default applies.
 */
struct ipsec_policy *ipsec_spd_lookup(struct ipsec_net *ipn, enum ipsec_dir dir,
				      const struct ipsec_flow *flow)
{
	struct ipsec_spd *spd = &ipn->spd;
	struct ipsec_policy *policy;
	u32 seq;

	do {
		/* Pairs with spd_changed(). */
		seq = smp_load_acquire(&spd->seq);
		policy = ipsec_spd_index_search(&spd->index, dir, flow);
		smp_rmb(); /* what was seen before @seq; pairs likewise */
	} while (unlikely(READ_ONCE(spd->seq) != seq));
	return policy;
}

/**
 * ipsec_spd_is_unicast() - may this be an end of an SA
 * @addr: address
 * @family: AF_INET or AF_INET6
 *
 * Context: Any.
 * Return: false for the unspecified address, multicast and broadcast.
 */
bool ipsec_spd_is_unicast(const union ipsec_addr *addr, u8 family)
{
	const struct in6_addr *addr6 = (const struct in6_addr *)addr->bytes;

	if (family == AF_INET)
		return !ipv4_is_multicast(addr->a4) &&
		       !ipv4_is_lbcast(addr->a4) && !ipv4_is_zeronet(addr->a4);
	return !ipv6_addr_is_multicast(addr6) && !ipv6_addr_any(addr6);
}

/* ---------------------------------------------------- insert and remove */

static int all_cmp(const struct ipsec_policy *policy, u8 dir, u64 rank)
{
	u64 other = ipsec_spd_rank(policy);

	if (policy->dir != dir)
		return dir < policy->dir ? -1 : 1;
	return rank < other ? -1 : rank > other;
}

static bool all_less(struct rb_node *node, const struct rb_node *parent)
{
	struct ipsec_policy *policy = all_entry(node);

	return all_cmp(rb_entry(parent, struct ipsec_policy, all_node),
		       policy->dir, ipsec_spd_rank(policy)) < 0;
}

static int check_new_policy(struct ipsec_net *ipn,
			    const struct ipsec_policy *policy,
			    struct netlink_ext_ack *extack)
{
	struct ipsec_spd *spd = &ipn->spd;
	struct ipsec_policy *same;

	same = ipsec_spd_index_find(ipn, policy->dir, policy->priority,
				    &policy->selector);
	if (IS_ERR(same))
		return PTR_ERR(same);
	if (same) {
		NL_SET_ERR_MSG(extack,
			       "a policy with this dir, priority and selector exists");
		return -EEXIST;
	}
	if (ipn->max_policies && spd->count >= ipn->max_policies) {
		NL_SET_ERR_MSG(extack,
			       "the namespace has as many policies as max-policies allows");
		return -ENOSPC;
	}
	/* The order among equal priorities is that of the index, so a number
	 * is not given twice while policies exist.
	 */
	if (!spd->next_index && spd->count) {
		NL_SET_ERR_MSG(extack,
			       "all policy numbers were used; flush the policies of both directions");
		return -ENOSPC;
	}
	return 0;
}

/* What the packet paths do only when a policy needs it. */
static void count_needs(struct ipsec_spd *spd,
			const struct ipsec_policy *policy, int change)
{
	const struct ipsec_selector *sel = &policy->selector;

	if (sel->more && sel->more->dev[0])
		WRITE_ONCE(spd->dev_count, spd->dev_count + change);
	if (policy->action == IPSEC_ACTION_BYPASS &&
	    ipsec_selector_names_upper(sel))
		WRITE_ONCE(spd->stateful_count, spd->stateful_count + change);
}

/**
 * ipsec_spd_policy_new() - make a policy
 * @sel: its selector; what it owns belongs to the policy if this succeeds
 * @attr: the attribute that it came from
 * @extack: where a refusal goes
 *
 * Context: Process context, may sleep.
 * Return: a policy that is not in the SPD, or an ERR_PTR.
 */
struct ipsec_policy *ipsec_spd_policy_new(const struct ipsec_selector *sel,
					  struct nlattr *attr,
					  struct netlink_ext_ack *extack)
{
	int count = ipsec_spd_index_count(sel);
	struct ipsec_policy *policy;

	if (count < 0)
		return ERR_PTR(count);
	if (count > IPSEC_PREFIX_PAIRS_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the lists make more than 256 pairs of prefixes; write several policies");
		return ERR_PTR(-EINVAL);
	}
	policy = kvzalloc(struct_size(policy, entry, count),
			  GFP_KERNEL_ACCOUNT);
	if (!policy)
		return ERR_PTR(-ENOMEM);
	policy->packets = alloc_percpu_gfp(unsigned long, GFP_KERNEL_ACCOUNT);
	if (!policy->packets) {
		kvfree(policy);
		return ERR_PTR(-ENOMEM);
	}
	policy->selector = *sel;
	return policy;
}

static void policy_free_rcu(struct rcu_head *rcu)
{
	struct ipsec_policy *policy = container_of(rcu, struct ipsec_policy,
						   rcu);

	kfree(policy->selector.more);
	free_percpu(policy->packets);
	kvfree(policy);
}

/**
 * ipsec_spd_policy_free() - free a policy that is not in the SPD
 * @policy: in the SPD no longer, or never; packets may have seen it until now
 *
 * Context: any but hard interrupts.
 */
void ipsec_spd_policy_free(struct ipsec_policy *policy)
{
	call_rcu(&policy->rcu, policy_free_rcu);
}

/**
 * ipsec_spd_packets() - how many packets a policy has decided on
 * @policy: the policy
 *
 * Context: Any.
 * Return: the sum of all CPUs, which count on meanwhile.
 */
unsigned long ipsec_spd_packets(const struct ipsec_policy *policy)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(policy->packets, cpu));
	return sum;
}

/**
 * ipsec_spd_insert() - put a policy into the SPD
 * @ipn: the namespace
 * @policy: validated; belongs to the SPD if this succeeds
 * @extack: where a refusal goes
 *
 * Gives the policy its index.
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 * Return: 0, -EEXIST or -ENOSPC with a sentence, or another -errno.
 */
int ipsec_spd_insert(struct ipsec_net *ipn, struct ipsec_policy *policy,
		     struct netlink_ext_ack *extack)
{
	struct ipsec_spd *spd = &ipn->spd;
	int err;

	lockdep_assert_held(&ipn->mutex);
	err = check_new_policy(ipn, policy, extack);
	if (err)
		return err;
	if (!spd->next_index)
		spd->next_index = 1;
	policy->index = spd->next_index;

	err = xa_insert(&spd->by_index, policy->index, policy,
			GFP_KERNEL_ACCOUNT);
	if (err)
		return err;
	count_needs(spd, policy, 1);
	err = ipsec_spd_index_add(ipn, policy);
	if (err) {
		count_needs(spd, policy, -1);
		xa_erase(&spd->by_index, policy->index);
		return err;
	}
	/* All of its entries at once; pairs with ipsec_spd_index_search(). */
	smp_store_release(&policy->is_live, true);
	rb_add(&policy->all_node, &spd->all, all_less);
	spd->count++;
	spd->next_index++;
	spd_changed(spd);
	return 0;
}

static void forget_policy(struct ipsec_spd *spd, struct ipsec_policy *policy)
{
	count_needs(spd, policy, -1);
	rb_erase(&policy->all_node, &spd->all);
	xa_erase(&spd->by_index, policy->index);
	spd->count--;
	ipsec_spd_policy_free(policy);
}

/**
 * ipsec_spd_remove() - take a policy out of the SPD and free it
 * @ipn: the namespace
 * @policy: in the SPD; its memory lives on for a grace period
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 */
void ipsec_spd_remove(struct ipsec_net *ipn, struct ipsec_policy *policy)
{
	lockdep_assert_held(&ipn->mutex);
	WRITE_ONCE(policy->is_live, false);
	ipsec_spd_index_remove(ipn, policy);
	/* Who comes when the grace period of the policy has begun must not find
	 * it in the flow cache either.
	 */
	spd_changed(&ipn->spd);
	forget_policy(&ipn->spd, policy);
}

/**
 * ipsec_spd_flush() - remove all policies of one direction or of both
 * @ipn: the namespace
 * @dir: enum ipsec_dir, or 0 for both
 *
 * A packet sees all policies of a direction and family, or none.
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 */
void ipsec_spd_flush(struct ipsec_net *ipn, u8 dir)
{
	struct ipsec_policy *policy, *next;
	unsigned int d;

	lockdep_assert_held(&ipn->mutex);
	for (d = IPSEC_DIR_IN; d <= IPSEC_DIR_OUT; d++)
		if (!dir || dir == d)
			ipsec_spd_index_clear(ipn, d);
	spd_changed(&ipn->spd);
	for (policy = all_entry(rb_first(&ipn->spd.all)); policy;
	     policy = next) {
		next = all_entry(rb_next(&policy->all_node));
		if (!dir || policy->dir == dir) {
			ipsec_spd_index_unlink(ipn, policy);
			forget_policy(&ipn->spd, policy);
		}
		cond_resched();
	}
}

/* --------------------------------------------------------------- find */

/**
 * ipsec_spd_next() - walk the policies in the order of lookup
 * @ipn: the namespace
 * @dir: direction of the last one seen; 0 at first
 * @rank: its ipsec_spd_rank()
 *
 * Context: ipn->mutex is held; it may be dropped between two calls.
 * Return: the first policy behind that place, or NULL.
 */
struct ipsec_policy *ipsec_spd_next(struct ipsec_net *ipn, u8 dir, u64 rank)
{
	struct rb_node *node = ipn->spd.all.rb_node;
	struct ipsec_policy *next = NULL;

	lockdep_assert_held(&ipn->mutex);
	while (node) {
		struct ipsec_policy *policy = all_entry(node);

		if (all_cmp(policy, dir, rank) < 0) {
			next = policy;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return next;
}

/**
 * ipsec_spd_find_index() - find a policy by its number
 * @ipn: the namespace
 * @index: its index
 *
 * Context: ipn->mutex is held.
 * Return: the policy or NULL.
 */
struct ipsec_policy *ipsec_spd_find_index(struct ipsec_net *ipn, u32 index)
{
	lockdep_assert_held(&ipn->mutex);
	return xa_load(&ipn->spd.by_index, index);
}
