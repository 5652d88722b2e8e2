// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Outbound processing (RFC 4301 5.1)
 *
 * ipsec_output_decide() asks the SPD; the output hooks call it and steer what
 * must be protected to ipsec_output(), which decides once more, because NAT or
 * a change of policy may have come in between, lets it wait when there is no
 * SA (acquire.c), and then for each segment
 *
 *  1. finds the way to the peer
 *  2. makes the buffer ours, with room for the headers
 *  3. counts for the lifetimes, takes the next sequence number
 *  4. opens the packet (transport mode) or leaves it whole (tunnel mode)
 *  5. writes ESP or AH around it
 *  6. puts the headers in front (UDP if the SA wants it; back, or a new one)
 *  7. encrypts, authenticates: the rest is ipsec_output_resume()
 *  8. emits, or begins again with the next SA when the policy nests several.
 */
#include "output.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/ipv6_stubs.h>

#include "acquire.h"
#include "ah.h"
#include "drop.h"
#include "emit.h"
#include "encap.h"
#include "esp.h"
#include "flow.h"
#include "flow_cache.h"
#include "icmp.h"
#include "mss.h"
#include "netlink.h"
#include "netns.h"
#include "packet.h"
#include "pmtu.h"
#include "protect.h"
#include "replay.h"
#include "route.h"
#include "sa.h"
#include "spd.h"
#include "transport.h"
#include "tunnel.h"

/* @is_return: @policy is that of the return traffic. */
static struct ipsec_decision decide(struct ipsec_net *ipn,
				    struct ipsec_policy *policy,
				    const struct ipsec_flow *flow,
				    bool is_return)
{
	struct ipsec_decision decision = {};

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
		if (!ipsec_protect_find(ipn, policy, flow, &decision.nest)) {
			decision.reason = is_return ?
					  IPSEC_REASON_OUT_ICMP_NO_SA :
					  IPSEC_REASON_OUT_NO_SA;
			decision.sought = decision.nest.count;
			decision.nest.count = 0;
		}
		/* RFC 4303 3.3.4: no transport mode for fragments. */
		else if (policy->protect[0].mode == IPSEC_MODE_TRANSPORT &&
			 flow->is_fragment)
			decision.reason = IPSEC_REASON_FRAGMENT;
	}
	return decision;
}

/**
 * ipsec_output_ask() - ask the SPD and the SAD about outbound selector values
 * @ipn: namespace
 * @flow: selector values of a packet
 *
 * Context: rcu_read_lock held.
 * Return: what to do with the packet, unless it is an ICMP error without a
 * policy, for which ipsec_output_decide() looks at what it is about.
 */
struct ipsec_decision ipsec_output_ask(struct ipsec_net *ipn,
				       const struct ipsec_flow *flow)
{
	return decide(ipn, ipsec_spd_lookup(ipn, IPSEC_DIR_OUT, flow), flow,
		      false);
}

/**
 * ipsec_output_decide() - ask the SPD about an outbound packet
 * @ipn: namespace
 * @skb: the packet, its IP header at the network header
 * @family: AF_INET or AF_INET6
 * @oif: device that it would leave by without IPsec; 0 when it was routed to
 *	ipsec0
 * @room: for what is not remembered
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: what to do with it: in @room, or in the flow cache, where it is valid
 * until BH is enabled or another packet is decided on.
 */
const struct ipsec_decision *
ipsec_output_decide(struct ipsec_net *ipn, const struct sk_buff *skb,
		    u8 family, int oif, struct ipsec_decision *room)
{
	const struct ipsec_decision *cached;
	struct ipsec_policy *policy;
	struct ipsec_flow_slot slot;
	struct ipsec_flow flow;

	ipsec_flow_parse(skb, family, IPSEC_DIR_OUT, &flow);
	if (ipsec_flow_is_nd(skb, &flow)) {
		*room = (struct ipsec_decision){ .action = IPSEC_ACTION_BYPASS };
		return room;
	}
	ipsec_flow_set_dev(ipn, oif, &flow);

	cached = ipsec_flow_cache_find(ipn, IPSEC_DIR_OUT, &flow, &slot);
	if (likely(cached))
		return cached;

	policy = ipsec_spd_lookup(ipn, IPSEC_DIR_OUT, &flow);
	if (!policy && flow.has_icmp) {
		policy = ipsec_icmp_return_policy(ipn, skb, &flow);
		if (policy) {
			*room = decide(ipn, policy, &flow, true);
			return room;
		}
	}
	*room = decide(ipn, policy, &flow, false);
	/* An ICMP message without a policy depends on what it is about, and an
	 * SA that is missing is looked for by each packet that wants it.
	 */
	if ((policy || !flow.has_icmp) &&
	    room->reason != IPSEC_REASON_OUT_NO_SA)
		ipsec_flow_cache_add(&slot, &flow, room);
	return room;
}

/**
 * ipsec_output_sa() - the SA that a drop of an outbound packet is counted for
 * @decision: what was decided
 *
 * Return: the innermost SA, NULL when there is none.
 */
struct ipsec_sa *ipsec_output_sa(const struct ipsec_decision *decision)
{
	return decision->nest.count ? decision->nest.sa[0] : NULL;
}

/**
 * ipsec_output_count() - count a packet for the policy that decided on it
 * @decision: the last one on this packet: it is asked for more than once
 *
 * Context: rcu_read_lock held.
 */
void ipsec_output_count(const struct ipsec_decision *decision)
{
	ipsec_spd_count(decision->policy);
}

/* RFC 4303 3.3.3: unless we were told that the peer has no anti-replay window,
 * sequence numbers never cycle. The number is taken last, when nothing but the
 * cipher can fail any more, so that there are no gaps.
 */
static enum ipsec_reason take_seq(struct ipsec_packet *pkt)
{
	pkt->seq = ipsec_replay_next(&pkt->sa->oseq, pkt->sa->last_seq);
	if (likely(pkt->seq))
		return IPSEC_OK;
	ipsec_nl_sa_exhausted(pkt->sa);
	return IPSEC_REASON_SEQ_OVERFLOW;
}

/* RFC 4301 4.4.2.1 a: ESP encrypts from its payload to its trailer, AH
 * authenticates the packet.
 */
static enum ipsec_reason charge_lifetime(const struct ipsec_packet *pkt,
					 unsigned int payload_len)
{
	const struct ipsec_layout *layout = &pkt->sa->layout;
	unsigned int len = payload_len;

	if (likely(!pkt->sa->lifetime))
		return IPSEC_OK;
	if (pkt->sa->key.proto == IPPROTO_ESP)
		len += ipsec_layout_trailer(layout, len) - layout->icv_len;
	else
		len += layout->hdr_len + pkt->outer_len;
	return ipsec_lifetime_charge(pkt->sa->lifetime, len);
}

/* The length field of the header in front has 16 bits (RFC 791 3.1, RFC 8200 3;
 * there IPv6 does not count its fixed header). @len is that of the packet before
 * protection, its IP header included.
 */
static bool is_too_long(const struct ipsec_packet *pkt, unsigned int len)
{
	bool is_tunnel = pkt->sa->mode == IPSEC_MODE_TUNNEL;
	u32 max = IP_MAX_MTU;

	if (pkt->family == AF_INET6)
		max += sizeof(struct ipv6hdr);
	return len > ipsec_layout_mtu(&pkt->sa->layout, max,
				      is_tunnel ? 0 : pkt->outer_len);
}

static unsigned int front_len(const struct ipsec_layout *layout)
{
	return layout->outer_len + layout->encap_len + layout->hdr_len;
}

/* Room for the headers of this SA and of those that come after it. */
static enum ipsec_reason make_room(struct ipsec_packet *pkt,
				   unsigned int tfc_len)
{
	const struct ipsec_layout *layout = &pkt->sa->layout;
	unsigned int head = front_len(layout);
	unsigned int tail = 0, i;

	for (i = 0; i < pkt->outer.count; i++)
		head += front_len(&pkt->outer.sa[i]->layout);
	head += pkt->dst ? LL_RESERVED_SPACE(pkt->dst->dev) : LL_MAX_HEADER;
	if (pkt->sa->key.proto == IPPROTO_ESP)
		tail = tfc_len + layout->pad_min + layout->align +
		       layout->icv_len + 2;
	return ipsec_packet_own(pkt->skb, head, tail) ?
	       IPSEC_REASON_NO_MEMORY : IPSEC_OK;
}

/* RFC 4303 2.7: bytes behind the inner packet, whose own length tells the far
 * end where they begin; not so many that the path would have to fragment.
 */
static unsigned int tfc_len(const struct ipsec_packet *pkt,
			    const struct ipsec_nest *nest, u8 family)
{
	unsigned int len = pkt->sa->outer.tfc;

	if (likely(!len))
		return 0;
	len = min(len, ipsec_pmtu_inner(nest, pkt->skb, family, pkt->oif));
	return len > pkt->skb->len ? len - pkt->skb->len : 0;
}

/* AH covers the options and extension headers in front of it. */
static enum ipsec_reason check_headers(struct ipsec_packet *pkt)
{
	unsigned int plain_len = pkt->family == AF_INET ?
		sizeof(struct iphdr) : sizeof(struct ipv6hdr);

	if (likely(pkt->sa->key.proto == IPPROTO_ESP ||
		   pkt->outer_len == plain_len))
		return IPSEC_OK;
	return ipsec_ah_check_headers(pkt);
}

/* The way to the peer is that of the outermost SA. */
static enum ipsec_reason find_route(struct ipsec_packet *pkt)
{
	if (pkt->outer.count)
		return IPSEC_OK;
	pkt->dst = ipsec_route_find(pkt->sa, pkt->peer, pkt->oif,
				    pkt->is_tunneled);
	if (!pkt->dst)
		return IPSEC_REASON_NO_ROUTE;
	if (rcu_access_pointer(pkt->ipn->dev) == pkt->dst->dev)
		return IPSEC_REASON_LOOP;
	return IPSEC_OK;
}

static enum ipsec_reason prepare(struct ipsec_packet *pkt,
				 const struct ipsec_nest *nest, u8 family)
{
	bool is_tunnel = pkt->sa->mode == IPSEC_MODE_TUNNEL;
	enum ipsec_reason reason;
	unsigned int tfc, len;

	if (!ipsec_packet_hold_outer(pkt, nest))
		return IPSEC_REASON_DEAD;
	reason = find_route(pkt);
	if (reason)
		return reason;
	if (unlikely(is_too_long(pkt, pkt->skb->len)))
		return IPSEC_REASON_TOO_BIG;

	tfc = tfc_len(pkt, nest, family);
	len = pkt->skb->len + tfc - (is_tunnel ? 0 : pkt->outer_len);
	reason = make_room(pkt, tfc) ?: check_headers(pkt) ?:
		 charge_lifetime(pkt, len) ?: take_seq(pkt);
	if (reason)
		return reason;

	if (is_tunnel)
		pkt->nexthdr = ipsec_tunnel_nexthdr(family);
	else
		ipsec_transport_open(pkt);
	if (tfc)
		__skb_put_zero(pkt->skb, tfc);

	if (pkt->sa->key.proto == IPPROTO_ESP)
		ipsec_esp_push(pkt);
	else
		ipsec_ah_push(pkt);
	if (unlikely(pkt->sa->layout.encap_len))
		ipsec_encap_push(pkt);

	if (is_tunnel)
		ipsec_tunnel_encap(pkt, family);
	else
		ipsec_transport_close(pkt);
	return IPSEC_OK;
}

/* Steps 1 to 6 for the innermost SA of @nest. NULL: the packet was dropped. */
static struct ipsec_packet *wrap(const struct ipsec_nest *nest,
				 struct sk_buff *skb, u8 family, int oif,
				 bool is_tunneled)
{
	struct ipsec_sa *sa = nest->sa[0];
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
			return NULL;
		}
	}
	pkt = ipsec_packet_new(sa, skb, sa->key.family, outer_len);
	if (!pkt) {
		ipsec_drop(sa->ipn, sa, ipsec_packet_refused(sa), skb);
		return NULL;
	}
	pkt->prevhdr = prevhdr;
	pkt->charge_len = skb->len;
	pkt->oif = oif;
	pkt->peer = ipsec_sa_peer(sa);
	pkt->is_tunneled = is_tunneled || sa->mode == IPSEC_MODE_TUNNEL;

	reason = prepare(pkt, nest, family);
	if (reason) {
		ipsec_packet_drop(pkt, reason);
		return NULL;
	}
	__skb_pull(skb, outer_len + sa->layout.encap_len);
	return pkt;
}

/* What an SA has made of a packet, as the next one around it gets it. */
static struct ipsec_packet *wrap_again(struct ipsec_packet *pkt)
{
	struct sk_buff *skb = pkt->skb;
	struct ipsec_packet *next;

	skb->protocol = htons(pkt->family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	if (pkt->family == AF_INET)
		ip_send_check(ip_hdr(skb));
	next = wrap(&pkt->outer, skb, pkt->family, pkt->oif, pkt->is_tunneled);
	ipsec_packet_free(pkt);
	return next;
}

/* Step 8: NULL when the packet has left us or was dropped, else it is inside
 * the next SA. Not recursive, however many there are.
 */
static struct ipsec_packet *finish(struct ipsec_packet *pkt, int err)
{
	enum ipsec_reason reason;

	reason = unlikely(err) ? IPSEC_REASON_CRYPTO : ipsec_sa_ended(pkt->sa);
	if (reason) {
		ipsec_packet_drop(pkt, reason);
		return NULL;
	}

	if (pkt->sa->key.proto == IPPROTO_AH)
		ipsec_ah_finish(pkt);
	if (unlikely(pkt->sa->layout.encap_len))
		ipsec_encap_finish(pkt);
	__skb_push(pkt->skb, pkt->outer_len);
	ipsec_sa_charge(pkt->sa, pkt->charge_len);
	if (pkt->outer.count)
		return wrap_again(pkt);
	ipsec_emit(pkt);
	return NULL;
}

/* Step 7, for each SA of the packet until one of them takes its time. */
static void run(struct ipsec_packet *pkt)
{
	int err;

	while (pkt) {
		if (pkt->sa->key.proto == IPPROTO_ESP)
			err = ipsec_esp_output(pkt);
		else
			err = ipsec_ah_output(pkt);
		if (err == -EINPROGRESS)
			return;
		pkt = finish(pkt, err);
	}
}

static void protect(const struct ipsec_nest *nest, struct sk_buff *skb,
		    u8 family, int oif)
{
	run(wrap(nest, skb, family, oif, false));
}

/**
 * ipsec_output_resume() - the rest of outbound processing, after crypto
 * @pkt: skb->data at AH or ESP; consumed
 * @err: result of the cryptographic request
 *
 * Context: rcu_read_lock held, BH disabled; called by the completion of an
 * asynchronous request.
 */
void ipsec_output_resume(struct ipsec_packet *pkt, int err)
{
	enum ipsec_reason reason;

	/* The one it had was good until the cipher was asked. */
	pkt->peer = ipsec_sa_peer(pkt->sa);
	reason = err ? IPSEC_OK : find_route(pkt);
	if (unlikely(reason))
		ipsec_packet_drop(pkt, reason);
	else
		run(finish(pkt, err));
}

static struct sk_buff *dummy_new(const struct ipsec_sa *sa, unsigned int len)
{
	const struct ipsec_layout *layout = &sa->layout;
	unsigned int head = LL_MAX_HEADER + sizeof(struct ipv6hdr) +
			    layout->encap_len + layout->hdr_len;
	struct sk_buff *skb;

	skb = alloc_skb(head + len + ipsec_layout_trailer(layout, len),
			GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, head);
	get_random_bytes(skb_put(skb, len), len);
	return skb;
}

/* Length of the IP header that comes from a packet where there is one. */
static unsigned int dummy_header_len(const struct ipsec_sa *sa, u16 outer_len)
{
	return sa->mode == IPSEC_MODE_TUNNEL ? 0 : outer_len;
}

/* Any length that a packet with the same headers could have: with TFC padding
 * that is none below sa->outer.tfc.
 */
static unsigned int dummy_len(const struct ipsec_sa *sa,
			      const struct dst_entry *dst, u16 outer_len)
{
	unsigned int more = dummy_header_len(sa, outer_len);
	unsigned int mtu = ipsec_layout_mtu(&sa->layout, dst_mtu(dst), more);
	unsigned int len;

	if (mtu <= more)
		return 0;
	len = get_random_u32() % (mtu - more + 1);
	return max(len, min_t(unsigned int, sa->outer.tfc, mtu));
}

/**
 * ipsec_output_dummy() - send a dummy packet (RFC 4303 2.6)
 * @sa: outbound ESP SA; a reference is held
 * @len: bytes of random payload; negative for a random number that fits the
 *	path MTU
 *
 * Its IP header is built as that of a tunnel in both modes, because there is no
 * packet to take it from.
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: 0, or the reason for which it was dropped, and counted.
 */
enum ipsec_reason ipsec_output_dummy(struct ipsec_sa *sa, int len)
{
	u16 outer_len = sa->key.family == AF_INET6 ? sizeof(struct ipv6hdr) :
						     sizeof(struct iphdr);
	struct ipsec_peer *peer = ipsec_sa_peer(sa);
	enum ipsec_reason reason;
	struct ipsec_packet *pkt;
	struct dst_entry *dst;
	struct sk_buff *skb;

	dst = ipsec_route_find(sa, peer, 0, true);
	if (!dst) {
		ipsec_drop_count(sa->ipn, sa, IPSEC_REASON_NO_ROUTE, NULL);
		return IPSEC_REASON_NO_ROUTE;
	}
	skb = dummy_new(sa, len < 0 ? dummy_len(sa, dst, outer_len) : len);
	pkt = skb ? ipsec_packet_new(sa, skb, sa->key.family, outer_len) : NULL;
	if (!pkt) {
		kfree_skb(skb);
		ipsec_drop_count(sa->ipn, sa, IPSEC_REASON_NO_MEMORY, NULL);
		return IPSEC_REASON_NO_MEMORY;
	}
	pkt->dst = dst;
	pkt->peer = peer;
	pkt->nexthdr = IPPROTO_NONE;
	pkt->is_tunneled = true;
	pkt->charge_len = skb->len;
	if (rcu_access_pointer(pkt->ipn->dev) == dst->dev)
		reason = IPSEC_REASON_LOOP;
	else if (is_too_long(pkt, skb->len + dummy_header_len(sa, outer_len)))
		reason = IPSEC_REASON_TOO_BIG;
	else
		reason = charge_lifetime(pkt, skb->len) ?: take_seq(pkt);
	if (reason) {
		ipsec_packet_drop(pkt, reason);
		return reason;
	}
	ipsec_esp_push(pkt);
	if (sa->layout.encap_len)
		ipsec_encap_push(pkt);
	ipsec_tunnel_encap(pkt, AF_UNSPEC);
	__skb_pull(skb, outer_len + sa->layout.encap_len);
	run(pkt);
	return IPSEC_OK;
}

/* The packet as the network would have carried it: checksums complete. */
static bool complete_checksum(struct sk_buff *skb)
{
	return skb->ip_summed != CHECKSUM_PARTIAL ||
	       !skb_csum_hwoffload_help(skb, 0);
}

static void protect_segments(const struct ipsec_nest *nest,
			     struct sk_buff *skb, u8 family, int oif)
{
	struct ipsec_sa *sa = nest->sa[0];
	struct sk_buff *segs = skb_gso_segment(skb, 0);
	struct sk_buff *seg, *next;

	if (IS_ERR_OR_NULL(segs)) {
		ipsec_drop(sa->ipn, sa, IPSEC_REASON_CHECKSUM, skb);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		protect(nest, seg, family, oif);
	}
}

/**
 * struct fragmenting - what the stack cannot hand to protect_fragment()
 * @nest: SAs that will protect the fragments
 * @oif: as for protect()
 *
 * Valid on its CPU while fragments are made, which is in one go.
 */
struct fragmenting {
	const struct ipsec_nest *nest;
	int oif;
};

static DEFINE_PER_CPU(struct fragmenting, fragmenting);

static int protect_fragment(struct net *net, struct sock *sk,
			    struct sk_buff *skb)
{
	const struct fragmenting *now = this_cpu_ptr(&fragmenting);

	skb_dst_drop(skb);
	protect(now->nest, skb, AF_INET6, now->oif);
	return 0;
}

/* An IPv6 packet is fragmented by its source alone. Behind the far end of a
 * tunnel it is too late, so a packet that we are the source of, or that
 * conntrack has put together from fragments, is cut in front of the tunnel.
 */
static unsigned int fragment_len(const struct ipsec_nest *nest,
				 const struct sk_buff *skb, u8 family, int oif)
{
	unsigned int mtu;

	if (family != AF_INET6 || nest->sa[0]->mode != IPSEC_MODE_TUNNEL ||
	    !skb->ignore_df || !skb_dst(skb))
		return 0;
	/* RFC 4301 5.1: the administrator may want the packet whole. */
	if (READ_ONCE(nest->sa[0]->ipn->fragment) == IPSEC_FRAGMENT_AFTER)
		return 0;
	mtu = ipsec_pmtu_inner(nest, skb, family, oif);
	if (IP6CB(skb)->frag_max_size)
		mtu = min_t(unsigned int, mtu, IP6CB(skb)->frag_max_size);
	return mtu >= IPV6_MIN_MTU && skb->len > mtu ? mtu : 0;
}

static void protect_fragments(const struct ipsec_nest *nest,
			      struct sk_buff *skb, unsigned int len, int oif)
{
	struct ipsec_sa *sa = nest->sa[0];
	/* A fragment could lead here again, by a device that loops. */
	struct fragmenting outer = *this_cpu_ptr(&fragmenting);
	int err;

	*this_cpu_ptr(&fragmenting) = (struct fragmenting){ nest, oif };
	IP6CB(skb)->frag_max_size = len;
	err = ipv6_stub->ipv6_fragment(sa->net, skb->sk, skb, protect_fragment);
	*this_cpu_ptr(&fragmenting) = outer;
	if (err)
		ipsec_drop_count(sa->ipn, sa, err == -EMSGSIZE ?
				 IPSEC_REASON_TOO_BIG : IPSEC_REASON_NO_MEMORY,
				 NULL);
}

/**
 * ipsec_output_decided() - protect a packet
 * @ipn: namespace
 * @decision: PROTECT, with SAs; not one of the flow cache, which may change
 *	meanwhile
 * @skb: the packet, data at the IP header; consumed
 * @family: AF_INET or AF_INET6
 * @oif: device that it would have left on, 0 if not known
 *
 * Context: rcu_read_lock held, BH disabled.
 */
void ipsec_output_decided(struct ipsec_net *ipn,
			  const struct ipsec_decision *decision,
			  struct sk_buff *skb, u8 family, int oif)
{
	unsigned int len;

	skb->skb_iif = 0;
	if (!skb_is_gso(skb)) {
		len = fragment_len(&decision->nest, skb, family, oif);
		if (len) {
			protect_fragments(&decision->nest, skb, len, oif);
			return;
		}
	}
	skb_dst_drop(skb);
	if (unlikely(decision->policy->mss))
		ipsec_mss_clamp_out(decision->policy, &decision->nest, skb,
				    family, oif);
	if (skb_is_gso(skb))
		protect_segments(&decision->nest, skb, family, oif);
	else if (complete_checksum(skb))
		protect(&decision->nest, skb, family, oif);
	else
		ipsec_drop(ipn, ipsec_output_sa(decision),
			   IPSEC_REASON_CHECKSUM, skb);
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
	struct ipsec_decision decision, room;
	int oif = skb->skb_iif;

	decision = *ipsec_output_decide(ipn, skb, family, oif, &room);
	if (unlikely(decision.reason == IPSEC_REASON_OUT_NO_SA)) {
		ipsec_acquire_hold(ipn, &decision, skb, family);
		return;
	}
	ipsec_output_count(&decision);
	/* What was steered here never leaves in clear. */
	if (decision.action != IPSEC_ACTION_PROTECT && !decision.reason)
		decision.reason = IPSEC_REASON_OUT_CHANGED;
	if (decision.reason) {
		ipsec_drop(ipn, ipsec_output_sa(&decision), decision.reason,
			   skb);
		return;
	}

	ipsec_output_decided(ipn, &decision, skb, family, oif);
}
