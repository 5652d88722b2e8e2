/* SPDX-License-Identifier: GPL-2.0 */
/* Checksums of packets whose addresses NAT has changed (RFC 3948 3.1.2). */
#ifndef _NET_IPSEC_CHECKSUM_H
#define _NET_IPSEC_CHECKSUM_H

struct ipsec_packet;

void ipsec_checksum_restore(struct ipsec_packet *pkt);

#endif /* _NET_IPSEC_CHECKSUM_H */
