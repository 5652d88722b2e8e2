/* SPDX-License-Identifier: GPL-2.0 */
/* The mark of a packet that came out of SAs. */
#ifndef _NET_IPSEC_VERIFIED_H
#define _NET_IPSEC_VERIFIED_H

#include <linux/if_ether.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/xfrm.h>
#include <uapi/linux/ipsec.h>

struct ipsec_net;
struct ipsec_nest;
struct ipsec_sa;

/**
 * struct ipsec_verified - what has verified a packet so far
 * @sa: numbers of the SAs (&ipsec_sa.id), the outermost first
 * @count: how many AH and ESP headers have been taken off
 * @starts: bit i is set when the SPD let the packet that was left after i of
 *	them come in; the policy of what is inside is about the SAs from such a
 *	place on. Bit 0 always is
 * @reason: not 0: the SPD refuses it as it is (enum ipsec_reason), but it is AH
 *	or ESP again, and the policy of what is inside may say otherwise
 */
struct ipsec_verified {
	u32 sa[IPSEC_NEST_MAX];
	u8 count;
	u8 starts;
	u8 reason;
};

/* In IP6CB(skb)->flags, unused by the kernel: verified, without a security
 * path.
 */
#define IPSEC_IP6SKB_VERIFIED 0x8000

/**
 * ipsec_verified_is_marked() - did this packet come out of SAs of ours
 * @skb: a packet inside IP input, up to the last hook of LOCAL_IN or FORWARD
 *
 * The kernel's own IPsec always has an entry in the security path.
 *
 * Return: true if it did.
 */
static inline bool ipsec_verified_is_marked(const struct sk_buff *skb)
{
	const struct sec_path *sp = skb_sec_path(skb);

	if (skb->protocol == htons(ETH_P_IPV6) && IP6CB(skb)->flags & IPSEC_IP6SKB_VERIFIED)
		return true;
	return sp && !sp->len;
}

void ipsec_verified_add(struct ipsec_verified *verified,
			const struct ipsec_sa *sa);
bool ipsec_verified_nest(const struct ipsec_verified *verified,
			 struct ipsec_net *ipn, unsigned int start,
			 struct ipsec_nest *nest);
bool ipsec_verified_mark(struct sk_buff *skb,
			 const struct ipsec_verified *verified);
struct ipsec_verified ipsec_verified_get(const struct sk_buff *skb);
void ipsec_verified_guard(struct sk_buff *skb, u8 family);
void ipsec_verified_hide(struct sk_buff *skb);
void ipsec_verified_unmark(struct sk_buff *skb);
void ipsec_verified_put_aside(struct sk_buff *skb);
void ipsec_verified_exit(void);
struct ipsec_verified ipsec_verified_take(struct sk_buff *skb, u8 family);

#endif /* _NET_IPSEC_VERIFIED_H */
