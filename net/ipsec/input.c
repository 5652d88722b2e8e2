// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Inbound processing (RFC 4301 5.2)
 *
 * ipsec_input() is called for every AH and ESP packet of this host:
 *
 *  1. reads the SPI and the sequence number
 *  2. finds the SA by {SPI, destination, protocol}
 *  3. asks the anti-replay window, without moving it
 *  4. checks the lengths, makes the buffer ours
 *  5. verifies and decrypts: the rest is ipsec_input_resume()
 *  6. moves the anti-replay window
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

#include <linux/ip.h>
#include <linux/netdevice.h>
#include <net/ah.h>
#include <net/esp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "ah.h"
#include "deliver.h"
#include "drop.h"
#include "esp.h"
#include "flow.h"
#include "netns.h"
#include "packet.h"
#include "replay.h"
#include "sa.h"
#include "sad.h"
#include "spd.h"
#include "transport.h"
#include "tunnel.h"

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
static int no_sa(struct ipsec_net *ipn, struct sk_buff *skb)
{
	if (ipn->net->xfrm.state_num) {
		ipsec_drop_count(ipn, NULL, IPSEC_REASON_NOT_OURS, skb);
		return -EINVAL;
	}
	ipsec_drop(ipn, NULL, IPSEC_REASON_NO_SA, skb);
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

	if (sa->replay) {
		reason = replay_reason(ipsec_replay_check(sa->replay,
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
	unsigned int need = proto == IPPROTO_ESP ? sizeof(struct ip_esp_hdr) :
						   sizeof(struct ip_auth_hdr);
	struct ipsec_net *ipn = ipsec_netns(dev_net(skb->dev));
	enum ipsec_reason reason;
	struct ipsec_packet *pkt;
	struct ipsec_sa_key key;
	struct ipsec_sa *sa;
	u32 seq_lo;

	if (!READ_ONCE(ipn->active) ||
	    (!READ_ONCE(ipn->sad.count) && !READ_ONCE(ipn->spd.count)))
		return -EINVAL;
	if (!pskb_may_pull(skb, need)) {
		ipsec_drop(ipn, NULL, IPSEC_REASON_MALFORMED, skb);
		return 0;
	}

	read_key(skb, family, proto, &key, &seq_lo);
	sa = ipsec_sad_lookup(ipn, &key);
	if (!sa || sa->dir != IPSEC_DIR_IN)
		return no_sa(ipn, skb);
	/* RFC 4303 3.4.1: what is still a fragment was not reassembled. */
	if (family == AF_INET && ip_is_fragment(ip_hdr(skb))) {
		ipsec_drop(ipn, sa, IPSEC_REASON_FRAGMENT, skb);
		return 0;
	}

	pkt = ipsec_packet_new(sa, skb, family, -skb_network_offset(skb));
	if (!pkt) {
		ipsec_drop(ipn, sa, IPSEC_REASON_NO_MEMORY, skb);
		return 0;
	}
	pkt->seq = seq_lo;
	pkt->prevhdr = prevhdr_offset(skb, family);
	pkt->dev = skb->dev;
	dev_hold(pkt->dev);

	reason = prepare(pkt);
	if (reason) {
		ipsec_packet_drop(pkt, reason);
		return 0;
	}

	/* The route and the conntrack entry are those of the outer packet. */
	skb_dst_drop(skb);
	nf_reset_ct(skb);
	if (proto == IPPROTO_ESP)
		ipsec_input_resume(pkt, ipsec_esp_input(pkt));
	else
		ipsec_input_resume(pkt, ipsec_ah_input(pkt));
	return 0;
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

/* RFC 4301 5.2 step 4, and the check that the SPD asked for this SA: mode,
 * protocol, endpoints and name, not only that some IPsec was there.
 */
static enum ipsec_reason check_policy(const struct ipsec_packet *pkt)
{
	const struct ipsec_sa *sa = pkt->sa;
	struct ipsec_policy *policy;
	struct ipsec_flow flow;

	ipsec_flow_parse(pkt->skb, pkt->family, IPSEC_DIR_IN, &flow);
	if (sa->has_selector && !ipsec_selector_match(&sa->selector, &flow))
		return IPSEC_REASON_SA_SELECTOR;

	policy = ipsec_spd_lookup(pkt->ipn, IPSEC_DIR_IN, &flow);
	if (!policy)
		return sa->has_selector ? IPSEC_OK : IPSEC_REASON_IN_NO_POLICY;
	atomic_long_inc(&policy->packets);
	if (policy->action != IPSEC_ACTION_PROTECT ||
	    !ipsec_spd_names_sa(policy, sa))
		return IPSEC_REASON_IN_POLICY;
	return IPSEC_OK;
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
	if (!reason && unlikely(READ_ONCE(sa->dead)))
		reason = IPSEC_REASON_DEAD;
	/* RFC 4303 3.4.3: only now, and again, because another copy of the
	 * packet may have been verified meanwhile.
	 */
	if (!reason && sa->replay)
		reason = replay_reason(ipsec_replay_advance(sa->replay,
							    pkt->seq));
	if (!reason)
		reason = unwrap(pkt);
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
 * ipsec_input_clear() - may this packet come in without IPsec
 * @ipn: namespace
 * @skb: the packet, its IP header at the network header, routed
 * @family: AF_INET or AF_INET6
 * @is_for_us: it is on its way to a socket or protocol of this host
 *
 * Context: rcu_read_lock held.
 * Return: 0 or the reason to drop it.
 */
enum ipsec_reason ipsec_input_clear(struct ipsec_net *ipn,
				    const struct sk_buff *skb, u8 family,
				    bool is_for_us)
{
	struct ipsec_policy *policy;
	struct ipsec_flow flow;

	ipsec_flow_parse(skb, family, IPSEC_DIR_IN, &flow);
	if (ipsec_flow_is_nd(skb, &flow))
		return IPSEC_OK;
	/* AH and ESP for this host are looked at by ipsec_input(), or by the
	 * kernel's own IPsec, and what comes out of them again by us.
	 */
	if (is_for_us &&
	    (flow.proto == IPPROTO_ESP || flow.proto == IPPROTO_AH))
		return IPSEC_OK;

	ipsec_flow_undo_nat(skb, &flow);
	policy = ipsec_spd_lookup(ipn, IPSEC_DIR_IN, &flow);
	if (!policy) {
		if (READ_ONCE(ipn->spd.default_action[IPSEC_DIR_IN - 1]) ==
		    IPSEC_ACTION_DISCARD)
			return IPSEC_REASON_IN_DEFAULT;
		return IPSEC_OK;
	}

	atomic_long_inc(&policy->packets);
	if (policy->action == IPSEC_ACTION_PROTECT)
		return IPSEC_REASON_IN_CLEAR;
	if (policy->action == IPSEC_ACTION_DISCARD)
		return IPSEC_REASON_IN_DISCARD;
	return IPSEC_OK;
}
