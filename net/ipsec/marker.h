/* SPDX-License-Identifier: GPL-2.0 */
/* What a datagram to a port of UDP encapsulation carries (RFC 3948 2). Pure. */
#ifndef _NET_IPSEC_MARKER_H
#define _NET_IPSEC_MARKER_H

#include <linux/types.h>

/* As much of the payload as ipsec_marker() looks at. */
#define IPSEC_MARKER_LEN 4

/**
 * enum ipsec_marker - what it is
 * @IPSEC_MARKER_ESP: ESP, from its SPI on (RFC 3948 2.1)
 * @IPSEC_MARKER_IKE: IKE, behind the non-ESP marker (2.2)
 * @IPSEC_MARKER_KEEPALIVE: NAT keepalive (2.3)
 * @IPSEC_MARKER_SHORT: too short for any of them
 */
enum ipsec_marker {
	IPSEC_MARKER_ESP,
	IPSEC_MARKER_IKE,
	IPSEC_MARKER_KEEPALIVE,
	IPSEC_MARKER_SHORT,
};

enum ipsec_marker ipsec_marker(const u8 *payload, u32 len);

#endif /* _NET_IPSEC_MARKER_H */
