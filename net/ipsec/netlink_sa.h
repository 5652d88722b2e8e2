/* SPDX-License-Identifier: GPL-2.0 */
/* SAs in messages of the family. */
#ifndef _NET_IPSEC_NETLINK_SA_H
#define _NET_IPSEC_NETLINK_SA_H

#include <net/genetlink.h>

struct ipsec_sa_key;

int ipsec_nl_parse_sa_key(struct genl_info *info, struct ipsec_sa_key *key);

#endif /* _NET_IPSEC_NETLINK_SA_H */
