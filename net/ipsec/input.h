/* SPDX-License-Identifier: GPL-2.0 */
/* Inbound processing (RFC 4301 5.2). */
#ifndef _NET_IPSEC_INPUT_H
#define _NET_IPSEC_INPUT_H

#include <linux/skbuff.h>
#include <uapi/linux/ipsec.h>

struct ipsec_net;
struct ipsec_packet;

int ipsec_input(struct sk_buff *skb, u8 family, u8 proto);
void ipsec_input_resume(struct ipsec_packet *pkt, int err);
enum ipsec_reason ipsec_input_clear(struct ipsec_net *ipn,
				    const struct sk_buff *skb, u8 family,
				    bool is_for_us);

#endif /* _NET_IPSEC_INPUT_H */
