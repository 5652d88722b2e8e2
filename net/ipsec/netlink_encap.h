/* SPDX-License-Identifier: GPL-2.0 */
/* UDP encapsulation of an SA in messages of the family. */
#ifndef _NET_IPSEC_NETLINK_ENCAP_H
#define _NET_IPSEC_NETLINK_ENCAP_H

#include <linux/types.h>

#include "selector.h"

struct ipsec_sa;
struct ipsec_sa_params;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;

int ipsec_nl_parse_encap(struct nlattr **tb, struct ipsec_sa_params *params,
			 struct netlink_ext_ack *extack);
int ipsec_nl_put_encap(struct sk_buff *skb, const struct ipsec_sa *sa);
int ipsec_nl_put_old_peer(struct sk_buff *skb, const struct ipsec_sa *sa,
			  const union ipsec_addr *addr, __be16 port);
size_t ipsec_nl_encap_size(void);

#endif /* _NET_IPSEC_NETLINK_ENCAP_H */
