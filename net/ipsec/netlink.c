// SPDX-License-Identifier: GPL-2.0
/*
 * Generic netlink family "ipsec": the family, and what its messages have in
 * common.
 *
 * A request is parsed into a plain structure, validated whole, acted on under
 * ipn->mutex, and announced in the format of the get: netlink_sa.c,
 * netlink_policy.c and netlink_config.c. What the attribute policies of
 * netlink_gen.c refuse does not reach those files, new SAs excepted.
 */
#include "netlink.h"

#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "netns.h"
#include "refuse.h"

static struct genl_family family;

/* Whether @family may be used by packets, which outlive it. */
static bool is_registered;

/**
 * ipsec_nl_check_needed() - refuse a request that lacks an attribute
 * @info: request
 * @needed: attributes that it must have, and their names for the sentence
 * @count: length of @needed
 *
 * Context: Process context.
 * Return: 0 or -EINVAL with a sentence.
 */
int ipsec_nl_check_needed(struct genl_info *info,
			  const struct ipsec_nl_needed *needed,
			  unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (GENL_REQ_ATTR_CHECK(info, needed[i].attr)) {
			NL_SET_ERR_MSG_FMT(info->extack, "%s is missing",
					   needed[i].name);
			return -EINVAL;
		}
	return 0;
}

/**
 * ipsec_nl_refuse_attr() - refuse an attribute in one form of a request
 * @attr: the attribute, or NULL if it is not there
 * @extack: where the answer goes
 *
 * Linux 6.1 has one attribute policy for the do and the dump of a command.
 *
 * Context: Any.
 * Return: 0 or -EINVAL with a sentence.
 */
int ipsec_nl_refuse_attr(struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	return IPSEC_REFUSE(extack, attr,
			    "the attribute has no meaning in this form of the request");
}

/**
 * ipsec_nl_put_drop() - put one drop counter
 * @skb: message
 * @reason: of which drops
 * @count: how many
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int ipsec_nl_put_drop(struct sk_buff *skb, enum ipsec_reason reason, u64 count)
{
	return nla_put_u32(skb, IPSEC_A_DROP_REASON, reason) ?:
	       nla_put_string(skb, IPSEC_A_DROP_NAME,
			      ipsec_reason_names[reason]) ?:
	       nla_put_u64_64bit(skb, IPSEC_A_DROP_COUNT, count,
				 IPSEC_A_DROP_PAD);
}

/**
 * ipsec_nl_has_listeners() - does anybody listen
 * @ipn: namespace
 * @group: IPSEC_NLGRP_*
 *
 * Context: Any; rcu_read_lock held while packets are about.
 * Return: whether events of the group are read in the namespace.
 */
bool ipsec_nl_has_listeners(const struct ipsec_net *ipn, unsigned int group)
{
	return READ_ONCE(is_registered) &&
	       genl_has_listeners(&family, ipn->net, group);
}

/**
 * ipsec_nl_group_event_new() - begin an event for the listeners of one group
 * @ipn: namespace that it happened in
 * @group: IPSEC_NLGRP_*
 * @size: room for attributes in bytes
 * @cmd: which event, IPSEC_CMD_*_NTF
 * @hdr: is set to what ipsec_nl_group_event_send() wants
 *
 * Context: Any but hard interrupts.
 * Return: message, or NULL if nobody listens or there is no memory.
 */
struct sk_buff *ipsec_nl_group_event_new(struct ipsec_net *ipn,
					 unsigned int group, size_t size,
					 u8 cmd, void **hdr)
{
	struct sk_buff *skb;

	if (!ipsec_nl_has_listeners(ipn, group))
		return NULL;
	skb = genlmsg_new(size, gfp_any());
	if (!skb) {
		/* Who listens learns that an event is missing. */
		genl_set_err(&family, ipn->net, 0, group, -ENOBUFS);
		return NULL;
	}
	*hdr = genlmsg_put(skb, 0, 0, &family, 0, cmd);
	return skb;
}

/**
 * ipsec_nl_group_event_send() - end an event and send it
 * @ipn: namespace that it happened in
 * @group: IPSEC_NLGRP_*
 * @skb: message, consumed
 * @hdr: from ipsec_nl_group_event_new()
 * @err: what putting the attributes returned: not 0 is a bug, it had the size
 *
 * Context: Any but hard interrupts.
 */
void ipsec_nl_group_event_send(struct ipsec_net *ipn, unsigned int group,
			       struct sk_buff *skb, void *hdr, int err)
{
	if (WARN_ON_ONCE(err)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	genlmsg_multicast_netns(&family, ipn->net, skb, 0, group, gfp_any());
}

/**
 * ipsec_nl_event_new() - begin an event for all who watch the configuration
 * @ipn: namespace that it happened in
 * @size: room for attributes in bytes
 * @cmd: which event, IPSEC_CMD_*_NTF
 * @hdr: is set to what ipsec_nl_event_send() wants
 *
 * Context: Any but hard interrupts.
 * Return: message, or NULL if nobody listens or there is no memory.
 */
struct sk_buff *ipsec_nl_event_new(struct ipsec_net *ipn, size_t size, u8 cmd,
				   void **hdr)
{
	return ipsec_nl_group_event_new(ipn, IPSEC_NLGRP_EVENTS, size, cmd,
					hdr);
}

/**
 * ipsec_nl_event_send() - end an event and send it to all who listen
 * @ipn: namespace that it happened in
 * @skb: message, consumed
 * @hdr: from ipsec_nl_event_new()
 * @err: what putting the attributes returned: not 0 is a bug, it had the size
 *
 * Context: Any but hard interrupts.
 */
void ipsec_nl_event_send(struct ipsec_net *ipn, struct sk_buff *skb, void *hdr,
			 int err)
{
	ipsec_nl_group_event_send(ipn, IPSEC_NLGRP_EVENTS, skb, hdr, err);
}

/**
 * ipsec_nl_reply_new() - begin the reply to a request
 * @info: request
 * @size: room for attributes in bytes
 * @hdr: is set to what ipsec_nl_reply_send() wants
 *
 * Context: Process context, may sleep.
 * Return: message, or NULL.
 */
struct sk_buff *ipsec_nl_reply_new(struct genl_info *info, size_t size,
				   void **hdr)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);

	if (skb)
		*hdr = genlmsg_put_reply(skb, info, &family, 0,
					 info->genlhdr->cmd);
	return skb;
}

/**
 * ipsec_nl_reply_send() - end a reply and send it, or throw it away
 * @info: request
 * @skb: message, consumed
 * @hdr: from ipsec_nl_reply_new()
 * @err: what putting the attributes returned
 *
 * Context: Process context, may sleep.
 * Return: @err, or what sending returned.
 */
int ipsec_nl_reply_send(struct genl_info *info, struct sk_buff *skb, void *hdr,
			int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

/**
 * ipsec_nl_dump_put() - begin one message of a dump
 * @skb: reply
 * @cb: dump
 * @cmd: command that is answered
 *
 * Context: Process context.
 * Return: header, or NULL if there is no room left.
 */
void *ipsec_nl_dump_put(struct sk_buff *skb, struct netlink_callback *cb,
			u8 cmd)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &family, NLM_F_MULTI, cmd);

	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

static struct genl_family family __ro_after_init = {
	.name		= IPSEC_FAMILY_NAME,
	.version	= IPSEC_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= ipsec_nl_ops,
	.n_ops		= ARRAY_SIZE(ipsec_nl_ops),
	.mcgrps		= ipsec_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(ipsec_nl_mcgrps),
};

/**
 * ipsec_netlink_register() - open the module to configuration
 *
 * Context: Process context, may sleep. Namespaces are ready.
 * Return: 0 or -errno.
 */
int ipsec_netlink_register(void)
{
	int err = genl_register_family(&family);

	WRITE_ONCE(is_registered, !err);
	return err;
}

/**
 * ipsec_netlink_unregister() - close the module to configuration
 *
 * Context: Process context, may sleep. No request is in progress afterwards.
 */
void ipsec_netlink_unregister(void)
{
	WRITE_ONCE(is_registered, false);
	/* Packets that are about to tell something hold rcu_read_lock. */
	synchronize_net();
	genl_unregister_family(&family);
}
