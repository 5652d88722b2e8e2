// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Inbound processing (RFC 4301 5.2)
 *
 * ipsec_input() is called for every AH and ESP packet of this host:
 *
 *  1. reads the SPI and the sequence number
 *  2. finds the SA by {SPI, destination, protocol}
 *  3. completes an extended sequence number, asks the anti-replay window,
 *     without moving it
 *  4. checks the lengths, makes the buffer ours
 *  5. verifies and decrypts: the rest is ipsec_input_resume()
 *  6. moves the anti-replay window, counts for the lifetimes
 *  7. takes AH or ESP off, then the tunnel header (tunnel mode), or closes the
 *     gap (transport mode)
 *  8. checks that the SPD wanted this packet from this SA
 *  9. delivers it.
 *
 * Nothing in the SA changes before step 6, failure counters aside.
 *
 * ipsec_input_clear() is the other half of 5.2: what came in without IPsec.
 */
#include "input.h"

#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/udp.h>
#include <net/addrconf.h>
#include <net/ah.h>
#include <net/esp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "ah.h"
#include "audit.h"
#include "checksum.h"
#include "deliver.h"
#include "drop.h"
#include "encap_port.h"
#include "esp.h"
#include "flow.h"
#include "flow_cache.h"
#include "icmp.h"
#include "mss.h"
#include "netns.h"
#include "packet.h"
#include "peer.h"
#include "protect.h"
#include "replay.h"
#include "sa.h"
#include "sad.h"
#include "spd.h"
#include "transport.h"
#include "tunnel.h"
#include "verified.h"

/* Length of what AH or ESP begins with, sequence number included. */
static unsigned int fixed_len(u8 proto)
{
	return proto == IPPROTO_ESP ? sizeof(struct ip_esp_hdr) :
				      sizeof(struct ip_auth_hdr);
}

static void read_key(const struct sk_buff *skb, u8 family, u8 proto,
		     struct ipsec_sa_key *key, u32 *seq_lo)
{
	memset(key, 0, sizeof(*key));
	key->family = family;
	key->proto = proto;
	if (family == AF_INET)
		key->dst.a4 = ip_hdr(skb)->daddr;
	else
		memcpy(&key->dst, &ipv6_hdr(skb)->daddr, sizeof(key->dst));

	if (proto == IPPROTO_ESP) {
		const struct ip_esp_hdr *esp = (struct ip_esp_hdr *)skb->data;

		key->spi = esp->spi;
		*seq_lo = ntohl(esp->seq_no);
	} else {
		const struct ip_auth_hdr *ah = (struct ip_auth_hdr *)skb->data;

		key->spi = ah->spi;
		*seq_lo = ntohl(ah->seq_no);
	}
}

/* RFC 4301 5.2 wants an unknown SPI dropped. When the kernel's own IPsec has
 * SAs in this namespace as well, the packet may be its; otherwise declining
 * would only make the IP layer answer with an ICMP error, which RFC 4303 4 has
 * no use for: it is a reply to anybody who asks.
 */
static int refuse(struct ipsec_net *ipn, struct ipsec_sa *sa,
		  struct sk_buff *skb, const struct ipsec_sa_key *key,
		  u32 seq_lo, enum ipsec_reason reason)
{
	if (!sa && ipn->net->xfrm.state_num) {
		ipsec_drop_count(ipn, NULL, IPSEC_REASON_NOT_OURS, skb);
		return -EINVAL;
	}
	ipsec_audit_arrived(ipn, skb, key, seq_lo, reason);
	ipsec_drop(ipn, sa, reason, skb);
	return 0;
}

static enum ipsec_reason replay_reason(enum ipsec_replay_verdict verdict)
{
	switch (verdict) {
	case IPSEC_REPLAY_NEW:
		return IPSEC_OK;
	case IPSEC_REPLAY_SEEN:
		return IPSEC_REASON_REPLAY;
	case IPSEC_REPLAY_OLD:
		break;
	}
	return IPSEC_REASON_REPLAY_OLD;
}

/* RFC 4303 2.2.1: the upper half of an extended sequence number is not sent.
 * It is inferred from where the window is, so the result is no more than a
 * guess until the ICV is verified, and nothing is changed by it (A2.2).
 */
static u64 full_seq(struct ipsec_sa *sa, u32 seq_lo)
{
	u64 seq;

	if (!sa->is_esn)
		return seq_lo;
	seq = ipsec_replay_seq(atomic64_read(&sa->replay.top),
			       sa->replay_window, seq_lo);
	return ipsec_resync_seq(&sa->resync, seq, get_jiffies_64());
}

/* Offset of the byte in front of AH or ESP that names it. */
static u16 prevhdr_offset(const struct sk_buff *skb, u8 family)
{
	if (family == AF_INET)
		return offsetof(struct iphdr, protocol);
	return IP6CB(skb)->nhoff;
}

static enum ipsec_reason prepare(struct ipsec_packet *pkt)
{
	const struct ipsec_sa *sa = pkt->sa;
	enum ipsec_reason reason;

	if (sa->replay_window) {
		reason = replay_reason(ipsec_replay_check(&sa->replay,
							  pkt->seq));
		if (reason)
			return reason;
	}
	if (sa->key.proto == IPPROTO_ESP)
		reason = ipsec_esp_check(pkt);
	else
		reason = ipsec_ah_check(pkt);
	if (reason)
		return reason;
	return ipsec_packet_own(pkt->skb, 0, 0) ? IPSEC_REASON_NO_MEMORY :
	       IPSEC_OK;
}

/* An SA is used with UDP encapsulation or without, and with the port that it was
 * given, as it says: nothing that the peer was not told gets as far as the
 * cipher.
 */
static bool is_encap_wrong(const struct ipsec_sa *sa, const struct udphdr *uh)
{
	return sa->encap.dport != (uh ? uh->dest : 0);
}

/* Steps 3 to 5. @verified: what has verified the packet before. */
static void process(struct ipsec_sa *sa, struct sk_buff *skb, u8 family,
		    const struct udphdr *uh, u32 seq_lo,
		    struct ipsec_verified verified)
{
	unsigned int udp_len = uh ? sizeof(*uh) : 0;
	struct ipsec_net *ipn = sa->ipn;
	enum ipsec_reason reason;
	struct ipsec_packet *pkt;

	/* UDP has written over it, and it was not meant for ESP in UDP. */
	if (uh)
		verified.count = 0;
	if (unlikely(is_encap_wrong(sa, uh))) {
		ipsec_drop(ipn, sa, IPSEC_REASON_ENCAP, skb);
		return;
	}
	if (verified.count == IPSEC_NEST_MAX) {
		ipsec_drop(ipn, sa, IPSEC_REASON_NEST_DEPTH, skb);
		return;
	}

	pkt = ipsec_packet_new(sa, skb, family,
			       -skb_network_offset(skb) - udp_len);
	if (!pkt) {
		ipsec_drop(ipn, sa, ipsec_packet_refused(sa), skb);
		return;
	}
	pkt->seq = full_seq(sa, seq_lo);
	pkt->verified = verified;
	pkt->prevhdr = prevhdr_offset(skb, family);
	if (uh)
		pkt->encap_sport = uh->source;
	pkt->dev = skb->dev;
	dev_hold(pkt->dev);

	reason = prepare(pkt);
	if (reason) {
		ipsec_packet_drop(pkt, reason);
		return;
	}

	/* The route and the conntrack entry are those of the outer packet. */
	skb_dst_drop(skb);
	nf_reset_ct(skb);
	if (sa->key.proto == IPPROTO_ESP)
		ipsec_input_resume(pkt, ipsec_esp_input(pkt));
	else
		ipsec_input_resume(pkt, ipsec_ah_input(pkt));
}

static int input(struct sk_buff *skb, u8 family, u8 proto,
		 const struct udphdr *uh)
{
	struct ipsec_net *ipn = ipsec_netns(dev_net(skb->dev));
	struct ipsec_verified verified = ipsec_verified_take(skb, family);
	struct ipsec_sa_key key;
	struct ipsec_sa *sa;
	u32 seq_lo;

	if (!READ_ONCE(ipn->active) ||
	    (!READ_ONCE(ipn->sad.count) && !READ_ONCE(ipn->spd.count)))
		return -EINVAL;
	if (!pskb_may_pull(skb, fixed_len(proto))) {
		ipsec_drop(ipn, NULL, IPSEC_REASON_MALFORMED, skb);
		return 0;
	}

	read_key(skb, family, proto, &key, &seq_lo);
	sa = ipsec_sad_lookup(ipn, &key);
	/* RFC 4303 3.4.1: what is still a fragment was not reassembled. */
	if (family == AF_INET && ip_is_fragment(ip_hdr(skb)))
		return refuse(ipn, sa, skb, &key, seq_lo,
			      IPSEC_REASON_FRAGMENT);
	if (!sa || sa->dir != IPSEC_DIR_IN)
		return refuse(ipn, NULL, skb, &key, seq_lo, IPSEC_REASON_NO_SA);
	process(sa, skb, family, uh, seq_lo, verified);
	return 0;
}

/**
 * ipsec_input() - process an AH or ESP packet that arrived for this host
 * @skb: skb->data at AH or ESP, reassembled; consumed if the result is 0
 * @family: AF_INET or AF_INET6
 * @proto: IPPROTO_AH or IPPROTO_ESP
 *
 * Context: softirq, rcu_read_lock held.
 * Return: 0, or -EINVAL when the packet is left, untouched, to the kernel's
 * own IPsec.
 */
int ipsec_input(struct sk_buff *skb, u8 family, u8 proto)
{
	return input(skb, family, proto, NULL);
}

/**
 * ipsec_input_udp() - the same for ESP in UDP (RFC 3948 3.3)
 * @skb: skb->data at ESP, the UDP header in front of it; consumed if the result
 *	is 0
 * @family: AF_INET or AF_INET6
 *
 * An SA around the datagram has been checked by itself, and is not part of the
 * same nest.
 *
 * Context: softirq, rcu_read_lock held.
 * Return: as ipsec_input().
 */
int ipsec_input_udp(struct sk_buff *skb, u8 family)
{
	struct udphdr uh = *(struct udphdr *)(skb->data - sizeof(uh));

	return input(skb, family, IPPROTO_ESP, &uh);
}

static bool is_local(struct net *net, const struct ipsec_sa_key *key)
{
	if (key->family == AF_INET)
		return __ip_dev_find(net, key->dst.a4, false);
	return ipv6_chk_addr(net, (const struct in6_addr *)&key->dst, NULL, 0);
}

/**
 * ipsec_input_early() - the same before it was routed
 * @ipn: namespace
 * @skb: data at the IP header, without options or extension headers, not a
 *	fragment; consumed if the result is true
 * @family: AF_INET or AF_INET6
 * @proto: IPPROTO_AH or IPPROTO_ESP
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: false when there is no SA in tunnel mode for it, or its destination is
 * no address of this host.
 */
bool ipsec_input_early(struct ipsec_net *ipn, struct sk_buff *skb, u8 family,
		       u8 proto)
{
	unsigned int hdr_len = skb_network_header_len(skb);
	struct ipsec_verified verified = {};
	struct ipsec_sa_key key;
	struct ipsec_sa *sa;
	u32 seq_lo;

	if (!pskb_may_pull(skb, hdr_len + fixed_len(proto)))
		return false;
	__skb_pull(skb, hdr_len);
	read_key(skb, family, proto, &key, &seq_lo);
	sa = ipsec_sad_lookup(ipn, &key);
	if (!sa || sa->dir != IPSEC_DIR_IN || sa->mode != IPSEC_MODE_TUNNEL ||
	    !is_local(ipn->net, &key)) {
		__skb_push(skb, hdr_len);
		return false;
	}
	process(sa, skb, family, NULL, seq_lo, verified);
	return true;
}

static enum ipsec_reason crypto_reason(const struct ipsec_packet *pkt, int err)
{
	if (!err && pkt->sa->key.proto == IPPROTO_AH)
		err = ipsec_ah_verify(pkt);
	switch (err) {
	case 0:
		return IPSEC_OK;
	case -EBADMSG:
		return IPSEC_REASON_ICV;
	case -EINVAL:
		return IPSEC_REASON_MALFORMED;
	}
	return IPSEC_REASON_CRYPTO;
}

/* Does the policy name the SAs, all of them or those behind a place where the
 * SPD has let the packet in before (RFC 4301 appendix E nests SAs in that way)?
 */
static bool names_sas(struct ipsec_packet *pkt,
		      const struct ipsec_policy *policy)
{
	const struct ipsec_verified *verified = &pkt->verified;
	struct ipsec_nest nest;
	unsigned int start;

	for (start = 0; start < verified->count; start++)
		if (verified->starts & BIT(start) &&
		    ipsec_verified_nest(verified, pkt->ipn, start, &nest) &&
		    ipsec_protect_names(policy, &nest))
			return true;
	return false;
}

static enum ipsec_reason check_names(struct ipsec_packet *pkt,
				     const struct ipsec_policy *policy)
{
	if (!policy)
		return pkt->sa->has_selector ? IPSEC_OK :
					       IPSEC_REASON_IN_NO_POLICY;
	if (names_sas(pkt, policy))
		return IPSEC_OK;
	if (policy->action == IPSEC_ACTION_PROTECT &&
	    (policy->protect_count > 1 || pkt->verified.count > 1))
		return IPSEC_REASON_IN_NEST;
	return IPSEC_REASON_IN_POLICY;
}

/* What the SPD says of these values. That it names the SA which the packet came
 * through, alone, is remembered with it.
 */
static enum ipsec_reason ask_spd(struct ipsec_packet *pkt,
				 const struct ipsec_flow *flow,
				 struct ipsec_policy **policy)
{
	bool is_alone = pkt->verified.count == 1;
	struct ipsec_decision *decision, asked;
	struct ipsec_flow_slot slot;
	enum ipsec_reason reason;

	decision = ipsec_flow_cache_find(pkt->ipn, IPSEC_DIR_IN, flow, &slot);
	if (unlikely(!decision)) {
		asked = ipsec_input_ask(pkt->ipn, flow);
		ipsec_flow_cache_add(&slot, flow, &asked);
		decision = &asked;
	}
	*policy = decision->policy;
	if (is_alone && decision->nest.count &&
	    decision->nest.sa[0] == pkt->sa)
		return IPSEC_OK;

	reason = check_names(pkt, *policy);
	if (!reason && *policy && is_alone) {
		asked = *decision;
		asked.nest.sa[0] = pkt->sa;
		asked.nest.count = 1;
		ipsec_flow_cache_add(&slot, flow, &asked);
	}
	return reason;
}

/* What is AH or ESP again and whole may be for us; then the policy of what is
 * inside decides, on all SAs (RFC 4301 5.2 step 3a).
 */
static bool is_nested(const struct ipsec_flow *flow)
{
	return (flow->proto == IPPROTO_ESP || flow->proto == IPPROTO_AH) &&
	       !flow->is_fragment;
}

/* RFC 4301 5.2 step 4. In transport mode the addresses of the SA are selectors
 * (4.4.2.1): a peer must not send in the name of another one that has an SA under
 * the same policy.
 */
static bool is_for_sa(const struct ipsec_sa *sa, const struct ipsec_flow *flow)
{
	if (sa->mode == IPSEC_MODE_TRANSPORT &&
	    memcmp(&sa->use.src, &flow->remote, sizeof(flow->remote)))
		return false;
	return !sa->has_selector || ipsec_selector_match(&sa->selector, flow);
}

/* Do the selectors of the SA and the SPD let in what has these values? */
static enum ipsec_reason check_flow(struct ipsec_packet *pkt,
				    const struct ipsec_flow *flow,
				    struct ipsec_policy **policy)
{
	if (!is_for_sa(pkt->sa, flow))
		return IPSEC_REASON_SA_SELECTOR;
	return ask_spd(pkt, flow, policy);
}

/* RFC 4301 6.2: an error that the SPD does not provide for may come from any
 * router behind the peer, if the packet that it is about has gone there by way
 * of this SA. Errors that it does provide for are not looked into, unless the
 * administrator says so. @reason is what check_flow() has said of the error.
 */
static enum ipsec_reason check_icmp(struct ipsec_packet *pkt,
				    const struct ipsec_flow *error,
				    enum ipsec_reason reason,
				    struct ipsec_policy **policy)
{
	u8 check = READ_ONCE(pkt->ipn->icmp.check);
	struct ipsec_flow flow;

	if (check == IPSEC_ICMP_CHECK_HEADER ||
	    (check == IPSEC_ICMP_CHECK_EITHER && !reason))
		return reason;
	if (ipsec_icmp_parse_return(pkt->skb, error, IPSEC_DIR_IN, &flow) &&
	    !check_flow(pkt, &flow, policy))
		return IPSEC_OK;
	return IPSEC_REASON_ICMP_PAYLOAD;
}

/* RFC 4301 5.2 step 4, and the check that the SPD asked for these SAs: mode,
 * protocol, endpoints and name, not only that some IPsec was there.
 */
static enum ipsec_reason check_policy(struct ipsec_packet *pkt)
{
	struct ipsec_verified *verified = &pkt->verified;
	struct ipsec_policy *policy = NULL;
	enum ipsec_reason reason;
	struct ipsec_flow flow;

	ipsec_verified_add(verified, pkt->sa);
	ipsec_flow_parse(pkt->skb, pkt->family, IPSEC_DIR_IN, &flow);
	if (unlikely(ipsec_flow_overlaps(&flow)))
		return IPSEC_REASON_FRAGMENT_OFFSET;
	ipsec_flow_set_dev(pkt->ipn, pkt->dev->ifindex, &flow);
	reason = check_flow(pkt, &flow, &policy);
	if (unlikely(flow.has_icmp) && ipsec_icmp_is_error(&flow))
		reason = check_icmp(pkt, &flow, reason, &policy);
	if (reason == IPSEC_REASON_SA_SELECTOR)
		return reason;

	verified->reason = IPSEC_OK;
	if (reason && is_nested(&flow)) {
		verified->reason = reason;
		return IPSEC_OK;
	}
	ipsec_spd_count(policy);
	if (!reason && verified->count < IPSEC_NEST_MAX)
		verified->starts |= BIT(verified->count);
	if (!reason && policy && unlikely(policy->mss))
		ipsec_mss_clamp_in(pkt->ipn, policy, &flow, pkt->skb);
	return reason;
}

/* RFC 4301 4.4.2.1 a: ESP encrypts from its payload to its trailer, AH
 * authenticates the packet.
 */
static enum ipsec_reason charge_lifetime(const struct ipsec_packet *pkt)
{
	const struct ipsec_layout *layout = &pkt->sa->layout;
	unsigned int len = pkt->skb->len;

	if (likely(!pkt->sa->lifetime))
		return IPSEC_OK;
	if (pkt->sa->key.proto == IPPROTO_ESP)
		len -= layout->hdr_len + layout->icv_len;
	else
		len += pkt->outer_len;
	return ipsec_lifetime_charge(pkt->sa->lifetime, len);
}

static enum ipsec_reason unwrap(struct ipsec_packet *pkt)
{
	struct ipsec_sa *sa = pkt->sa;
	enum ipsec_reason reason;

	if (sa->key.proto == IPPROTO_ESP) {
		reason = ipsec_esp_pull(pkt);
		if (reason)
			return reason;
	} else {
		ipsec_ah_pull(pkt);
	}
	/* RFC 4303 2.6 */
	if (pkt->nexthdr == IPPROTO_NONE)
		return IPSEC_REASON_DUMMY;

	pkt->skb->ip_summed = CHECKSUM_NONE;
	if (sa->mode == IPSEC_MODE_TUNNEL)
		return ipsec_tunnel_decap(pkt);
	ipsec_transport_restore(pkt);
	if (unlikely(sa->encap.dport))
		ipsec_checksum_restore(pkt);
	return IPSEC_OK;
}

/**
 * ipsec_input_resume() - the rest of inbound processing, after crypto
 * @pkt: skb->data at AH or ESP; consumed unless @err is -EINPROGRESS
 * @err: result of the cryptographic request
 *
 * Context: rcu_read_lock held, BH disabled; called by ipsec_input() or by the
 * completion of an asynchronous request.
 */
void ipsec_input_resume(struct ipsec_packet *pkt, int err)
{
	struct ipsec_sa *sa = pkt->sa;
	enum ipsec_reason reason;

	if (err == -EINPROGRESS)
		return;

	reason = crypto_reason(pkt, err);
	if (sa->is_esn && (!reason || reason == IPSEC_REASON_ICV))
		ipsec_resync_result(&sa->resync, !reason);
	if (!reason)
		reason = ipsec_sa_ended(sa);
	/* RFC 4303 3.4.3: only now, and again, because another copy of the
	 * packet may have been verified meanwhile.
	 */
	if (!reason && sa->replay_window)
		reason = replay_reason(ipsec_replay_advance(&sa->replay,
							    pkt->seq));
	if (!reason && unlikely(sa->encap.dport))
		ipsec_peer_note(pkt);
	if (!reason)
		reason = charge_lifetime(pkt) ?: unwrap(pkt);
	if (!reason) {
		ipsec_sa_charge(sa, pkt->skb->len);
		reason = check_policy(pkt);
	}
	if (reason) {
		ipsec_packet_drop(pkt, reason);
		return;
	}

	if (sa->mode == IPSEC_MODE_TUNNEL)
		ipsec_deliver_tunnel(pkt);
	else
		ipsec_deliver_transport(pkt);
}

/**
 * ipsec_input_marked() - may this packet of an SA of ours come in
 * @skb: the packet, ipsec_verified_is_marked()
 * @family: AF_INET or AF_INET6
 * @is_for_us: it is on its way to a protocol of this host
 *
 * The SPD has been asked before, and what it refused has come as far as this
 * only because it is AH or ESP: to their handlers, and nowhere else.
 *
 * Context: rcu_read_lock held.
 * Return: 0 or the reason to drop it.
 */
enum ipsec_reason ipsec_input_marked(const struct sk_buff *skb, u8 family,
				     bool is_for_us)
{
	struct ipsec_verified verified = ipsec_verified_get(skb);
	struct ipsec_flow flow;

	if (likely(!verified.reason))
		return IPSEC_OK;
	ipsec_flow_parse(skb, family, IPSEC_DIR_IN, &flow);
	return is_for_us && is_nested(&flow) ? IPSEC_OK : verified.reason;
}

/**
 * ipsec_input_sa() - the SA that a drop of an inbound packet is counted for
 * @ipn: namespace
 * @skb: the packet
 *
 * Context: rcu_read_lock held.
 * Return: the last that verified it, or NULL.
 */
struct ipsec_sa *ipsec_input_sa(struct ipsec_net *ipn, const struct sk_buff *skb)
{
	struct ipsec_verified verified;

	if (!ipsec_verified_is_marked(skb))
		return NULL;
	verified = ipsec_verified_get(skb);
	return ipsec_sad_find_id(ipn, verified.sa[verified.count - 1]);
}

/**
 * ipsec_input_ask() - ask the SPD about a packet that came in without IPsec
 * @ipn: namespace
 * @flow: its selector values
 *
 * Context: rcu_read_lock held.
 * Return: what to do with it; without SAs.
 */
struct ipsec_decision ipsec_input_ask(struct ipsec_net *ipn,
				      const struct ipsec_flow *flow)
{
	struct ipsec_policy *policy = ipsec_spd_lookup(ipn, IPSEC_DIR_IN, flow);
	struct ipsec_decision decision = { .policy = policy };

	if (!policy) {
		decision.action = READ_ONCE(ipn->spd.default_action[IPSEC_DIR_IN - 1]);
		if (decision.action == IPSEC_ACTION_DISCARD)
			decision.reason = IPSEC_REASON_IN_DEFAULT;
		return decision;
	}
	decision.action = policy->action;
	if (policy->action == IPSEC_ACTION_PROTECT)
		decision.reason = IPSEC_REASON_IN_CLEAR;
	if (policy->action == IPSEC_ACTION_DISCARD)
		decision.reason = IPSEC_REASON_IN_DISCARD;
	return decision;
}

/* Without options or extension headers in front; what has any is parsed. */
static bool is_ipsec(const struct sk_buff *skb, u8 family)
{
	u8 proto = family == AF_INET ? ip_hdr(skb)->protocol :
				       ipv6_hdr(skb)->nexthdr;

	return proto == IPPROTO_ESP || proto == IPPROTO_AH;
}

/**
 * ipsec_input_clear() - may this packet come in without IPsec
 * @ipn: namespace
 * @skb: the packet, its IP header at the network header, routed
 * @family: AF_INET or AF_INET6
 * @is_for_us: it is on its way to a socket or protocol of this host
 *
 * Context: rcu_read_lock held, BH disabled.
 * Return: 0 or the reason to drop it.
 */
enum ipsec_reason ipsec_input_clear(struct ipsec_net *ipn,
				    const struct sk_buff *skb, u8 family,
				    bool is_for_us)
{
	struct ipsec_decision decision, *cached;
	struct ipsec_flow_slot slot;
	struct ipsec_flow flow;

	/* AH and ESP for this host, in UDP as well, are looked at by
	 * ipsec_input(), or by the kernel's own IPsec, and what comes out of
	 * them again by us.
	 */
	if (is_for_us && is_ipsec(skb, family))
		return IPSEC_OK;
	ipsec_flow_parse(skb, family, IPSEC_DIR_IN, &flow);
	if (ipsec_flow_is_nd(skb, &flow))
		return IPSEC_OK;
	if (is_for_us &&
	    (flow.proto == IPPROTO_ESP || flow.proto == IPPROTO_AH))
		return IPSEC_OK;
	if (is_for_us && ipsec_encap_port_takes(ipn, skb, &flow))
		return IPSEC_OK;

	ipsec_flow_undo_nat(skb, &flow);
	ipsec_flow_set_dev(ipn, skb->dev->ifindex, &flow);
	cached = ipsec_flow_cache_find(ipn, IPSEC_DIR_IN, &flow, &slot);
	if (unlikely(!cached)) {
		decision = ipsec_input_ask(ipn, &flow);
		ipsec_flow_cache_add(&slot, &flow, &decision);
		cached = &decision;
	}
	ipsec_spd_count(cached->policy);
	return cached->reason;
}
