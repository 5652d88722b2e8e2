/* SPDX-License-Identifier: GPL-2.0 */
/* Path MTU of an SA (RFC 4301 8). */
#ifndef _NET_IPSEC_PMTU_H
#define _NET_IPSEC_PMTU_H

#include <linux/skbuff.h>
#include <uapi/linux/ipsec.h>

struct ipsec_nest;
struct ipsec_sa;

/**
 * enum ipsec_pmtu_sender - who has to hear that a packet is too big
 * @IPSEC_PMTU_LOCAL: a socket of this host, by the path MTU of its route
 * @IPSEC_PMTU_FORWARD: a host behind us, by ICMP
 * @IPSEC_PMTU_DEVICE: either of them, the packet came in by ipsec0
 */
enum ipsec_pmtu_sender {
	IPSEC_PMTU_LOCAL,
	IPSEC_PMTU_FORWARD,
	IPSEC_PMTU_DEVICE,
};

unsigned int ipsec_pmtu_inner(const struct ipsec_nest *nest,
			      const struct sk_buff *skb, u8 family, int oif);
bool ipsec_pmtu_fits(const struct ipsec_nest *nest, const struct sk_buff *skb,
		     int oif);
enum ipsec_reason ipsec_pmtu_check(const struct ipsec_nest *nest,
				   struct sk_buff *skb, u8 family,
				   enum ipsec_pmtu_sender sender);
int ipsec_pmtu_error4(struct sk_buff *skb, u32 info);
int ipsec_pmtu_error6(struct sk_buff *skb, u8 proto, u8 type, int offset,
		      __be32 info);
u32 ipsec_pmtu_path(const struct ipsec_sa *sa, u32 *expires);

#endif /* _NET_IPSEC_PMTU_H */
