// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Flow cache
 *
 * The decision on a packet follows from its selector values (struct ipsec_flow)
 * and from what is in the SPD and the SAD, and from nothing else. So it is
 * remembered for the next packet with the same values, until either database
 * changes.
 *
 * Each change gives its namespace a generation that no namespace has had before,
 * and an entry is good in the generation that it was made in, alone. What it
 * points to is freed a grace period after the generation has changed, so who
 * finds an entry under rcu_read_lock may use it until he leaves. That an SA has
 * come to the end of its lifetime changes no database; the entry looks for it.
 *
 * A table per CPU, of fixed size, that no other CPU reads or writes: who makes up
 * flows to fill it costs others a lookup in the databases, which is what a
 * packet would cost without it.
 */
#include "flow_cache.h"

#include <linux/cache.h>
#include <linux/cpuhotplug.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "netns.h"
#include "protect.h"
#include "sa.h"
#include "selector.h"

#define BITS 9
#define WAYS 2
/* Everything in struct ipsec_flow that a decision depends on, but for the name
 * of the device: flows with one are not cached.
 */
#define WORDS 6

/**
 * struct ipsec_flow_entry - the decision on one flow
 * @generation: when it was made, twice, and whether the direction is IN; 0 is
 *	never
 * @flow: the first WORDS words of struct ipsec_flow
 * @decision: what SPD and SAD have said
 */
struct ipsec_flow_entry {
	u64 generation;
	u64 flow[WORDS];
	struct ipsec_decision decision;
} ____cacheline_aligned;

struct flow_cache {
	struct ipsec_flow_entry entry[1 << BITS][WAYS];
};

static DEFINE_PER_CPU(struct flow_cache *, flow_caches);
static atomic64_t last_generation = ATOMIC64_INIT(0);
/* One for each word, and one for namespace and direction. */
static u64 coefficient[WORDS + 1] __ro_after_init;
static int hotplug_state;

/* Multilinear, with coefficients that nobody knows: who makes up flows cannot
 * make many that meet in one place.
 */
static u64 hash(const struct ipsec_net *ipn, enum ipsec_dir dir,
		const u64 *word)
{
	return word[0] * coefficient[0] + word[1] * coefficient[1] +
	       word[2] * coefficient[2] + word[3] * coefficient[3] +
	       word[4] * coefficient[4] + word[5] * coefficient[5] +
	       ((unsigned long)ipn + dir) * coefficient[6];
}

/* Equal flows of two namespaces, and of the two directions, are told apart by the
 * generation.
 */
static __always_inline bool is_same(const struct ipsec_flow_entry *entry,
				    u64 generation, const u64 *word)
{
	return !((entry->generation ^ generation) |
		 (entry->flow[0] ^ word[0]) | (entry->flow[1] ^ word[1]) |
		 (entry->flow[2] ^ word[2]) | (entry->flow[3] ^ word[3]) |
		 (entry->flow[4] ^ word[4]) | (entry->flow[5] ^ word[5]));
}

static bool is_usable(const struct ipsec_nest *nest)
{
	unsigned int i;

	for (i = 0; i < nest->count; i++)
		if (unlikely(READ_ONCE(nest->sa[i]->dead)))
			return false;
	return true;
}

/* The one that goes when a third flow comes to the same place. */
static unsigned int older(const struct ipsec_flow_entry *entry, u64 h)
{
	if (entry[0].generation == entry[1].generation)
		return h >> (64 - BITS - 1) & 1;
	return entry[0].generation > entry[1].generation;
}

/**
 * ipsec_flow_cache_find() - has this flow been decided on
 * @ipn: namespace
 * @dir: direction that is asked about: the values of an ICMP error's payload may
 *	be those of a packet the other way round
 * @flow: selector values of a packet
 * @slot: filled; for ipsec_flow_cache_add()
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: the decision, valid until BH is enabled or another flow is added; or
 * NULL: ask the databases.
 */
struct ipsec_decision *ipsec_flow_cache_find(const struct ipsec_net *ipn,
					     enum ipsec_dir dir,
					     const struct ipsec_flow *flow,
					     struct ipsec_flow_slot *slot)
{
	struct flow_cache *cache = this_cpu_read(flow_caches);
	const u64 *words = (const u64 *)flow;
	struct ipsec_flow_entry *entry;
	u64 h;

	BUILD_BUG_ON(offsetof(struct ipsec_flow, dev) != WORDS * sizeof(u64));
	lockdep_assert_in_softirq();
	/* Before the databases are read; pairs with
	 * ipsec_flow_cache_invalidate().
	 */
	slot->generation = atomic64_read_acquire(&ipn->generation) * 2 +
			   (dir == IPSEC_DIR_IN);
	if (unlikely(!cache || flow->dev)) {
		slot->entry = NULL;
		return NULL;
	}

	h = hash(ipn, dir, words);
	entry = cache->entry[h >> (64 - BITS)];
	if (is_same(&entry[0], slot->generation, words)) {
		slot->entry = &entry[0];
	} else if (is_same(&entry[1], slot->generation, words)) {
		slot->entry = &entry[1];
	} else {
		slot->entry = &entry[older(entry, h)];
		return NULL;
	}
	return likely(is_usable(&slot->entry->decision.nest)) ?
	       &slot->entry->decision : NULL;
}

/**
 * ipsec_flow_cache_add() - remember what the databases have said
 * @slot: from ipsec_flow_cache_find(), which found nothing
 * @flow: the same flow
 * @decision: what they have said since; copied
 *
 * Context: in the same section with BH disabled as ipsec_flow_cache_find().
 */
void ipsec_flow_cache_add(const struct ipsec_flow_slot *slot,
			  const struct ipsec_flow *flow,
			  const struct ipsec_decision *decision)
{
	struct ipsec_flow_entry *entry = slot->entry;

	if (!entry)
		return;
	entry->generation = slot->generation;
	memcpy(entry->flow, flow, sizeof(entry->flow));
	entry->decision = *decision;
}

/**
 * ipsec_flow_cache_invalidate() - forget everything about a namespace
 * @ipn: namespace; its SPD or its SAD has just been changed
 *
 * Context: any.
 */
void ipsec_flow_cache_invalidate(struct ipsec_net *ipn)
{
	/* Release: the change comes first. Who has asked before it, and adds
	 * what he was told after it, adds it in a generation that is over.
	 */
	atomic64_set_release(&ipn->generation,
			     atomic64_inc_return(&last_generation));
}

/* Kept while the CPU is offline: it may come back. Without memory for a table a
 * CPU asks the databases; that is no reason for it to stay offline.
 */
static int cpu_prepare(unsigned int cpu)
{
	struct flow_cache **cache = per_cpu_ptr(&flow_caches, cpu);

	if (!*cache)
		*cache = kvzalloc_node(sizeof(**cache), GFP_KERNEL,
				       cpu_to_node(cpu));
	return 0;
}

static void free_all(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kvfree(per_cpu(flow_caches, cpu));
}

/**
 * ipsec_flow_cache_init() - make the tables, of CPUs that come later as well
 *
 * Return: 0 or -errno.
 */
int ipsec_flow_cache_init(void)
{
	int state;

	get_random_bytes(coefficient, sizeof(coefficient));
	state = cpuhp_setup_state(CPUHP_BP_PREPARE_DYN, "net/ipsec:prepare",
				  cpu_prepare, NULL);
	if (state < 0) {
		free_all();
		return state;
	}
	hotplug_state = state;
	return 0;
}

/**
 * ipsec_flow_cache_exit() - free the tables
 *
 * No packet is inside of us any more.
 */
void ipsec_flow_cache_exit(void)
{
	cpuhp_remove_state(hotplug_state);
	free_all();
}
