/* SPDX-License-Identifier: GPL-2.0 */
/* Security policy database (RFC 4301 4.4.1): ordered policies per direction. */
#ifndef _NET_IPSEC_SPD_H
#define _NET_IPSEC_SPD_H

#include <linux/percpu.h>
#include <linux/rbtree_types.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/xarray.h>
#include <uapi/linux/ipsec.h>

#include "protect.h"
#include "selector.h"
#include "spd_index.h"

struct ipsec_net;
struct netlink_ext_ack;
struct nlattr;

/**
 * struct ipsec_policy - one SPD entry
 * @selector: [I] which packets
 * @index: [I] number in the namespace, never 0
 * @priority: [I] lowest first; equal ones in the order of @index
 * @dir: [I] enum ipsec_dir
 * @action: [I] enum ipsec_action
 * @mss: [I] PROTECT: most that the MSS option of TCP may say, IPSEC_MSS_AUTO,
 *	or 0
 * @protect_count: [I] PROTECT: SAs in @protect, 1 to IPSEC_NEST_MAX
 * @protect: [I] PROTECT: the SAs, the innermost first
 * @is_live: [R] readers may use it
 * @packets: [A] per-CPU counters of the packets it decided on
 * @all_node: [M] in ipn->spd.all
 * @rcu: frees after a grace period
 * @entry_count: [M] entries of @entry that are in the index
 * @entry: [R] what it is found by
 *
 * Letters as in sa.h; [M] protected by ipn->mutex.
 */
struct ipsec_policy {
	struct ipsec_selector selector;
	u32 index;
	u32 priority;
	u8 dir;
	u8 action;
	u8 protect_count;
	u16 mss;
	bool is_live;
	struct ipsec_protect protect[IPSEC_NEST_MAX];
	unsigned long __percpu *packets;
	struct rb_node all_node;
	struct rcu_head rcu;
	u32 entry_count;
	struct ipsec_spd_entry entry[];
};

/**
 * struct ipsec_spd - SPD of one namespace
 * @index: what lookups use
 * @all: [M] all policies by direction, priority and index: the order of lookup
 * @by_index: [M] all policies by index
 * @count: [M] policies in @all
 * @next_index: [M] for the next policy; 0 when all numbers were given
 * @dev_count: [M, read with READ_ONCE] policies that ask for a device
 * @stateful_count: [M, read with READ_ONCE] BYPASS policies that fragments
 *	have to be put together for (RFC 4301 7.4)
 * @seq: [M, read with READ_ONCE] counts changes, never 0
 * @default_action: [A] enum ipsec_action per direction (index dir - 1)
 */
struct ipsec_spd {
	struct ipsec_spd_index index;
	struct rb_root all;
	struct xarray by_index;
	u32 count;
	u32 next_index;
	u32 dev_count;
	u32 stateful_count;
	u32 seq;
	u8 default_action[2];
};

/**
 * ipsec_spd_rank() - place of a policy among those of its direction
 * @policy: the policy
 *
 * Context: Any.
 * Return: a number; the lowest is looked at first.
 */
static inline u64 ipsec_spd_rank(const struct ipsec_policy *policy)
{
	return (u64)policy->priority << 32 | policy->index;
}

/**
 * ipsec_spd_count() - count a packet for the policy that decided on it
 * @policy: the policy, or NULL
 *
 * Context: rcu_read_lock held.
 */
static inline void ipsec_spd_count(const struct ipsec_policy *policy)
{
	if (policy)
		this_cpu_inc(*policy->packets);
}

int ipsec_spd_init(struct ipsec_net *ipn);
void ipsec_spd_exit(struct ipsec_net *ipn);
struct ipsec_policy *ipsec_spd_lookup(struct ipsec_net *ipn, enum ipsec_dir dir,
				      const struct ipsec_flow *flow);
bool ipsec_spd_is_unicast(const union ipsec_addr *addr, u8 family);
struct ipsec_policy *ipsec_spd_policy_new(const struct ipsec_selector *sel,
					  struct nlattr *attr,
					  struct netlink_ext_ack *extack);
void ipsec_spd_policy_free(struct ipsec_policy *policy);
unsigned long ipsec_spd_packets(const struct ipsec_policy *policy);
int ipsec_spd_insert(struct ipsec_net *ipn, struct ipsec_policy *policy,
		     struct netlink_ext_ack *extack);
void ipsec_spd_remove(struct ipsec_net *ipn, struct ipsec_policy *policy);
void ipsec_spd_flush(struct ipsec_net *ipn, u8 dir);
struct ipsec_policy *ipsec_spd_next(struct ipsec_net *ipn, u8 dir, u64 rank);
struct ipsec_policy *ipsec_spd_find_index(struct ipsec_net *ipn, u32 index);

#endif /* _NET_IPSEC_SPD_H */
