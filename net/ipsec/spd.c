// SPDX-License-Identifier: GPL-2.0
/*
 * Security policy database (RFC 4301 4.4.1): tuple space search.
 *
 * Policies whose selectors have the same prefix lengths (a shape) are found
 * with one hash lookup of the packet's masked addresses, so a lookup costs as
 * many steps as there are shapes, however many policies there are. The result
 * is that of a linear search by priority and index.
 *
 * Locking: writers hold ipn->mutex. Readers hold rcu_read_lock; what they
 * reach is freed after a grace period.
 */
#include "spd.h"

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/jhash.h>
#include <linux/rbtree.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <net/ipv6.h>

#include "netlink.h"
#include "netns.h"
#include "sa.h"
#include "sad.h"

/* Hashed and compared as bytes: zero it before filling it. */
struct prefix_key {
	union ipsec_addr local;
	union ipsec_addr remote;
	u8 dir;
	u8 family;
	u8 local_plen;
	u8 remote_plen;
};

/* All policies of one prefix pair, by rank. */
struct prefix {
	struct prefix_key key;
	struct rhash_head node;
	struct list_head policies;
	struct rcu_head rcu;
};

static const struct rhashtable_params prefix_params = {
	.key_len = sizeof(struct prefix_key),
	.key_offset = offsetof(struct prefix, key),
	.head_offset = offsetof(struct prefix, node),
	.automatic_shrinking = true,
};

static struct ipsec_policy *all_entry(struct rb_node *node)
{
	return rb_entry_safe(node, struct ipsec_policy, all_node);
}

/* A lookup that overlaps two changes must not miss what the first inserted
 * and what the second removed: it looks again when @seq has moved. The
 * barriers order @seq between the two changes.
 */
static void spd_changed(struct ipsec_spd *spd)
{
	smp_wmb(); /* the change before @seq; pairs with ipsec_spd_lookup() */
	WRITE_ONCE(spd->seq, spd->seq + 1 ?: 1);
	smp_wmb(); /* @seq before the next change; pairs likewise */
}

/**
 * ipsec_spd_init() - make the empty SPD of a namespace
 * @ipn: the namespace
 *
 * Both defaults are BYPASS: a module that was only loaded cuts nobody off.
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno.
 */
int ipsec_spd_init(struct ipsec_net *ipn)
{
	struct ipsec_spd *spd = &ipn->spd;

	spd->all = RB_ROOT;
	xa_init_flags(&spd->by_index, XA_FLAGS_ACCOUNT);
	spd->count = 0;
	spd->next_index = 1;
	spd->seq = 1;
	spd->default_action[IPSEC_DIR_IN - 1] = IPSEC_ACTION_BYPASS;
	spd->default_action[IPSEC_DIR_OUT - 1] = IPSEC_ACTION_BYPASS;
	return rhashtable_init(&spd->prefixes, &prefix_params);
}

/**
 * ipsec_spd_exit() - free the SPD of a namespace
 * @ipn: the namespace
 *
 * Context: Process context, may sleep. Nobody looks policies up any more.
 */
void ipsec_spd_exit(struct ipsec_net *ipn)
{
	mutex_lock(&ipn->mutex);
	ipsec_spd_flush(ipn, 0);
	mutex_unlock(&ipn->mutex);
	rhashtable_destroy(&ipn->spd.prefixes);
	xa_destroy(&ipn->spd.by_index);
}

/* ------------------------------------------------------------- lookup */

static struct ipsec_policy *prefix_search(const struct prefix *prefix,
					  const struct ipsec_flow *flow,
					  struct ipsec_policy *best)
{
	struct ipsec_policy *policy;

	list_for_each_entry_rcu(policy, &prefix->policies, prefix_node) {
		if (best && ipsec_spd_rank(best) < ipsec_spd_rank(policy))
			break;
		if (ipsec_selector_match_upper(&policy->selector, flow))
			return policy;
	}
	return best;
}

static struct ipsec_policy *search(struct ipsec_spd *spd, enum ipsec_dir dir,
				   const struct ipsec_flow *flow)
{
	const struct ipsec_shapes *shapes;
	struct ipsec_policy *best = NULL;
	struct prefix *prefix;
	struct prefix_key key;
	u32 i;

	shapes = rcu_dereference(spd->shapes[dir - 1][flow->family == AF_INET6]);
	if (!shapes)
		return NULL;
	memset(&key, 0, sizeof(key));
	key.dir = dir;
	for (i = 0; i < shapes->count; i++) {
		const struct ipsec_shape *shape = &shapes->shape[i];

		if (best && ipsec_spd_rank(best) < shape->first)
			break;
		key.local = flow->local;
		key.remote = flow->remote;
		key.family = shape->family;
		key.local_plen = shape->local_plen;
		key.remote_plen = shape->remote_plen;
		ipsec_selector_mask(&key.local, shape->local_plen);
		ipsec_selector_mask(&key.remote, shape->remote_plen);
		prefix = rhashtable_lookup(&spd->prefixes, &key, prefix_params);
		if (prefix)
			best = prefix_search(prefix, flow, best);
	}
	return best;
}

/**
 * ipsec_spd_lookup() - first policy that matches a packet (RFC 4301 5.1, 5.2)
 * @ipn: the namespace
 * @dir: direction of the packet
 * @flow: selector values of the packet
 *
 * Context: rcu_read_lock is held. Does not allocate.
 * Return: the policy, without a reference, or NULL: the default applies.
 */
struct ipsec_policy *ipsec_spd_lookup(struct ipsec_net *ipn, enum ipsec_dir dir,
				      const struct ipsec_flow *flow)
{
	struct ipsec_spd *spd = &ipn->spd;
	struct ipsec_policy *policy;
	u32 seq;

	do {
		/* Pairs with spd_changed(). */
		seq = smp_load_acquire(&spd->seq);
		policy = search(spd, dir, flow);
		smp_rmb(); /* what was seen before @seq; pairs likewise */
	} while (unlikely(READ_ONCE(spd->seq) != seq));
	return policy;
}

/* ----------------------------------------------------------- validate */

static bool proto_has_ports(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return true;
	default:
		return false;
	}
}

static int validate_prefixes(const struct ipsec_selector *sel,
			     struct nlattr **tb, struct netlink_ext_ack *extack)
{
	u8 bits = sel->family == AF_INET ? 32 :
		  sel->family == AF_INET6 ? 128 : 0;

	if (!bits && sel->family != AF_UNSPEC)
		return IPSEC_REFUSE(extack, NULL,
				    "the selector is neither IPv4 nor IPv6");
	if (sel->local_plen > bits)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_LOCAL_PLEN],
				    "local-plen is longer than an address of the selector's family");
	if (sel->remote_plen > bits)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_REMOTE_PLEN],
				    "remote-plen is longer than an address of the selector's family");
	if (!ipsec_selector_is_masked(&sel->local, sel->local_plen))
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_LOCAL_ADDR],
				    "local-addr has bits set behind local-plen");
	if (!ipsec_selector_is_masked(&sel->remote, sel->remote_plen))
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_REMOTE_ADDR],
				    "remote-addr has bits set behind remote-plen");
	return 0;
}

static int validate_ports(const struct ipsec_selector *sel, struct nlattr **tb,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *attr;

	attr = sel->has_local_port ? tb[IPSEC_A_SELECTOR_LOCAL_PORT_MIN] :
				     tb[IPSEC_A_SELECTOR_REMOTE_PORT_MIN];
	if ((sel->has_local_port || sel->has_remote_port) &&
	    !proto_has_ports(sel->proto))
		return IPSEC_REFUSE(extack, attr,
				    "ports need proto TCP, UDP, UDP-Lite, SCTP or DCCP");
	if (sel->has_local_port && sel->local_port_min > sel->local_port_max)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_LOCAL_PORT_MAX],
				    "local-port-max is below local-port-min");
	if (sel->has_remote_port && sel->remote_port_min > sel->remote_port_max)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_REMOTE_PORT_MAX],
				    "remote-port-max is below remote-port-min");
	return 0;
}

static int validate_icmp(const struct ipsec_selector *sel, struct nlattr **tb,
			 struct netlink_ext_ack *extack)
{
	if (sel->has_icmp_code && !sel->has_icmp_type)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_ICMP_CODE],
				    "icmp-code needs icmp-type");
	if (!sel->has_icmp_type)
		return 0;
	if (sel->proto != IPPROTO_ICMP && sel->proto != IPPROTO_ICMPV6)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_ICMP_TYPE],
				    "icmp-type needs proto ICMP (1) or ICMPv6 (58)");
	if ((sel->proto == IPPROTO_ICMP && sel->family == AF_INET6) ||
	    (sel->proto == IPPROTO_ICMPV6 && sel->family == AF_INET))
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_PROTO],
				    "proto is the ICMP of the other address family");
	return 0;
}

/**
 * ipsec_spd_validate_selector() - does a selector make sense
 * @sel: the selector of a policy or of an SA
 * @tb: attributes that it came from, by IPSEC_A_SELECTOR_*
 * @extack: where the refusal goes
 *
 * Context: Any.
 * Return: 0, or -EINVAL with a sentence.
 */
int ipsec_spd_validate_selector(const struct ipsec_selector *sel,
				struct nlattr **tb,
				struct netlink_ext_ack *extack)
{
	return validate_prefixes(sel, tb, extack) ?:
	       validate_ports(sel, tb, extack) ?:
	       validate_icmp(sel, tb, extack);
}

/**
 * ipsec_spd_is_unicast() - may this be an end of an SA
 * @addr: address
 * @family: AF_INET or AF_INET6
 *
 * Context: Any.
 * Return: false for the unspecified address, multicast and broadcast.
 */
bool ipsec_spd_is_unicast(const union ipsec_addr *addr, u8 family)
{
	const struct in6_addr *addr6 = (const struct in6_addr *)addr->bytes;

	if (family == AF_INET)
		return !ipv4_is_multicast(addr->a4) &&
		       !ipv4_is_lbcast(addr->a4) && !ipv4_is_zeronet(addr->a4);
	return !ipv6_addr_is_multicast(addr6) && !ipv6_addr_any(addr6);
}

static int validate_endpoints(const struct ipsec_policy *policy,
			      struct nlattr **tb,
			      struct netlink_ext_ack *extack)
{
	if (policy->mode == IPSEC_MODE_TRANSPORT) {
		if (tb[IPSEC_A_POLICY_SRC])
			return IPSEC_REFUSE(extack, tb[IPSEC_A_POLICY_SRC],
					    "src is for tunnel mode only");
		if (tb[IPSEC_A_POLICY_DST])
			return IPSEC_REFUSE(extack, tb[IPSEC_A_POLICY_DST],
					    "dst is for tunnel mode only");
		return 0;
	}
	if (!tb[IPSEC_A_POLICY_SRC])
		return IPSEC_MISSING(extack, IPSEC_A_POLICY_SRC,
				     "tunnel mode needs src");
	if (!tb[IPSEC_A_POLICY_DST])
		return IPSEC_MISSING(extack, IPSEC_A_POLICY_DST,
				     "tunnel mode needs dst");
	if (policy->tunnel_family != AF_INET &&
	    policy->tunnel_family != AF_INET6)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_POLICY_DST],
				    "src and dst must be of one address family");
	if (!ipsec_spd_is_unicast(&policy->src, policy->tunnel_family))
		return IPSEC_REFUSE(extack, tb[IPSEC_A_POLICY_SRC],
				    "src is not a unicast address");
	if (!ipsec_spd_is_unicast(&policy->dst, policy->tunnel_family))
		return IPSEC_REFUSE(extack, tb[IPSEC_A_POLICY_DST],
				    "dst is not a unicast address");
	return 0;
}

static int validate_protect(const struct ipsec_policy *policy,
			    struct nlattr **tb, struct netlink_ext_ack *extack)
{
	if (!tb[IPSEC_A_POLICY_PROTO])
		return IPSEC_MISSING(extack, IPSEC_A_POLICY_PROTO,
				     "PROTECT needs proto");
	if (policy->proto != IPPROTO_ESP && policy->proto != IPPROTO_AH)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_POLICY_PROTO],
				    "proto is neither ESP (50) nor AH (51)");
	if (!tb[IPSEC_A_POLICY_MODE])
		return IPSEC_MISSING(extack, IPSEC_A_POLICY_MODE,
				     "PROTECT needs mode");
	if (policy->mode != IPSEC_MODE_TRANSPORT &&
	    policy->mode != IPSEC_MODE_TUNNEL)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_POLICY_MODE],
				    "mode is neither transport nor tunnel");
	if (tb[IPSEC_A_POLICY_REQID] && tb[IPSEC_A_POLICY_SPI])
		return IPSEC_REFUSE(extack, tb[IPSEC_A_POLICY_SPI],
				    "PROTECT takes reqid or spi, not both");
	if (tb[IPSEC_A_POLICY_REQID] && !policy->reqid)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_POLICY_REQID],
				    "reqid 0 names no SA");
	if (tb[IPSEC_A_POLICY_SPI] && ntohl(policy->spi) < 256)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_POLICY_SPI],
				    "spi is reserved, the first usable one is 256");
	if (!policy->reqid && !policy->spi)
		return IPSEC_MISSING(extack, IPSEC_A_POLICY_REQID,
				     "PROTECT needs reqid or spi");
	return validate_endpoints(policy, tb, extack);
}

static int validate_plain(struct nlattr **tb, struct netlink_ext_ack *extack)
{
	static const u8 protect_only[] = {
		IPSEC_A_POLICY_PROTO, IPSEC_A_POLICY_MODE, IPSEC_A_POLICY_SRC,
		IPSEC_A_POLICY_DST, IPSEC_A_POLICY_REQID, IPSEC_A_POLICY_SPI,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(protect_only); i++)
		if (tb[protect_only[i]])
			return IPSEC_REFUSE(extack, tb[protect_only[i]],
					    "proto, mode, src, dst, reqid and spi are for PROTECT only");
	return 0;
}

/**
 * ipsec_spd_validate() - does a policy make sense, its selector apart
 * @policy: as parsed
 * @tb: attributes that it came from, by IPSEC_A_POLICY_*
 * @extack: where the refusal goes
 *
 * The selector has its own ipsec_spd_validate_selector().
 *
 * Context: Any.
 * Return: 0, or -EINVAL with a sentence.
 */
int ipsec_spd_validate(const struct ipsec_policy *policy, struct nlattr **tb,
		       struct netlink_ext_ack *extack)
{
	if (policy->dir != IPSEC_DIR_IN && policy->dir != IPSEC_DIR_OUT)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_POLICY_DIR],
				    "dir is neither IN nor OUT");
	switch (policy->action) {
	case IPSEC_ACTION_PROTECT:
		return validate_protect(policy, tb, extack);
	case IPSEC_ACTION_BYPASS:
	case IPSEC_ACTION_DISCARD:
		return validate_plain(tb, extack);
	default:
		return IPSEC_REFUSE(extack, tb[IPSEC_A_POLICY_ACTION],
				    "action is not PROTECT, BYPASS or DISCARD");
	}
}

/* ------------------------------------------------- prefixes and shapes */

static void prefix_key_set(struct prefix_key *key, u8 dir,
			   const struct ipsec_selector *sel)
{
	memset(key, 0, sizeof(*key));
	key->local = sel->local;
	key->remote = sel->remote;
	key->dir = dir;
	key->family = sel->family;
	key->local_plen = sel->local_plen;
	key->remote_plen = sel->remote_plen;
}

static struct prefix *prefix_find(struct ipsec_spd *spd, u8 dir,
				  const struct ipsec_selector *sel)
{
	struct prefix_key key;

	prefix_key_set(&key, dir, sel);
	return rhashtable_lookup_fast(&spd->prefixes, &key, prefix_params);
}

static struct prefix *prefix_new(struct ipsec_spd *spd, u8 dir,
				 const struct ipsec_selector *sel)
{
	struct prefix *prefix;
	int err;

	prefix = kzalloc(sizeof(*prefix), GFP_KERNEL_ACCOUNT);
	if (!prefix)
		return ERR_PTR(-ENOMEM);
	prefix_key_set(&prefix->key, dir, sel);
	INIT_LIST_HEAD(&prefix->policies);
	err = rhashtable_insert_fast(&spd->prefixes, &prefix->node,
				     prefix_params);
	if (err) {
		kfree(prefix);
		return ERR_PTR(err);
	}
	return prefix;
}

static void prefix_remove_if_empty(struct ipsec_spd *spd, struct prefix *prefix)
{
	if (!list_empty(&prefix->policies))
		return;
	rhashtable_remove_fast(&spd->prefixes, &prefix->node, prefix_params);
	kfree_rcu(prefix, rcu);
}

static void prefix_insert(struct prefix *prefix, struct ipsec_policy *policy)
{
	struct list_head *after = &prefix->policies;
	struct ipsec_policy *pos;

	list_for_each_entry_reverse(pos, &prefix->policies, prefix_node)
		if (ipsec_spd_rank(pos) < ipsec_spd_rank(policy)) {
			after = &pos->prefix_node;
			break;
		}
	list_add_rcu(&policy->prefix_node, after);
}

static bool family_has(const struct ipsec_policy *policy, unsigned int i)
{
	return policy->selector.family == AF_UNSPEC ||
	       policy->selector.family == (i ? AF_INET6 : AF_INET);
}

static struct ipsec_shapes *shapes_get(struct ipsec_net *ipn, u8 dir,
				       unsigned int i)
{
	return rcu_dereference_protected(ipn->spd.shapes[dir - 1][i],
					 lockdep_is_held(&ipn->mutex));
}

static bool shape_is(const struct ipsec_shape *shape,
		     const struct ipsec_selector *sel)
{
	return shape->family == sel->family &&
	       shape->local_plen == sel->local_plen &&
	       shape->remote_plen == sel->remote_plen;
}

static struct ipsec_shape *shape_find(struct ipsec_shapes *shapes,
				      const struct ipsec_selector *sel)
{
	u32 i;

	for (i = 0; shapes && i < shapes->count; i++)
		if (shape_is(&shapes->shape[i], sel))
			return &shapes->shape[i];
	return NULL;
}

static int shape_cmp(const void *one, const void *other)
{
	u64 a = ((const struct ipsec_shape *)one)->first;
	u64 b = ((const struct ipsec_shape *)other)->first;

	return a < b ? -1 : a > b;
}

/* A copy of @old with @shape in place of @replaced: without @replaced if
 * @shape is NULL, with one more if @replaced is. Nothing left is NULL.
 */
static struct ipsec_shapes *shapes_copy(const struct ipsec_shapes *old,
					const struct ipsec_shape *replaced,
					const struct ipsec_shape *shape)
{
	u32 count = (old ? old->count : 0) - !!replaced + !!shape;
	struct ipsec_shapes *shapes;
	u32 i;

	if (!count)
		return NULL;
	shapes = kvmalloc(struct_size(shapes, shape, count),
			  GFP_KERNEL_ACCOUNT);
	if (!shapes)
		return ERR_PTR(-ENOMEM);
	shapes->count = 0;
	for (i = 0; old && i < old->count; i++)
		if (&old->shape[i] != replaced)
			shapes->shape[shapes->count++] = old->shape[i];
	if (shape)
		shapes->shape[shapes->count++] = *shape;
	sort(shapes->shape, shapes->count, sizeof(*shape), shape_cmp, NULL);
	return shapes;
}

static void shapes_publish(struct ipsec_net *ipn, u8 dir, unsigned int i,
			   struct ipsec_shapes *shapes)
{
	struct ipsec_shapes *old = shapes_get(ipn, dir, i);

	rcu_assign_pointer(ipn->spd.shapes[dir - 1][i], shapes);
	if (old)
		kvfree_rcu(old, rcu);
}

/* What insertion of @policy makes of the shapes; NULL if they stay. */
static struct ipsec_shapes *shapes_with(struct ipsec_net *ipn,
					const struct ipsec_policy *policy,
					unsigned int i)
{
	struct ipsec_shapes *old = shapes_get(ipn, policy->dir, i);
	struct ipsec_shape *has = shape_find(old, &policy->selector);
	struct ipsec_shape shape = {
		.first = ipsec_spd_rank(policy),
		.count = has ? has->count + 1 : 1,
		.family = policy->selector.family,
		.local_plen = policy->selector.local_plen,
		.remote_plen = policy->selector.remote_plen,
	};

	if (has && has->first <= shape.first)
		return NULL;
	return shapes_copy(old, has, &shape);
}

/* Rank of the next policy of the same shape, for one that is removed. */
static u64 next_rank(struct ipsec_policy *policy)
{
	struct ipsec_shape shape = {
		.family = policy->selector.family,
		.local_plen = policy->selector.local_plen,
		.remote_plen = policy->selector.remote_plen,
	};
	struct ipsec_policy *pos = policy;

	while ((pos = all_entry(rb_next(&pos->all_node))) &&
	       pos->dir == policy->dir)
		if (shape_is(&shape, &pos->selector))
			return ipsec_spd_rank(pos);
	return U64_MAX;
}

/* Without memory a shape keeps a rank that is too low or has no policies: a
 * lookup then tries more than it must, and finds the same.
 */
static void shapes_without(struct ipsec_net *ipn, struct ipsec_policy *policy,
			   unsigned int i)
{
	struct ipsec_shapes *old = shapes_get(ipn, policy->dir, i);
	struct ipsec_shape *has = shape_find(old, &policy->selector);
	struct ipsec_shapes *shapes;
	struct ipsec_shape shape;

	has->count--;
	if (has->count && has->first < ipsec_spd_rank(policy))
		return;
	shape = *has;
	if (shape.count)
		shape.first = next_rank(policy);
	shapes = shapes_copy(old, has, shape.count ? &shape : NULL);
	if (!IS_ERR(shapes))
		shapes_publish(ipn, policy->dir, i, shapes);
}

/* ---------------------------------------------------- insert and remove */

static int all_cmp(const struct ipsec_policy *policy, u8 dir, u64 rank)
{
	u64 other = ipsec_spd_rank(policy);

	if (policy->dir != dir)
		return dir < policy->dir ? -1 : 1;
	return rank < other ? -1 : rank > other;
}

static bool all_less(struct rb_node *node, const struct rb_node *parent)
{
	struct ipsec_policy *policy = all_entry(node);

	return all_cmp(rb_entry(parent, struct ipsec_policy, all_node),
		       policy->dir, ipsec_spd_rank(policy)) < 0;
}

static int check_new_policy(struct ipsec_net *ipn,
			    const struct ipsec_policy *policy,
			    struct netlink_ext_ack *extack)
{
	struct ipsec_spd *spd = &ipn->spd;

	if (ipsec_spd_find_same(ipn, policy->dir, policy->priority,
				&policy->selector)) {
		NL_SET_ERR_MSG(extack,
			       "a policy with this dir, priority and selector exists");
		return -EEXIST;
	}
	if (ipn->max_policies && spd->count >= ipn->max_policies) {
		NL_SET_ERR_MSG(extack,
			       "the namespace has as many policies as max-policies allows");
		return -ENOSPC;
	}
	/* The order among equal priorities is that of the index, so a number
	 * is not given twice while policies exist.
	 */
	if (!spd->next_index && spd->count) {
		NL_SET_ERR_MSG(extack,
			       "all policy numbers were used; flush the policies of both directions");
		return -ENOSPC;
	}
	return 0;
}

static int plan_shapes(struct ipsec_net *ipn, const struct ipsec_policy *policy,
		       struct ipsec_shapes *shapes[2])
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		shapes[i] = family_has(policy, i) ?
			    shapes_with(ipn, policy, i) : NULL;
		if (IS_ERR(shapes[i])) {
			if (i)
				kvfree(shapes[0]);
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * ipsec_spd_insert() - put a policy into the SPD
 * @ipn: the namespace
 * @policy: validated; belongs to the SPD if this succeeds
 * @extack: where a refusal goes
 *
 * Gives the policy its index.
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 * Return: 0, -EEXIST or -ENOSPC with a sentence, or another -errno.
 */
int ipsec_spd_insert(struct ipsec_net *ipn, struct ipsec_policy *policy,
		     struct netlink_ext_ack *extack)
{
	struct ipsec_spd *spd = &ipn->spd;
	struct ipsec_shapes *shapes[2];
	struct prefix *prefix;
	unsigned int i;
	int err;

	lockdep_assert_held(&ipn->mutex);
	err = check_new_policy(ipn, policy, extack);
	if (err)
		return err;
	if (!spd->next_index)
		spd->next_index = 1;
	policy->index = spd->next_index;

	err = xa_insert(&spd->by_index, policy->index, policy,
			GFP_KERNEL_ACCOUNT);
	if (err)
		return err;
	prefix = prefix_find(spd, policy->dir, &policy->selector) ?:
		 prefix_new(spd, policy->dir, &policy->selector);
	if (IS_ERR(prefix)) {
		err = PTR_ERR(prefix);
		goto err_erase;
	}
	err = plan_shapes(ipn, policy, shapes);
	if (err)
		goto err_prefix;

	prefix_insert(prefix, policy);
	for (i = 0; i < 2; i++) {
		if (shapes[i])
			shapes_publish(ipn, policy->dir, i, shapes[i]);
		else if (family_has(policy, i))
			shape_find(shapes_get(ipn, policy->dir, i),
				   &policy->selector)->count++;
	}
	rb_add(&policy->all_node, &spd->all, all_less);
	spd->count++;
	spd->next_index++;
	spd_changed(spd);
	return 0;

err_prefix:
	prefix_remove_if_empty(spd, prefix);
err_erase:
	xa_erase(&spd->by_index, policy->index);
	return err;
}

static void unlink_policy(struct ipsec_net *ipn, struct ipsec_policy *policy)
{
	struct ipsec_spd *spd = &ipn->spd;
	struct prefix *prefix;

	prefix = prefix_find(spd, policy->dir, &policy->selector);
	list_del_rcu(&policy->prefix_node);
	prefix_remove_if_empty(spd, prefix);
	rb_erase(&policy->all_node, &spd->all);
	xa_erase(&spd->by_index, policy->index);
	spd->count--;
	kfree_rcu(policy, rcu);
}

/**
 * ipsec_spd_remove() - take a policy out of the SPD and free it
 * @ipn: the namespace
 * @policy: in the SPD; its memory lives on for a grace period
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 */
void ipsec_spd_remove(struct ipsec_net *ipn, struct ipsec_policy *policy)
{
	unsigned int i;

	lockdep_assert_held(&ipn->mutex);
	for (i = 0; i < 2; i++)
		if (family_has(policy, i))
			shapes_without(ipn, policy, i);
	unlink_policy(ipn, policy);
	spd_changed(&ipn->spd);
}

/**
 * ipsec_spd_flush() - remove all policies of one direction or of both
 * @ipn: the namespace
 * @dir: enum ipsec_dir, or 0 for both
 *
 * A packet sees all policies of a direction and family, or none.
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 */
void ipsec_spd_flush(struct ipsec_net *ipn, u8 dir)
{
	struct ipsec_policy *policy, *next;
	unsigned int i, d;

	lockdep_assert_held(&ipn->mutex);
	for (d = IPSEC_DIR_IN; d <= IPSEC_DIR_OUT; d++)
		for (i = 0; i < 2 && (!dir || dir == d); i++)
			shapes_publish(ipn, d, i, NULL);
	spd_changed(&ipn->spd);
	for (policy = all_entry(rb_first(&ipn->spd.all)); policy;
	     policy = next) {
		next = all_entry(rb_next(&policy->all_node));
		if (!dir || policy->dir == dir)
			unlink_policy(ipn, policy);
		cond_resched();
	}
}

/* --------------------------------------------------------------- find */

/**
 * ipsec_spd_next() - walk the policies in the order of lookup
 * @ipn: the namespace
 * @dir: direction of the last one seen; 0 at first
 * @rank: its ipsec_spd_rank()
 *
 * Context: ipn->mutex is held; it may be dropped between two calls.
 * Return: the first policy behind that place, or NULL.
 */
struct ipsec_policy *ipsec_spd_next(struct ipsec_net *ipn, u8 dir, u64 rank)
{
	struct rb_node *node = ipn->spd.all.rb_node;
	struct ipsec_policy *next = NULL;

	lockdep_assert_held(&ipn->mutex);
	while (node) {
		struct ipsec_policy *policy = all_entry(node);

		if (all_cmp(policy, dir, rank) < 0) {
			next = policy;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return next;
}

/**
 * ipsec_spd_find_index() - find a policy by its number
 * @ipn: the namespace
 * @index: its index
 *
 * Context: ipn->mutex is held.
 * Return: the policy or NULL.
 */
struct ipsec_policy *ipsec_spd_find_index(struct ipsec_net *ipn, u32 index)
{
	lockdep_assert_held(&ipn->mutex);
	return xa_load(&ipn->spd.by_index, index);
}

/**
 * ipsec_spd_find_same() - find a policy by what makes it unique
 * @ipn: the namespace
 * @dir: enum ipsec_dir
 * @priority: its priority
 * @sel: its selector
 *
 * Context: ipn->mutex is held.
 * Return: the policy or NULL.
 */
struct ipsec_policy *ipsec_spd_find_same(struct ipsec_net *ipn, u8 dir,
					 u32 priority,
					 const struct ipsec_selector *sel)
{
	struct prefix *prefix = prefix_find(&ipn->spd, dir, sel);
	struct ipsec_policy *policy;

	lockdep_assert_held(&ipn->mutex);
	if (!prefix)
		return NULL;
	list_for_each_entry_reverse(policy, &prefix->policies, prefix_node) {
		if (policy->priority < priority)
			break;
		if (policy->priority == priority &&
		    !memcmp(&policy->selector, sel, sizeof(*sel)))
			return policy;
	}
	return NULL;
}

/* ------------------------------------------------------- policy and SA */

static bool addr_equal(const union ipsec_addr *one,
		       const union ipsec_addr *other)
{
	return !memcmp(one, other, sizeof(*one));
}

/**
 * ipsec_spd_names_sa() - is this the SA that an IN policy asks for
 * @policy: the policy that the decapsulated packet matched
 * @sa: the SA that verified it
 *
 * RFC 4301 5.2 step 4: a packet must arrive in the protection that its policy
 * demands, not in just any.
 *
 * Context: Any.
 * Return: whether the policy is PROTECT and names the SA.
 */
bool ipsec_spd_names_sa(const struct ipsec_policy *policy,
			const struct ipsec_sa *sa)
{
	if (policy->dir != IPSEC_DIR_IN || sa->dir != IPSEC_DIR_IN ||
	    policy->action != IPSEC_ACTION_PROTECT ||
	    policy->proto != sa->key.proto || policy->mode != sa->mode)
		return false;
	if (policy->reqid && policy->reqid != sa->use.reqid)
		return false;
	if (policy->spi && policy->spi != sa->key.spi)
		return false;
	return policy->mode == IPSEC_MODE_TRANSPORT ||
	       (policy->tunnel_family == sa->key.family &&
		addr_equal(&policy->src, &sa->use.src) &&
		addr_equal(&policy->dst, &sa->key.dst));
}

static bool sa_is_usable(const struct ipsec_sa *sa,
			 const struct ipsec_flow *flow)
{
	return !READ_ONCE(sa->dead) &&
	       (!sa->has_selector || ipsec_selector_match(&sa->selector, flow));
}

static struct ipsec_sa *sa_by_spi(struct ipsec_net *ipn,
				  const struct ipsec_policy *policy,
				  const struct ipsec_sa_use *use)
{
	struct ipsec_sa_key key;
	struct ipsec_sa *sa;

	memset(&key, 0, sizeof(key));
	key.dst = use->dst;
	key.spi = policy->spi;
	key.family = use->family;
	key.proto = use->proto;
	sa = ipsec_sad_lookup(ipn, &key);
	if (!sa || sa->dir != IPSEC_DIR_OUT || sa->mode != use->mode ||
	    !addr_equal(&sa->use.src, &use->src))
		return NULL;
	return sa;
}

/**
 * ipsec_spd_sa() - SA that protects a packet for a policy (RFC 4301 5.1)
 * @ipn: the namespace
 * @policy: OUT policy with PROTECT that the packet matched
 * @flow: selector values of the packet
 *
 * Of several SAs with the policy's reqid it is the newest whose own selectors
 * admit the packet.
 *
 * Context: rcu_read_lock is held.
 * Return: the SA, without a reference, or NULL: nothing may be sent.
 */
struct ipsec_sa *ipsec_spd_sa(struct ipsec_net *ipn,
			      const struct ipsec_policy *policy,
			      const struct ipsec_flow *flow)
{
	bool is_tunnel = policy->mode == IPSEC_MODE_TUNNEL;
	struct rhlist_head *node;
	struct ipsec_sa_use use;
	struct ipsec_sa *sa;

	memset(&use, 0, sizeof(use));
	use.src = is_tunnel ? policy->src : flow->local;
	use.dst = is_tunnel ? policy->dst : flow->remote;
	use.family = is_tunnel ? policy->tunnel_family : flow->family;
	use.proto = policy->proto;
	use.mode = policy->mode;
	if (policy->spi) {
		sa = sa_by_spi(ipn, policy, &use);
		return sa && sa_is_usable(sa, flow) ? sa : NULL;
	}
	use.reqid = policy->reqid;
	sa = ipsec_sad_lookup_use(ipn, &use);
	for (node = sa ? &sa->use_node : NULL; node;
	     node = rcu_dereference(node->next)) {
		sa = container_of(node, struct ipsec_sa, use_node);
		if (sa_is_usable(sa, flow))
			return sa;
	}
	return NULL;
}
