/* SPDX-License-Identifier: GPL-2.0 */
/* UDP encapsulation of ESP (RFC 3948): the header, and what an SA says of it. */
#ifndef _NET_IPSEC_ENCAP_H
#define _NET_IPSEC_ENCAP_H

#include <linux/types.h>

#include "selector.h"

struct ipsec_packet;

/**
 * struct ipsec_encap - what an SA says of UDP encapsulation
 * @sport: UDP source port; inbound it may be 0, then the peer's is not known
 *	before its first packet
 * @dport: UDP destination port; 0 means no encapsulation
 * @keepalive: outbound: seconds without a packet after which a keepalive is
 *	sent, 0 is off
 * @is_followed: inbound: the SAs back to the peer follow its address and port
 * @has_src: inbound transport mode: @src is valid
 * @has_dst: the same for @dst
 * @src: source address from which the peer computed the checksums inside
 * @dst: destination address
 *
 * Ports in network byte order.
 */
struct ipsec_encap {
	__be16 sport;
	__be16 dport;
	u16 keepalive;
	bool is_followed;
	bool has_src;
	bool has_dst;
	union ipsec_addr src;
	union ipsec_addr dst;
};

void ipsec_encap_push(struct ipsec_packet *pkt);
void ipsec_encap_finish(struct ipsec_packet *pkt);

#endif /* _NET_IPSEC_ENCAP_H */
