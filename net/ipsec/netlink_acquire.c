// SPDX-License-Identifier: GPL-2.0
/* SAs that are asked for, in messages of the family. */
#include "netlink.h"

#include <net/genetlink.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "acquire.h"
#include "netns.h"

static int put_sought(struct sk_buff *skb, const struct ipsec_sought *sought)
{
	const struct ipsec_sa_use *use = &sought->use;
	int err;

	err = nla_put_u32(skb, IPSEC_A_ACQUIRE_POLICY, sought->policy) ?:
	      nla_put_u8(skb, IPSEC_A_ACQUIRE_INSIDE, sought->inside) ?:
	      nla_put_u8(skb, IPSEC_A_ACQUIRE_PROTO, use->proto) ?:
	      nla_put_u8(skb, IPSEC_A_ACQUIRE_MODE, use->mode) ?:
	      ipsec_nl_put_addr(skb, IPSEC_A_ACQUIRE_SRC, &use->src,
				use->family) ?:
	      ipsec_nl_put_addr(skb, IPSEC_A_ACQUIRE_DST, &use->dst,
				use->family);
	if (!err && use->reqid)
		err = nla_put_u32(skb, IPSEC_A_ACQUIRE_REQID, use->reqid);
	if (!err && sought->spi)
		err = nla_put_be32(skb, IPSEC_A_ACQUIRE_SPI, sought->spi);
	return err;
}

static int put_acquire(struct sk_buff *skb,
		       const struct ipsec_acquire_info *info)
{
	int err;

	err = nla_put_u32(skb, IPSEC_A_ACQUIRE_SEQ, info->seq) ?:
	      put_sought(skb, &info->sought) ?:
	      ipsec_nl_put_flow(skb, IPSEC_A_ACQUIRE_FLOW, &info->flow);
	if (!err && info->mark)
		err = nla_put_u32(skb, IPSEC_A_ACQUIRE_MARK, info->mark);
	return err;
}

static size_t acquire_size(void)
{
	return 5 * nla_total_size(sizeof(u32)) +
	       3 * nla_total_size(sizeof(u8)) +
	       2 * nla_total_size(sizeof(union ipsec_addr)) +
	       ipsec_nl_flow_size();
}

static void tell(struct ipsec_net *ipn, unsigned int group,
		 const struct ipsec_acquire_info *info)
{
	struct sk_buff *skb;
	void *hdr;

	skb = ipsec_nl_group_event_new(ipn, group, acquire_size(),
				       IPSEC_CMD_ACQUIRE_NTF, &hdr);
	if (skb)
		ipsec_nl_group_event_send(ipn, group, skb, hdr,
					  put_acquire(skb, info));
}

/**
 * ipsec_nl_acquire() - ask for an SA
 * @ipn: namespace
 * @info: which
 *
 * Who watches the configuration hears of it, too, but makes no packets wait.
 *
 * Context: Any but hard interrupts; rcu_read_lock held.
 */
void ipsec_nl_acquire(struct ipsec_net *ipn,
		      const struct ipsec_acquire_info *info)
{
	tell(ipn, IPSEC_NLGRP_ACQUIRE, info);
	tell(ipn, IPSEC_NLGRP_EVENTS, info);
}

/**
 * ipsec_nl_acquire_get_dumpit() - return what is asked for, for who came late
 * @skb: reply
 * @cb: where the dump stands: number of the last question that was put
 *
 * Context: Process context.
 * Return: how much was put, or 0 at the end.
 */
int ipsec_nl_acquire_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct ipsec_net *ipn = ipsec_netns(sock_net(cb->skb->sk));
	unsigned long *last = (unsigned long *)cb->ctx;
	struct ipsec_acquire_info info;
	void *hdr;

	while (ipsec_acquire_next(ipn, *last, &info)) {
		hdr = ipsec_nl_dump_put(skb, cb, IPSEC_CMD_ACQUIRE_GET);
		if (!hdr)
			break;
		if (put_acquire(skb, &info) ||
		    nla_put_u32(skb, IPSEC_A_ACQUIRE_HELD, info.held)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		*last = info.seq;
	}
	return skb->len;
}
