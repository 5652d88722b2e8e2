// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: ESP, IKE and keepalives in UDP (RFC 3948 2)
 *
 * They share a port, and the first bytes tell them apart: IKE begins with four
 * zero bytes, which as an SPI never go on the wire (RFC 4303 2.1).
 */
#include "marker.h"

/* SPI and sequence number (RFC 4303 2.1, 2.2). */
#define ESP_FIXED_LEN 8
#define KEEPALIVE 0xff

/**
 * ipsec_marker() - what the payload of a datagram is
 * @payload: IPSEC_MARKER_LEN bytes of it, or @len if that is less
 * @len: how long all of it is
 *
 * An ESP header with nothing behind it is too short as well: the kernel's own
 * IPsec, which shares ports with us, takes it for IKE.
 *
 * Context: Any.
 * Return: enum ipsec_marker.
 */
enum ipsec_marker ipsec_marker(const u8 *payload, u32 len)
{
	if (len == 1 && payload[0] == KEEPALIVE)
		return IPSEC_MARKER_KEEPALIVE;
	if (len <= ESP_FIXED_LEN)
		return IPSEC_MARKER_SHORT;
	if (!payload[0] && !payload[1] && !payload[2] && !payload[3])
		return IPSEC_MARKER_IKE;
	return IPSEC_MARKER_ESP;
}
