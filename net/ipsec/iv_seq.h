/* SPDX-License-Identifier: GPL-2.0 */
/* Keys whose IVs are sequence numbers. */
#ifndef _NET_IPSEC_IV_SEQ_H
#define _NET_IPSEC_IV_SEQ_H

#include <linux/types.h>

struct ipsec_iv_key;
struct net;
struct netlink_ext_ack;

struct ipsec_iv_key *ipsec_iv_seq_claim(const struct net *net, const u8 *key,
					u32 key_len, u64 seq,
					struct netlink_ext_ack *extack);
void ipsec_iv_seq_release(struct ipsec_iv_key *key, u64 seq);
void ipsec_iv_seq_init(void);
void ipsec_iv_seq_exit(void);

#endif /* _NET_IPSEC_IV_SEQ_H */
