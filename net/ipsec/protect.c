// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: The SAs that a PROTECT policy asks for
 *
 * A policy names one SA, or up to IPSEC_NEST_MAX that are nested in each other
 * around the packet. ipsec_protect_find() finds them for an outbound packet,
 * ipsec_protect_names() says of an inbound one whether it came through exactly
 * these.
 */
#include "protect.h"

#include <linux/in.h>
#include <linux/rhashtable.h>
#include <linux/socket.h>
#include <linux/string.h>

#include "sa.h"
#include "sad.h"
#include "spd.h"

static bool addr_equal(const union ipsec_addr *one,
		       const union ipsec_addr *other)
{
	return !memcmp(one, other, sizeof(*one));
}

static bool names_sa(const struct ipsec_protect *protect,
		     const struct ipsec_sa *sa)
{
	if (sa->dir != IPSEC_DIR_IN || protect->proto != sa->key.proto ||
	    protect->mode != sa->mode)
		return false;
	if (protect->reqid && protect->reqid != sa->use.reqid)
		return false;
	if (protect->spi && protect->spi != sa->key.spi)
		return false;
	return protect->mode == IPSEC_MODE_TRANSPORT ||
	       (protect->family == sa->key.family &&
		addr_equal(&protect->src, &sa->use.src) &&
		addr_equal(&protect->dst, &sa->key.dst));
}

/**
 * ipsec_protect_names() - are these the SAs that an IN policy asks for
 * @policy: the policy that the decapsulated packet matched
 * @nest: the SAs that verified it
 *
 * RFC 4301 5.2 step 4: a packet must arrive in the protection that its policy
 * demands, not in just any: all of its SAs, in this order, and no others.
 *
 * Context: rcu_read_lock is held.
 * Return: whether the policy is PROTECT and names them.
 */
bool ipsec_protect_names(const struct ipsec_policy *policy,
			 const struct ipsec_nest *nest)
{
	unsigned int i;

	if (policy->dir != IPSEC_DIR_IN ||
	    policy->action != IPSEC_ACTION_PROTECT ||
	    policy->protect_count != nest->count)
		return false;
	for (i = 0; i < nest->count; i++)
		if (!names_sa(&policy->protect[i], nest->sa[i]))
			return false;
	return true;
}

static bool sa_is_usable(const struct ipsec_sa *sa,
			 const struct ipsec_flow *flow)
{
	return !READ_ONCE(sa->dead) &&
	       (!sa->has_selector || ipsec_selector_match(&sa->selector, flow));
}

static struct ipsec_sa *sa_by_spi(struct ipsec_net *ipn, __be32 spi,
				  const struct ipsec_sa_use *use)
{
	struct ipsec_sa_key key;
	struct ipsec_sa *sa;

	memset(&key, 0, sizeof(key));
	key.dst = use->dst;
	key.spi = spi;
	key.family = use->family;
	key.proto = use->proto;
	sa = ipsec_sad_lookup(ipn, &key);
	if (!sa || sa->dir != IPSEC_DIR_OUT || sa->mode != use->mode ||
	    !addr_equal(&sa->use.src, &use->src))
		return NULL;
	return sa;
}

static void set_use(struct ipsec_sa_use *use, const struct ipsec_protect *protect,
		    const struct ipsec_flow *flow)
{
	bool is_tunnel = protect->mode == IPSEC_MODE_TUNNEL;

	memset(use, 0, sizeof(*use));
	use->src = is_tunnel ? protect->src : flow->local;
	use->dst = is_tunnel ? protect->dst : flow->remote;
	use->reqid = protect->reqid;
	use->family = is_tunnel ? protect->family : flow->family;
	use->proto = protect->proto;
	use->mode = protect->mode;
}

/* Of several SAs with the reqid it is the newest whose own selectors admit the
 * packet.
 */
static struct ipsec_sa *find_sa(struct ipsec_net *ipn,
				const struct ipsec_protect *protect,
				const struct ipsec_flow *flow)
{
	struct rhlist_head *node;
	struct ipsec_sa_use use;
	struct ipsec_sa *sa;

	set_use(&use, protect, flow);
	if (protect->spi) {
		sa = sa_by_spi(ipn, protect->spi, &use);
		return sa && sa_is_usable(sa, flow) ? sa : NULL;
	}
	sa = ipsec_sad_lookup_use(ipn, &use);
	for (node = sa ? &sa->use_node : NULL; node;
	     node = rcu_dereference(node->next)) {
		sa = container_of(node, struct ipsec_sa, use_node);
		if (sa_is_usable(sa, flow))
			return sa;
	}
	return NULL;
}

/* The selector values of the packet once an SA has protected it. */
static void flow_behind(struct ipsec_flow *flow,
			const struct ipsec_protect *protect)
{
	struct ipsec_flow inner = *flow;

	memset(flow, 0, sizeof(*flow));
	flow->proto = protect->proto;
	if (protect->mode == IPSEC_MODE_TUNNEL) {
		flow->family = protect->family;
		flow->local = protect->src;
		flow->remote = protect->dst;
	} else {
		flow->family = inner.family;
		flow->local = inner.local;
		flow->remote = inner.remote;
	}
}

/**
 * ipsec_protect_use() - what an SA must have to be one that a policy asks for
 * @policy: OUT policy with PROTECT that the packet matched
 * @i: which of its SAs
 * @flow: selector values of the packet
 * @use: filled completely; reqid 0: the policy names an SPI
 *
 * Context: rcu_read_lock is held.
 */
void ipsec_protect_use(const struct ipsec_policy *policy, unsigned int i,
		       const struct ipsec_flow *flow, struct ipsec_sa_use *use)
{
	struct ipsec_flow behind = *flow;
	unsigned int j;

	for (j = 0; j < i; j++)
		flow_behind(&behind, &policy->protect[j]);
	set_use(use, &policy->protect[i], &behind);
}

/**
 * ipsec_protect_find() - SAs that protect a packet for a policy (RFC 4301 5.1)
 * @ipn: the namespace
 * @policy: OUT policy with PROTECT that the packet matched
 * @flow: selector values of the packet
 * @nest: filled with the SAs, without references, up to the first that is
 *	missing
 *
 * Context: rcu_read_lock is held.
 * Return: false when one of them does not exist: nothing may be sent.
 */
bool ipsec_protect_find(struct ipsec_net *ipn, const struct ipsec_policy *policy,
			const struct ipsec_flow *flow, struct ipsec_nest *nest)
{
	struct ipsec_flow behind;
	unsigned int i;

	nest->count = 0;
	nest->sa[0] = find_sa(ipn, &policy->protect[0], flow);
	if (!nest->sa[0])
		return false;
	nest->count = 1;
	if (likely(policy->protect_count == 1))
		return true;

	behind = *flow;
	for (i = 1; i < policy->protect_count; i++) {
		flow_behind(&behind, &policy->protect[i - 1]);
		nest->sa[i] = find_sa(ipn, &policy->protect[i], &behind);
		if (!nest->sa[i])
			return false;
		nest->count++;
	}
	return true;
}
