// SPDX-License-Identifier: GPL-2.0
/* Addresses and selectors in messages of the family. */
#include "netlink.h"

#include <linux/in.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/netlink.h>

#include "netlink_ranges.h"
#include "refuse.h"
#include "selector.h"

/**
 * ipsec_nl_parse_addr() - read an address
 * @attr: 4 or 16 bytes
 * @addr: result; of an IPv4 address the rest is zero
 * @addr_family: result, AF_INET or AF_INET6
 * @extack: where the answer goes
 *
 * Context: Any.
 * Return: 0 or -EINVAL with a sentence.
 */
int ipsec_nl_parse_addr(const struct nlattr *attr, union ipsec_addr *addr,
			u8 *addr_family, struct netlink_ext_ack *extack)
{
	int len = nla_len(attr);

	if (len != sizeof(addr->a4) && len != sizeof(addr->a6))
		return IPSEC_REFUSE(extack, attr,
				    "an address has 4 bytes (IPv4) or 16 (IPv6)");
	memset(addr, 0, sizeof(*addr));
	memcpy(addr->bytes, nla_data(attr), len);
	*addr_family = len == sizeof(addr->a4) ? AF_INET : AF_INET6;
	return 0;
}

/**
 * ipsec_nl_parse_addr_pair() - read two addresses of one family
 * @src_attr: 4 or 16 bytes
 * @src: result
 * @dst_attr: 4 or 16 bytes
 * @dst: result
 * @addr_family: result, AF_INET or AF_INET6
 * @extack: where the answer goes
 *
 * Context: Any.
 * Return: 0 or -EINVAL with a sentence.
 */
int ipsec_nl_parse_addr_pair(struct nlattr *src_attr, union ipsec_addr *src,
			     struct nlattr *dst_attr, union ipsec_addr *dst,
			     u8 *addr_family, struct netlink_ext_ack *extack)
{
	u8 src_family;
	int err;

	err = ipsec_nl_parse_addr(src_attr, src, &src_family, extack) ?:
	      ipsec_nl_parse_addr(dst_attr, dst, addr_family, extack);
	if (err)
		return err;
	if (src_family != *addr_family)
		return IPSEC_REFUSE(extack, src_attr,
				    "src and dst are of different address families");
	return 0;
}

static int parse_prefix(struct nlattr *addr_attr, struct nlattr *plen_attr,
			union ipsec_addr *addr, u8 *plen, u8 *addr_family,
			struct netlink_ext_ack *extack)
{
	u8 family_before = *addr_family;
	int err;

	if (!addr_attr) {
		if (plen_attr)
			return IPSEC_REFUSE(extack, plen_attr,
					    "a prefix length needs its address");
		return 0;
	}
	err = ipsec_nl_parse_addr(addr_attr, addr, addr_family, extack);
	if (err)
		return err;
	if (family_before != AF_UNSPEC && family_before != *addr_family)
		return IPSEC_REFUSE(extack, addr_attr,
				    "local-addr and remote-addr are of different address families");
	*plen = plen_attr ? nla_get_u8(plen_attr) : nla_len(addr_attr) * 8;
	return 0;
}

/* Attributes of one side. */
struct side {
	int range;
	int ports;
	int addr;
	int plen;
	int port_min;
	int port_max;
};

static const struct side local_side = {
	.range = IPSEC_A_SELECTOR_LOCAL_RANGE,
	.ports = IPSEC_A_SELECTOR_LOCAL_PORTS,
	.addr = IPSEC_A_SELECTOR_LOCAL_ADDR,
	.plen = IPSEC_A_SELECTOR_LOCAL_PLEN,
	.port_min = IPSEC_A_SELECTOR_LOCAL_PORT_MIN,
	.port_max = IPSEC_A_SELECTOR_LOCAL_PORT_MAX,
};

static const struct side remote_side = {
	.range = IPSEC_A_SELECTOR_REMOTE_RANGE,
	.ports = IPSEC_A_SELECTOR_REMOTE_PORTS,
	.addr = IPSEC_A_SELECTOR_REMOTE_ADDR,
	.plen = IPSEC_A_SELECTOR_REMOTE_PLEN,
	.port_min = IPSEC_A_SELECTOR_REMOTE_PORT_MIN,
	.port_max = IPSEC_A_SELECTOR_REMOTE_PORT_MAX,
};

/* The list, and the prefix that has all of it. One that is a prefix is that. */
static int parse_list(struct nlattr *selector, struct nlattr **tb,
		      const struct side *side, struct ipsec_ranges *list,
		      union ipsec_addr *addr, u8 *plen, u8 *addr_family,
		      struct netlink_ext_ack *extack)
{
	struct ipsec_prefix hull;
	struct ipsec_range all;
	u8 bits;
	int err;

	if (tb[side->addr] || tb[side->plen])
		return IPSEC_REFUSE(extack, tb[side->range],
				    "a list of ranges stands in place of the prefix, not beside it");
	err = ipsec_nl_parse_ranges(selector, side->range, list, addr_family,
				    extack);
	if (err)
		return err;
	bits = ipsec_selector_bits(*addr_family);
	all.min = list->range[0].min;
	all.max = list->range[list->count - 1].max;
	ipsec_range_hull(&all, bits, &hull);
	*addr = hull.addr;
	*plen = hull.plen;
	if (list->count == 1 && ipsec_range_is_prefix(&all, bits))
		memset(list, 0, sizeof(*list));
	return 0;
}

static int parse_addrs(struct nlattr *selector, struct nlattr **tb,
		       struct ipsec_selector *sel,
		       struct netlink_ext_ack *extack)
{
	int err;

	if (tb[local_side.range])
		err = parse_list(selector, tb, &local_side, &sel->more->local,
				 &sel->local, &sel->local_plen, &sel->family,
				 extack);
	else
		err = parse_prefix(tb[local_side.addr], tb[local_side.plen],
				   &sel->local, &sel->local_plen, &sel->family,
				   extack);
	if (err)
		return err;
	if (tb[remote_side.range])
		return parse_list(selector, tb, &remote_side,
				  &sel->more->remote, &sel->remote,
				  &sel->remote_plen, &sel->family, extack);
	return parse_prefix(tb[remote_side.addr], tb[remote_side.plen],
			    &sel->remote, &sel->remote_plen, &sel->family,
			    extack);
}

static int parse_port_list(struct nlattr *selector, struct nlattr **tb,
			   const struct side *side,
			   struct ipsec_port_ranges *list, u16 *min, u16 *max,
			   struct netlink_ext_ack *extack)
{
	int err;

	if (tb[side->port_min] || tb[side->port_max])
		return IPSEC_REFUSE(extack, tb[side->ports],
				    "a list of ranges of ports stands in place of one range, not beside it");
	err = ipsec_nl_parse_port_ranges(selector, side->ports, list, extack);
	if (err)
		return err;
	*min = list->range[0].min;
	*max = list->range[list->count - 1].max;
	if (list->count == 1)
		memset(list, 0, sizeof(*list));
	return 0;
}

static int parse_port(struct nlattr **tb, const struct side *side, u16 *min,
		      u16 *max, struct netlink_ext_ack *extack)
{
	if (!tb[side->port_min])
		return IPSEC_REFUSE(extack, tb[side->port_max],
				    "the last port of a range needs the first");
	*min = nla_get_u16(tb[side->port_min]);
	*max = tb[side->port_max] ? nla_get_u16(tb[side->port_max]) : *min;
	return 0;
}

static int parse_ports(struct nlattr *selector, struct nlattr **tb,
		       struct ipsec_selector *sel,
		       struct netlink_ext_ack *extack)
{
	int err = 0;

	sel->has_local_port = tb[local_side.port_min] ||
			      tb[local_side.port_max] || tb[local_side.ports];
	sel->has_remote_port = tb[remote_side.port_min] ||
			       tb[remote_side.port_max] ||
			       tb[remote_side.ports];
	if (tb[local_side.ports])
		err = parse_port_list(selector, tb, &local_side,
				      &sel->more->local_ports,
				      &sel->local_port_min,
				      &sel->local_port_max, extack);
	else if (sel->has_local_port)
		err = parse_port(tb, &local_side, &sel->local_port_min,
				 &sel->local_port_max, extack);
	if (err)
		return err;
	if (tb[remote_side.ports])
		return parse_port_list(selector, tb, &remote_side,
				       &sel->more->remote_ports,
				       &sel->remote_port_min,
				       &sel->remote_port_max, extack);
	if (sel->has_remote_port)
		return parse_port(tb, &remote_side, &sel->remote_port_min,
				  &sel->remote_port_max, extack);
	return 0;
}

/* A missing code is any: 0 in the first type, 255 in the last. */
static void parse_icmp(struct nlattr **tb, struct ipsec_selector *sel)
{
	struct nlattr *type = tb[IPSEC_A_SELECTOR_ICMP_TYPE];
	struct nlattr *type_max = tb[IPSEC_A_SELECTOR_ICMP_TYPE_MAX] ?: type;
	struct nlattr *code = tb[IPSEC_A_SELECTOR_ICMP_CODE];
	struct nlattr *code_max = tb[IPSEC_A_SELECTOR_ICMP_CODE_MAX] ?: code;

	if (!type)
		return;
	sel->has_icmp = 1;
	sel->icmp_min = nla_get_u8(type) * 256 + (code ? nla_get_u8(code) : 0);
	sel->icmp_max = nla_get_u8(type_max) * 256 +
			(code_max ? nla_get_u8(code_max) : 255);
}

static void parse_mh(struct nlattr **tb, struct ipsec_selector *sel)
{
	struct nlattr *min = tb[IPSEC_A_SELECTOR_MH_TYPE];
	struct nlattr *max = tb[IPSEC_A_SELECTOR_MH_TYPE_MAX] ?: min;

	if (!min)
		return;
	sel->has_mh = 1;
	sel->mh_min = nla_get_u8(min);
	sel->mh_max = nla_get_u8(max);
}

static void parse_upper(struct nlattr **tb, struct ipsec_selector *sel)
{
	if (tb[IPSEC_A_SELECTOR_PROTO])
		sel->proto = nla_get_u8(tb[IPSEC_A_SELECTOR_PROTO]);
	parse_icmp(tb, sel);
	parse_mh(tb, sel);
	sel->is_opaque = nla_get_flag(tb[IPSEC_A_SELECTOR_OPAQUE]);
	sel->is_proto_opaque = nla_get_flag(tb[IPSEC_A_SELECTOR_PROTO_OPAQUE]);
}

static int parse_mark(struct nlattr **tb, struct ipsec_selector *sel,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *mark = tb[IPSEC_A_SELECTOR_MARK];
	struct nlattr *mask = tb[IPSEC_A_SELECTOR_MARK_MASK];

	if (!mark && mask)
		return IPSEC_REFUSE(extack, mask, "mark-mask needs mark");
	if (!mark)
		return 0;
	sel->more->mark = nla_get_u32(mark);
	sel->more->mark_mask = mask ? nla_get_u32(mask) : U32_MAX;
	if (!sel->more->mark_mask)
		return IPSEC_REFUSE(extack, mask,
				    "mark-mask 0 looks at no bit of the mark");
	if (sel->more->mark & ~sel->more->mark_mask)
		return IPSEC_REFUSE(extack, mark,
				    "mark has bits that mark-mask does not look at");
	return 0;
}

static int parse_dev(struct nlattr *attr, struct ipsec_selector *sel,
		     struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	BUILD_BUG_ON(sizeof(sel->more->dev) != IFNAMSIZ);
	nla_strscpy(sel->more->dev, attr, sizeof(sel->more->dev));
	if (!dev_valid_name(sel->more->dev))
		return IPSEC_REFUSE(extack, attr,
				    "dev is not a name that a device can have");
	return 0;
}

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
	u8 bits = ipsec_selector_bits(sel->family);

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
	const struct side *side = sel->has_local_port ? &local_side :
							&remote_side;

	if ((sel->has_local_port || sel->has_remote_port) &&
	    !proto_has_ports(sel->proto))
		return IPSEC_REFUSE(extack, tb[side->ports] ?:
				    tb[side->port_min],
				    "ports need proto TCP, UDP, UDP-Lite, SCTP or DCCP");
	if (sel->has_local_port && sel->local_port_min > sel->local_port_max)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_LOCAL_PORT_MAX],
				    "local-port-max is below local-port-min");
	if (sel->has_remote_port && sel->remote_port_min > sel->remote_port_max)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_REMOTE_PORT_MAX],
				    "remote-port-max is below remote-port-min");
	return 0;
}

static bool is_icmp(u8 proto)
{
	return proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6;
}

static int validate_icmp(const struct ipsec_selector *sel, struct nlattr **tb,
			 struct netlink_ext_ack *extack)
{
	if (!sel->has_icmp && tb[IPSEC_A_SELECTOR_ICMP_CODE])
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_ICMP_CODE],
				    "icmp-code needs icmp-type");
	if (!sel->has_icmp && tb[IPSEC_A_SELECTOR_ICMP_TYPE_MAX])
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_ICMP_TYPE_MAX],
				    "icmp-type-max needs icmp-type");
	if (!tb[IPSEC_A_SELECTOR_ICMP_CODE] &&
	    tb[IPSEC_A_SELECTOR_ICMP_CODE_MAX])
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_ICMP_CODE_MAX],
				    "icmp-code-max needs icmp-code");
	if (!sel->has_icmp)
		return 0;
	if (!is_icmp(sel->proto))
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_ICMP_TYPE],
				    "icmp-type needs proto ICMP (1) or ICMPv6 (58)");
	if (sel->icmp_min > sel->icmp_max)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_ICMP_TYPE],
				    "the last ICMP type and code are below the first");
	if ((sel->proto == IPPROTO_ICMP && sel->family == AF_INET6) ||
	    (sel->proto == IPPROTO_ICMPV6 && sel->family == AF_INET))
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_PROTO],
				    "proto is the ICMP of the other address family");
	return 0;
}

static int validate_mh(const struct ipsec_selector *sel, struct nlattr **tb,
		       struct netlink_ext_ack *extack)
{
	if (!sel->has_mh && tb[IPSEC_A_SELECTOR_MH_TYPE_MAX])
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_MH_TYPE_MAX],
				    "mh-type-max needs mh-type");
	if (!sel->has_mh)
		return 0;
	if (sel->proto != IPPROTO_MH || sel->family == AF_INET)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_MH_TYPE],
				    "mh-type needs proto Mobility Header (135) and IPv6");
	if (sel->mh_min > sel->mh_max)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SELECTOR_MH_TYPE_MAX],
				    "mh-type-max is below mh-type");
	return 0;
}

/* RFC 4301 4.4.1.2: OPAQUE is alone in the list of its selector. */
static int validate_opaque(const struct ipsec_selector *sel, struct nlattr **tb,
			   struct netlink_ext_ack *extack)
{
	struct nlattr *proto_opaque = tb[IPSEC_A_SELECTOR_PROTO_OPAQUE];
	struct nlattr *opaque = tb[IPSEC_A_SELECTOR_OPAQUE];

	if (sel->is_proto_opaque && sel->proto)
		return IPSEC_REFUSE(extack, proto_opaque,
				    "proto is either a number or opaque");
	if (sel->is_proto_opaque && sel->family == AF_INET)
		return IPSEC_REFUSE(extack, proto_opaque,
				    "IPv4 always shows its next layer protocol");
	if (!sel->is_opaque)
		return 0;
	if (!proto_has_ports(sel->proto) && !is_icmp(sel->proto) &&
	    sel->proto != IPPROTO_MH)
		return IPSEC_REFUSE(extack, opaque,
				    "opaque needs a proto that has ports, ICMP (1), ICMPv6 (58) or Mobility Header (135)");
	if (ipsec_selector_names_upper(sel))
		return IPSEC_REFUSE(extack, opaque,
				    "what is opaque has no ports and no type");
	return 0;
}

static int validate(const struct ipsec_selector *sel, struct nlattr **tb,
		    struct netlink_ext_ack *extack)
{
	return validate_prefixes(sel, tb, extack) ?:
	       validate_ports(sel, tb, extack) ?:
	       validate_icmp(sel, tb, extack) ?:
	       validate_mh(sel, tb, extack) ?:
	       validate_opaque(sel, tb, extack);
}

static int parse(struct nlattr *selector, struct nlattr **tb,
		 struct ipsec_selector *sel, struct netlink_ext_ack *extack)
{
	int err;

	err = parse_addrs(selector, tb, sel, extack) ?:
	      parse_ports(selector, tb, sel, extack);
	if (err)
		return err;
	parse_upper(tb, sel);
	return parse_mark(tb, sel, extack) ?:
	       parse_dev(tb[IPSEC_A_SELECTOR_DEV], sel, extack) ?:
	       validate(sel, tb, extack);
}

static void drop_more(struct ipsec_selector *sel)
{
	kfree(sel->more);
	sel->more = NULL;
}

/**
 * ipsec_nl_parse_selector() - read and validate a selector
 * @attr: nest of IPSEC_A_SELECTOR_*; NULL: the selector of every packet
 * @sel: result; the caller frees &ipsec_selector.more
 * @extack: where the answer goes
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno with a sentence; then there is nothing to free.
 */
int ipsec_nl_parse_selector(struct nlattr *attr, struct ipsec_selector *sel,
			    struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IPSEC_A_SELECTOR_MAX + 1];
	int err;

	memset(sel, 0, sizeof(*sel));
	if (!attr)
		return 0;
	err = nla_parse_nested(tb, IPSEC_A_SELECTOR_MAX, attr,
			       ipsec_selector_nl_policy, extack);
	if (err)
		return err;
	sel->more = kzalloc(sizeof(*sel->more), GFP_KERNEL_ACCOUNT);
	if (!sel->more)
		return -ENOMEM;
	err = parse(attr, tb, sel, extack);
	if (err || !memchr_inv(sel->more, 0, sizeof(*sel->more)))
		drop_more(sel);
	return err;
}

/**
 * ipsec_nl_refuse_mark() - refuse what only a policy may ask for
 * @attr: nest of IPSEC_A_SELECTOR_* of an SA
 * @sel: the selector
 * @extack: where the answer goes
 *
 * Context: Any.
 * Return: 0 or -EINVAL with a sentence.
 */
int ipsec_nl_refuse_mark(struct nlattr *attr, const struct ipsec_selector *sel,
			 struct netlink_ext_ack *extack)
{
	if (sel->more && (sel->more->mark_mask || sel->more->dev[0]))
		return IPSEC_REFUSE(extack, attr,
				    "mark and dev are for policies, not for SAs");
	return 0;
}

/**
 * ipsec_nl_put_addr() - put an address
 * @skb: message
 * @attr: type of the attribute
 * @addr: address
 * @addr_family: AF_INET or AF_INET6
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int ipsec_nl_put_addr(struct sk_buff *skb, int attr,
		      const union ipsec_addr *addr, u8 addr_family)
{
	return nla_put(skb, attr, addr_family == AF_INET ? sizeof(addr->a4) :
		       sizeof(addr->a6), addr->bytes);
}

static int put_side(struct sk_buff *skb, const struct side *side,
		    const struct ipsec_ranges *list,
		    const union ipsec_addr *addr, u8 plen, u8 family)
{
	if (list && list->count)
		return ipsec_nl_put_ranges(skb, side->range, list, family);
	return ipsec_nl_put_addr(skb, side->addr, addr, family) ?:
	       nla_put_u8(skb, side->plen, plen);
}

static int put_addrs(struct sk_buff *skb, const struct ipsec_selector *sel)
{
	const struct ipsec_selector_more *more = sel->more;

	if (sel->family == AF_UNSPEC)
		return 0;
	return put_side(skb, &local_side, more ? &more->local : NULL,
			&sel->local, sel->local_plen, sel->family) ?:
	       put_side(skb, &remote_side, more ? &more->remote : NULL,
			&sel->remote, sel->remote_plen, sel->family);
}

static int put_ports(struct sk_buff *skb, const struct side *side,
		     const struct ipsec_port_ranges *list, u16 min, u16 max)
{
	if (list && list->count)
		return ipsec_nl_put_port_ranges(skb, side->ports, list);
	return nla_put_u16(skb, side->port_min, min) ?:
	       nla_put_u16(skb, side->port_max, max);
}

static int put_icmp(struct sk_buff *skb, u16 min, u16 max)
{
	int err;

	err = nla_put_u8(skb, IPSEC_A_SELECTOR_ICMP_TYPE, min / 256);
	if (!err && min / 256 != max / 256)
		err = nla_put_u8(skb, IPSEC_A_SELECTOR_ICMP_TYPE_MAX,
				 max / 256);
	if (err || (min % 256 == 0 && max % 256 == 255))
		return err;
	return nla_put_u8(skb, IPSEC_A_SELECTOR_ICMP_CODE, min % 256) ?:
	       nla_put_u8(skb, IPSEC_A_SELECTOR_ICMP_CODE_MAX, max % 256);
}

static int put_mh(struct sk_buff *skb, u8 min, u8 max)
{
	return nla_put_u8(skb, IPSEC_A_SELECTOR_MH_TYPE, min) ?:
	       nla_put_u8(skb, IPSEC_A_SELECTOR_MH_TYPE_MAX, max);
}

static int put_upper(struct sk_buff *skb, const struct ipsec_selector *sel)
{
	const struct ipsec_selector_more *more = sel->more;
	int err = 0;

	if (sel->proto)
		err = nla_put_u8(skb, IPSEC_A_SELECTOR_PROTO, sel->proto);
	if (!err && sel->has_local_port)
		err = put_ports(skb, &local_side,
				more ? &more->local_ports : NULL,
				sel->local_port_min, sel->local_port_max);
	if (!err && sel->has_remote_port)
		err = put_ports(skb, &remote_side,
				more ? &more->remote_ports : NULL,
				sel->remote_port_min, sel->remote_port_max);
	if (!err && sel->has_icmp)
		err = put_icmp(skb, sel->icmp_min, sel->icmp_max);
	if (!err && sel->has_mh)
		err = put_mh(skb, sel->mh_min, sel->mh_max);
	if (!err && sel->is_opaque)
		err = nla_put_flag(skb, IPSEC_A_SELECTOR_OPAQUE);
	if (!err && sel->is_proto_opaque)
		err = nla_put_flag(skb, IPSEC_A_SELECTOR_PROTO_OPAQUE);
	return err;
}

static int put_mark(struct sk_buff *skb, const struct ipsec_selector_more *more)
{
	int err = 0;

	if (more->mark_mask)
		err = nla_put_u32(skb, IPSEC_A_SELECTOR_MARK, more->mark) ?:
		      nla_put_u32(skb, IPSEC_A_SELECTOR_MARK_MASK,
				  more->mark_mask);
	if (!err && more->dev[0])
		err = nla_put_string(skb, IPSEC_A_SELECTOR_DEV, more->dev);
	return err;
}

/**
 * ipsec_nl_put_selector() - put a selector
 * @skb: message
 * @attr: type of the nest
 * @sel: selector
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int ipsec_nl_put_selector(struct sk_buff *skb, int attr,
			  const struct ipsec_selector *sel)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = put_addrs(skb, sel) ?: put_upper(skb, sel);
	if (!err && sel->more)
		err = put_mark(skb, sel->more);
	if (!err)
		nla_nest_end(skb, nest);
	return err;
}

/**
 * ipsec_nl_selector_size() - room that a selector needs in a message
 * @sel: selector; NULL is the largest there is
 *
 * Context: Any.
 * Return: bytes, at most.
 */
size_t ipsec_nl_selector_size(const struct ipsec_selector *sel)
{
	size_t size = 2 * nla_total_size(sizeof(union ipsec_addr)) +
		      9 * nla_total_size(sizeof(u8)) +
		      4 * nla_total_size(sizeof(u16)) + 2 * nla_total_size(0);

	if (!sel || sel->more)
		size += ipsec_nl_ranges_size() +
			2 * nla_total_size(sizeof(u32)) +
			nla_total_size(IPSEC_SELECTOR_DEV_LEN);
	return nla_total_size(size);
}

/* The one value that a list or a range of a selector would begin with. */
static int put_flow_upper(struct sk_buff *skb, const struct ipsec_flow *flow)
{
	if (flow->has_ports)
		return nla_put_u16(skb, IPSEC_A_SELECTOR_LOCAL_PORT_MIN,
				   flow->local_port) ?:
		       nla_put_u16(skb, IPSEC_A_SELECTOR_REMOTE_PORT_MIN,
				   flow->remote_port);
	if (flow->has_icmp)
		return nla_put_u8(skb, IPSEC_A_SELECTOR_ICMP_TYPE,
				  flow->icmp_type) ?:
		       nla_put_u8(skb, IPSEC_A_SELECTOR_ICMP_CODE,
				  flow->icmp_code);
	if (flow->has_mh)
		return nla_put_u8(skb, IPSEC_A_SELECTOR_MH_TYPE,
				  flow->mh_type);
	return 0;
}

/**
 * ipsec_nl_put_flow() - put the selector values of a packet
 * @skb: message
 * @attr: number of the nest
 * @flow: the values
 *
 * As the narrowest selector that matches the packet.
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int ipsec_nl_put_flow(struct sk_buff *skb, int attr,
		      const struct ipsec_flow *flow)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = ipsec_nl_put_addr(skb, IPSEC_A_SELECTOR_LOCAL_ADDR, &flow->local,
				flow->family) ?:
	      ipsec_nl_put_addr(skb, IPSEC_A_SELECTOR_REMOTE_ADDR,
				&flow->remote, flow->family) ?:
	      nla_put_u8(skb, IPSEC_A_SELECTOR_PROTO, flow->proto) ?:
	      put_flow_upper(skb, flow);
	nla_nest_end(skb, nest);
	return err;
}

/**
 * ipsec_nl_flow_size() - room that the values of a packet need in a message
 *
 * Context: Any.
 * Return: bytes, with the nest.
 */
size_t ipsec_nl_flow_size(void)
{
	return nla_total_size(2 * nla_total_size(sizeof(union ipsec_addr)) +
			      3 * nla_total_size(sizeof(u8)) +
			      2 * nla_total_size(sizeof(u16)));
}
