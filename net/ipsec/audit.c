// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Auditable events (RFC 4303 4, RFC 4302 4, RFC 4301 5.2)
 *
 * Where a packet is dropped for a reason that the RFCs call auditable, what they
 * want recorded is read from the packet and goes to who listens to the group
 * "audit" of our family, and to the audit log of the kernel.
 *
 * Whoever sends bad packets must not fill a log, nor cost more than the drop: if
 * nobody wants to know nothing is read, and of each kind a namespace tells only
 * so many per second, and with the next one how many it did not tell.
 */
#include "audit.h"

#include <linux/audit.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/timekeeping.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "alg.h"
#include "flow.h"
#include "netlink_audit.h"
#include "netlink_gen.h"
#include "netns.h"
#include "packet.h"
#include "rate.h"
#include "sa.h"

static const char *const names[IPSEC_AUDIT_MAX + 1] = {
	[IPSEC_AUDIT_NO_SA] = "no-sa",
	[IPSEC_AUDIT_FRAGMENT] = "fragment",
	[IPSEC_AUDIT_SEQ_OVERFLOW] = "seq-overflow",
	[IPSEC_AUDIT_REPLAY] = "replay",
	[IPSEC_AUDIT_ICV] = "icv",
	[IPSEC_AUDIT_SELECTOR] = "selector",
	[IPSEC_AUDIT_NO_PROTECTION] = "no-protection",
};

static u8 event_of(enum ipsec_reason reason)
{
	switch (reason) {
	case IPSEC_REASON_NO_SA:
		return IPSEC_AUDIT_NO_SA;
	case IPSEC_REASON_FRAGMENT:
		return IPSEC_AUDIT_FRAGMENT;
	case IPSEC_REASON_SEQ_OVERFLOW:
		return IPSEC_AUDIT_SEQ_OVERFLOW;
	case IPSEC_REASON_REPLAY:
	case IPSEC_REASON_REPLAY_OLD:
		return IPSEC_AUDIT_REPLAY;
	case IPSEC_REASON_ICV:
		return IPSEC_AUDIT_ICV;
	case IPSEC_REASON_SA_SELECTOR:
	case IPSEC_REASON_IN_POLICY:
	case IPSEC_REASON_IN_NO_POLICY:
	case IPSEC_REASON_IN_NEST:
		return IPSEC_AUDIT_SELECTOR;
	default:
		return 0;
	}
}

static bool is_logged(const struct ipsec_net *ipn)
{
	return READ_ONCE(ipn->audit.is_logged) && audit_enabled;
}

static bool is_told(const struct ipsec_net *ipn)
{
	return READ_ONCE(ipn->audit.is_told) && ipsec_nl_audit_is_heard(ipn);
}

/* Whether the event is to be told; begins it then. */
static bool begin(struct ipsec_net *ipn, u8 which,
		  struct ipsec_audit_event *event)
{
	struct ipsec_audit_kind *kind = &ipn->audit.kinds[which];

	if (!is_logged(ipn) && !is_told(ipn))
		return false;
	if (!ipsec_rate_take(&kind->until, ktime_get_coarse_boottime())) {
		atomic_long_inc(&kind->suppressed);
		return false;
	}
	memset(event, 0, sizeof(*event));
	event->event = which;
	event->time = ktime_get_real_ns();
	event->suppressed = atomic_long_xchg(&kind->suppressed, 0);
	return true;
}

static void log_packet(struct audit_buffer *ab,
		       const struct ipsec_audit_event *event)
{
	const struct ipsec_flow *flow = &event->flow;

	audit_log_format(ab, " sa_dst=");
	if (event->sa->key.family == AF_INET)
		audit_log_format(ab, "%pI4", &event->sa->key.dst.a4);
	else
		audit_log_format(ab, "%pI6c", &event->sa->key.dst);
	audit_log_format(ab, " next=%u", flow->proto);
	if (flow->has_ports)
		audit_log_format(ab, " lport=%u rport=%u", flow->local_port,
				 flow->remote_port);
	if (flow->has_icmp)
		audit_log_format(ab, " icmp_type=%u icmp_code=%u",
				 flow->icmp_type, flow->icmp_code);
	audit_log_format(ab, " sa_selector=%u", event->sa->has_selector);
}

/* The date is in front of every record. */
static void log_event(const struct ipsec_net *ipn,
		      const struct ipsec_audit_event *event)
{
	struct audit_buffer *ab;

	ab = audit_log_start(NULL, gfp_any(), AUDIT_MAC_IPSEC_EVENT);
	if (!ab)
		return;
	audit_log_format(ab, "op=ipsec-%s netns=%u proto=%s spi=0x%08x",
			 names[event->event], ipn->net->ns.inum,
			 event->proto == IPPROTO_ESP ? "esp" : "ah",
			 ntohl(event->spi));
	if (event->family == AF_INET)
		audit_log_format(ab, " src=%pI4 dst=%pI4", &event->src.a4,
				 &event->dst.a4);
	else
		audit_log_format(ab, " src=%pI6c dst=%pI6c", &event->src,
				 &event->dst);
	if (event->has_seq)
		audit_log_format(ab, " seqno=%llu", event->seq);
	if (event->has_label)
		audit_log_format(ab, " flowlbl=0x%05x", event->label);
	if (event->reason)
		audit_log_format(ab, " reason=%s",
				 ipsec_reason_names[event->reason]);
	if (event->sa)
		log_packet(ab, event);
	audit_log_format(ab, " suppressed=%llu", event->suppressed);
	audit_log_end(ab);
}

static void tell(struct ipsec_net *ipn, const struct ipsec_audit_event *event)
{
	if (is_logged(ipn))
		log_event(ipn, event);
	if (is_told(ipn))
		ipsec_nl_audit(ipn, event);
}

static void read_label(struct ipsec_audit_event *event,
		       const struct ipv6hdr *ip6h)
{
	event->has_label = true;
	event->label = ntohl(ip6_flowlabel(ip6h));
}

/* The IP header at the network header. */
static void read_header(struct ipsec_audit_event *event,
			const struct sk_buff *skb, u8 family)
{
	event->family = family;
	if (family == AF_INET) {
		event->src.a4 = ip_hdr(skb)->saddr;
		event->dst.a4 = ip_hdr(skb)->daddr;
		return;
	}
	memcpy(&event->src, &ipv6_hdr(skb)->saddr, sizeof(event->src));
	memcpy(&event->dst, &ipv6_hdr(skb)->daddr, sizeof(event->dst));
	read_label(event, ipv6_hdr(skb));
}

static void set_seq(struct ipsec_audit_event *event, u64 seq)
{
	event->has_seq = true;
	event->seq = seq;
}

/**
 * ipsec_audit_arrived() - an AH or ESP packet that gets no further than its SPI
 * @ipn: namespace
 * @skb: the packet, its IP header at the network header
 * @key: what it asks for
 * @seq_lo: sequence number in the packet
 * @reason: why it is dropped
 *
 * Context: softirq.
 */
void ipsec_audit_arrived(struct ipsec_net *ipn, const struct sk_buff *skb,
			 const struct ipsec_sa_key *key, u32 seq_lo,
			 enum ipsec_reason reason)
{
	struct ipsec_audit_event event;

	if (!begin(ipn, event_of(reason), &event))
		return;
	event.reason = reason;
	event.proto = key->proto;
	event.spi = key->spi;
	set_seq(&event, seq_lo);
	read_header(&event, skb, key->family);
	tell(ipn, &event);
}

static void name_sa(struct ipsec_audit_event *event, const struct ipsec_sa *sa)
{
	event->proto = sa->key.proto;
	event->spi = sa->key.spi;
}

/* What was inside, and what should have been. */
static void read_inner(struct ipsec_audit_event *event,
		       const struct ipsec_sa *sa, const struct sk_buff *skb,
		       u8 family)
{
	name_sa(event, sa);
	read_header(event, skb, family);
	event->sa = sa;
	ipsec_flow_parse(skb, family, IPSEC_DIR_IN, &event->flow);
}

static void read_outbound(struct ipsec_audit_event *event,
			  const struct ipsec_packet *pkt)
{
	const struct ipsec_sa *sa = pkt->sa;
	struct sk_buff *skb = pkt->skb;

	name_sa(event, sa);
	event->family = sa->key.family;
	event->src = sa->use.src;
	event->dst = sa->use.dst;
	set_seq(event, sa->last_seq);
	/* A dummy has no header yet. */
	if (pkt->nexthdr != IPPROTO_NONE && ip_hdr(skb)->version == 6)
		read_label(event, ipv6_hdr(skb));
}

/**
 * ipsec_audit_packet() - a packet that is inside an SA is dropped
 * @pkt: the packet; the network header is what is in front of AH or ESP until
 *	they are off, then that of what was inside
 * @reason: why
 *
 * Context: as for the packet.
 */
void ipsec_audit_packet(const struct ipsec_packet *pkt,
			enum ipsec_reason reason)
{
	u8 which = event_of(reason);
	struct ipsec_audit_event event;

	if (likely(!which) || !begin(pkt->ipn, which, &event))
		return;
	event.reason = reason;
	switch (which) {
	case IPSEC_AUDIT_SEQ_OVERFLOW:
		read_outbound(&event, pkt);
		break;
	case IPSEC_AUDIT_SELECTOR:
		read_inner(&event, pkt->sa, pkt->skb, pkt->family);
		set_seq(&event, pkt->seq);
		break;
	default:
		name_sa(&event, pkt->sa);
		read_header(&event, pkt->skb, pkt->family);
		set_seq(&event, (u32)pkt->seq);
		break;
	}
	tell(pkt->ipn, &event);
}

/**
 * ipsec_audit_verified() - a packet that has left an SA is dropped all the same
 * @ipn: namespace
 * @sa: the last SA that verified it
 * @skb: the packet, its IP header at the network header
 * @family: AF_INET or AF_INET6
 * @reason: why
 *
 * Context: softirq.
 */
void ipsec_audit_verified(struct ipsec_net *ipn, const struct ipsec_sa *sa,
			  const struct sk_buff *skb, u8 family,
			  enum ipsec_reason reason)
{
	u8 which = event_of(reason);
	struct ipsec_audit_event event;

	if (!which || !begin(ipn, which, &event))
		return;
	event.reason = reason;
	read_inner(&event, sa, skb, family);
	tell(ipn, &event);
}

/**
 * ipsec_audit_params() - an SA is refused
 * @ipn: namespace
 * @params: what the user says; told if that is no protection at all (RFC 4303
 *	3.2, RFC 4301 4.2)
 *
 * Context: process.
 */
void ipsec_audit_params(struct ipsec_net *ipn,
			const struct ipsec_sa_params *params)
{
	const struct ipsec_alg *enc = params->enc;
	struct ipsec_audit_event event;

	if (!enc || params->auth || enc->kind != IPSEC_ALG_ENC ||
	    enc->key_lens[0])
		return;
	if (!begin(ipn, IPSEC_AUDIT_NO_PROTECTION, &event))
		return;
	event.proto = params->key.proto;
	event.spi = params->key.spi;
	event.family = params->key.family;
	event.src = params->src;
	event.dst = params->key.dst;
	tell(ipn, &event);
}

/**
 * ipsec_audit_may_log() - may a namespace write to the audit log
 * @net: the namespace
 *
 * There is one log: users who are root only in a namespace of their own have no
 * say in what is in it.
 *
 * Return: whether it belongs to the initial user namespace.
 */
bool ipsec_audit_may_log(const struct net *net)
{
	return net->user_ns == &init_user_ns;
}

/**
 * ipsec_audit_init() - auditing is on in a new namespace
 * @ipn: the namespace, zeroed
 */
void ipsec_audit_init(struct ipsec_net *ipn)
{
	ipn->audit.is_told = true;
	ipn->audit.is_logged = ipsec_audit_may_log(ipn->net);
}
