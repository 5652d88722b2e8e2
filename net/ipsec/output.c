// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Outbound processing (RFC 4301 5.1)
 *
 * ipsec_output_decide() asks the SPD; the output hooks call it and steer what
 * must be protected to ipsec_output(), which decides once more, because NAT or
 * a change of policy may have come in between, and then for each segment
 *
 *  1. finds the way to the peer
 *  2. makes the buffer ours, with room for the headers
 *  3. takes the next sequence number
 *  4. opens the packet (transport mode) or leaves it whole (tunnel mode)
 *  5. writes ESP or AH around it
 *  6. puts the headers in front (back, or a new one)
 *  7. encrypts, authenticates: the rest is ipsec_output_resume()
 *  8. emits.
 */
#include "output.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/ipv6_stubs.h>

#include "ah.h"
#include "drop.h"
#include "emit.h"
#include "esp.h"
#include "flow.h"
#include "netns.h"
#include "packet.h"
#include "pmtu.h"
#include "sa.h"
#include "spd.h"
#include "transport.h"
#include "tunnel.h"

/**
 * ipsec_output_decide() - ask the SPD about an outbound packet
 * @ipn: namespace
 * @skb: the packet, its IP header at the network header
 * @family: AF_INET or AF_INET6
 *
 * Context: rcu_read_lock held.
 * Return: what to do with it.
 */
struct ipsec_decision ipsec_output_decide(struct ipsec_net *ipn,
					  const struct sk_buff *skb, u8 family)
{
	struct ipsec_decision decision = {};
	struct ipsec_policy *policy;
	struct ipsec_flow flow;

	ipsec_flow_parse(skb, family, IPSEC_DIR_OUT, &flow);
	if (ipsec_flow_is_nd(skb, &flow)) {
		decision.action = IPSEC_ACTION_BYPASS;
		return decision;
	}

	policy = ipsec_spd_lookup(ipn, IPSEC_DIR_OUT, &flow);
	if (!policy) {
		decision.action = READ_ONCE(ipn->spd.default_action[IPSEC_DIR_OUT - 1]);
		if (decision.action == IPSEC_ACTION_DISCARD)
			decision.reason = IPSEC_REASON_OUT_DEFAULT;
		return decision;
	}

	decision.policy = policy;
	decision.action = policy->action;
	if (policy->action == IPSEC_ACTION_DISCARD)
		decision.reason = IPSEC_REASON_OUT_DISCARD;
	if (policy->action == IPSEC_ACTION_PROTECT) {
		decision.sa = ipsec_spd_sa(ipn, policy, &flow);
		if (!decision.sa)
			decision.reason = IPSEC_REASON_OUT_NO_SA;
		/* RFC 4303 3.3.4: no transport mode for fragments. */
		else if (policy->mode == IPSEC_MODE_TRANSPORT &&
			 flow.is_fragment)
			decision.reason = IPSEC_REASON_FRAGMENT;
	}
	return decision;
}

/**
 * ipsec_output_count() - count a packet for the policy that decided on it
 * @decision: the last one on this packet: it is asked for more than once
 *
 * Context: rcu_read_lock held.
 */
void ipsec_output_count(const struct ipsec_decision *decision)
{
	if (decision->policy)
		atomic_long_inc(&decision->policy->packets);
}

/* RFC 4303 3.3.3: with anti-replay on at the peer, which we must assume, the
 * 32 bits on the wire never cycle. The number is taken last, when nothing but
 * the cipher can fail any more, so that there are no gaps.
 */
static bool take_seq(struct ipsec_packet *pkt)
{
	pkt->seq = atomic64_inc_return(&pkt->sa->oseq);
	if (likely(pkt->seq <= U32_MAX))
		return true;
	atomic64_dec(&pkt->sa->oseq);
	return false;
}

/* The length field of the header in front has 16 bits (RFC 791 3.1, RFC 8200 3;
 * there IPv6 does not count its fixed header).
 */
static bool is_too_long(const struct ipsec_packet *pkt)
{
	bool is_tunnel = pkt->sa->mode == IPSEC_MODE_TUNNEL;
	u32 max = IP_MAX_MTU;

	if (pkt->family == AF_INET6)
		max += sizeof(struct ipv6hdr);
	return pkt->skb->len > ipsec_layout_mtu(&pkt->sa->layout, max,
						is_tunnel ? 0 : pkt->outer_len);
}

static enum ipsec_reason make_room(struct ipsec_packet *pkt)
{
	const struct ipsec_layout *layout = &pkt->sa->layout;
	unsigned int head = layout->outer_len + layout->hdr_len +
			    LL_RESERVED_SPACE(pkt->dst->dev);
	unsigned int tail = 0;

	if (pkt->sa->key.proto == IPPROTO_ESP)
		tail = layout->align + layout->icv_len + 2;
	return ipsec_packet_own(pkt->skb, head, tail) ?
	       IPSEC_REASON_NO_MEMORY : IPSEC_OK;
}

static enum ipsec_reason prepare(struct ipsec_packet *pkt, u8 family, int oif)
{
	bool is_tunnel = pkt->sa->mode == IPSEC_MODE_TUNNEL;
	enum ipsec_reason reason;

	pkt->dst = ipsec_emit_route(pkt->sa, pkt->skb, oif);
	if (!pkt->dst)
		return IPSEC_REASON_NO_ROUTE;
	if (rcu_access_pointer(pkt->ipn->dev) == pkt->dst->dev)
		return IPSEC_REASON_LOOP;
	if (unlikely(is_too_long(pkt)))
		return IPSEC_REASON_TOO_BIG;

	reason = make_room(pkt);
	if (reason)
		return reason;
	if (!take_seq(pkt))
		return IPSEC_REASON_SEQ_OVERFLOW;

	if (is_tunnel)
		pkt->nexthdr = ipsec_tunnel_nexthdr(family);
	else
		ipsec_transport_open(pkt);

	if (pkt->sa->key.proto == IPPROTO_ESP)
		ipsec_esp_push(pkt);
	else
		ipsec_ah_push(pkt);

	if (is_tunnel)
		ipsec_tunnel_encap(pkt, family);
	else
		ipsec_transport_close(pkt);
	return IPSEC_OK;
}

static void protect(struct ipsec_sa *sa, struct sk_buff *skb, u8 family,
		    int oif)
{
	int outer_len = sa->layout.outer_len;
	enum ipsec_reason reason;
	struct ipsec_packet *pkt;
	u16 prevhdr = 0;

	if (sa->mode == IPSEC_MODE_TRANSPORT) {
		outer_len = ipsec_transport_offset(skb, family, &prevhdr);
		if (outer_len < 0) {
			ipsec_drop(sa->ipn, sa, outer_len == -EMSGSIZE ?
				   IPSEC_REASON_FRAGMENT :
				   IPSEC_REASON_INNER_HEADER, skb);
			return;
		}
	}
	pkt = ipsec_packet_new(sa, skb, sa->key.family, outer_len);
	if (!pkt) {
		ipsec_drop(sa->ipn, sa, IPSEC_REASON_NO_MEMORY, skb);
		return;
	}
	pkt->prevhdr = prevhdr;
	pkt->charge_len = skb->len;

	reason = prepare(pkt, family, oif);
	if (reason) {
		ipsec_packet_drop(pkt, reason);
		return;
	}

	__skb_pull(skb, outer_len);
	if (sa->key.proto == IPPROTO_ESP)
		ipsec_output_resume(pkt, ipsec_esp_output(pkt));
	else
		ipsec_output_resume(pkt, ipsec_ah_output(pkt));
}

/**
 * ipsec_output_resume() - the rest of outbound processing, after crypto
 * @pkt: skb->data at AH or ESP; consumed unless @err is -EINPROGRESS
 * @err: result of the cryptographic request
 *
 * Context: rcu_read_lock held, BH disabled; called by protect() or by the
 * completion of an asynchronous request.
 */
void ipsec_output_resume(struct ipsec_packet *pkt, int err)
{
	if (err == -EINPROGRESS)
		return;
	if (unlikely(err)) {
		ipsec_packet_drop(pkt, IPSEC_REASON_CRYPTO);
		return;
	}
	if (unlikely(READ_ONCE(pkt->sa->dead))) {
		ipsec_packet_drop(pkt, IPSEC_REASON_DEAD);
		return;
	}

	if (pkt->sa->key.proto == IPPROTO_AH)
		ipsec_ah_finish(pkt);
	__skb_push(pkt->skb, pkt->outer_len);
	ipsec_sa_charge(pkt->sa, pkt->charge_len);
	ipsec_emit(pkt);
}

/* The packet as the network would have carried it: checksums complete. */
static bool complete_checksum(struct sk_buff *skb)
{
	return skb->ip_summed != CHECKSUM_PARTIAL ||
	       !skb_csum_hwoffload_help(skb, 0);
}

static void protect_segments(struct ipsec_sa *sa, struct sk_buff *skb,
			     u8 family, int oif)
{
	struct sk_buff *segs = skb_gso_segment(skb, 0);
	struct sk_buff *seg, *next;

	if (IS_ERR_OR_NULL(segs)) {
		ipsec_drop(sa->ipn, sa, IPSEC_REASON_CHECKSUM, skb);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		protect(sa, seg, family, oif);
	}
}

/**
 * struct fragmenting - what the stack cannot hand to protect_fragment()
 * @sa: SA that will protect the fragments
 * @oif: as for protect()
 *
 * Valid on its CPU while fragments are made, which is in one go.
 */
struct fragmenting {
	struct ipsec_sa *sa;
	int oif;
};

static DEFINE_PER_CPU(struct fragmenting, fragmenting);

static int protect_fragment(struct net *net, struct sock *sk,
			    struct sk_buff *skb)
{
	const struct fragmenting *now = this_cpu_ptr(&fragmenting);

	skb_dst_drop(skb);
	protect(now->sa, skb, AF_INET6, now->oif);
	return 0;
}

/* An IPv6 packet is fragmented by its source alone. Behind the far end of a
 * tunnel it is too late, so a packet that we are the source of, or that
 * conntrack has put together from fragments, is cut in front of the tunnel.
 */
static unsigned int fragment_len(struct ipsec_sa *sa, const struct sk_buff *skb,
				 u8 family, int oif)
{
	unsigned int mtu;

	if (family != AF_INET6 || sa->mode != IPSEC_MODE_TUNNEL ||
	    !skb->ignore_df || !skb_dst(skb))
		return 0;
	mtu = ipsec_pmtu_tunnel(sa, skb, oif);
	if (IP6CB(skb)->frag_max_size)
		mtu = min_t(unsigned int, mtu, IP6CB(skb)->frag_max_size);
	return mtu >= IPV6_MIN_MTU && skb->len > mtu ? mtu : 0;
}

static void protect_fragments(struct ipsec_sa *sa, struct sk_buff *skb,
			      unsigned int len, int oif)
{
	/* A fragment could lead here again, by a device that loops. */
	struct fragmenting outer = *this_cpu_ptr(&fragmenting);
	int err;

	*this_cpu_ptr(&fragmenting) = (struct fragmenting){ sa, oif };
	IP6CB(skb)->frag_max_size = len;
	err = ipv6_stub->ipv6_fragment(sa->net, skb->sk, skb, protect_fragment);
	*this_cpu_ptr(&fragmenting) = outer;
	if (err)
		ipsec_drop_count(sa->ipn, sa, err == -EMSGSIZE ?
				 IPSEC_REASON_TOO_BIG : IPSEC_REASON_NO_MEMORY,
				 NULL);
}

/**
 * ipsec_output() - protect a packet that was steered to us
 * @ipn: namespace
 * @skb: the packet, data at the IP header; consumed. skb_iif is the device it
 *	would have left on, 0 if not known.
 * @family: AF_INET or AF_INET6
 *
 * Context: rcu_read_lock held, BH disabled.
 */
void ipsec_output(struct ipsec_net *ipn, struct sk_buff *skb, u8 family)
{
	struct ipsec_decision decision;
	int oif = skb->skb_iif;
	unsigned int len;

	decision = ipsec_output_decide(ipn, skb, family);
	ipsec_output_count(&decision);
	/* What was steered here never leaves in clear. */
	if (decision.action != IPSEC_ACTION_PROTECT && !decision.reason)
		decision.reason = IPSEC_REASON_OUT_CHANGED;
	if (decision.reason) {
		ipsec_drop(ipn, decision.sa, decision.reason, skb);
		return;
	}

	skb->skb_iif = 0;
	if (!skb_is_gso(skb)) {
		len = fragment_len(decision.sa, skb, family, oif);
		if (len) {
			protect_fragments(decision.sa, skb, len, oif);
			return;
		}
	}
	skb_dst_drop(skb);
	if (skb_is_gso(skb))
		protect_segments(decision.sa, skb, family, oif);
	else if (complete_checksum(skb))
		protect(decision.sa, skb, family, oif);
	else
		ipsec_drop(ipn, decision.sa, IPSEC_REASON_CHECKSUM, skb);
}
