// SPDX-License-Identifier: GPL-2.0
/* Tests of net/ipsec/marker.c */
#include <stdlib.h>
#include <string.h>

#include "marker.h"
#include "unit.h"

static enum ipsec_marker of(u8 a, u8 b, u8 c, u8 d, u32 len)
{
	u8 payload[IPSEC_MARKER_LEN] = { a, b, c, d };

	return ipsec_marker(payload, len);
}

/* RFC 3948 2.2: all four bytes are zero. */
static void ipsec_marker__ike(void)
{
	unsigned int i;

	EXPECT(of(0, 0, 0, 0, 28) == IPSEC_MARKER_IKE, "four zeros");
	for (i = 0; i < 32; i++) {
		u32 spi = 1U << i;

		EXPECT(of(spi >> 24, spi >> 16, spi >> 8, spi, 28) ==
		       IPSEC_MARKER_ESP, "SPI 0x%x", spi);
	}
}

/* RFC 3948 2.3: one octet with this value; two of them are none. */
static void ipsec_marker__keepalive(void)
{
	unsigned int value;

	for (value = 0; value <= 255; value++) {
		u8 payload = (u8)value;

		EXPECT(ipsec_marker(&payload, 1) ==
		       (value == 0xff ? IPSEC_MARKER_KEEPALIVE :
					IPSEC_MARKER_SHORT),
		       "octet %u", value);
	}
	EXPECT(of(0xff, 0xff, 0, 0, 2) == IPSEC_MARKER_SHORT, "two octets");
	EXPECT(of(0xff, 0xff, 0xff, 0xff, 100) == IPSEC_MARKER_ESP,
	       "the highest SPI");
}

/* No more than @len bytes are read: the sanitizer sees it. */
static void ipsec_marker__short(void)
{
	u8 *payload;
	u32 len;

	for (len = 0; len <= 8; len++) {
		payload = malloc(len < 4 ? len : 4);
		memset(payload, 1, len < 4 ? len : 4);
		EXPECT(ipsec_marker(payload, len) == IPSEC_MARKER_SHORT,
		       "%u bytes", len);
		free(payload);
	}
	EXPECT(of(1, 1, 1, 1, 9) == IPSEC_MARKER_ESP, "9 bytes");
	EXPECT(of(0, 0, 0, 0, 8) == IPSEC_MARKER_SHORT, "8 bytes of zero");
}

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_marker__ike),
	UNIT_CASE(ipsec_marker__keepalive),
	UNIT_CASE(ipsec_marker__short),
};

UNIT_MAIN(cases)
