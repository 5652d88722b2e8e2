/* SPDX-License-Identifier: GPL-2.0 */
/* Route a protected packet and hand it to IP output. */
#ifndef _NET_IPSEC_EMIT_H
#define _NET_IPSEC_EMIT_H

#include <linux/skbuff.h>

struct dst_entry;
struct ipsec_packet;
struct ipsec_sa;

struct dst_entry *ipsec_emit_route(struct ipsec_sa *sa,
				   const struct sk_buff *skb, int oif);
void ipsec_emit(struct ipsec_packet *pkt);
bool ipsec_emit_is_ours(struct net *net, const struct sk_buff *skb, u8 family);

#endif /* _NET_IPSEC_EMIT_H */
