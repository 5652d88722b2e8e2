/* SPDX-License-Identifier: GPL-2.0 */
/* Tunnel mode: the outer IP header. */
#ifndef _NET_IPSEC_TUNNEL_H
#define _NET_IPSEC_TUNNEL_H

#include <linux/types.h>
#include <uapi/linux/ipsec.h>

struct ipsec_packet;

u8 ipsec_tunnel_nexthdr(u8 inner_family);
void ipsec_tunnel_encap(struct ipsec_packet *pkt, u8 inner_family);
enum ipsec_reason ipsec_tunnel_decap(struct ipsec_packet *pkt);

#endif /* _NET_IPSEC_TUNNEL_H */
