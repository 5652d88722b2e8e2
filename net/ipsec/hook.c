// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: The border to the IP stack
 *
 * Everything that the stack calls for a packet is in this file, in steer.c and
 * in device.c.
 *
 * ============ ============ ==================================================
 * hook         priority     what
 * ============ ============ ==================================================
 * PRE_ROUTING  first        puts fragments together
 * PRE_ROUTING  last         the shortcut, if it was asked for (shortcut.c);
 *                           keeps the kernel's own IPsec off verified packets
 * LOCAL_IN     first        clear packets: puts fragments together that may hold
 *                           ESP in UDP; IN policy
 * FORWARD      first        clear packets: IN policy; then OUT policy, steering
 * FORWARD      last         takes the mark of a verified packet off
 * LOCAL_IN     last         the same
 * LOCAL_OUT    last         OUT policy, steering
 * POST_ROUTING all but last OUT policy once more for what was not steered: NAT
 *                           may have rewritten it, a policy may have arrived
 *                           while it was queued
 * ============ ============ ==================================================
 *
 * FORWARD steers before any filter chain, because a flowtable rule would
 * remember the unsteered route and the rest of the flow would leave in clear.
 *
 * Those that serve the mark of a verified packet stay as long as ipsec0, since a
 * packet that carries it may wait anywhere in the stack. The others decide, and
 * are there only while there is something to decide.
 */
#include "hook.h"

#include <linux/icmpv6.h>
#include <linux/inetdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/l3mdev.h>
#include <net/xfrm.h>

#include "acquire.h"
#include "defrag.h"
#include "device.h"
#include "drop.h"
#include "emit.h"
#include "flow.h"
#include "icmp.h"
#include "input.h"
#include "netns.h"
#include "output.h"
#include "pmtu.h"
#include "sa.h"
#include "shortcut.h"
#include "steer.h"
#include "verified.h"

/* Ahead of esp4 and friends (0), xfrm_interface (10) and ip_vti (100). */
#define HANDLER_PRIORITY 1000

/* The packet is gone; the sender hears an error. */
#define STOLEN(err) (((err) << NF_VERDICT_QBITS) | NF_STOLEN)

static u8 family_of(const struct nf_hook_state *state)
{
	return state->pf == NFPROTO_IPV4 ? AF_INET : AF_INET6;
}

static unsigned int drop_out(struct ipsec_net *ipn,
			     const struct ipsec_decision *decision,
			     struct sk_buff *skb)
{
	enum ipsec_reason reason = decision->reason;

	ipsec_output_count(decision);
	ipsec_drop(ipn, ipsec_output_sa(decision), reason, skb);
	if (reason == IPSEC_REASON_TOO_BIG)
		return STOLEN(EMSGSIZE);
	return reason == IPSEC_REASON_NO_ROUTE ? STOLEN(EHOSTUNREACH) :
						 STOLEN(EPERM);
}

static unsigned int drop_in(struct ipsec_net *ipn, enum ipsec_reason reason,
			    struct sk_buff *skb, u8 family)
{
	struct ipsec_sa *sa = ipsec_input_sa(ipn, skb);

	if (sa)
		ipsec_audit_verified(ipn, sa, skb, family, reason);
	ipsec_drop(ipn, sa, reason, skb);
	return NF_STOLEN;
}

/* Bridged, and only shown to us by br_netfilter, which notes the port it will
 * leave by before. A packet that came in by a bridge port and that the IP layer
 * forwards has bridge information as well, but is for the SPD.
 */
static bool is_bridged(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	return nf_bridge_get_physoutdev(skb);
#else
	return false;
#endif
}

/* Packets that never consult the SPD: what stays inside the host, what is
 * bridged and only shown to us, what a VRF device will send through IP output
 * again, what is on its way to us already, and what we have sent ourselves.
 * Where it goes is what its route says: a rule in LOCAL_OUT may have routed it
 * anew, and state->out is from before.
 */
static bool is_exempt_out(struct ipsec_net *ipn, const struct sk_buff *skb,
			  const struct nf_hook_state *state)
{
	if (netif_is_l3_master(state->out) || !skb_dst(skb))
		return true;
	return skb_dst(skb)->dev->flags & IFF_LOOPBACK || is_bridged(skb) ||
	       ipsec_steer_is_done(ipn, skb) ||
	       ipsec_emit_is_ours(skb, family_of(state));
}

/* @oif: where the packet would have gone; output needs it for the route in
 * transport mode, and nobody looks at the input device any more.
 */
static bool steer(struct ipsec_net *ipn, struct sk_buff *skb, u8 family, int oif)
{
	skb->skb_iif = oif;
	return ipsec_steer(ipn, skb, family);
}

/* What is not sent as it is, nor known to fit. */
static unsigned int steer_checked(struct ipsec_net *ipn,
				  struct ipsec_decision *decision,
				  struct sk_buff *skb, u8 family, int oif,
				  enum ipsec_pmtu_sender sender)
{
	ipsec_acquire_if_missing(ipn, decision, skb, family);
	/* Without an SA it will wait, and what fits is not known yet. */
	if (!decision->reason && decision->nest.count)
		decision->reason = ipsec_pmtu_check(&decision->nest, skb,
						    family, sender);
	if (decision->reason) {
		/* A sender of this host gets an errno. */
		if (sender == IPSEC_PMTU_FORWARD)
			ipsec_icmp_answer(ipn, skb, family, decision->reason);
		return drop_out(ipn, decision, skb);
	}
	if (!steer(ipn, skb, family, oif)) {
		decision->reason = IPSEC_REASON_DEAD;
		return drop_out(ipn, decision, skb);
	}
	return NF_ACCEPT;
}

static unsigned int steer_out(struct ipsec_net *ipn, struct sk_buff *skb,
			      const struct nf_hook_state *state,
			      enum ipsec_pmtu_sender sender)
{
	int oif = skb_dst(skb)->dev->ifindex;
	const struct ipsec_decision *decision;
	struct ipsec_decision room, copy;
	u8 family = family_of(state);

	decision = ipsec_output_decide(ipn, skb, family, oif, &room);
	if (!decision->reason && decision->action != IPSEC_ACTION_PROTECT)
		return NF_ACCEPT;
	if (likely(!decision->reason &&
		   ipsec_pmtu_fits(&decision->nest, skb, oif) &&
		   steer(ipn, skb, family, oif)))
		return NF_ACCEPT;
	/* Whoever is told of it is decided on as well. */
	copy = *decision;
	return steer_checked(ipn, &copy, skb, family, oif, sender);
}

static unsigned int hook_local_out(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	struct ipsec_net *ipn = ipsec_netns(state->net);
	unsigned int verdict;

	if (is_exempt_out(ipn, skb, state))
		return NF_ACCEPT;
	verdict = ipsec_defrag_out(ipn, skb, family_of(state));
	if (verdict != NF_ACCEPT)
		return verdict;
	/* Senders of datagrams come here in process context. */
	local_bh_disable();
	verdict = steer_out(ipn, skb, state, IPSEC_PMTU_LOCAL);
	local_bh_enable();
	return verdict;
}

static enum ipsec_reason check_in(struct ipsec_net *ipn,
				  const struct sk_buff *skb,
				  const struct nf_hook_state *state,
				  bool is_for_us)
{
	if (state->in->flags & IFF_LOOPBACK)
		return IPSEC_OK;
	if (ipsec_verified_is_marked(skb))
		return ipsec_input_marked(skb, family_of(state), is_for_us);
	return ipsec_input_clear(ipn, skb, family_of(state), is_for_us);
}

/* The forwarding switch of ipsec0 is always on, so that an administrator who
 * turned forwarding on for the real devices need not know it. A host that
 * forwards nowhere must not begin to because of a tunnel.
 */
static bool may_forward(const struct ipsec_net *ipn,
			const struct nf_hook_state *state)
{
	struct in_device *in_dev;

	if (state->pf != NFPROTO_IPV4 ||
	    state->in != rcu_access_pointer(ipn->dev))
		return true;
	in_dev = __in_dev_get_rcu(state->out);
	return in_dev && IN_DEV_FORWARD(in_dev);
}

static unsigned int forward(struct ipsec_net *ipn, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	enum ipsec_reason reason;

	reason = check_in(ipn, skb, state, false);
	if (!reason && !may_forward(ipn, state))
		reason = IPSEC_REASON_NO_ROUTE;
	if (reason)
		return drop_in(ipn, reason, skb, family_of(state));

	if (is_exempt_out(ipn, skb, state))
		return NF_ACCEPT;
	return steer_out(ipn, skb, state, IPSEC_PMTU_FORWARD);
}

static unsigned int hook_forward(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	unsigned int verdict;

	if (is_bridged(skb))
		return NF_ACCEPT;
	/* What NFQUEUE gives back comes here in process context. */
	local_bh_disable();
	verdict = forward(ipsec_netns(state->net), skb, state);
	local_bh_enable();
	return verdict;
}

static unsigned int hook_local_in(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	struct ipsec_net *ipn = ipsec_netns(state->net);
	bool is_loopback = state->in->flags & IFF_LOOPBACK;
	enum ipsec_reason reason;

	if (!is_loopback &&
	    ipsec_defrag_local(ipn, skb, family_of(state)) != NF_ACCEPT)
		return NF_STOLEN;
	local_bh_disable();
	reason = check_in(ipn, skb, state, true);
	local_bh_enable();
	if (!reason && !is_loopback)
		reason = ipsec_icmp_accept(ipn, skb, family_of(state));
	if (reason)
		return drop_in(ipn, reason, skb, family_of(state));
	return NF_ACCEPT;
}

/* Behind all rules that could ask for it, the mark has served. */
static unsigned int hook_unmark(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	if (state->hook == NF_INET_LOCAL_IN)
		ipsec_verified_put_aside(skb);
	else
		ipsec_verified_unmark(skb);
	return NF_ACCEPT;
}

static unsigned int hook_defrag(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	if (state->in->flags & IFF_LOOPBACK)
		return NF_ACCEPT;
	return ipsec_defrag_in(ipsec_netns(state->net), skb, family_of(state));
}

static unsigned int hook_pre_routing(void *priv, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	struct ipsec_net *ipn = ipsec_netns(state->net);
	bool is_gone = false;

	if (unlikely(READ_ONCE(ipn->shortcut))) {
		local_bh_disable();
		is_gone = ipsec_shortcut(ipn, skb, family_of(state));
		local_bh_enable();
	}
	if (is_gone)
		return NF_STOLEN;
	if (ipsec_verified_is_marked(skb))
		ipsec_verified_guard(skb, family_of(state));
	return NF_ACCEPT;
}

static unsigned int post_routing(struct ipsec_net *ipn, struct sk_buff *skb,
				 u8 family)
{
	const struct ipsec_decision *decided;
	struct ipsec_decision decision;

	decided = ipsec_output_decide(ipn, skb, family,
				      skb_dst(skb)->dev->ifindex, &decision);
	if (likely(!decided->reason &&
		   decided->action != IPSEC_ACTION_PROTECT)) {
		ipsec_output_count(decided);
		return NF_ACCEPT;
	}
	decision = *decided;
	ipsec_acquire_if_missing(ipn, &decision, skb, family);
	if (decision.reason)
		return drop_out(ipn, &decision, skb);

	/* From here the stack sends to skb->dev by the neighbour of the route,
	 * so both have to be ours; ipsec0 checks the size.
	 */
	if (!ipsec_steer(ipn, skb, family)) {
		decision.reason = IPSEC_REASON_DEAD;
		return drop_out(ipn, &decision, skb);
	}
	skb->dev = skb_dst(skb)->dev;
	return NF_ACCEPT;
}

static unsigned int hook_post_routing(void *priv, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	struct ipsec_net *ipn = ipsec_netns(state->net);
	unsigned int verdict;

	if (is_exempt_out(ipn, skb, state))
		return NF_ACCEPT;
	local_bh_disable();
	verdict = post_routing(ipn, skb, family_of(state));
	local_bh_enable();
	return verdict;
}

#define HOOK(fn, family, num, prio) {					\
	.hook = fn, .pf = family, .hooknum = num, .priority = prio }

static const struct nf_hook_ops marking_hooks[] = {
	HOOK(hook_pre_routing, NFPROTO_IPV4, NF_INET_PRE_ROUTING, INT_MAX),
	HOOK(hook_pre_routing, NFPROTO_IPV6, NF_INET_PRE_ROUTING, INT_MAX),
	HOOK(hook_unmark, NFPROTO_IPV4, NF_INET_LOCAL_IN, INT_MAX),
	HOOK(hook_unmark, NFPROTO_IPV6, NF_INET_LOCAL_IN, INT_MAX),
	HOOK(hook_unmark, NFPROTO_IPV4, NF_INET_FORWARD, INT_MAX),
	HOOK(hook_unmark, NFPROTO_IPV6, NF_INET_FORWARD, INT_MAX),
};

/* Those that decide come and go in this order, and turned round: POST_ROUTING
 * is there before anything is steered, and until nothing is any more.
 */
static const struct nf_hook_ops steering_hooks[] = {
	HOOK(hook_local_out, NFPROTO_IPV4, NF_INET_LOCAL_OUT, INT_MAX),
	HOOK(hook_local_out, NFPROTO_IPV6, NF_INET_LOCAL_OUT, INT_MAX),
	HOOK(hook_forward, NFPROTO_IPV4, NF_INET_FORWARD, INT_MIN),
	HOOK(hook_forward, NFPROTO_IPV6, NF_INET_FORWARD, INT_MIN),
};

static const struct nf_hook_ops post_routing_hooks[] = {
	HOOK(hook_post_routing, NFPROTO_IPV4, NF_INET_POST_ROUTING,
	     INT_MAX - 1),
	HOOK(hook_post_routing, NFPROTO_IPV6, NF_INET_POST_ROUTING,
	     INT_MAX - 1),
};

static const struct nf_hook_ops checking_hooks[] = {
	HOOK(hook_defrag, NFPROTO_IPV4, NF_INET_PRE_ROUTING, INT_MIN),
	HOOK(hook_defrag, NFPROTO_IPV6, NF_INET_PRE_ROUTING, INT_MIN),
	HOOK(hook_local_in, NFPROTO_IPV4, NF_INET_LOCAL_IN, INT_MIN),
	HOOK(hook_local_in, NFPROTO_IPV6, NF_INET_LOCAL_IN, INT_MIN),
};

/**
 * ipsec_hook_new() - put the hooks of a namespace in place that serve the mark
 * @ipn: namespace
 *
 * Context: process, ipn->mutex held.
 * Return: 0 or -errno.
 */
int ipsec_hook_new(struct ipsec_net *ipn)
{
	return nf_register_net_hooks(ipn->net, marking_hooks,
				     ARRAY_SIZE(marking_hooks));
}

/**
 * ipsec_hook_free() - undo ipsec_hook_new()
 * @ipn: namespace
 *
 * PRE_ROUTING and POST_ROUTING are where packets wait in NFQUEUE with a function
 * of ours to come back to; the removal of any hook drops them.
 *
 * Context: process.
 */
void ipsec_hook_free(struct ipsec_net *ipn)
{
	nf_unregister_net_hooks(ipn->net, marking_hooks,
				ARRAY_SIZE(marking_hooks));
}

/**
 * ipsec_hook_start() - put the hooks of a namespace in place that decide
 * @ipn: namespace, its device and steering entries exist
 *
 * What is added to SPD or SAD after it returned is asked about every packet that
 * comes to a hook then.
 *
 * Context: process, ipn->mutex held.
 * Return: 0 or -errno.
 */
int ipsec_hook_start(struct ipsec_net *ipn)
{
	int err;

	err = nf_register_net_hooks(ipn->net, checking_hooks,
				    ARRAY_SIZE(checking_hooks));
	if (err)
		return err;
	err = nf_register_net_hooks(ipn->net, post_routing_hooks,
				    ARRAY_SIZE(post_routing_hooks));
	if (err)
		goto err_checking;
	err = nf_register_net_hooks(ipn->net, steering_hooks,
				    ARRAY_SIZE(steering_hooks));
	if (err)
		goto err_post_routing;
	return 0;

err_post_routing:
	nf_unregister_net_hooks(ipn->net, post_routing_hooks,
				ARRAY_SIZE(post_routing_hooks));
err_checking:
	nf_unregister_net_hooks(ipn->net, checking_hooks,
				ARRAY_SIZE(checking_hooks));
	return err;
}

/**
 * ipsec_hook_stop_steering() - first half of undoing ipsec_hook_start()
 * @ipn: namespace
 *
 * Context: process. Packets may still be inside of them for a grace period.
 */
void ipsec_hook_stop_steering(struct ipsec_net *ipn)
{
	nf_unregister_net_hooks(ipn->net, steering_hooks,
				ARRAY_SIZE(steering_hooks));
}

/**
 * ipsec_hook_stop() - second half of undoing ipsec_hook_start()
 * @ipn: namespace
 *
 * Context: process. Packets may still be inside of them for a grace period.
 */
void ipsec_hook_stop(struct ipsec_net *ipn)
{
	nf_unregister_net_hooks(ipn->net, post_routing_hooks,
				ARRAY_SIZE(post_routing_hooks));
	nf_unregister_net_hooks(ipn->net, checking_hooks,
				ARRAY_SIZE(checking_hooks));
}

static int esp4_handler(struct sk_buff *skb)
{
	return ipsec_input(skb, AF_INET, IPPROTO_ESP);
}

static int ah4_handler(struct sk_buff *skb)
{
	return ipsec_input(skb, AF_INET, IPPROTO_AH);
}

static int esp6_handler(struct sk_buff *skb)
{
	return ipsec_input(skb, AF_INET6, IPPROTO_ESP);
}

static int ah6_handler(struct sk_buff *skb)
{
	return ipsec_input(skb, AF_INET6, IPPROTO_AH);
}

/* From UDP encapsulation (RFC 3948), or in one of the encapsulations that none
 * of our SAs has: not ours.
 */
static int input_handler(struct sk_buff *skb, int nexthdr, __be32 spi,
			 int encap_type)
{
	if (nexthdr != IPPROTO_ESP || encap_type != UDP_ENCAP_ESPINUDP)
		return -EINVAL;
	return ipsec_input_udp(skb, skb->protocol == htons(ETH_P_IP) ?
				    AF_INET : AF_INET6);
}

/* Called for packets that went through the kernel's own SAs: not ours. */
static int cb_handler(struct sk_buff *skb, int err)
{
	return 1;
}

static int esp6_error(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type,
		      u8 code, int offset, __be32 info)
{
	return ipsec_pmtu_error6(skb, IPPROTO_ESP, type, offset, info);
}

static int ah6_error(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type,
		     u8 code, int offset, __be32 info)
{
	return ipsec_pmtu_error6(skb, IPPROTO_AH, type, offset, info);
}

#define HANDLER(fn, error) {						\
	.handler = fn, .input_handler = input_handler,			\
	.cb_handler = cb_handler, .err_handler = error,			\
	.priority = HANDLER_PRIORITY }

static struct xfrm4_protocol esp4 = HANDLER(esp4_handler, ipsec_pmtu_error4);
static struct xfrm4_protocol ah4 = HANDLER(ah4_handler, ipsec_pmtu_error4);
static struct xfrm6_protocol esp6 = HANDLER(esp6_handler, esp6_error);
static struct xfrm6_protocol ah6 = HANDLER(ah6_handler, ah6_error);

/**
 * ipsec_hook_register() - take AH and ESP packets of all namespaces
 *
 * Ahead of the kernel's own handlers and beside them: a packet that is not ours
 * is declined and goes to them.
 *
 * Return: 0 or -errno.
 */
int ipsec_hook_register(void)
{
	int err;

	err = xfrm4_protocol_register(&esp4, IPPROTO_ESP);
	if (err)
		return err;
	err = xfrm4_protocol_register(&ah4, IPPROTO_AH);
	if (err)
		goto err_esp4;
	err = xfrm6_protocol_register(&esp6, IPPROTO_ESP);
	if (err)
		goto err_ah4;
	err = xfrm6_protocol_register(&ah6, IPPROTO_AH);
	if (err)
		goto err_esp6;
	return 0;

err_esp6:
	xfrm6_protocol_deregister(&esp6, IPPROTO_ESP);
err_ah4:
	xfrm4_protocol_deregister(&ah4, IPPROTO_AH);
err_esp4:
	xfrm4_protocol_deregister(&esp4, IPPROTO_ESP);
	return err;
}

/**
 * ipsec_hook_unregister() - undo ipsec_hook_register()
 *
 * Context: process; no handler runs any more when it returns.
 */
void ipsec_hook_unregister(void)
{
	xfrm6_protocol_deregister(&ah6, IPPROTO_AH);
	xfrm6_protocol_deregister(&esp6, IPPROTO_ESP);
	xfrm4_protocol_deregister(&ah4, IPPROTO_AH);
	xfrm4_protocol_deregister(&esp4, IPPROTO_ESP);
}
