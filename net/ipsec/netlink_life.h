/* SPDX-License-Identifier: GPL-2.0 */
/* Lifetimes of an SA in messages of the family. */
#ifndef _NET_IPSEC_NETLINK_LIFE_H
#define _NET_IPSEC_NETLINK_LIFE_H

#include <linux/types.h>

struct ipsec_lifetime;
struct ipsec_limits;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;

int ipsec_nl_parse_life(struct nlattr **tb, struct ipsec_limits *limits,
			struct netlink_ext_ack *extack);
int ipsec_nl_put_life(struct sk_buff *skb, const struct ipsec_lifetime *life);
size_t ipsec_nl_life_size(void);

#endif /* _NET_IPSEC_NETLINK_LIFE_H */
