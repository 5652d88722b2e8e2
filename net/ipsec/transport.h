/* SPDX-License-Identifier: GPL-2.0 */
/* Transport mode: the header between the IP header and the next layer. */
#ifndef _NET_IPSEC_TRANSPORT_H
#define _NET_IPSEC_TRANSPORT_H

#include <linux/skbuff.h>

struct ipsec_packet;

int ipsec_transport_offset(const struct sk_buff *skb, u8 family, u16 *prevhdr);
void ipsec_transport_open(struct ipsec_packet *pkt);
void ipsec_transport_close(struct ipsec_packet *pkt);
void ipsec_transport_restore(struct ipsec_packet *pkt);

#endif /* _NET_IPSEC_TRANSPORT_H */
