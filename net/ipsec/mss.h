/* SPDX-License-Identifier: GPL-2.0 */
/* TCP's maximum segment size (RFC 9293 3.7.1) lowered to what a path takes. */
#ifndef _NET_IPSEC_MSS_H
#define _NET_IPSEC_MSS_H

#include <linux/skbuff.h>

struct ipsec_flow;
struct ipsec_nest;
struct ipsec_net;
struct ipsec_policy;

void ipsec_mss_clamp_out(const struct ipsec_policy *policy,
			 const struct ipsec_nest *nest, struct sk_buff *skb,
			 u8 family, int oif);
void ipsec_mss_clamp_in(struct ipsec_net *ipn,
			const struct ipsec_policy *policy,
			const struct ipsec_flow *flow, struct sk_buff *skb);

#endif /* _NET_IPSEC_MSS_H */
