// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: NAT keepalives (RFC 3948 2.3, 4)
 *
 * One octet in UDP, when the SA has sent nothing else for a while, so that the
 * NAT in between does not forget its mapping. A timer per SA, which runs as long
 * as the SA is in the SAD; what it sends says nothing about the peer, and nobody
 * answers.
 */
#include "keepalive.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <linux/skbuff.h>
#include <linux/timer.h>
#include <linux/udp.h>

#include "drop.h"
#include "emit.h"
#include "encap.h"
#include "packet.h"
#include "route.h"
#include "sa.h"
#include "tunnel.h"

#define KEEPALIVE 0xff

static struct sk_buff *octet_new(void)
{
	unsigned int head = LL_MAX_HEADER + sizeof(struct ipv6hdr) +
			    sizeof(struct udphdr);
	struct sk_buff *skb = alloc_skb(head + 1, GFP_ATOMIC);

	if (!skb)
		return NULL;
	skb_reserve(skb, head);
	skb_put_u8(skb, KEEPALIVE);
	return skb;
}

/* The IP header is that of a tunnel in both modes, because there is no packet
 * to take it from.
 */
static enum ipsec_reason send(struct ipsec_sa *sa)
{
	u16 outer_len = sa->key.family == AF_INET6 ? sizeof(struct ipv6hdr) :
						     sizeof(struct iphdr);
	struct ipsec_peer *peer = ipsec_sa_peer(sa);
	struct ipsec_packet *pkt;
	struct dst_entry *dst;
	struct sk_buff *skb;

	dst = ipsec_route_find(sa, peer, 0, true);
	if (!dst)
		return IPSEC_REASON_NO_ROUTE;
	skb = octet_new();
	pkt = skb ? ipsec_packet_new(sa, skb, sa->key.family, outer_len) : NULL;
	if (!pkt) {
		kfree_skb(skb);
		return IPSEC_REASON_NO_MEMORY;
	}
	pkt->dst = dst;
	pkt->peer = peer;
	pkt->is_tunneled = true;
	ipsec_encap_push(pkt);
	ipsec_tunnel_encap(pkt, AF_UNSPEC);
	__skb_pull(skb, outer_len + sizeof(struct udphdr));
	ipsec_encap_finish(pkt);
	__skb_push(skb, outer_len);
	ipsec_emit(pkt);
	return IPSEC_OK;
}

/* An SA that is gone from the SAD is not sent for, and its timer stops; who
 * frees it waits for us.
 */
static void fire(struct timer_list *timer)
{
	struct ipsec_sa *sa = from_timer(sa, timer, keepalive);
	unsigned long due, period = sa->encap.keepalive * HZ;
	enum ipsec_reason reason;

	rcu_read_lock();
	if (READ_ONCE(sa->dead))
		goto out;
	due = READ_ONCE(sa->sent_at) + period;
	if (!time_before(jiffies, due)) {
		reason = send(sa);
		if (reason)
			ipsec_drop_count(sa->ipn, sa, reason, NULL);
		due = jiffies + period;
	}
	mod_timer(&sa->keepalive, due);
out:
	rcu_read_unlock();
}

/**
 * ipsec_keepalive_new() - make the timer of a new SA
 * @sa: the SA
 */
void ipsec_keepalive_new(struct ipsec_sa *sa)
{
	timer_setup(&sa->keepalive, fire, 0);
}

/**
 * ipsec_keepalive_start() - begin, if the SA wants it
 * @sa: in the SAD
 *
 * Context: process.
 */
void ipsec_keepalive_start(struct ipsec_sa *sa)
{
	if (!sa->encap.keepalive)
		return;
	WRITE_ONCE(sa->sent_at, jiffies);
	mod_timer(&sa->keepalive, jiffies + sa->encap.keepalive * HZ);
}

/**
 * ipsec_keepalive_free() - end of the timer
 * @sa: ipsec_keepalive_new() was called; not in the SAD
 *
 * Context: process; waits for a timer that is running.
 */
void ipsec_keepalive_free(struct ipsec_sa *sa)
{
	del_timer_sync(&sa->keepalive);
}
