/* SPDX-License-Identifier: GPL-2.0 */
/* PROTECT without an SA: ask for it, let packets wait (RFC 4301 5.1). */
#ifndef _NET_IPSEC_ACQUIRE_H
#define _NET_IPSEC_ACQUIRE_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "output.h"
#include "sa.h"
#include "selector.h"

struct ipsec_net;

#define IPSEC_ACQUIRE_HASH_BITS 6

/**
 * struct ipsec_sought - an SA that a policy asks for and that does not exist
 * @use: addresses, protocol, mode and reqid that it must have
 * @spi: SPI that it must have, or 0
 * @policy: index of the policy
 * @inside: how many SAs of the policy are applied before this one
 *
 * Hashed and compared as bytes: zero it before filling it.
 */
struct ipsec_sought {
	struct ipsec_sa_use use;
	__be32 spi;
	u32 policy;
	u32 inside;
};

/**
 * struct ipsec_acquire_info - what is told of an acquisition
 * @sought: the SA
 * @flow: the packet for which it was asked for last
 * @mark: mark of that packet
 * @seq: number of the question, 0 if it was asked before
 * @held: packets that wait for it
 */
struct ipsec_acquire_info {
	struct ipsec_sought sought;
	struct ipsec_flow flow;
	u32 mark;
	u32 seq;
	u32 held;
};

/**
 * struct ipsec_acquires - the acquisitions of a namespace
 * @lock: of all members but the settings; taken with BH disabled
 * @by_sought: acquisitions by struct ipsec_sought
 * @list: the same in the order in which they were asked for
 * @count: how many, at most IPSEC_ACQUIRE_MAX
 * @packets: packets that wait
 * @bytes: their memory, at most IPSEC_HOLD_BYTES_MAX
 * @seq: number of the last question
 * @next: jiffies, when @work runs if @is_armed
 * @is_armed: @work will run
 * @is_closed: the namespace is going away: nothing waits any more
 * @interval: [M, read with READ_ONCE] seconds, at least 1
 * @hold_packets: [M, likewise] packets that wait for one SA
 * @hold_total: [M, likewise] packets that wait in the namespace
 * @hold_time: [M, likewise] seconds that a packet waits
 * @work: sends and drops what has waited
 */
struct ipsec_acquires {
	spinlock_t lock; /* see above */
	struct hlist_head by_sought[1 << IPSEC_ACQUIRE_HASH_BITS];
	struct list_head list;
	unsigned int count;
	unsigned int packets;
	size_t bytes;
	u32 seq;
	unsigned long next;
	bool is_armed;
	bool is_closed;
	u32 interval;
	u32 hold_packets;
	u32 hold_total;
	u32 hold_time;
	struct delayed_work work;
};

void ipsec_acquire_request(struct ipsec_net *ipn,
			   struct ipsec_decision *decision,
			   const struct sk_buff *skb, u8 family);
void ipsec_acquire_hold(struct ipsec_net *ipn,
			const struct ipsec_decision *decision,
			struct sk_buff *skb, u8 family);
void ipsec_acquire_answer(struct ipsec_net *ipn, const struct ipsec_sa *sa);
void ipsec_acquire_changed(struct ipsec_net *ipn);
bool ipsec_acquire_next(struct ipsec_net *ipn, u32 seq,
			struct ipsec_acquire_info *info);
void ipsec_acquire_init(struct ipsec_net *ipn);
void ipsec_acquire_exit(struct ipsec_net *ipn);

/**
 * ipsec_acquire_if_missing() - ask for the SA if it is what a packet lacks
 * @ipn: namespace
 * @decision: on the packet; without a reason afterwards, and without SAs, if
 *	the packet may wait in ipsec_output()
 * @skb: the packet
 * @family: AF_INET or AF_INET6
 *
 * Context: rcu_read_lock held.
 */
static inline void ipsec_acquire_if_missing(struct ipsec_net *ipn,
					    struct ipsec_decision *decision,
					    const struct sk_buff *skb,
					    u8 family)
{
	if (unlikely(decision->reason == IPSEC_REASON_OUT_NO_SA))
		ipsec_acquire_request(ipn, decision, skb, family);
}

#endif /* _NET_IPSEC_ACQUIRE_H */
