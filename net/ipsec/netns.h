/* SPDX-License-Identifier: GPL-2.0 */
/* What the module keeps for each network namespace. */
#ifndef _NET_IPSEC_NETNS_H
#define _NET_IPSEC_NETNS_H

#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <uapi/linux/ipsec.h>

#include "acquire.h"
#include "audit.h"
#include "icmp.h"
#include "encap_port.h"
#include "sad.h"
#include "spd.h"

struct dst_entry;
struct net_device;

/**
 * struct ipsec_steer - entries of one CPU that lead packets to our output
 * @dst: [R] per family (0 is IPv4, 1 is IPv6); NULL before activation and
 *	after retirement
 */
struct ipsec_steer {
	struct dst_entry __rcu *dst[2];
};

/**
 * struct ipsec_drops - drop counters of one CPU
 * @count: one per enum ipsec_reason
 */
struct ipsec_drops {
	unsigned long count[IPSEC_REASON_MAX + 1];
};

/**
 * struct ipsec_net - the module in one namespace
 * @net: [I] the namespace
 * @generation: [A] of what SPD and SAD say, see flow_cache.c
 * @mutex: serialises configuration; taken before rtnl
 * @sad: SAs
 * @spd: policies
 * @acquires: SAs that are asked for, and packets that wait for them
 * @icmp: [A] settings about ICMP errors
 * @fragment: [A] enum ipsec_fragment
 * @shortcut: [A] packets take the way of shortcut.c
 * @encap_ports: UDP ports that ESP comes in by
 * @peer_lock: serialises changes of where peers are; BH disabled
 * @max_sas: [M] limit, 0 is none
 * @max_policies: [M] limit, 0 is none
 * @active: [M, read with READ_ONCE] @dev exists
 * @is_deciding: [M] the hooks are there that ask SPD and SAD
 * @is_closing: [M] the namespace is going away
 * @rest: takes these hooks away when nothing has been left to decide for a while
 * @dev: [R, writers hold rtnl] ipsec0
 * @steer: [I] per-CPU destination entries
 * @drops: [A] per-CPU drop counters
 * @audit: auditable events
 * @inflight: packets inside asynchronous crypto or waiting for re-entry
 * @inflight_done: completed when @inflight was killed and reached zero
 */
struct ipsec_net {
	struct net *net;
	atomic64_t generation;
	struct mutex mutex; /* configuration */
	struct ipsec_sad sad;
	struct ipsec_spd spd;
	struct ipsec_acquires acquires;
	struct ipsec_icmp icmp;
	u8 fragment;
	u8 shortcut;
	struct ipsec_encap_ports encap_ports;
	spinlock_t peer_lock; /* ipsec_sa.peer */
	u32 max_sas;
	u32 max_policies;
	bool active;
	bool is_deciding;
	bool is_closing;
	struct delayed_work rest;
	struct net_device __rcu *dev;
	struct ipsec_steer __percpu *steer;
	struct ipsec_drops __percpu *drops;
	struct ipsec_auditing audit;
	struct percpu_ref inflight;
	struct completion inflight_done;
};

extern unsigned int ipsec_netns_id;

/**
 * ipsec_netns() - our part of a namespace
 * @net: the namespace
 *
 * Return: never NULL while the namespace is initialised and the module loaded.
 */
static inline struct ipsec_net *ipsec_netns(const struct net *net)
{
	return net_generic(net, ipsec_netns_id);
}

int ipsec_netns_activate(struct ipsec_net *ipn, struct netlink_ext_ack *extack);
void ipsec_netns_changed(struct ipsec_net *ipn);
int ipsec_netns_register(void);
void ipsec_netns_unregister(void);

#endif /* _NET_IPSEC_NETNS_H */
