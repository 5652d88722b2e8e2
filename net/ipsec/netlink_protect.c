// SPDX-License-Identifier: GPL-2.0
/*
 * The SAs of a PROTECT policy in messages of the family.
 *
 * The first stands in the attributes of the policy itself, those around it in
 * one IPSEC_A_POLICY_OUTER each. Both have the same six values under different
 * numbers, which is what struct numbers is about.
 */
#include "netlink_protect.h"

#include <linux/in.h>
#include <net/netlink.h>

#include "netlink.h"
#include "refuse.h"
#include "spd.h"

/* Attributes of one SA by what they say. */
struct numbers {
	u8 proto, mode, src, dst, reqid, spi;
};

static const struct numbers innermost = {
	.proto = IPSEC_A_POLICY_PROTO,
	.mode = IPSEC_A_POLICY_MODE,
	.src = IPSEC_A_POLICY_SRC,
	.dst = IPSEC_A_POLICY_DST,
	.reqid = IPSEC_A_POLICY_REQID,
	.spi = IPSEC_A_POLICY_SPI,
};

static const struct numbers outer = {
	.proto = IPSEC_A_PROTECT_PROTO,
	.mode = IPSEC_A_PROTECT_MODE,
	.src = IPSEC_A_PROTECT_SRC,
	.dst = IPSEC_A_PROTECT_DST,
	.reqid = IPSEC_A_PROTECT_REQID,
	.spi = IPSEC_A_PROTECT_SPI,
};

static int parse_ends(struct nlattr **tb, const struct numbers *at,
		      struct ipsec_protect *protect,
		      struct netlink_ext_ack *extack)
{
	int err;

	if (protect->mode == IPSEC_MODE_TRANSPORT) {
		if (tb[at->src])
			return IPSEC_REFUSE(extack, tb[at->src],
					    "src is for tunnel mode only");
		if (tb[at->dst])
			return IPSEC_REFUSE(extack, tb[at->dst],
					    "dst is for tunnel mode only");
		return 0;
	}
	if (!tb[at->src])
		return IPSEC_MISSING(extack, at->src, "tunnel mode needs src");
	if (!tb[at->dst])
		return IPSEC_MISSING(extack, at->dst, "tunnel mode needs dst");
	err = ipsec_nl_parse_addr_pair(tb[at->src], &protect->src, tb[at->dst],
				       &protect->dst, &protect->family, extack);
	if (err)
		return err;
	if (!ipsec_spd_is_unicast(&protect->src, protect->family))
		return IPSEC_REFUSE(extack, tb[at->src],
				    "src is not a unicast address");
	if (!ipsec_spd_is_unicast(&protect->dst, protect->family))
		return IPSEC_REFUSE(extack, tb[at->dst],
				    "dst is not a unicast address");
	return 0;
}

static int parse_name(struct nlattr **tb, const struct numbers *at,
		      struct ipsec_protect *protect,
		      struct netlink_ext_ack *extack)
{
	if (tb[at->reqid])
		protect->reqid = nla_get_u32(tb[at->reqid]);
	if (tb[at->spi])
		protect->spi = nla_get_be32(tb[at->spi]);
	if (tb[at->reqid] && tb[at->spi])
		return IPSEC_REFUSE(extack, tb[at->spi],
				    "PROTECT takes reqid or spi, not both");
	if (tb[at->reqid] && !protect->reqid)
		return IPSEC_REFUSE(extack, tb[at->reqid],
				    "reqid 0 names no SA");
	if (tb[at->spi] && ntohl(protect->spi) < 256)
		return IPSEC_REFUSE(extack, tb[at->spi],
				    "spi is reserved, the first usable one is 256");
	if (!protect->reqid && !protect->spi)
		return IPSEC_MISSING(extack, at->reqid,
				     "PROTECT needs reqid or spi");
	return 0;
}

static int parse_one(struct nlattr **tb, const struct numbers *at,
		     struct ipsec_protect *protect,
		     struct netlink_ext_ack *extack)
{
	if (!tb[at->proto])
		return IPSEC_MISSING(extack, at->proto, "PROTECT needs proto");
	if (!tb[at->mode])
		return IPSEC_MISSING(extack, at->mode, "PROTECT needs mode");
	protect->proto = nla_get_u8(tb[at->proto]);
	protect->mode = nla_get_u8(tb[at->mode]);
	return parse_name(tb, at, protect, extack) ?:
	       parse_ends(tb, at, protect, extack);
}

static int parse_outer(struct nlattr *nest, struct ipsec_policy *policy,
		       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IPSEC_A_PROTECT_MAX + 1];
	int err;

	if (policy->protect_count == IPSEC_NEST_MAX)
		return IPSEC_REFUSE(extack, nest,
				    "more than 4 SAs cannot be nested in each other");
	err = nla_parse_nested(tb, IPSEC_A_PROTECT_MAX, nest,
			       ipsec_protect_nl_policy, extack) ?:
	      parse_one(tb, &outer, &policy->protect[policy->protect_count],
			extack);
	if (!err)
		policy->protect_count++;
	return err;
}

static int refuse_all(struct nlattr **tb, struct netlink_ext_ack *extack)
{
	static const u8 protect_only[] = {
		IPSEC_A_POLICY_PROTO, IPSEC_A_POLICY_MODE, IPSEC_A_POLICY_SRC,
		IPSEC_A_POLICY_DST, IPSEC_A_POLICY_REQID, IPSEC_A_POLICY_SPI,
		IPSEC_A_POLICY_OUTER, IPSEC_A_POLICY_MSS,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(protect_only); i++)
		if (tb[protect_only[i]])
			return IPSEC_REFUSE(extack, tb[protect_only[i]],
					    "proto, mode, src, dst, reqid, spi, outer and mss are for PROTECT only");
	return 0;
}

/**
 * ipsec_nl_parse_protect() - the SAs that a new policy asks for
 * @info: request, parsed
 * @policy: its action is set
 *
 * Context: Any.
 * Return: 0, or -EINVAL with a sentence.
 */
int ipsec_nl_parse_protect(struct genl_info *info, struct ipsec_policy *policy)
{
	struct nlattr *attr;
	int err, rem;

	if (policy->action != IPSEC_ACTION_PROTECT)
		return refuse_all(info->attrs, info->extack);
	if (info->attrs[IPSEC_A_POLICY_MSS])
		policy->mss = nla_get_u16(info->attrs[IPSEC_A_POLICY_MSS]);
	err = parse_one(info->attrs, &innermost, &policy->protect[0],
			info->extack);
	if (err)
		return err;
	policy->protect_count = 1;
	/* The parser knows the last of them only. */
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != IPSEC_A_POLICY_OUTER)
			continue;
		err = parse_outer(attr, policy, info->extack);
		if (err)
			return err;
	}
	return 0;
}

static int put_one(struct sk_buff *skb, const struct numbers *at,
		   const struct ipsec_protect *protect)
{
	int err;

	err = nla_put_u8(skb, at->proto, protect->proto) ?:
	      nla_put_u8(skb, at->mode, protect->mode);
	if (!err && protect->mode == IPSEC_MODE_TUNNEL)
		err = ipsec_nl_put_addr(skb, at->src, &protect->src,
					protect->family) ?:
		      ipsec_nl_put_addr(skb, at->dst, &protect->dst,
					protect->family);
	if (!err && protect->reqid)
		err = nla_put_u32(skb, at->reqid, protect->reqid);
	if (!err && protect->spi)
		err = nla_put_be32(skb, at->spi, protect->spi);
	return err;
}

/**
 * ipsec_nl_put_protect() - the SAs that a PROTECT policy asks for
 * @skb: message
 * @policy: the policy
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int ipsec_nl_put_protect(struct sk_buff *skb, const struct ipsec_policy *policy)
{
	int err = put_one(skb, &innermost, &policy->protect[0]);
	struct nlattr *nest;
	unsigned int i;

	if (!err && policy->mss)
		err = nla_put_u16(skb, IPSEC_A_POLICY_MSS, policy->mss);
	for (i = 1; !err && i < policy->protect_count; i++) {
		nest = nla_nest_start(skb, IPSEC_A_POLICY_OUTER);
		if (!nest)
			return -EMSGSIZE;
		err = put_one(skb, &outer, &policy->protect[i]);
		nla_nest_end(skb, nest);
	}
	return err;
}

/**
 * ipsec_nl_protect_size() - room that ipsec_nl_put_protect() may need
 *
 * Context: Any.
 * Return: bytes.
 */
size_t ipsec_nl_protect_size(void)
{
	size_t one = 2 * nla_total_size(sizeof(u8)) +
		     2 * nla_total_size(sizeof(u32)) +
		     2 * nla_total_size(sizeof(union ipsec_addr));

	return nla_total_size(sizeof(u16)) + one +
	       (IPSEC_NEST_MAX - 1) * nla_total_size(one);
}
