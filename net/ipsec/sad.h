/* SPDX-License-Identifier: GPL-2.0 */
/* Security association database (RFC 4301 4.4.2): SAs of one namespace. */
#ifndef _NET_IPSEC_SAD_H
#define _NET_IPSEC_SAD_H

#include <linux/rhashtable-types.h>

struct ipsec_net;
struct ipsec_sa;
struct ipsec_sa_key;
struct ipsec_sa_use;
struct netlink_ext_ack;

/**
 * struct ipsec_sad - SAs of one namespace
 * @by_key: all SAs by struct ipsec_sa_key
 * @by_use: outbound SAs with a reqid by struct ipsec_sa_use; of equal ones
 *	the newest comes first
 * @count: [M] SAs in @by_key
 */
struct ipsec_sad {
	struct rhashtable by_key;
	struct rhltable by_use;
	u32 count;
};

int ipsec_sad_init(struct ipsec_net *ipn);
void ipsec_sad_exit(struct ipsec_net *ipn);
struct ipsec_sa *ipsec_sad_lookup(struct ipsec_net *ipn,
				  const struct ipsec_sa_key *key);
struct ipsec_sa *ipsec_sad_lookup_use(struct ipsec_net *ipn,
				      const struct ipsec_sa_use *use);
int ipsec_sad_insert(struct ipsec_net *ipn, struct ipsec_sa *sa,
		     struct netlink_ext_ack *extack);
void ipsec_sad_remove(struct ipsec_net *ipn, struct ipsec_sa *sa);
void ipsec_sad_flush(struct ipsec_net *ipn);

#endif /* _NET_IPSEC_SAD_H */
