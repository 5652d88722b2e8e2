// SPDX-License-Identifier: GPL-2.0
/* Lists of ranges of addresses and ports in messages of the family. */
#include "netlink_ranges.h"

#include <linux/string.h>
#include <net/netlink.h>

#include "netlink.h"
#include "refuse.h"
#include "selector.h"

static int refuse_length(const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	return IPSEC_REFUSE(extack, nest, "a list has more than 16 ranges");
}

static int refuse_overlap(const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	return IPSEC_REFUSE(extack, nest, "two ranges of a list overlap");
}

static int parse_range(struct nlattr *nest, struct ipsec_range *range,
		       u8 *family, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IPSEC_A_ADDR_RANGE_MAX + 1];
	u8 max_family;
	int err;

	err = nla_parse_nested(tb, IPSEC_A_ADDR_RANGE_MAX, nest,
			       ipsec_addr_range_nl_policy, extack);
	if (err)
		return err;
	if (!tb[IPSEC_A_ADDR_RANGE_FIRST] || !tb[IPSEC_A_ADDR_RANGE_LAST])
		return IPSEC_REFUSE(extack, nest,
				    "a range has a first and a last address");
	err = ipsec_nl_parse_addr(tb[IPSEC_A_ADDR_RANGE_FIRST], &range->min,
				  family, extack) ?:
	      ipsec_nl_parse_addr(tb[IPSEC_A_ADDR_RANGE_LAST], &range->max,
				  &max_family, extack);
	if (err)
		return err;
	if (*family != max_family)
		return IPSEC_REFUSE(extack, nest,
				    "a range has addresses of both address families");
	if (ipsec_range_cmp(&range->min, &range->max) > 0)
		return IPSEC_REFUSE(extack, nest,
				    "a range ends before it begins");
	return 0;
}

static int insert_range(const struct nlattr *nest, struct ipsec_ranges *ranges,
			const struct ipsec_range *range,
			struct netlink_ext_ack *extack)
{
	u32 i = ranges->count;

	if (i == IPSEC_RANGES_MAX)
		return refuse_length(nest, extack);
	while (i && ipsec_range_cmp(&range->min, &ranges->range[i - 1].min) < 0)
		i--;
	if ((i && ipsec_range_cmp(&range->min, &ranges->range[i - 1].max) <= 0) ||
	    (i < ranges->count &&
	     ipsec_range_cmp(&range->max, &ranges->range[i].min) >= 0))
		return refuse_overlap(nest, extack);
	memmove(&ranges->range[i + 1], &ranges->range[i],
		(ranges->count - i) * sizeof(*range));
	ranges->range[i] = *range;
	ranges->count++;
	return 0;
}

/**
 * ipsec_nl_parse_ranges() - read a list of ranges of addresses
 * @selector: nest of IPSEC_A_SELECTOR_*, which the parser has accepted
 * @type: IPSEC_A_SELECTOR_LOCAL_RANGE or IPSEC_A_SELECTOR_REMOTE_RANGE
 * @ranges: result, in ascending order; zeroed before
 * @family: AF_INET or AF_INET6 when it is known already, else AF_UNSPEC; result
 * @extack: where the answer goes
 *
 * Context: Any.
 * Return: 0 or -EINVAL with a sentence.
 */
int ipsec_nl_parse_ranges(struct nlattr *selector, int type,
			  struct ipsec_ranges *ranges, u8 *family,
			  struct netlink_ext_ack *extack)
{
	struct ipsec_range range;
	struct nlattr *nest;
	u8 range_family;
	int err, rem;

	nla_for_each_nested(nest, selector, rem) {
		if (nla_type(nest) != type)
			continue;
		err = parse_range(nest, &range, &range_family, extack);
		if (err)
			return err;
		if (*family != AF_UNSPEC && *family != range_family)
			return IPSEC_REFUSE(extack, nest,
					    "the selector has addresses of both address families");
		*family = range_family;
		err = insert_range(nest, ranges, &range, extack);
		if (err)
			return err;
	}
	return 0;
}

static int parse_ports(struct nlattr *nest, u16 *min, u16 *max,
		       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IPSEC_A_PORT_RANGE_MAX + 1];
	int err;

	err = nla_parse_nested(tb, IPSEC_A_PORT_RANGE_MAX, nest,
			       ipsec_port_range_nl_policy, extack);
	if (err)
		return err;
	if (!tb[IPSEC_A_PORT_RANGE_FIRST])
		return IPSEC_REFUSE(extack, nest, "a range has a first port");
	*min = nla_get_u16(tb[IPSEC_A_PORT_RANGE_FIRST]);
	*max = tb[IPSEC_A_PORT_RANGE_LAST] ?
	       nla_get_u16(tb[IPSEC_A_PORT_RANGE_LAST]) : *min;
	if (*min > *max)
		return IPSEC_REFUSE(extack, nest,
				    "a range ends before it begins");
	return 0;
}

static int insert_ports(const struct nlattr *nest,
			struct ipsec_port_ranges *ranges, u16 min, u16 max,
			struct netlink_ext_ack *extack)
{
	u32 i = ranges->count;

	if (i == IPSEC_RANGES_MAX)
		return refuse_length(nest, extack);
	while (i && min < ranges->range[i - 1].min)
		i--;
	if ((i && min <= ranges->range[i - 1].max) ||
	    (i < ranges->count && max >= ranges->range[i].min))
		return refuse_overlap(nest, extack);
	memmove(&ranges->range[i + 1], &ranges->range[i],
		(ranges->count - i) * sizeof(ranges->range[0]));
	ranges->range[i].min = min;
	ranges->range[i].max = max;
	ranges->count++;
	return 0;
}

/**
 * ipsec_nl_parse_port_ranges() - read a list of ranges of ports
 * @selector: nest of IPSEC_A_SELECTOR_*, which the parser has accepted
 * @type: IPSEC_A_SELECTOR_LOCAL_PORTS or IPSEC_A_SELECTOR_REMOTE_PORTS
 * @ranges: result, in ascending order; zeroed before
 * @extack: where the answer goes
 *
 * Context: Any.
 * Return: 0 or -EINVAL with a sentence.
 */
int ipsec_nl_parse_port_ranges(struct nlattr *selector, int type,
			       struct ipsec_port_ranges *ranges,
			       struct netlink_ext_ack *extack)
{
	struct nlattr *nest;
	u16 min, max;
	int err, rem;

	nla_for_each_nested(nest, selector, rem) {
		if (nla_type(nest) != type)
			continue;
		err = parse_ports(nest, &min, &max, extack) ?:
		      insert_ports(nest, ranges, min, max, extack);
		if (err)
			return err;
	}
	return 0;
}

static int put_range(struct sk_buff *skb, int type,
		     const struct ipsec_range *range, u8 family)
{
	struct nlattr *nest = nla_nest_start(skb, type);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = ipsec_nl_put_addr(skb, IPSEC_A_ADDR_RANGE_FIRST, &range->min,
				family) ?:
	      ipsec_nl_put_addr(skb, IPSEC_A_ADDR_RANGE_LAST, &range->max,
				family);
	if (!err)
		nla_nest_end(skb, nest);
	return err;
}

/**
 * ipsec_nl_put_ranges() - put a list of ranges of addresses
 * @skb: message
 * @type: type of the attributes
 * @ranges: the list
 * @family: AF_INET or AF_INET6
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int ipsec_nl_put_ranges(struct sk_buff *skb, int type,
			const struct ipsec_ranges *ranges, u8 family)
{
	int err = 0;
	u32 i;

	for (i = 0; !err && i < ranges->count; i++)
		err = put_range(skb, type, &ranges->range[i], family);
	return err;
}

static int put_ports(struct sk_buff *skb, int type, u16 min, u16 max)
{
	struct nlattr *nest = nla_nest_start(skb, type);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = nla_put_u16(skb, IPSEC_A_PORT_RANGE_FIRST, min) ?:
	      nla_put_u16(skb, IPSEC_A_PORT_RANGE_LAST, max);
	if (!err)
		nla_nest_end(skb, nest);
	return err;
}

/**
 * ipsec_nl_put_port_ranges() - put a list of ranges of ports
 * @skb: message
 * @type: type of the attributes
 * @ranges: the list
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int ipsec_nl_put_port_ranges(struct sk_buff *skb, int type,
			     const struct ipsec_port_ranges *ranges)
{
	int err = 0;
	u32 i;

	for (i = 0; !err && i < ranges->count; i++)
		err = put_ports(skb, type, ranges->range[i].min,
				ranges->range[i].max);
	return err;
}

/**
 * ipsec_nl_ranges_size() - room that the four lists need in a message
 *
 * Context: Any.
 * Return: bytes, at most.
 */
size_t ipsec_nl_ranges_size(void)
{
	size_t range = 2 * nla_total_size(sizeof(union ipsec_addr));
	size_t ports = 2 * nla_total_size(sizeof(u16));

	return 2 * IPSEC_RANGES_MAX *
	       (nla_total_size(range) + nla_total_size(ports));
}
