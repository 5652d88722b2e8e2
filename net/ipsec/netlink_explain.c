// SPDX-License-Identifier: GPL-2.0
/* What would happen to a packet: the lookup of the data path, asked for. */
#include "netlink.h"

#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/netlink.h>

#include "input.h"
#include "netns.h"
#include "output.h"
#include "refuse.h"
#include "sa.h"
#include "spd.h"

static bool is_one_address(const struct ipsec_selector *sel)
{
	u8 bits = ipsec_selector_bits(sel->family);

	return bits && sel->local_plen == bits && sel->remote_plen == bits;
}

static bool is_one_value(const struct ipsec_selector *sel)
{
	const struct ipsec_selector_more *more = sel->more;

	if (more && (more->local_ports.count || more->remote_ports.count ||
		     (more->mark_mask && ~more->mark_mask)))
		return false;
	return sel->local_port_min == sel->local_port_max &&
	       sel->remote_port_min == sel->remote_port_max &&
	       sel->icmp_min == sel->icmp_max && sel->mh_min == sel->mh_max &&
	       sel->has_local_port == sel->has_remote_port;
}

/* The values of the packet that @sel is about. What it does not name is what
 * the packet does not show.
 */
static int flow_of(const struct ipsec_selector *sel, struct nlattr *attr,
		   struct ipsec_flow *flow, struct netlink_ext_ack *extack)
{
	if (!is_one_address(sel))
		return IPSEC_REFUSE(extack, attr,
				    "a packet has one local and one remote address");
	if (!is_one_value(sel))
		return IPSEC_REFUSE(extack, attr,
				    "a packet has one value of each kind: both ports or none, ICMP type with code, all of its mark");
	memset(flow, 0, sizeof(*flow));
	flow->local = sel->local;
	flow->remote = sel->remote;
	flow->family = sel->family;
	flow->proto = sel->proto;
	flow->is_proto_opaque = sel->is_proto_opaque;
	flow->is_fragment = sel->is_opaque || sel->is_proto_opaque;
	flow->has_ports = sel->has_local_port;
	flow->local_port = sel->local_port_min;
	flow->remote_port = sel->remote_port_min;
	flow->has_icmp = sel->has_icmp;
	flow->icmp_type = sel->icmp_min / 256;
	flow->icmp_code = sel->icmp_min % 256;
	flow->has_mh = sel->has_mh;
	flow->mh_type = sel->mh_min;
	if (sel->more) {
		flow->mark = sel->more->mark;
		flow->dev = sel->more->dev;
	}
	return 0;
}

static int put_sa(struct sk_buff *skb, const struct ipsec_sa *sa)
{
	struct nlattr *nest = nla_nest_start(skb, IPSEC_A_POLICY_SA);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = nla_put_u8(skb, IPSEC_A_PROTECT_PROTO, sa->key.proto) ?:
	      nla_put_u8(skb, IPSEC_A_PROTECT_MODE, sa->mode) ?:
	      nla_put_be32(skb, IPSEC_A_PROTECT_SPI, sa->key.spi) ?:
	      ipsec_nl_put_addr(skb, IPSEC_A_PROTECT_SRC, &sa->use.src,
				sa->use.family) ?:
	      ipsec_nl_put_addr(skb, IPSEC_A_PROTECT_DST, &sa->key.dst,
				sa->key.family);
	if (!err)
		nla_nest_end(skb, nest);
	return err;
}

static int put_decision(struct sk_buff *skb,
			const struct ipsec_decision *decision)
{
	unsigned int i;
	int err = 0;

	if (decision->policy)
		err = nla_put_u32(skb, IPSEC_A_POLICY_INDEX,
				  decision->policy->index);
	if (!err)
		err = nla_put_u8(skb, IPSEC_A_POLICY_ACTION, decision->action);
	if (!err && decision->reason)
		err = nla_put_u32(skb, IPSEC_A_POLICY_REASON,
				  decision->reason);
	for (i = 0; !err && i < decision->nest.count; i++)
		err = put_sa(skb, decision->nest.sa[i]);
	return err;
}

static size_t decision_size(void)
{
	size_t sa = 2 * nla_total_size(sizeof(u8)) +
		    nla_total_size(sizeof(u32)) +
		    2 * nla_total_size(sizeof(union ipsec_addr));

	return nla_total_size(sizeof(u8)) + 2 * nla_total_size(sizeof(u32)) +
	       IPSEC_NEST_MAX * nla_total_size(sa);
}

static int explain(struct ipsec_net *ipn, u8 dir, const struct ipsec_flow *flow,
		   struct sk_buff *reply)
{
	struct ipsec_decision decision;
	int err;

	rcu_read_lock();
	if (dir == IPSEC_DIR_OUT)
		decision = ipsec_output_ask(ipn, flow);
	else
		decision = ipsec_input_ask(ipn, flow);
	err = put_decision(reply, &decision);
	rcu_read_unlock();
	return err;
}

/**
 * ipsec_nl_explain_doit() - say what would happen to a packet
 * @skb: request
 * @info: request, parsed
 *
 * Counts nothing.
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong.
 */
int ipsec_nl_explain_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct ipsec_nl_needed needed[] = {
		{ IPSEC_A_POLICY_DIR, "dir" },
		{ IPSEC_A_POLICY_SELECTOR, "selector" },
	};
	struct nlattr *attr = info->attrs[IPSEC_A_POLICY_SELECTOR];
	struct ipsec_selector sel;
	struct ipsec_flow flow;
	struct sk_buff *reply;
	void *hdr;
	int err;

	err = ipsec_nl_check_needed(info, needed, ARRAY_SIZE(needed)) ?:
	      ipsec_nl_parse_selector(attr, &sel, info->extack);
	if (err)
		return err;
	err = flow_of(&sel, attr, &flow, info->extack);
	if (err)
		goto out;
	reply = ipsec_nl_reply_new(info, decision_size(), &hdr);
	if (!reply) {
		err = -ENOMEM;
		goto out;
	}
	err = explain(ipsec_netns(genl_info_net(info)),
		      nla_get_u8(info->attrs[IPSEC_A_POLICY_DIR]), &flow,
		      reply);
	err = ipsec_nl_reply_send(info, reply, hdr, err);
out:
	kfree(sel.more);
	return err;
}
