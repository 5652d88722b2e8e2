// SPDX-License-Identifier: GPL-2.0
/* Policies in messages of the family. */
#include "netlink.h"

#include <linux/in.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "netlink_protect.h"
#include "netns.h"
#include "refuse.h"
#include "spd.h"

#define DEFAULT_PRIORITY 1000

static int put_policy(struct sk_buff *skb, const struct ipsec_policy *policy)
{
	u64 packets = ipsec_spd_packets(policy);
	int err;

	err = nla_put_u32(skb, IPSEC_A_POLICY_INDEX, policy->index) ?:
	      nla_put_u8(skb, IPSEC_A_POLICY_DIR, policy->dir) ?:
	      nla_put_u32(skb, IPSEC_A_POLICY_PRIORITY, policy->priority) ?:
	      ipsec_nl_put_selector(skb, IPSEC_A_POLICY_SELECTOR,
				    &policy->selector) ?:
	      nla_put_u8(skb, IPSEC_A_POLICY_ACTION, policy->action);
	if (!err && policy->action == IPSEC_ACTION_PROTECT)
		err = ipsec_nl_put_protect(skb, policy);
	return err ?: nla_put_u64_64bit(skb, IPSEC_A_POLICY_PACKETS, packets,
					IPSEC_A_POLICY_PAD);
}

/* NULL: the largest there is. */
static size_t policy_size(const struct ipsec_policy *policy)
{
	return 2 * nla_total_size(sizeof(u8)) +
	       2 * nla_total_size(sizeof(u32)) + ipsec_nl_protect_size() +
	       ipsec_nl_selector_size(policy ? &policy->selector : NULL) +
	       nla_total_size_64bit(sizeof(u64));
}

static void notify_policy(struct ipsec_net *ipn,
			  const struct ipsec_policy *policy, u8 cmd)
{
	struct sk_buff *skb;
	void *hdr;

	skb = ipsec_nl_event_new(ipn, policy_size(policy), cmd, &hdr);
	if (skb)
		ipsec_nl_event_send(ipn, skb, hdr, put_policy(skb, policy));
}

static void parse_policy_numbers(struct nlattr **tb,
				 struct ipsec_policy *policy)
{
	policy->dir = nla_get_u8(tb[IPSEC_A_POLICY_DIR]);
	policy->action = nla_get_u8(tb[IPSEC_A_POLICY_ACTION]);
	policy->priority = tb[IPSEC_A_POLICY_PRIORITY] ?
			   nla_get_u32(tb[IPSEC_A_POLICY_PRIORITY]) :
			   DEFAULT_PRIORITY;
}

/* A policy that is not in the SPD, or an ERR_PTR. */
static struct ipsec_policy *parse_policy(struct genl_info *info)
{
	static const struct ipsec_nl_needed needed[] = {
		{ IPSEC_A_POLICY_DIR, "dir" },
		{ IPSEC_A_POLICY_ACTION, "action" },
	};
	struct nlattr **tb = info->attrs;
	struct ipsec_policy *policy;
	struct ipsec_selector sel;
	int err;

	err = ipsec_nl_check_needed(info, needed, ARRAY_SIZE(needed)) ?:
	      ipsec_nl_parse_selector(tb[IPSEC_A_POLICY_SELECTOR], &sel,
				      info->extack);
	if (err)
		return ERR_PTR(err);
	policy = ipsec_spd_policy_new(&sel, tb[IPSEC_A_POLICY_SELECTOR],
				      info->extack);
	if (IS_ERR(policy)) {
		kfree(sel.more);
		return policy;
	}
	parse_policy_numbers(tb, policy);
	err = ipsec_nl_parse_protect(info, policy);
	if (err) {
		ipsec_spd_policy_free(policy);
		return ERR_PTR(err);
	}
	return policy;
}

static int add_policy(struct ipsec_net *ipn, struct ipsec_policy *policy,
		      struct sk_buff *reply, struct netlink_ext_ack *extack)
{
	int err;

	mutex_lock(&ipn->mutex);
	err = ipsec_netns_activate(ipn, extack) ?:
	      ipsec_spd_insert(ipn, policy, extack);
	if (!err) {
		ipsec_netns_changed(ipn);
		notify_policy(ipn, policy, IPSEC_CMD_POLICY_NEW_NTF);
		err = nla_put_u32(reply, IPSEC_A_POLICY_INDEX, policy->index);
		WARN_ON_ONCE(err);
		err = 0;
	}
	mutex_unlock(&ipn->mutex);
	return err;
}

/**
 * ipsec_nl_policy_new_doit() - add a policy, return its index
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong.
 */
int ipsec_nl_policy_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_policy *policy;
	struct sk_buff *reply;
	void *hdr;
	int err;

	policy = parse_policy(info);
	if (IS_ERR(policy))
		return PTR_ERR(policy);
	/* Before the policy is there: with it in place nothing may fail. */
	reply = ipsec_nl_reply_new(info, nla_total_size(sizeof(u32)), &hdr);
	if (!reply) {
		err = -ENOMEM;
		goto err_free;
	}
	err = add_policy(ipsec_netns(genl_info_net(info)), policy, reply,
			 info->extack);
	if (err) {
		nlmsg_free(reply);
		goto err_free;
	}
	ipsec_nl_reply_send(info, reply, hdr, 0);
	return 0;

err_free:
	ipsec_spd_policy_free(policy);
	return err;
}

static int no_policy(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "no such policy");
	return -ENOENT;
}

/**
 * ipsec_nl_policy_get_doit() - return one policy
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong.
 */
int ipsec_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct ipsec_nl_needed needed = {
		IPSEC_A_POLICY_INDEX, "index"
	};
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct ipsec_policy *policy;
	struct sk_buff *reply;
	void *hdr;
	int err;

	err = ipsec_nl_refuse_attr(info->attrs[IPSEC_A_POLICY_DIR],
				   info->extack) ?:
	      ipsec_nl_check_needed(info, &needed, 1);
	if (err)
		return err;
	reply = ipsec_nl_reply_new(info, policy_size(NULL), &hdr);
	if (!reply)
		return -ENOMEM;
	mutex_lock(&ipn->mutex);
	policy = ipsec_spd_find_index(ipn,
				      nla_get_u32(info->attrs[IPSEC_A_POLICY_INDEX]));
	err = policy ? put_policy(reply, policy) : no_policy(info->extack);
	mutex_unlock(&ipn->mutex);
	return ipsec_nl_reply_send(info, reply, hdr, err);
}

static int dump_policy(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct ipsec_policy *policy)
{
	void *hdr = ipsec_nl_dump_put(skb, cb, IPSEC_CMD_POLICY_GET);
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = put_policy(skb, policy);
	if (err)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return err;
}

/* Place of the last policy that a dump has put. */
struct policy_dump {
	u64 rank;
	u8 dir;
};

/**
 * ipsec_nl_policy_get_dumpit() - return all policies in the order of lookup
 * @skb: reply
 * @cb: where the dump stands
 *
 * Context: Process context, may sleep.
 * Return: how much was put, 0 at the end, or -errno.
 */
int ipsec_nl_policy_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ipsec_net *ipn = ipsec_netns(sock_net(cb->skb->sk));
	struct policy_dump *at = (struct policy_dump *)cb->ctx;
	struct nlattr **tb = genl_dumpit_info(cb)->attrs;
	struct ipsec_policy *policy;
	u8 dir = 0;
	int err;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->ctx));
	err = ipsec_nl_refuse_attr(tb[IPSEC_A_POLICY_INDEX], cb->extack);
	if (err)
		return err;
	if (tb[IPSEC_A_POLICY_DIR])
		dir = nla_get_u8(tb[IPSEC_A_POLICY_DIR]);
	if (!at->dir)
		at->dir = dir ?: IPSEC_DIR_IN;
	mutex_lock(&ipn->mutex);
	cb->seq = ipn->spd.seq;
	while ((policy = ipsec_spd_next(ipn, at->dir, at->rank)) &&
	       (!dir || policy->dir == dir)) {
		err = dump_policy(skb, cb, policy);
		if (err)
			break;
		at->dir = policy->dir;
		at->rank = ipsec_spd_rank(policy);
	}
	mutex_unlock(&ipn->mutex);
	return skb->len ?: err;
}

/* Which policy is to go: by index, or by what makes it unique. NULL or an
 * ERR_PTR if there is none.
 */
static struct ipsec_policy *find_policy(struct ipsec_net *ipn,
					struct nlattr **tb,
					const struct ipsec_selector *sel)
{
	u32 priority = DEFAULT_PRIORITY;

	if (tb[IPSEC_A_POLICY_INDEX])
		return ipsec_spd_find_index(ipn, nla_get_u32(tb[IPSEC_A_POLICY_INDEX]));
	if (tb[IPSEC_A_POLICY_PRIORITY])
		priority = nla_get_u32(tb[IPSEC_A_POLICY_PRIORITY]);
	return ipsec_spd_index_find(ipn, nla_get_u8(tb[IPSEC_A_POLICY_DIR]),
				    priority, sel);
}

static int parse_policy_del(struct genl_info *info, struct ipsec_selector *sel)
{
	struct netlink_ext_ack *extack = info->extack;
	struct nlattr **tb = info->attrs;

	memset(sel, 0, sizeof(*sel));
	if (tb[IPSEC_A_POLICY_INDEX])
		return ipsec_nl_refuse_attr(tb[IPSEC_A_POLICY_DIR], extack) ?:
		       ipsec_nl_refuse_attr(tb[IPSEC_A_POLICY_PRIORITY],
					    extack) ?:
		       ipsec_nl_refuse_attr(tb[IPSEC_A_POLICY_SELECTOR],
					    extack);
	if (!tb[IPSEC_A_POLICY_DIR])
		return IPSEC_MISSING(extack, IPSEC_A_POLICY_DIR,
				     "index or dir is missing");
	return ipsec_nl_parse_selector(tb[IPSEC_A_POLICY_SELECTOR], sel,
				       extack);
}

/**
 * ipsec_nl_policy_del_doit() - delete one policy
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong.
 */
int ipsec_nl_policy_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct ipsec_policy *policy;
	struct ipsec_selector sel;
	int err;

	err = parse_policy_del(info, &sel);
	if (err)
		return err;
	mutex_lock(&ipn->mutex);
	policy = find_policy(ipn, info->attrs, &sel);
	if (!policy) {
		err = no_policy(info->extack);
	} else if (IS_ERR(policy)) {
		err = PTR_ERR(policy);
	} else {
		notify_policy(ipn, policy, IPSEC_CMD_POLICY_DEL_NTF);
		ipsec_spd_remove(ipn, policy);
		ipsec_netns_changed(ipn);
	}
	mutex_unlock(&ipn->mutex);
	kfree(sel.more);
	return err;
}

/**
 * ipsec_nl_policy_flush_doit() - delete all policies, of one direction or both
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0.
 */
int ipsec_nl_policy_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct nlattr *attr = info->attrs[IPSEC_A_POLICY_DIR];
	u8 dir = attr ? nla_get_u8(attr) : 0;
	struct ipsec_policy *policy;

	mutex_lock(&ipn->mutex);
	for (policy = ipsec_spd_next(ipn, 0, 0); policy;
	     policy = ipsec_spd_next(ipn, policy->dir,
				     ipsec_spd_rank(policy))) {
		if (!dir || policy->dir == dir)
			notify_policy(ipn, policy, IPSEC_CMD_POLICY_DEL_NTF);
		cond_resched();
	}
	if (ipn->spd.count) {
		ipsec_spd_flush(ipn, dir);
		ipsec_netns_changed(ipn);
	}
	mutex_unlock(&ipn->mutex);
	return 0;
}
