/* SPDX-License-Identifier: GPL-2.0 */
/* Lists of ranges in messages of the family. */
#ifndef _NET_IPSEC_NETLINK_RANGES_H
#define _NET_IPSEC_NETLINK_RANGES_H

#include <linux/types.h>

struct ipsec_port_ranges;
struct ipsec_ranges;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;

int ipsec_nl_parse_ranges(struct nlattr *selector, int type,
			  struct ipsec_ranges *ranges, u8 *family,
			  struct netlink_ext_ack *extack);
int ipsec_nl_parse_port_ranges(struct nlattr *selector, int type,
			       struct ipsec_port_ranges *ranges,
			       struct netlink_ext_ack *extack);
int ipsec_nl_put_ranges(struct sk_buff *skb, int type,
			const struct ipsec_ranges *ranges, u8 family);
int ipsec_nl_put_port_ranges(struct sk_buff *skb, int type,
			     const struct ipsec_port_ranges *ranges);
size_t ipsec_nl_ranges_size(void);

#endif /* _NET_IPSEC_NETLINK_RANGES_H */
