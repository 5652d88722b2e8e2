// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: PROTECT without an SA (RFC 4301 5.1)
 *
 * The hooks call ipsec_acquire_if_missing(): who listens is told which SA is
 * missing, once per acquire-interval and SA. If it is a key management daemon
 * that listens (group "acquire"), the packet is steered as if there were an SA,
 * finishes POST_ROUTING, and ipsec_output() gives it to ipsec_acquire_hold().
 * There it has no route and no device that could send it: the one way on is
 * through ipsec_output(), which decides again, when the SA has come
 * (ipsec_acquire_answer()) or when its time is over.
 *
 * All packets that have waited are sent by one work item, so that they keep
 * their order. Each acquisition, and each packet, is limited in number and
 * time; nothing is thrown out to make room, so that a flood of new flows raises
 * no more than IPSEC_ACQUIRE_MAX events in an interval.
 */
#include "acquire.h"

#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "drop.h"
#include "emit.h"
#include "flow.h"
#include "netlink.h"
#include "netns.h"
#include "pmtu.h"
#include "route.h"
#include "spd.h"

/**
 * struct acquire - one SA that was asked for
 * @info: what was told
 * @asked: jiffies, when it was asked for last
 * @was_answered: such an SA has been added since
 * @is_answered: and what is @held has not been tried with it
 * @held: packets that wait for it, the first one first
 * @node: in ipsec_acquires.by_sought
 * @list: in ipsec_acquires.list
 */
struct acquire {
	struct ipsec_acquire_info info;
	unsigned long asked;
	bool was_answered;
	bool is_answered;
	struct sk_buff_head held;
	struct hlist_node node;
	struct list_head list;
};

/* How long a packet waits. The IP layer's part of the control buffer stays as
 * it is.
 */
struct held_cb {
	union {
		struct inet_skb_parm h4;
		struct inet6_skb_parm h6;
	} header;
	unsigned long until;
};

static unsigned long *held_until(struct sk_buff *skb)
{
	return &((struct held_cb *)skb->cb)->until;
}

static struct hlist_head *bucket(struct ipsec_acquires *acquires,
				 const struct ipsec_sought *sought)
{
	u32 hash = jhash2((const u32 *)sought, sizeof(*sought) / sizeof(u32),
			  0);

	return &acquires->by_sought[hash_32(hash, IPSEC_ACQUIRE_HASH_BITS)];
}

static struct acquire *find(struct ipsec_acquires *acquires,
			    const struct ipsec_sought *sought)
{
	struct acquire *acquire;

	hlist_for_each_entry(acquire, bucket(acquires, sought), node)
		if (!memcmp(&acquire->info.sought, sought, sizeof(*sought)))
			return acquire;
	return NULL;
}

static struct acquire *new(struct ipsec_acquires *acquires,
			   const struct ipsec_sought *sought)
{
	struct acquire *acquire;

	if (acquires->count >= IPSEC_ACQUIRE_MAX)
		return NULL;
	acquire = kzalloc(sizeof(*acquire), GFP_ATOMIC);
	if (!acquire)
		return NULL;
	__skb_queue_head_init(&acquire->held);
	hlist_add_head(&acquire->node, bucket(acquires, sought));
	list_add_tail(&acquire->list, &acquires->list);
	acquires->count++;
	return acquire;
}

static void forget(struct ipsec_acquires *acquires, struct acquire *acquire)
{
	hlist_del(&acquire->node);
	list_del(&acquire->list);
	acquires->count--;
	kfree(acquire);
}

/* @lock is held. */
static void run_at(struct ipsec_acquires *acquires, unsigned long when)
{
	unsigned long now = jiffies;

	if (acquires->is_closed ||
	    (acquires->is_armed && !time_before(when, acquires->next)))
		return;
	acquires->is_armed = true;
	acquires->next = when;
	mod_delayed_work(system_wq, &acquires->work,
			 time_after(when, now) ? when - now : 0);
}

/* Not asked for again before. One that was answered and is missing again, or
 * does not carry the flow, is asked for once a second at most.
 */
static unsigned long quiet_until(const struct ipsec_acquires *acquires,
				 const struct acquire *acquire)
{
	u32 secs = acquire->was_answered ? 1 : READ_ONCE(acquires->interval);

	return acquire->asked + secs * HZ;
}

/* Finds the acquisition, and gives @info a number if it is to be told. NULL:
 * no more can be asked for. @lock is held.
 */
static struct acquire *ask(struct ipsec_acquires *acquires,
			   struct ipsec_acquire_info *info)
{
	struct acquire *acquire;

	if (acquires->is_closed)
		return NULL;
	acquire = find(acquires, &info->sought);
	if (acquire && time_before(jiffies, quiet_until(acquires, acquire)))
		return acquire;
	if (!acquire)
		acquire = new(acquires, &info->sought);
	if (!acquire)
		return NULL;
	info->seq = ++acquires->seq ?: ++acquires->seq;
	acquire->info = *info;
	acquire->asked = jiffies;
	acquire->was_answered = false;
	list_move_tail(&acquire->list, &acquires->list);
	run_at(acquires, quiet_until(acquires, acquire));
	return acquire;
}

/* @lock is held. */
static enum ipsec_reason may_wait(const struct ipsec_net *ipn,
				  const struct acquire *acquire,
				  const struct sk_buff *skb)
{
	const struct ipsec_acquires *acquires = &ipn->acquires;
	u32 packets = READ_ONCE(acquires->hold_packets);
	u32 total = READ_ONCE(acquires->hold_total);

	if (acquires->is_closed)
		return IPSEC_REASON_DEAD;
	if (!acquire)
		return IPSEC_REASON_ACQUIRE_FULL;
	if (!packets || !total || !READ_ONCE(acquires->hold_time) ||
	    !ipsec_nl_has_listeners(ipn, IPSEC_NLGRP_ACQUIRE))
		return IPSEC_REASON_OUT_NO_SA;
	if (skb_queue_len(&acquire->held) >= packets ||
	    acquires->packets >= total ||
	    acquires->bytes + skb->truesize > IPSEC_HOLD_BYTES_MAX)
		return IPSEC_REASON_ACQUIRE_FULL;
	return IPSEC_OK;
}

static void describe(const struct ipsec_decision *decision,
		     const struct sk_buff *skb, u8 family,
		     struct ipsec_acquire_info *info)
{
	const struct ipsec_policy *policy = decision->policy;

	memset(info, 0, sizeof(*info));
	ipsec_flow_parse(skb, family, IPSEC_DIR_OUT, &info->flow);
	ipsec_protect_use(policy, decision->sought, &info->flow,
			  &info->sought.use);
	info->sought.spi = policy->protect[decision->sought].spi;
	info->sought.policy = policy->index;
	info->sought.inside = decision->sought;
	info->mark = skb->mark;
}

static bool is_heard(const struct ipsec_net *ipn)
{
	return ipsec_nl_has_listeners(ipn, IPSEC_NLGRP_ACQUIRE) ||
	       ipsec_nl_has_listeners(ipn, IPSEC_NLGRP_EVENTS);
}

/**
 * ipsec_acquire_request() - ask for the SA that an outbound packet needs
 * @ipn: namespace
 * @decision: on the packet, IPSEC_REASON_OUT_NO_SA; the reason becomes 0 if the
 *	packet may wait, IPSEC_REASON_ACQUIRE_FULL if it might with less of them
 * @skb: the packet
 * @family: AF_INET or AF_INET6
 *
 * Context: rcu_read_lock held.
 */
void ipsec_acquire_request(struct ipsec_net *ipn,
			   struct ipsec_decision *decision,
			   const struct sk_buff *skb, u8 family)
{
	struct ipsec_acquires *acquires = &ipn->acquires;
	struct ipsec_acquire_info info;

	if (!is_heard(ipn))
		return;
	describe(decision, skb, family, &info);
	/* Events are allocated by the context, and the SPD lends us its policy
	 * under rcu_read_lock.
	 */
	local_bh_disable();
	spin_lock(&acquires->lock);
	decision->reason = may_wait(ipn, ask(acquires, &info), skb);
	spin_unlock(&acquires->lock);
	if (info.seq)
		ipsec_nl_acquire(ipn, &info);
	local_bh_enable();
}

/* The SA may have been added since the SPD was asked, and whoever added it has
 * not seen this packet. @lock is held: if it is added later he will.
 */
static bool has_come(struct ipsec_net *ipn,
		     const struct ipsec_decision *decision,
		     const struct ipsec_flow *flow)
{
	struct ipsec_nest nest;

	return ipsec_protect_find(ipn, decision->policy, flow, &nest) ||
	       nest.count > decision->sought;
}

/* A socket of the kernel is one for all namespaces: packets that wait in one
 * of them must not use up its send buffer. Others stay charged, as in every
 * queue: what they send waits in it.
 */
static void settle(struct sk_buff *skb)
{
	if (skb->sk && sk_fullsock(skb->sk) && !skb->sk->sk_net_refcnt)
		skb_orphan(skb);
	skb_dst_force(skb);
	skb->dev = NULL;
}

static void enqueue(struct ipsec_acquires *acquires, struct acquire *acquire,
		    struct sk_buff *skb, unsigned long until)
{
	settle(skb);
	*held_until(skb) = until;
	__skb_queue_tail(&acquire->held, skb);
	acquires->packets++;
	acquires->bytes += skb->truesize;
	run_at(acquires, until);
}

static void hold(struct ipsec_net *ipn, const struct ipsec_decision *decision,
		 struct sk_buff *skb, u8 family, unsigned long until)
{
	struct ipsec_acquires *acquires = &ipn->acquires;
	struct ipsec_acquire_info info;
	struct acquire *acquire;
	enum ipsec_reason reason = IPSEC_REASON_OUT_NO_SA;

	describe(decision, skb, family, &info);
	if (is_heard(ipn)) {
		spin_lock_bh(&acquires->lock);
		acquire = ask(acquires, &info);
		reason = may_wait(ipn, acquire, skb);
		if (!reason) {
			enqueue(acquires, acquire, skb, until);
			if (has_come(ipn, decision, &info.flow)) {
				acquire->is_answered = true;
				run_at(acquires, jiffies);
			}
		}
		spin_unlock_bh(&acquires->lock);
	}
	if (info.seq)
		ipsec_nl_acquire(ipn, &info);
	if (reason) {
		ipsec_output_count(decision);
		ipsec_drop(ipn, NULL, reason, skb);
	}
}

/**
 * ipsec_acquire_hold() - let a packet wait for its SA, or drop it
 * @ipn: namespace
 * @decision: on the packet, IPSEC_REASON_OUT_NO_SA
 * @skb: the packet, steered, as ipsec_output() wants it; consumed
 * @family: AF_INET or AF_INET6
 *
 * Context: rcu_read_lock held, BH disabled.
 */
void ipsec_acquire_hold(struct ipsec_net *ipn,
			const struct ipsec_decision *decision,
			struct sk_buff *skb, u8 family)
{
	hold(ipn, decision, skb, family,
	     jiffies + READ_ONCE(ipn->acquires.hold_time) * HZ);
}

/* The path MTU was not looked at before the packet was steered: there was no
 * SA. In transport mode it is that of the way the packet takes.
 */
static enum ipsec_reason check_size(const struct ipsec_nest *nest,
				    struct sk_buff *skb, u8 family)
{
	struct ipsec_sa *outermost = ipsec_nest_outermost(nest);
	bool is_tunneled = false;
	struct dst_entry *dst;
	unsigned int i;

	for (i = 0; i < nest->count; i++)
		is_tunneled |= nest->sa[i]->mode == IPSEC_MODE_TUNNEL;
	if (!is_tunneled) {
		dst = ipsec_route_find(outermost, ipsec_sa_peer(outermost),
				       skb->skb_iif, false);
		if (!dst || !dst_hold_safe(dst))
			return IPSEC_REASON_NO_ROUTE;
		skb_dst_drop(skb);
		skb_dst_set(skb, dst);
	}
	return ipsec_pmtu_check(nest, skb, family, IPSEC_PMTU_DEVICE);
}

static void drop(struct ipsec_net *ipn, const struct ipsec_decision *decision,
		 enum ipsec_reason reason, struct sk_buff *skb)
{
	ipsec_output_count(decision);
	ipsec_drop(ipn, ipsec_output_sa(decision), reason, skb);
}

/* A packet that has waited is decided on anew, whatever became of the policy
 * meanwhile.
 */
static void retry(struct ipsec_net *ipn, struct sk_buff *skb)
{
	u8 family = skb->protocol == htons(ETH_P_IP) ? AF_INET : AF_INET6;
	unsigned long until = *held_until(skb);
	struct ipsec_decision decision, room;
	enum ipsec_reason reason = IPSEC_OK;

	skb->dev = rcu_dereference(ipn->dev);
	decision = *ipsec_output_decide(ipn, skb, family, skb->skb_iif,
					&room);
	if (decision.reason == IPSEC_REASON_OUT_NO_SA &&
	    time_before(jiffies, until)) {
		hold(ipn, &decision, skb, family, until);
		return;
	}
	if (decision.reason == IPSEC_REASON_OUT_NO_SA)
		reason = IPSEC_REASON_ACQUIRE_TIMEOUT;
	else if (decision.nest.count)
		reason = check_size(&decision.nest, skb, family);
	if (reason)
		drop(ipn, &decision, reason, skb);
	else
		ipsec_output(ipn, skb, family);
}

static void take(struct ipsec_acquires *acquires, struct acquire *acquire,
		 struct sk_buff_head *due)
{
	struct sk_buff *skb = __skb_dequeue(&acquire->held);

	acquires->packets--;
	acquires->bytes -= skb->truesize;
	__skb_queue_tail(due, skb);
}

static void take_due(struct ipsec_acquires *acquires, struct sk_buff_head *due)
{
	unsigned long now = jiffies;
	struct acquire *acquire, *next;
	struct sk_buff *skb;

	spin_lock_bh(&acquires->lock);
	acquires->is_armed = false;
	list_for_each_entry_safe(acquire, next, &acquires->list, list) {
		while ((skb = skb_peek(&acquire->held)) &&
		       (acquire->is_answered ||
			time_after_eq(now, *held_until(skb))))
			take(acquires, acquire, due);
		acquire->is_answered = false;
		if (skb)
			run_at(acquires, *held_until(skb));
		else if (time_before(now, quiet_until(acquires, acquire)))
			run_at(acquires, quiet_until(acquires, acquire));
		else
			forget(acquires, acquire);
	}
	spin_unlock_bh(&acquires->lock);
}

static void run(struct work_struct *work)
{
	struct ipsec_net *ipn = container_of(to_delayed_work(work),
					     struct ipsec_net, acquires.work);
	struct sk_buff_head due;
	struct sk_buff *skb;

	__skb_queue_head_init(&due);
	take_due(&ipn->acquires, &due);
	while ((skb = __skb_dequeue(&due))) {
		rcu_read_lock();
		local_bh_disable();
		retry(ipn, skb);
		local_bh_enable();
		rcu_read_unlock();
		cond_resched();
	}
}

static bool is_sought(const struct ipsec_sa *sa,
		      const struct ipsec_sought *sought)
{
	struct ipsec_sa_use use = sa->use;

	if (sought->spi) {
		if (sought->spi != sa->key.spi)
			return false;
		use.reqid = 0;
	}
	return !memcmp(&use, &sought->use, sizeof(use));
}

/**
 * ipsec_acquire_answer() - an SA was added: send what has waited for it
 * @ipn: namespace
 * @sa: the SA, in the SAD
 *
 * Context: process, ipn->mutex held. What has waited is sent later.
 */
void ipsec_acquire_answer(struct ipsec_net *ipn, const struct ipsec_sa *sa)
{
	struct ipsec_acquires *acquires = &ipn->acquires;
	struct acquire *acquire;

	if (sa->dir != IPSEC_DIR_OUT)
		return;
	spin_lock_bh(&acquires->lock);
	list_for_each_entry(acquire, &acquires->list, list) {
		if (!is_sought(sa, &acquire->info.sought))
			continue;
		acquire->was_answered = true;
		acquire->is_answered = true;
		run_at(acquires, jiffies);
	}
	spin_unlock_bh(&acquires->lock);
}

/**
 * ipsec_acquire_changed() - the settings are not what they were
 * @ipn: namespace
 *
 * Context: process, ipn->mutex held.
 */
void ipsec_acquire_changed(struct ipsec_net *ipn)
{
	struct ipsec_acquires *acquires = &ipn->acquires;

	spin_lock_bh(&acquires->lock);
	if (acquires->count)
		run_at(acquires, jiffies);
	spin_unlock_bh(&acquires->lock);
}

/**
 * ipsec_acquire_next() - walk the acquisitions
 * @ipn: namespace
 * @seq: number of the last one seen; 0 at first
 * @info: filled
 *
 * Context: Process context.
 * Return: false when there is no other one.
 */
bool ipsec_acquire_next(struct ipsec_net *ipn, u32 seq,
			struct ipsec_acquire_info *info)
{
	struct ipsec_acquires *acquires = &ipn->acquires;
	struct acquire *acquire;
	bool is_found = false;

	spin_lock_bh(&acquires->lock);
	list_for_each_entry(acquire, &acquires->list, list) {
		if (seq && (s32)(acquire->info.seq - seq) <= 0)
			continue;
		*info = acquire->info;
		info->held = skb_queue_len(&acquire->held);
		is_found = true;
		break;
	}
	spin_unlock_bh(&acquires->lock);
	return is_found;
}

/**
 * ipsec_acquire_init() - nothing is asked for yet
 * @ipn: namespace
 */
void ipsec_acquire_init(struct ipsec_net *ipn)
{
	struct ipsec_acquires *acquires = &ipn->acquires;

	BUILD_BUG_ON(sizeof(struct held_cb) > sizeof_field(struct sk_buff, cb));
	BUILD_BUG_ON(sizeof(struct ipsec_sought) % sizeof(u32));
	spin_lock_init(&acquires->lock);
	INIT_LIST_HEAD(&acquires->list);
	INIT_DELAYED_WORK(&acquires->work, run);
	acquires->interval = IPSEC_ACQUIRE_INTERVAL_DEFAULT;
	acquires->hold_packets = IPSEC_HOLD_PACKETS_DEFAULT;
	acquires->hold_total = IPSEC_HOLD_TOTAL_DEFAULT;
	acquires->hold_time = IPSEC_HOLD_TIME_DEFAULT;
}

/**
 * ipsec_acquire_exit() - nothing waits any more, from now on
 * @ipn: namespace
 *
 * Context: process; may sleep.
 */
void ipsec_acquire_exit(struct ipsec_net *ipn)
{
	struct ipsec_acquires *acquires = &ipn->acquires;
	struct acquire *acquire, *next;

	spin_lock_bh(&acquires->lock);
	acquires->is_closed = true;
	spin_unlock_bh(&acquires->lock);
	cancel_delayed_work_sync(&acquires->work);
	list_for_each_entry_safe(acquire, next, &acquires->list, list) {
		__skb_queue_purge(&acquire->held);
		forget(acquires, acquire);
	}
}
