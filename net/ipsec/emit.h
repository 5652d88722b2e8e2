/* SPDX-License-Identifier: GPL-2.0 */
/* Route a protected packet and hand it to IP output. */
#ifndef _NET_IPSEC_EMIT_H
#define _NET_IPSEC_EMIT_H

#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/ip.h>

struct ipsec_net;
struct ipsec_packet;

/* In the flags of both families, unused by the kernel, which begins every packet
 * of its own with none and copies them to fragments.
 */
#define IPSEC_SKB_OURS 0x2000

/**
 * ipsec_emit_is_ours() - did ipsec_emit() send this packet
 * @skb: an outbound packet
 * @family: AF_INET or AF_INET6
 *
 * Return: true if it is one of ours, which the SPD is not asked about again.
 */
static inline bool ipsec_emit_is_ours(const struct sk_buff *skb, u8 family)
{
	u16 flags = family == AF_INET ? IPCB(skb)->flags : IP6CB(skb)->flags;

	return flags & IPSEC_SKB_OURS;
}

bool ipsec_emit_is_simple(const struct ipsec_net *ipn,
			  const struct dst_entry *dst);
void ipsec_emit_now(struct sk_buff *skb, u8 family, struct dst_entry *dst);
void ipsec_emit(struct ipsec_packet *pkt);
int ipsec_emit_oif(struct ipsec_net *ipn, const struct sk_buff *skb, u8 family);

#endif /* _NET_IPSEC_EMIT_H */
