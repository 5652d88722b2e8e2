/* SPDX-License-Identifier: GPL-2.0 */
/* Security policy database (RFC 4301 4.4.1): ordered policies per direction. */
#ifndef _NET_IPSEC_SPD_H
#define _NET_IPSEC_SPD_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>
#include <uapi/linux/ipsec.h>

#include "selector.h"

struct ipsec_net;
struct ipsec_sa;
struct netlink_ext_ack;

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
 * @all_node: [M] in ipn->spd.all, sorted by direction, priority and index
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
	struct list_head all_node;
	struct rcu_head rcu;
};

/**
 * struct ipsec_spd - SPD of one namespace: tuple space search
 * @prefixes: [R] policies of one {direction, family, prefix pair} hang in one
 *	entry, sorted; the entries are hashed by that key
 * @shapes: [R] per direction and family (0 is IPv4, 1 is IPv6): the pairs of
 *	prefix lengths in use, each with the lowest priority it holds, sorted by
 *	it, so that a lookup may stop early
 * @all: [M] all policies in the order of lookup
 * @count: [M] policies in @all
 * @next_index: [M] for the next policy
 * @default_action: [A] enum ipsec_action per direction (index dir - 1)
 */
struct ipsec_spd {
	struct rhashtable prefixes;
	struct list_head shapes[2][2];
	struct list_head all;
	u32 count;
	u32 next_index;
	u8 default_action[2];
};

int ipsec_spd_init(struct ipsec_net *ipn);
void ipsec_spd_exit(struct ipsec_net *ipn);
struct ipsec_policy *ipsec_spd_lookup(struct ipsec_net *ipn, enum ipsec_dir dir,
				      const struct ipsec_flow *flow);
int ipsec_spd_validate(const struct ipsec_policy *policy,
		       struct netlink_ext_ack *extack);
int ipsec_spd_insert(struct ipsec_net *ipn, struct ipsec_policy *policy,
		     struct netlink_ext_ack *extack);
void ipsec_spd_remove(struct ipsec_net *ipn, struct ipsec_policy *policy);
void ipsec_spd_flush(struct ipsec_net *ipn, u8 dir);
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
