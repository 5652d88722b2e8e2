// SPDX-License-Identifier: GPL-2.0
/* Settings and statistics of a namespace in messages of the family. */
#include "netlink.h"

#include <net/genetlink.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "audit.h"
#include "drop.h"
#include "flow_cache.h"
#include "netns.h"
#include "spd.h"

static int put_icmp(struct sk_buff *skb, const struct ipsec_icmp *icmp)
{
	return nla_put_u8(skb, IPSEC_A_CONFIG_ICMP_CHECK, icmp->check) ?:
	       nla_put_u8(skb, IPSEC_A_CONFIG_ICMP_RETURN_SA,
			  icmp->has_return_sa) ?:
	       nla_put_u8(skb, IPSEC_A_CONFIG_ICMP_ANSWER, icmp->has_answer) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_ICMP_CLEAR, icmp->clear) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_ICMP_SA, icmp->sa);
}

static int put_acquire(struct sk_buff *skb,
		       const struct ipsec_acquires *acquires)
{
	return nla_put_u32(skb, IPSEC_A_CONFIG_ACQUIRE_INTERVAL,
			   acquires->interval) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_HOLD_PACKETS,
			   acquires->hold_packets) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_HOLD_TOTAL,
			   acquires->hold_total) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_HOLD_TIME,
			   acquires->hold_time);
}

static int put_config(struct sk_buff *skb, const struct ipsec_net *ipn)
{
	const struct ipsec_spd *spd = &ipn->spd;

	return nla_put_u8(skb, IPSEC_A_CONFIG_DEFAULT_IN,
			  spd->default_action[IPSEC_DIR_IN - 1]) ?:
	       nla_put_u8(skb, IPSEC_A_CONFIG_DEFAULT_OUT,
			  spd->default_action[IPSEC_DIR_OUT - 1]) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_MAX_SAS, ipn->max_sas) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_MAX_POLICIES,
			   ipn->max_policies) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_SAS, ipn->sad.count) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_POLICIES, spd->count) ?:
	       put_icmp(skb, &ipn->icmp) ?:
	       nla_put_u8(skb, IPSEC_A_CONFIG_FRAGMENT, ipn->fragment) ?:
	       nla_put_u8(skb, IPSEC_A_CONFIG_SHORTCUT, ipn->shortcut) ?:
	       put_acquire(skb, &ipn->acquires) ?:
	       nla_put_u8(skb, IPSEC_A_CONFIG_AUDIT_EVENTS,
			  ipn->audit.is_told) ?:
	       nla_put_u8(skb, IPSEC_A_CONFIG_AUDIT_LOG,
			  ipn->audit.is_logged);
}

static size_t config_size(void)
{
	return 9 * nla_total_size(sizeof(u8)) +
	       10 * nla_total_size(sizeof(u32));
}

static void notify_config(struct ipsec_net *ipn)
{
	struct sk_buff *skb;
	void *hdr;

	skb = ipsec_nl_event_new(ipn, config_size(), IPSEC_CMD_CONFIG_NTF,
				 &hdr);
	if (skb)
		ipsec_nl_event_send(ipn, skb, hdr, put_config(skb, ipn));
}

/* Unprivileged users own network namespaces, but not the memory of the host:
 * who raises a limit must be root in the initial user namespace.
 */
static int check_limit(struct sk_buff *skb, struct nlattr *attr, u32 limit,
		       struct netlink_ext_ack *extack)
{
	u32 wanted = attr ? nla_get_u32(attr) : limit;
	bool is_raised = limit && (!wanted || wanted > limit);

	if (!is_raised || netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "raising a limit needs CAP_NET_ADMIN in the initial user namespace");
	return -EPERM;
}

static void set_u32(u32 *setting, const struct nlattr *attr)
{
	if (attr)
		WRITE_ONCE(*setting, nla_get_u32(attr));
}

static void set_icmp(struct ipsec_icmp *icmp, struct nlattr **tb)
{
	if (tb[IPSEC_A_CONFIG_ICMP_CHECK])
		WRITE_ONCE(icmp->check,
			   nla_get_u8(tb[IPSEC_A_CONFIG_ICMP_CHECK]));
	if (tb[IPSEC_A_CONFIG_ICMP_RETURN_SA])
		WRITE_ONCE(icmp->has_return_sa,
			   nla_get_u8(tb[IPSEC_A_CONFIG_ICMP_RETURN_SA]));
	if (tb[IPSEC_A_CONFIG_ICMP_ANSWER])
		WRITE_ONCE(icmp->has_answer,
			   nla_get_u8(tb[IPSEC_A_CONFIG_ICMP_ANSWER]));
	if (tb[IPSEC_A_CONFIG_ICMP_CLEAR])
		WRITE_ONCE(icmp->clear,
			   nla_get_u32(tb[IPSEC_A_CONFIG_ICMP_CLEAR]));
	if (tb[IPSEC_A_CONFIG_ICMP_SA])
		WRITE_ONCE(icmp->sa, nla_get_u32(tb[IPSEC_A_CONFIG_ICMP_SA]));
}

static int check_audit_log(const struct ipsec_net *ipn, struct nlattr *attr,
			   struct netlink_ext_ack *extack)
{
	if (!attr || !nla_get_u8(attr) || ipsec_audit_may_log(ipn->net))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "only namespaces of the initial user namespace may write to the audit log");
	return -EPERM;
}

static void set_audit(struct ipsec_auditing *audit, struct nlattr **tb)
{
	if (tb[IPSEC_A_CONFIG_AUDIT_EVENTS])
		WRITE_ONCE(audit->is_told,
			   nla_get_u8(tb[IPSEC_A_CONFIG_AUDIT_EVENTS]));
	if (tb[IPSEC_A_CONFIG_AUDIT_LOG])
		WRITE_ONCE(audit->is_logged,
			   nla_get_u8(tb[IPSEC_A_CONFIG_AUDIT_LOG]));
}

static void set_config(struct ipsec_net *ipn, struct nlattr **tb)
{
	u8 *defaults = ipn->spd.default_action;

	if (tb[IPSEC_A_CONFIG_DEFAULT_IN])
		WRITE_ONCE(defaults[IPSEC_DIR_IN - 1],
			   nla_get_u8(tb[IPSEC_A_CONFIG_DEFAULT_IN]));
	if (tb[IPSEC_A_CONFIG_DEFAULT_OUT])
		WRITE_ONCE(defaults[IPSEC_DIR_OUT - 1],
			   nla_get_u8(tb[IPSEC_A_CONFIG_DEFAULT_OUT]));
	ipsec_flow_cache_invalidate(ipn);
	set_u32(&ipn->max_sas, tb[IPSEC_A_CONFIG_MAX_SAS]);
	set_u32(&ipn->max_policies, tb[IPSEC_A_CONFIG_MAX_POLICIES]);
	set_u32(&ipn->acquires.interval, tb[IPSEC_A_CONFIG_ACQUIRE_INTERVAL]);
	set_u32(&ipn->acquires.hold_packets, tb[IPSEC_A_CONFIG_HOLD_PACKETS]);
	set_u32(&ipn->acquires.hold_total, tb[IPSEC_A_CONFIG_HOLD_TOTAL]);
	set_u32(&ipn->acquires.hold_time, tb[IPSEC_A_CONFIG_HOLD_TIME]);
	if (tb[IPSEC_A_CONFIG_FRAGMENT])
		WRITE_ONCE(ipn->fragment,
			   nla_get_u8(tb[IPSEC_A_CONFIG_FRAGMENT]));
	if (tb[IPSEC_A_CONFIG_SHORTCUT])
		WRITE_ONCE(ipn->shortcut,
			   nla_get_u8(tb[IPSEC_A_CONFIG_SHORTCUT]));
	set_icmp(&ipn->icmp, tb);
	set_audit(&ipn->audit, tb);
}

/**
 * ipsec_nl_config_set_doit() - change defaults and limits
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong.
 */
int ipsec_nl_config_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct nlattr **tb = info->attrs;
	int err;

	mutex_lock(&ipn->mutex);
	err = check_limit(skb, tb[IPSEC_A_CONFIG_MAX_SAS], ipn->max_sas,
			  info->extack) ?:
	      check_limit(skb, tb[IPSEC_A_CONFIG_MAX_POLICIES],
			  ipn->max_policies, info->extack) ?:
	      check_audit_log(ipn, tb[IPSEC_A_CONFIG_AUDIT_LOG],
			      info->extack) ?:
	      ipsec_netns_activate(ipn, info->extack);
	if (!err) {
		set_config(ipn, tb);
		ipsec_acquire_changed(ipn);
		ipsec_netns_changed(ipn);
		notify_config(ipn);
	}
	mutex_unlock(&ipn->mutex);
	return err;
}

/**
 * ipsec_nl_config_get_doit() - return defaults, limits and counts
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno.
 */
int ipsec_nl_config_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct sk_buff *reply;
	void *hdr;
	int err;

	reply = ipsec_nl_reply_new(info, config_size(), &hdr);
	if (!reply)
		return -ENOMEM;
	mutex_lock(&ipn->mutex);
	err = put_config(reply, ipn);
	mutex_unlock(&ipn->mutex);
	return ipsec_nl_reply_send(info, reply, hdr, err);
}

static u64 drops_sum(const struct ipsec_net *ipn, enum ipsec_reason reason)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(ipn->drops, cpu)->count[reason]);
	return sum;
}

/**
 * ipsec_nl_stats_get_dumpit() - return the drop counters of the namespace
 * @skb: reply
 * @cb: where the dump stands: the last reason that was put
 *
 * Context: Process context.
 * Return: how much was put, or 0 at the end.
 */
int ipsec_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ipsec_net *ipn = ipsec_netns(sock_net(cb->skb->sk));
	unsigned long *last = (unsigned long *)cb->ctx;
	unsigned int reason;
	void *hdr;

	for (reason = *last + 1; reason <= IPSEC_REASON_MAX; reason++) {
		hdr = ipsec_nl_dump_put(skb, cb, IPSEC_CMD_STATS_GET);
		if (!hdr)
			break;
		if (ipsec_nl_put_drop(skb, reason, drops_sum(ipn, reason))) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		*last = reason;
	}
	return skb->len;
}
