// SPDX-License-Identifier: GPL-2.0
/* Tests of net/ipsec/layout.c */
#include "alg.h"
#include "layout.h"
#include "unit.h"

#define MAX_MTU 1600

/* One SA and one packet shape, with the lengths counted byte by byte. */
struct shape {
	const struct ipsec_alg *enc;
	const struct ipsec_alg *auth;
	bool ipv6;
	u8 outer_len;
	u32 header_len;
	u8 pad_min;
	u8 encap_len;
};

static u32 model_trailer_len(const struct shape *shape, u32 payload_len)
{
	u32 icv_len = shape->enc->icv_len, pad_len = shape->pad_min;

	if (shape->auth)
		icv_len = shape->auth->icv_len;
	/* RFC 4303 2.4, both bullets */
	while ((payload_len + pad_len + 2) % shape->enc->block ||
	       (shape->enc->iv_len + payload_len + pad_len + 2) % 4)
		pad_len++;
	return pad_len + 2 + icv_len;
}

static u32 model_ah_len(const struct shape *shape)
{
	u32 len = 4 + 4 + 4 + shape->auth->iv_len + shape->auth->icv_len;

	while (len % (shape->ipv6 ? 8 : 4))
		len++;
	return len;
}

/* Length on the wire of a packet of @inner_len bytes. */
static u32 model_protected_len(const struct shape *shape, u32 inner_len)
{
	u32 payload_len = inner_len - shape->header_len;
	u32 len = shape->outer_len + shape->header_len + payload_len;

	if (!shape->enc)
		return len + model_ah_len(shape);
	return len + shape->encap_len + 4 + 4 + shape->enc->iv_len +
	       model_trailer_len(shape, payload_len);
}

static void shape_layout(const struct shape *shape, struct ipsec_layout *layout)
{
	if (shape->enc)
		ipsec_layout_esp(layout, shape->enc, shape->auth,
				 shape->outer_len, shape->pad_min);
	else
		ipsec_layout_ah(layout, shape->auth, shape->ipv6,
				shape->outer_len);
	layout->encap_len = shape->encap_len;
}

typedef void (*check_fn)(const struct shape *shape);

/* The last one is the most that alignment leaves room for. */
static void check_every_pad(struct shape *shape, check_fn check)
{
	const u8 pad_mins[] = {
		0, 1, 2, 3, 4, 15, 16, 100,
		256 - (shape->enc->block > 4 ? shape->enc->block : 4),
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pad_mins); i++) {
		shape->pad_min = pad_mins[i];
		check(shape);
		shape->encap_len = 8;
		check(shape);
		shape->encap_len = 0;
	}
}

/* Every algorithm or pair, in both families and modes. */
static void check_every_sa(check_fn check)
{
	/* Tunnel in IPv4, IPv6; transport without and with more headers. */
	static const struct {
		bool ipv6;
		u8 outer_len;
		u32 header_len;
	} modes[] = {
		{ false, 20, 0 }, { true, 40, 0 },
		{ false, 0, 20 }, { false, 0, 60 },
		{ true, 0, 40 }, { true, 0, 48 }, { true, 0, 64 },
	};
	const struct ipsec_alg *first, *second;
	struct shape shape;
	unsigned int i, k, m;

	for (m = 0; m < ARRAY_SIZE(modes); m++) {
		for (i = 0; (first = ipsec_alg_at(i)); i++) {
			shape = (struct shape){
				.ipv6 = modes[m].ipv6,
				.outer_len = modes[m].outer_len,
				.header_len = modes[m].header_len,
			};
			if (first->kind == IPSEC_ALG_COMBINED) {
				shape.enc = first;
				check_every_pad(&shape, check);
				if (!first->is_for_ah)
					continue;
				shape.enc = NULL;
				shape.auth = first;
				shape.pad_min = 0;
				check(&shape);
				continue;
			}
			if (first->kind == IPSEC_ALG_AUTH) {
				shape.auth = first;
				check(&shape);
				continue;
			}
			shape.enc = first;
			for (k = 0; (second = ipsec_alg_at(k)); k++) {
				if (second->kind != IPSEC_ALG_AUTH)
					continue;
				shape.auth = second;
				check_every_pad(&shape, check);
			}
		}
	}
}

static void check_mtu(const struct shape *shape)
{
	struct ipsec_layout layout;
	u32 mtu, inner_len, best = 0;

	shape_layout(shape, &layout);
	inner_len = shape->header_len;
	for (mtu = 0; mtu <= MAX_MTU; mtu++) {
		while (model_protected_len(shape, inner_len) <= mtu)
			best = inner_len++;
		EXPECT(ipsec_layout_mtu(&layout, mtu, shape->header_len) ==
		       best, "%s %s header %u outer %u pad %u mtu %u: %u, not %u",
		       shape->enc ? shape->enc->name : "ah",
		       shape->auth ? shape->auth->name : "-",
		       shape->header_len, shape->outer_len, shape->pad_min, mtu,
		       ipsec_layout_mtu(&layout, mtu, shape->header_len), best);
	}
	EXPECT(best > MAX_MTU - 200 - shape->pad_min, "the test itself found nothing");
}

static void ipsec_layout_mtu__exact_for_every_sa_and_mtu(void)
{
	check_every_sa(check_mtu);
}

static void check_tiny(const struct shape *shape)
{
	static const u32 mtus[] = { 0, 1, 2, 20, 28, 40, 68, 576, 1280 };
	static const u32 headers[] = {
		0, 20, 69, 1281, 0x7fffffff, 0x80000000, 0xffffffff
	};
	struct ipsec_layout layout;
	unsigned int i, k;
	u32 inner_len;

	shape_layout(shape, &layout);
	for (i = 0; i < ARRAY_SIZE(mtus); i++) {
		for (k = 0; k < ARRAY_SIZE(headers); k++) {
			inner_len = ipsec_layout_mtu(&layout, mtus[i],
						     headers[k]);
			EXPECT(inner_len < mtus[i] || !mtus[i],
			       "mtu %u header %u: %u", mtus[i], headers[k],
			       inner_len);
			EXPECT(mtus[i] > headers[k] || !inner_len,
			       "mtu %u header %u: %u", mtus[i], headers[k],
			       inner_len);
		}
	}
	EXPECT(ipsec_layout_mtu(&layout, 0xffffffff, 0) >
	       0xffffff00 - shape->pad_min,
	       "the largest MTU overflows");
}

static void ipsec_layout_mtu__no_underflow(void)
{
	check_every_sa(check_tiny);
}

static void check_trailer(const struct shape *shape)
{
	struct ipsec_layout layout;
	u32 len;

	shape_layout(shape, &layout);
	for (len = 0; len <= MAX_MTU; len++)
		EXPECT(ipsec_layout_trailer(&layout, len) ==
		       (shape->enc ? model_trailer_len(shape, len) : 0),
		       "payload %u", len);
	if (shape->enc)
		EXPECT(ipsec_layout_trailer(&layout, 0xffffffff) <
		       64u + shape->pad_min,
		       "the longest payload overflows");
}

static void ipsec_layout_trailer__every_sa_and_payload(void)
{
	check_every_sa(check_trailer);
}

/* Counted by hand. */
static void ipsec_layout_esp__known_numbers(void)
{
	static const struct {
		const char *enc, *auth;
		u8 hdr_len, icv_len, align;
		/* an IPv4 packet of 1000 bytes in an IPv4 tunnel */
		u32 tunnel_len;
		/* what fits an IPv4 tunnel over Ethernet */
		u32 mtu;
	} rows[] = {
		/* 20 + 16 + 1000 + 2 pad + 2 + 16 */
		{ "aes-gcm-16", NULL, 16, 16, 4, 1056, 1446 },
		{ "chacha20-poly1305", NULL, 16, 16, 4, 1056, 1446 },
		/* 20 + 16 + 1000 + 2 pad + 2 + 8 */
		{ "aes-gcm-8", NULL, 16, 8, 4, 1048, 1454 },
		{ "aes-gcm-12", NULL, 16, 12, 4, 1052, 1450 },
		{ "aes-ccm-8", NULL, 16, 8, 4, 1048, 1454 },
		{ "aes-ccm-12", NULL, 16, 12, 4, 1052, 1450 },
		{ "aes-ccm-16", NULL, 16, 16, 4, 1056, 1446 },
		{ "aes-gmac", NULL, 16, 16, 4, 1056, 1446 },
		{ "aes-ctr", "aes-xcbc-96", 16, 12, 4, 1052, 1450 },
		{ "aes-ctr", "hmac-sha2-512-256", 16, 32, 4, 1072, 1430 },
		{ "aes-cbc", "aes-cmac-96", 24, 12, 16, 1064, 1438 },
		/* 20 + 24 + 1000 + 6 pad + 2 + 12 */
		{ "aes-cbc", "hmac-sha1-96", 24, 12, 16, 1064, 1438 },
		{ "aes-cbc", "hmac-sha2-256-128", 24, 16, 16, 1068, 1438 },
		{ "aes-cbc", "hmac-sha2-512-256", 24, 32, 16, 1084, 1422 },
		/* 20 + 8 + 1000 + 2 pad + 2 + 24 */
		{ "null", "hmac-sha2-384-192", 8, 24, 4, 1056, 1446 },
	};
	struct ipsec_layout layout;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ipsec_layout_esp(&layout, ipsec_alg_find(rows[i].enc),
				 rows[i].auth ? ipsec_alg_find(rows[i].auth) :
						NULL, 20, 0);
		EXPECT(layout.outer_len == 20, "row %u", i);
		EXPECT(layout.hdr_len == rows[i].hdr_len, "row %u", i);
		EXPECT(layout.icv_len == rows[i].icv_len, "row %u", i);
		EXPECT(layout.align == rows[i].align, "row %u", i);
		EXPECT(20 + layout.hdr_len + 1000 +
		       ipsec_layout_trailer(&layout, 1000) ==
		       rows[i].tunnel_len, "row %u", i);
		EXPECT(ipsec_layout_mtu(&layout, 1500, 0) == rows[i].mtu,
		       "row %u: %u", i, ipsec_layout_mtu(&layout, 1500, 0));
	}
}

/* RFC 4302 2.2 has its own examples: 96 bits need no padding in either. */
static void ipsec_layout_ah__known_numbers(void)
{
	static const struct {
		const char *auth;
		u8 len4, len6;
	} rows[] = {
		{ "hmac-sha1-96", 24, 24 },
		{ "hmac-sha2-256-128", 28, 32 },
		{ "hmac-sha2-384-192", 36, 40 },
		{ "hmac-sha2-512-256", 44, 48 },
		{ "aes-xcbc-96", 24, 24 },
		{ "aes-cmac-96", 24, 24 },
		/* 12 + 8 of IV + 16 */
		{ "aes-gmac", 36, 40 },
	};
	struct ipsec_layout layout;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ipsec_layout_ah(&layout, ipsec_alg_find(rows[i].auth), false,
				0);
		EXPECT(layout.hdr_len == rows[i].len4, "%s", rows[i].auth);
		EXPECT(!layout.icv_len && !layout.align && !layout.outer_len,
		       "%s", rows[i].auth);
		ipsec_layout_ah(&layout, ipsec_alg_find(rows[i].auth), true,
				40);
		EXPECT(layout.hdr_len == rows[i].len6, "%s", rows[i].auth);
		EXPECT(layout.outer_len == 40, "%s", rows[i].auth);
	}
}

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_layout_esp__known_numbers),
	UNIT_CASE(ipsec_layout_ah__known_numbers),
	UNIT_CASE(ipsec_layout_trailer__every_sa_and_payload),
	UNIT_CASE(ipsec_layout_mtu__exact_for_every_sa_and_mtu),
	UNIT_CASE(ipsec_layout_mtu__no_underflow),
};

UNIT_MAIN(cases)
