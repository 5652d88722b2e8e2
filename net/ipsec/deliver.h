/* SPDX-License-Identifier: GPL-2.0 */
/* Give a verified packet back to the stack. */
#ifndef _NET_IPSEC_DELIVER_H
#define _NET_IPSEC_DELIVER_H

#include <linux/skbuff.h>

struct ipsec_packet;

void ipsec_deliver_tunnel(struct ipsec_packet *pkt);
void ipsec_deliver_transport(struct ipsec_packet *pkt);

int ipsec_deliver_init(void);
void ipsec_deliver_exit(void);

#endif /* _NET_IPSEC_DELIVER_H */
