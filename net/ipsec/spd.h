/* SPDX-License-Identifier: GPL-2.0 */
/* Security policy database (RFC 4301 4.4.1): ordered policies per direction. */
#ifndef _NET_IPSEC_SPD_H
#define _NET_IPSEC_SPD_H

#include <linux/list.h>
#include <linux/rbtree_types.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>
#include <linux/xarray.h>
#include <uapi/linux/ipsec.h>

#include "selector.h"

struct ipsec_net;
struct ipsec_sa;
struct netlink_ext_ack;
struct nlattr;

/**
 * struct ipsec_policy - one SPD entry
 * @selector: [I] which packets
 * @index: [I] number in the namespace, never 0
 * @priority: [I] lowest first; equal ones in the order of @index
 * @dir: [I] enum ipsec_dir
 * @action: [I] enum ipsec_action
 * @proto: [I] PROTECT: IPPROTO_ESP or IPPROTO_AH
 * @mode: [I] PROTECT: enum ipsec_mode
 * @tunnel_family: [I] PROTECT in tunnel mode: AF_INET or AF_INET6
 * @src: [I] PROTECT in tunnel mode: source of the tunnel in this direction
 * @dst: [I] PROTECT in tunnel mode: destination
 * @reqid: [I] PROTECT: reqid of the SAs, or 0
 * @spi: [I] PROTECT: SPI of the one SA, or 0
 * @packets: [A] packets it decided on
 * @prefix_node: [R] in the list of its prefix pair, sorted
 * @all_node: [M] in ipn->spd.all
 * @rcu: frees after a grace period
 *
 * Letters as in sa.h; [M] protected by ipn->mutex.
 */
struct ipsec_policy {
	struct ipsec_selector selector;
	u32 index;
	u32 priority;
	u8 dir;
	u8 action;
	u8 proto;
	u8 mode;
	u8 tunnel_family;
	union ipsec_addr src;
	union ipsec_addr dst;
	u32 reqid;
	__be32 spi;
	atomic_long_t packets;
	struct list_head prefix_node;
	struct rb_node all_node;
	struct rcu_head rcu;
};

/**
 * struct ipsec_shape - a pair of prefix lengths that some policies have
 * @first: [I] lowest rank (ipsec_spd_rank()) of these policies, or lower
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
 * struct ipsec_spd - SPD of one namespace: tuple space search
 * @prefixes: [R] policies of one {direction, family, prefix pair} hang in one
 *	entry, sorted; the entries are hashed by that key
 * @shapes: [R] per direction and family (0 is IPv4, 1 is IPv6), replaced as a
 *	whole; NULL is none. Sorted, so that a lookup may stop early
 * @all: [M] all policies by direction, priority and index: the order of lookup
 * @by_index: [M] all policies by index
 * @count: [M] policies in @all
 * @next_index: [M] for the next policy; 0 when all numbers were given
 * @seq: [M, read with READ_ONCE] counts changes, never 0
 * @default_action: [A] enum ipsec_action per direction (index dir - 1)
 */
struct ipsec_spd {
	struct rhashtable prefixes;
	struct ipsec_shapes __rcu *shapes[2][2];
	struct rb_root all;
	struct xarray by_index;
	u32 count;
	u32 next_index;
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

int ipsec_spd_init(struct ipsec_net *ipn);
void ipsec_spd_exit(struct ipsec_net *ipn);
struct ipsec_policy *ipsec_spd_lookup(struct ipsec_net *ipn, enum ipsec_dir dir,
				      const struct ipsec_flow *flow);
bool ipsec_spd_is_unicast(const union ipsec_addr *addr, u8 family);
int ipsec_spd_validate_selector(const struct ipsec_selector *sel,
				struct nlattr **tb,
				struct netlink_ext_ack *extack);
int ipsec_spd_validate(const struct ipsec_policy *policy, struct nlattr **tb,
		       struct netlink_ext_ack *extack);
int ipsec_spd_insert(struct ipsec_net *ipn, struct ipsec_policy *policy,
		     struct netlink_ext_ack *extack);
void ipsec_spd_remove(struct ipsec_net *ipn, struct ipsec_policy *policy);
void ipsec_spd_flush(struct ipsec_net *ipn, u8 dir);
struct ipsec_policy *ipsec_spd_next(struct ipsec_net *ipn, u8 dir, u64 rank);
struct ipsec_policy *ipsec_spd_find_index(struct ipsec_net *ipn, u32 index);
struct ipsec_policy *ipsec_spd_find_same(struct ipsec_net *ipn, u8 dir,
					 u32 priority,
					 const struct ipsec_selector *sel);
bool ipsec_spd_names_sa(const struct ipsec_policy *policy,
			const struct ipsec_sa *sa);
struct ipsec_sa *ipsec_spd_sa(struct ipsec_net *ipn,
			      const struct ipsec_policy *policy,
			      const struct ipsec_flow *flow);

#endif /* _NET_IPSEC_SPD_H */
