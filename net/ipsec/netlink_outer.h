/* SPDX-License-Identifier: GPL-2.0 */
/* Tunnel headers and padding of an SA in messages of the family. */
#ifndef _NET_IPSEC_NETLINK_OUTER_H
#define _NET_IPSEC_NETLINK_OUTER_H

#include <linux/types.h>

struct ipsec_outer;
struct ipsec_sa_params;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;

int ipsec_nl_parse_outer(struct nlattr **tb, struct ipsec_sa_params *params,
			 struct netlink_ext_ack *extack);
int ipsec_nl_put_outer(struct sk_buff *skb, const struct ipsec_outer *outer);
size_t ipsec_nl_outer_size(void);

#endif /* _NET_IPSEC_NETLINK_OUTER_H */
