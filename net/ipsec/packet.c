// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Life of a packet inside one SA
 *
 * ipsec_packet_new() takes every reference that processing needs, so that an
 * asynchronous cipher may finish at any time, and ipsec_packet_free() or
 * ipsec_packet_drop() give them back.
 */
#include "packet.h"

#include <linux/netdevice.h>
#include <linux/slab.h>

#include "audit.h"
#include "crypto.h"
#include "drop.h"
#include "netns.h"
#include "sa.h"

/* Each CPU keeps the memory of one packet for the next one: a cipher that
 * finishes at once needs no other. Enough for the requests of most ciphers.
 */
#define SPARE_LEN 1024

static DEFINE_PER_CPU(struct ipsec_packet *, spare);

static struct ipsec_packet *alloc(unsigned int len)
{
	struct ipsec_packet *pkt = this_cpu_read(spare);

	if (likely(pkt && len <= SPARE_LEN)) {
		this_cpu_write(spare, NULL);
		return pkt;
	}
	len = max_t(unsigned int, len, SPARE_LEN);
	pkt = kmalloc(len, GFP_ATOMIC);
	if (pkt)
		pkt->is_spare = len == SPARE_LEN;
	return pkt;
}

static void release(struct ipsec_packet *pkt)
{
	if (likely(pkt->is_spare && !this_cpu_read(spare)))
		this_cpu_write(spare, pkt);
	else
		kfree(pkt);
}

/**
 * ipsec_packet_exit() - free what the CPUs have kept
 *
 * No packet is inside of us any more.
 */
void ipsec_packet_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kfree(per_cpu(spare, cpu));
}

/**
 * ipsec_packet_new() - start processing of a packet by an SA
 * @sa: the SA, found under rcu_read_lock
 * @skb: the packet; stays the caller's on failure, belongs to the result
 *	otherwise
 * @family: family of the IP header in front of AH or ESP
 * @outer_len: length of the headers in front of AH or ESP
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: NULL when there is no memory, or the SA or the namespace is going
 * away.
 */
struct ipsec_packet *ipsec_packet_new(struct ipsec_sa *sa, struct sk_buff *skb,
				      u8 family, u16 outer_len)
{
	unsigned int req_len = ALIGN(ipsec_crypto_reqsize(sa), 8);
	unsigned int ah_len = sa->key.proto == IPPROTO_AH ? outer_len : 0;
	struct ipsec_packet *pkt;

	pkt = alloc(sizeof(*pkt) + req_len + ah_len);
	if (!pkt)
		return NULL;
	if (!ipsec_sa_get(sa))
		goto err_free;
	if (!percpu_ref_tryget_live_rcu(&sa->ipn->inflight))
		goto err_put_sa;

	pkt->skb = skb;
	pkt->sa = sa;
	pkt->ipn = sa->ipn;
	pkt->dev = NULL;
	pkt->dst = NULL;
	pkt->seq = 0;
	pkt->outer.count = 0;
	memset(&pkt->verified, 0, sizeof(pkt->verified));
	pkt->oif = 0;
	pkt->charge_len = 0;
	pkt->family = family;
	pkt->nexthdr = 0;
	pkt->outer_len = outer_len;
	pkt->prevhdr = 0;
	pkt->encap_sport = 0;
	pkt->is_tunneled = false;
	pkt->peer = NULL;
	pkt->ah_hdr = pkt->req + req_len;
	return pkt;

err_put_sa:
	ipsec_sa_put(sa);
err_free:
	release(pkt);
	return NULL;
}

/**
 * ipsec_packet_refused() - why ipsec_packet_new() has returned NULL
 * @sa: the SA
 *
 * Context: rcu_read_lock held.
 * Return: the reason to drop the packet.
 */
enum ipsec_reason ipsec_packet_refused(const struct ipsec_sa *sa)
{
	return READ_ONCE(sa->dead) ? ipsec_lifetime_refused(sa->lifetime) :
				     IPSEC_REASON_NO_MEMORY;
}

/**
 * ipsec_packet_hold_outer() - remember the SAs that come after this one
 * @pkt: the packet, inside the innermost SA
 * @nest: all SAs from that one on, found under rcu_read_lock
 *
 * Context: rcu_read_lock held.
 * Return: false when one of them is going away.
 */
bool ipsec_packet_hold_outer(struct ipsec_packet *pkt,
			     const struct ipsec_nest *nest)
{
	unsigned int i;

	for (i = 1; i < nest->count; i++) {
		if (!ipsec_sa_get(nest->sa[i]))
			return false;
		pkt->outer.sa[pkt->outer.count++] = nest->sa[i];
	}
	return true;
}

/**
 * ipsec_packet_free() - end processing; the skb is somebody else's by now
 * @pkt: the packet
 *
 * Context: BH disabled; the caller holds rcu_read_lock if it still uses the SA.
 */
void ipsec_packet_free(struct ipsec_packet *pkt)
{
	struct ipsec_net *ipn = pkt->ipn;
	unsigned int i;

	for (i = 0; i < pkt->outer.count; i++)
		ipsec_sa_put(pkt->outer.sa[i]);
	dev_put(pkt->dev);
	ipsec_sa_put(pkt->sa);
	release(pkt);
	percpu_ref_put(&ipn->inflight);
}

/**
 * ipsec_packet_drop() - audit and end processing of a packet that failed
 * @pkt: the packet; freed with its skb
 * @reason: the counter
 *
 * Context: BH disabled.
 */
void ipsec_packet_drop(struct ipsec_packet *pkt, enum ipsec_reason reason)
{
	ipsec_audit_packet(pkt, reason);
	ipsec_drop(pkt->ipn, pkt->sa, reason, pkt->skb);
	ipsec_packet_free(pkt);
}

/* Where the room is at the wrong end, the packet moves, and no other buffer is
 * needed. @by: bytes, backwards if negative.
 */
static void shift(struct sk_buff *skb, int by)
{
	memmove(skb->data + by, skb->data, skb->len);
	skb->data += by;
	skb->tail += by;
	skb_headers_offset_update(skb, by);
}

/**
 * ipsec_packet_own() - make the buffer linear and nobody else's
 * @skb: the packet; on success every header pointer is void
 * @head: bytes needed in front of skb->data
 * @tail: bytes needed behind the last byte
 *
 * Transforms work in place, and only ever on memory that no clone, page cache
 * page or page pool fragment shares: a linear unshared buffer is used as it
 * is, anything else is copied first (never trusting a "shared fragment" flag,
 * which other stacks have lost more than once). The owner socket stays
 * charged, the destructor is kept.
 *
 * Context: any; allocates with GFP_ATOMIC.
 * Return: 0 or -ENOMEM, the packet is unharmed then.
 */
int ipsec_packet_own(struct sk_buff *skb, unsigned int head,
		     unsigned int tail)
{
	unsigned int have_head = skb_headroom(skb);
	unsigned int have_tail = skb_tailroom(skb);

	if (likely(!skb_cloned(skb) && !skb_is_nonlinear(skb))) {
		if (have_head >= head && have_tail >= tail)
			return 0;
		if (have_head + have_tail >= head + tail) {
			shift(skb, have_head < head ?
				   (int)(head - have_head) :
				   (int)(have_tail - tail));
			return 0;
		}
	}

	head = head > have_head ? SKB_DATA_ALIGN(head - have_head) : 0;
	tail += skb->data_len;
	have_tail = skb_end_pointer(skb) - skb_tail_pointer(skb);
	tail = tail > have_tail ? tail - have_tail : 0;
	if (pskb_expand_head(skb, head, tail, GFP_ATOMIC))
		return -ENOMEM;
	return skb_linearize(skb);
}
