/* SPDX-License-Identifier: GPL-2.0 */
/* The SAs of a PROTECT policy in messages of the family. */
#ifndef _NET_IPSEC_NETLINK_PROTECT_H
#define _NET_IPSEC_NETLINK_PROTECT_H

#include <net/genetlink.h>

struct ipsec_policy;

int ipsec_nl_parse_protect(struct genl_info *info, struct ipsec_policy *policy);
int ipsec_nl_put_protect(struct sk_buff *skb, const struct ipsec_policy *policy);
size_t ipsec_nl_protect_size(void);

#endif /* _NET_IPSEC_NETLINK_PROTECT_H */
