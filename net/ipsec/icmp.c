// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: ICMP errors (RFC 4301 section 6)
 *
 * An error is about a packet that went the other way, and a host acts on the
 * header of that packet, which the error carries. So there are two headers to
 * ask the SPD about. ipsec_icmp_parse_return() reads the second one, reversed:
 * the selector values of the return traffic of the packet, which must travel
 * in the SA that the error travels in.
 *
 * ipsec_icmp_return_policy() is for the sender, ipsec_input() uses the former
 * for the receiver. ipsec_icmp_accept() keeps kinds of errors from this host
 * (6.1), ipsec_icmp_answer() sends errors about what is discarded (5.1.1).
 */
#include "icmp.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <net/icmp.h>
#include <net/ndisc.h>

#include "drop.h"
#include "flow.h"
#include "netns.h"
#include "spd.h"
#include "verified.h"

/**
 * ipsec_icmp_init() - what holds until something else is set
 * @icmp: settings of a new namespace
 */
void ipsec_icmp_init(struct ipsec_icmp *icmp)
{
	icmp->clear = IPSEC_ICMP_ALL;
	icmp->sa = IPSEC_ICMP_ALL;
	icmp->check = IPSEC_ICMP_CHECK_EITHER;
	icmp->has_return_sa = true;
}

static int kind4(const struct ipsec_flow *flow)
{
	switch (flow->icmp_type) {
	case ICMP_DEST_UNREACH:
		return flow->icmp_code == ICMP_FRAG_NEEDED ?
		       IPSEC_ICMP_ERROR_TOO_BIG : IPSEC_ICMP_ERROR_UNREACHABLE;
	case ICMP_SOURCE_QUENCH:
		return IPSEC_ICMP_ERROR_SOURCE_QUENCH;
	case ICMP_REDIRECT:
		return IPSEC_ICMP_ERROR_REDIRECT;
	case ICMP_TIME_EXCEEDED:
		return IPSEC_ICMP_ERROR_TIME_EXCEEDED;
	case ICMP_PARAMETERPROB:
		return IPSEC_ICMP_ERROR_PARAMETER_PROBLEM;
	}
	return -1;
}

/* RFC 4443 2.1: types below 128 are errors, known or not. */
static int kind6(const struct ipsec_flow *flow)
{
	switch (flow->icmp_type) {
	case ICMPV6_DEST_UNREACH:
		return IPSEC_ICMP_ERROR_UNREACHABLE;
	case ICMPV6_PKT_TOOBIG:
		return IPSEC_ICMP_ERROR_TOO_BIG;
	case ICMPV6_TIME_EXCEED:
		return IPSEC_ICMP_ERROR_TIME_EXCEEDED;
	case ICMPV6_PARAMPROB:
		return IPSEC_ICMP_ERROR_PARAMETER_PROBLEM;
	case NDISC_REDIRECT:
		return IPSEC_ICMP_ERROR_REDIRECT;
	}
	return flow->icmp_type & ICMPV6_INFOMSG_MASK ? -1 :
						       IPSEC_ICMP_ERROR_OTHER;
}

/* enum ipsec_icmp_error, -1 for everything else. */
static int kind_of(const struct ipsec_flow *flow)
{
	if (!flow->has_icmp)
		return -1;
	if (flow->family == AF_INET)
		return flow->proto == IPPROTO_ICMP ? kind4(flow) : -1;
	return flow->proto == IPPROTO_ICMPV6 ? kind6(flow) : -1;
}

/**
 * ipsec_icmp_is_error() - is this an ICMP error that carries a packet
 * @flow: selector values of a packet
 *
 * Context: any.
 * Return: true if it is. An ICMPv6 redirect is none: it has another format, and
 * never leaves its link.
 */
bool ipsec_icmp_is_error(const struct ipsec_flow *flow)
{
	int kind = kind_of(flow);

	return kind >= 0 && (flow->family == AF_INET ||
			     kind != IPSEC_ICMP_ERROR_REDIRECT);
}

/* What answers an echo request is an echo reply; other types have no such pair
 * that could be met in an error.
 */
static void reverse_echo(struct ipsec_flow *flow)
{
	if (!flow->has_icmp)
		return;
	if (flow->proto == IPPROTO_ICMP && flow->icmp_type == ICMP_ECHO)
		flow->icmp_type = ICMP_ECHOREPLY;
	else if (flow->proto == IPPROTO_ICMPV6 &&
		 flow->icmp_type == ICMPV6_ECHO_REQUEST)
		flow->icmp_type = ICMPV6_ECHO_REPLY;
}

/**
 * ipsec_icmp_parse_return() - return traffic of the packet an error is about
 * @skb: the error; its IP header at the network header, in the linear part
 * @error: its own selector values, ipsec_icmp_is_error()
 * @dir: its direction
 * @flow: filled with the selector values of the return traffic
 *
 * RFC 4301 6.2. The packet went the other way, so its local side is that of the
 * return traffic as well: source and destination, addresses and ports, come out
 * reversed by themselves. An error goes to the source of the packet that it is
 * about (RFC 1812 4.3.2, RFC 4443 2.4); one that does not is a lie, and would be
 * a way to hosts that the SA does not lead to.
 *
 * Context: any.
 * Return: false when the error carries no such packet.
 */
bool ipsec_icmp_parse_return(const struct sk_buff *skb,
			     const struct ipsec_flow *error, enum ipsec_dir dir,
			     struct ipsec_flow *flow)
{
	enum ipsec_dir reverse = dir == IPSEC_DIR_IN ? IPSEC_DIR_OUT :
						       IPSEC_DIR_IN;
	const union ipsec_addr *to, *from;

	if (!ipsec_flow_parse_payload(skb, error->family, reverse, flow))
		return false;
	flow->dev = error->dev;
	to = dir == IPSEC_DIR_IN ? &error->local : &error->remote;
	from = dir == IPSEC_DIR_IN ? &flow->local : &flow->remote;
	if (memcmp(to, from, sizeof(*to)))
		return false;
	reverse_echo(flow);
	return true;
}

/**
 * ipsec_icmp_return_policy() - policy for an outbound error that has none
 * @ipn: namespace
 * @skb: the packet; its IP header at the network header, in the linear part
 * @flow: its selector values; replaced by those of the return traffic when
 *	their policy is the one to be used
 *
 * RFC 4301 6.2: an error that no SPD entry provides for goes through the SA of
 * the return traffic of the packet that it is about. A transport mode SA
 * carries what comes from its own end only.
 *
 * Context: rcu_read_lock held.
 * Return: a PROTECT policy or NULL.
 */
struct ipsec_policy *ipsec_icmp_return_policy(struct ipsec_net *ipn,
					      const struct sk_buff *skb,
					      struct ipsec_flow *flow)
{
	struct ipsec_flow reversed;
	struct ipsec_policy *policy;

	if (!READ_ONCE(ipn->icmp.has_return_sa) || !ipsec_icmp_is_error(flow) ||
	    !ipsec_icmp_parse_return(skb, flow, IPSEC_DIR_OUT, &reversed))
		return NULL;
	policy = ipsec_spd_lookup(ipn, IPSEC_DIR_OUT, &reversed);
	if (!policy || policy->action != IPSEC_ACTION_PROTECT)
		return NULL;
	if (policy->protect[0].mode == IPSEC_MODE_TRANSPORT &&
	    memcmp(&reversed.local, &flow->local, sizeof(flow->local)))
		return NULL;
	reversed.is_fragment = flow->is_fragment;
	*flow = reversed;
	return policy;
}

/**
 * ipsec_icmp_accept() - does this host want this kind of ICMP error
 * @ipn: namespace
 * @skb: a packet for this host that the SPD has let in
 * @family: AF_INET or AF_INET6
 *
 * RFC 4301 6.1.1, 6.1.2: nobody has authenticated what came in clear, and what
 * came through an SA may be from a host behind the peer that is not to be
 * trusted. Policies say from where errors are accepted, this says which.
 *
 * Context: rcu_read_lock held.
 * Return: 0 or IPSEC_REASON_ICMP_REFUSED.
 */
enum ipsec_reason ipsec_icmp_accept(const struct ipsec_net *ipn,
				    const struct sk_buff *skb, u8 family)
{
	u32 clear = READ_ONCE(ipn->icmp.clear), sa = READ_ONCE(ipn->icmp.sa);
	struct ipsec_flow flow;
	int kind;

	if (likely((clear & sa) == IPSEC_ICMP_ALL))
		return IPSEC_OK;
	ipsec_flow_parse(skb, family, IPSEC_DIR_IN, &flow);
	kind = kind_of(&flow);
	if (kind < 0)
		return IPSEC_OK;
	return (ipsec_verified_is_marked(skb) ? sa : clear) & BIT(kind) ?
	       IPSEC_OK : IPSEC_REASON_ICMP_REFUSED;
}

/**
 * ipsec_icmp_answer() - tell the sender that its packet is discarded
 * @ipn: namespace
 * @skb: a packet that would have been forwarded, with its route; stays the
 *	caller's
 * @family: AF_INET or AF_INET6
 * @reason: why it is discarded
 *
 * RFC 4301 5.1.1: administratively prohibited when the SPD says DISCARD,
 * unreachable when the peer cannot be reached. Whoever answers can be used to
 * send packets to a forged source, so it has to be asked for; the kernel limits
 * the rate, and answers neither errors nor multicast.
 *
 * Context: rcu_read_lock held, BH disabled or not.
 */
void ipsec_icmp_answer(const struct ipsec_net *ipn, struct sk_buff *skb,
		       u8 family, enum ipsec_reason reason)
{
	bool is_prohibited = reason == IPSEC_REASON_OUT_DISCARD ||
			     reason == IPSEC_REASON_OUT_DEFAULT;

	if (!READ_ONCE(ipn->icmp.has_answer))
		return;
	if (!is_prohibited && reason != IPSEC_REASON_OUT_NO_SA &&
	    reason != IPSEC_REASON_NO_ROUTE)
		return;
	if (family == AF_INET)
		icmp_send(skb, ICMP_DEST_UNREACH, is_prohibited ?
			  ICMP_PKT_FILTERED : ICMP_HOST_UNREACH, 0);
	else
		icmpv6_send(skb, ICMPV6_DEST_UNREACH, is_prohibited ?
			    ICMPV6_ADM_PROHIBITED : ICMPV6_ADDR_UNREACH, 0);
}
