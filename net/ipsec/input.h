/* SPDX-License-Identifier: GPL-2.0 */
/* Inbound processing (RFC 4301 5.2). */
#ifndef _NET_IPSEC_INPUT_H
#define _NET_IPSEC_INPUT_H

#include <linux/skbuff.h>
#include <uapi/linux/ipsec.h>

#include "protect.h"

struct ipsec_flow;
struct ipsec_net;
struct ipsec_packet;
struct ipsec_sa;

int ipsec_input(struct sk_buff *skb, u8 family, u8 proto);
int ipsec_input_udp(struct sk_buff *skb, u8 family);
bool ipsec_input_early(struct ipsec_net *ipn, struct sk_buff *skb, u8 family,
		       u8 proto);
void ipsec_input_resume(struct ipsec_packet *pkt, int err);
enum ipsec_reason ipsec_input_marked(const struct sk_buff *skb, u8 family,
				     bool is_for_us);
struct ipsec_sa *ipsec_input_sa(struct ipsec_net *ipn,
				const struct sk_buff *skb);
struct ipsec_decision ipsec_input_ask(struct ipsec_net *ipn,
				      const struct ipsec_flow *flow);
enum ipsec_reason ipsec_input_clear(struct ipsec_net *ipn,
				    const struct sk_buff *skb, u8 family,
				    bool is_for_us);

#endif /* _NET_IPSEC_INPUT_H */
