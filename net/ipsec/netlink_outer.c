// SPDX-License-Identifier: GPL-2.0
/* Tunnel headers and padding of an SA in messages of the family. */
#include "netlink_outer.h"

#include <linux/in.h>
#include <net/netlink.h>

#include "alg.h"
#include "refuse.h"
#include "sa.h"

/* What makes sense for outbound tunnels alone, for both families of them. */
static int check_tunnel(const struct ipsec_sa_params *params,
			struct nlattr **tb, struct netlink_ext_ack *extack)
{
	static const u8 tunnel_out[] = {
		IPSEC_A_SA_TTL, IPSEC_A_SA_DSCP, IPSEC_A_SA_DSCP_MAP,
		IPSEC_A_SA_ECN, IPSEC_A_SA_FLOW_LABEL, IPSEC_A_SA_LABEL,
		IPSEC_A_SA_TFC,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tunnel_out); i++)
		if (tb[tunnel_out[i]] && (params->mode != IPSEC_MODE_TUNNEL ||
					  params->dir != IPSEC_DIR_OUT))
			return IPSEC_REFUSE(extack, tb[tunnel_out[i]],
					    "ttl, dscp, dscp-map, ecn, flow-label, label and tfc are for tunnel mode and dir OUT only");
	if (tb[IPSEC_A_SA_DECAP_DSCP] && (params->mode != IPSEC_MODE_TUNNEL ||
					  params->dir != IPSEC_DIR_IN))
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_DECAP_DSCP],
				    "decap-dscp is for tunnel mode and dir IN only");
	return 0;
}

static int check_pairs(const struct ipsec_sa_params *params,
		       struct nlattr **tb, struct netlink_ext_ack *extack)
{
	struct nlattr *label = tb[IPSEC_A_SA_FLOW_LABEL] ?:
			       tb[IPSEC_A_SA_LABEL];

	if (tb[IPSEC_A_SA_DSCP] && tb[IPSEC_A_SA_DSCP_MAP])
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_DSCP_MAP],
				    "dscp and dscp-map exclude each other");
	if (tb[IPSEC_A_SA_FLOW_LABEL] && tb[IPSEC_A_SA_LABEL])
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_LABEL],
				    "flow-label and label exclude each other");
	if (label && params->key.family != AF_INET6)
		return IPSEC_REFUSE(extack, label,
				    "flow labels are for tunnels over IPv6 only");
	return 0;
}

static int parse_dscp_map(struct nlattr *attr, struct ipsec_outer *outer,
			  struct netlink_ext_ack *extack)
{
	const u8 *map = nla_data(attr);
	unsigned int i;

	for (i = 0; i < IPSEC_DSCP_MAP_LEN; i++)
		if (map[i] > 63)
			return IPSEC_REFUSE(extack, attr,
					    "dscp-map has a value above 63");
	outer->dscp_map = map;
	return 0;
}

static int parse_padding(struct nlattr **tb, struct ipsec_sa_params *params,
			 struct netlink_ext_ack *extack)
{
	struct nlattr *pad = tb[IPSEC_A_SA_PAD_MIN];
	struct nlattr *tfc = tb[IPSEC_A_SA_TFC];

	if (tfc && params->key.proto != IPPROTO_ESP)
		return IPSEC_REFUSE(extack, tfc, "tfc is for ESP only");
	if (tfc)
		params->outer.tfc = nla_get_u16(tfc);
	if (!pad)
		return 0;
	if (params->key.proto != IPPROTO_ESP || params->dir != IPSEC_DIR_OUT)
		return IPSEC_REFUSE(extack, pad,
				    "pad-min is for ESP and dir OUT only");
	params->outer.pad_min = nla_get_u8(pad);
	/* RFC 4303 2.5: with what alignment adds, the length has 8 bits. */
	if (params->enc && params->outer.pad_min >
			   256 - max_t(unsigned int, params->enc->block, 4))
		return IPSEC_REFUSE(extack, pad,
				    "pad-min leaves no room for alignment: at most 252, 240 with blocks of 16 bytes");
	return 0;
}

/**
 * ipsec_nl_parse_outer() - what a new SA says of tunnel header and padding
 * @tb: attributes by IPSEC_A_SA_*
 * @params: dir, mode, key and algorithms are set; outer is filled, and points
 *	into the message
 * @extack: where the refusal goes
 *
 * Context: Any.
 * Return: 0, or -EINVAL with a sentence.
 */
int ipsec_nl_parse_outer(struct nlattr **tb, struct ipsec_sa_params *params,
			 struct netlink_ext_ack *extack)
{
	struct ipsec_outer *outer = &params->outer;
	int err;

	err = check_tunnel(params, tb, extack) ?:
	      check_pairs(params, tb, extack);
	if (err)
		return err;
	if (tb[IPSEC_A_SA_TTL])
		outer->ttl = nla_get_u8(tb[IPSEC_A_SA_TTL]);
	outer->has_dscp = !!tb[IPSEC_A_SA_DSCP];
	if (outer->has_dscp)
		outer->dscp = nla_get_u8(tb[IPSEC_A_SA_DSCP]);
	if (tb[IPSEC_A_SA_DECAP_DSCP])
		outer->decap_dscp = nla_get_u8(tb[IPSEC_A_SA_DECAP_DSCP]);
	outer->ecn = tb[IPSEC_A_SA_ECN] ? nla_get_u8(tb[IPSEC_A_SA_ECN]) :
					  IPSEC_ECN_NORMAL;
	if (tb[IPSEC_A_SA_LABEL])
		outer->label = nla_get_u8(tb[IPSEC_A_SA_LABEL]);
	if (tb[IPSEC_A_SA_FLOW_LABEL])
		outer->flow_label = nla_get_u32(tb[IPSEC_A_SA_FLOW_LABEL]);
	if (outer->flow_label >> 20)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_FLOW_LABEL],
				    "flow-label has more than 20 bits");
	if (tb[IPSEC_A_SA_DSCP_MAP])
		err = parse_dscp_map(tb[IPSEC_A_SA_DSCP_MAP], outer, extack);
	return err ?: parse_padding(tb, params, extack);
}

static int put_dscp(struct sk_buff *skb, const struct ipsec_outer *outer)
{
	if (outer->has_dscp)
		return nla_put_u8(skb, IPSEC_A_SA_DSCP, outer->dscp);
	if (outer->dscp_map)
		return nla_put(skb, IPSEC_A_SA_DSCP_MAP, IPSEC_DSCP_MAP_LEN,
			       outer->dscp_map);
	return 0;
}

/**
 * ipsec_nl_put_outer() - what an SA says of tunnel header and padding
 * @skb: message
 * @outer: the settings; those that are not the default are put
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int ipsec_nl_put_outer(struct sk_buff *skb, const struct ipsec_outer *outer)
{
	int err = put_dscp(skb, outer);

	if (!err && outer->ttl)
		err = nla_put_u8(skb, IPSEC_A_SA_TTL, outer->ttl);
	if (!err && outer->decap_dscp)
		err = nla_put_u8(skb, IPSEC_A_SA_DECAP_DSCP, 1);
	if (!err && outer->ecn != IPSEC_ECN_NORMAL)
		err = nla_put_u8(skb, IPSEC_A_SA_ECN, outer->ecn);
	if (!err && outer->label)
		err = nla_put_u8(skb, IPSEC_A_SA_LABEL, outer->label);
	if (!err && outer->flow_label)
		err = nla_put_u32(skb, IPSEC_A_SA_FLOW_LABEL,
				  outer->flow_label);
	if (!err && outer->tfc)
		err = nla_put_u16(skb, IPSEC_A_SA_TFC, outer->tfc);
	if (!err && outer->pad_min)
		err = nla_put_u8(skb, IPSEC_A_SA_PAD_MIN, outer->pad_min);
	return err;
}

/**
 * ipsec_nl_outer_size() - room that ipsec_nl_put_outer() may need
 *
 * Context: Any.
 * Return: bytes.
 */
size_t ipsec_nl_outer_size(void)
{
	return 6 * nla_total_size(sizeof(u8)) +
	       nla_total_size(sizeof(u32)) + nla_total_size(sizeof(u16)) +
	       nla_total_size(IPSEC_DSCP_MAP_LEN);
}
