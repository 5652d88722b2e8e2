/* SPDX-License-Identifier: GPL-2.0 */
/* Outbound processing (RFC 4301 5.1). */
#ifndef _NET_IPSEC_OUTPUT_H
#define _NET_IPSEC_OUTPUT_H

#include <linux/skbuff.h>
#include <uapi/linux/ipsec.h>

#include "protect.h"

struct ipsec_flow;
struct ipsec_net;
struct ipsec_packet;
struct ipsec_policy;

const struct ipsec_decision *
ipsec_output_decide(struct ipsec_net *ipn, const struct sk_buff *skb,
		    u8 family, int oif, struct ipsec_decision *room);
struct ipsec_decision ipsec_output_ask(struct ipsec_net *ipn,
				       const struct ipsec_flow *flow);
struct ipsec_sa *ipsec_output_sa(const struct ipsec_decision *decision);
void ipsec_output_count(const struct ipsec_decision *decision);
void ipsec_output_decided(struct ipsec_net *ipn,
			  const struct ipsec_decision *decision,
			  struct sk_buff *skb, u8 family, int oif);
void ipsec_output(struct ipsec_net *ipn, struct sk_buff *skb, u8 family);
enum ipsec_reason ipsec_output_dummy(struct ipsec_sa *sa, int len);
void ipsec_output_resume(struct ipsec_packet *pkt, int err);

#endif /* _NET_IPSEC_OUTPUT_H */
