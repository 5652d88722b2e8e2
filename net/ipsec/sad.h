/* SPDX-License-Identifier: GPL-2.0 */
/* Security association database (RFC 4301 4.4.2): SAs of one namespace. */
#ifndef _NET_IPSEC_SAD_H
#define _NET_IPSEC_SAD_H

#include <linux/rhashtable-types.h>
#include <linux/types.h>
#include <linux/xarray.h>

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
 * @by_id: [R] all SAs in the order in which they were added, until the
 *	numbers go round
 * @next_id: [M] where to look for a free number
 * @count: [M] SAs in @by_key
 * @seq: [M, read with READ_ONCE] counts changes, never 0
 */
struct ipsec_sad {
	struct rhashtable by_key;
	struct rhltable by_use;
	struct xarray by_id;
	u32 next_id;
	u32 count;
	u32 seq;
};

void ipsec_sad_start(void);
int ipsec_sad_init(struct ipsec_net *ipn);
void ipsec_sad_exit(struct ipsec_net *ipn);
struct ipsec_sa *ipsec_sad_lookup(struct ipsec_net *ipn,
				  const struct ipsec_sa_key *key);
struct ipsec_sa *ipsec_sad_lookup_use(struct ipsec_net *ipn,
				      const struct ipsec_sa_use *use);
struct ipsec_sa *ipsec_sad_find_id(struct ipsec_net *ipn, u32 id);
int ipsec_sad_insert(struct ipsec_net *ipn, struct ipsec_sa *sa,
		     struct netlink_ext_ack *extack);
void ipsec_sad_remove(struct ipsec_net *ipn, struct ipsec_sa *sa);
void ipsec_sad_flush(struct ipsec_net *ipn);

#endif /* _NET_IPSEC_SAD_H */
