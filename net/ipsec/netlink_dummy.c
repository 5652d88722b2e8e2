// SPDX-License-Identifier: GPL-2.0
/* Dummy packets on request (RFC 4303 2.6). */
#include <linux/in.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <net/genetlink.h>
#include <net/netlink.h>

#include "drop.h"
#include "netlink.h"
#include "netlink_sa.h"
#include "netns.h"
#include "output.h"
#include "refuse.h"
#include "sa.h"
#include "sad.h"

static struct ipsec_sa *find_sa(struct genl_info *info,
				const struct ipsec_sa_key *key)
{
	struct ipsec_sa *sa;

	rcu_read_lock();
	sa = ipsec_sad_lookup(ipsec_netns(genl_info_net(info)), key);
	if (sa && !ipsec_sa_get(sa))
		sa = NULL;
	rcu_read_unlock();
	if (!sa)
		NL_SET_ERR_MSG(info->extack,
			       "no SA has this spi, dst and proto");
	return sa;
}

static int send_all(struct ipsec_sa *sa, unsigned int count, int len,
		    struct netlink_ext_ack *extack)
{
	enum ipsec_reason reason;
	unsigned int i;

	for (i = 0; i < count; i++) {
		rcu_read_lock();
		local_bh_disable();
		reason = ipsec_output_dummy(sa, len);
		local_bh_enable();
		rcu_read_unlock();
		if (reason) {
			NL_SET_ERR_MSG_FMT(extack,
					   "%u were sent, the next one was dropped: %s",
					   i, ipsec_reason_names[reason]);
			return -EIO;
		}
		if (signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

/**
 * ipsec_nl_sa_dummy_doit() - send dummy packets through an SA
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong or a packet
 * was dropped.
 */
int ipsec_nl_sa_dummy_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *count = info->attrs[IPSEC_A_SA_DUMMY_COUNT];
	struct nlattr *len = info->attrs[IPSEC_A_SA_DUMMY_LEN];
	struct ipsec_sa_key key;
	struct ipsec_sa *sa;
	int err;

	err = ipsec_nl_parse_sa_key(info, &key);
	if (err)
		return err;
	sa = find_sa(info, &key);
	if (!sa)
		return -ENOENT;
	if (sa->dir != IPSEC_DIR_OUT || sa->key.proto != IPPROTO_ESP)
		err = IPSEC_REFUSE(info->extack, info->attrs[IPSEC_A_SA_SPI],
				   "dummies are sent through ESP SAs with dir OUT only");
	else
		err = send_all(sa, count ? nla_get_u16(count) : 1,
			       len ? nla_get_u16(len) : -1, info->extack);
	ipsec_sa_put(sa);
	return err;
}
