// SPDX-License-Identifier: GPL-2.0
/* Tests of net/ipsec/alg.c */
#include <string.h>

#include "alg.h"
#include "unit.h"

/* The RFCs' numbers, written down a second time and by another route. */
static const struct {
	const char *name;
	enum ipsec_alg_kind kind;
	enum ipsec_iv_kind iv;
	unsigned int key_bits[4];
	unsigned int salt_len, iv_len, block, icv_bits;
} expected[] = {
	/* RFC 4106 3.1, 4, 6, 8.1 */
	{ "aes-gcm-16", IPSEC_ALG_COMBINED, IPSEC_IV_COUNTER,
	  { 128, 192, 256 }, 4, 8, 1, 128 },
	{ "aes-gcm-12", IPSEC_ALG_COMBINED, IPSEC_IV_COUNTER,
	  { 128, 192, 256 }, 4, 8, 1, 96 },
	{ "aes-gcm-8", IPSEC_ALG_COMBINED, IPSEC_IV_COUNTER,
	  { 128, 192, 256 }, 4, 8, 1, 64 },
	/* RFC 7634 2 */
	{ "chacha20-poly1305", IPSEC_ALG_COMBINED, IPSEC_IV_COUNTER,
	  { 256 }, 4, 8, 1, 128 },
	/* RFC 4309 3.1, 3.2, 4, 7.2 */
	{ "aes-ccm-16", IPSEC_ALG_COMBINED, IPSEC_IV_COUNTER,
	  { 128, 192, 256 }, 3, 8, 1, 128 },
	{ "aes-ccm-12", IPSEC_ALG_COMBINED, IPSEC_IV_COUNTER,
	  { 128, 192, 256 }, 3, 8, 1, 96 },
	{ "aes-ccm-8", IPSEC_ALG_COMBINED, IPSEC_IV_COUNTER,
	  { 128, 192, 256 }, 3, 8, 1, 64 },
	/* RFC 4543 3.1, 3.2, 3.4, 5.3 */
	{ "aes-gmac", IPSEC_ALG_COMBINED, IPSEC_IV_COUNTER,
	  { 128, 192, 256 }, 4, 8, 1, 128 },
	/* RFC 3602 2.2, 2.4, 3 */
	{ "aes-cbc", IPSEC_ALG_ENC, IPSEC_IV_RANDOM,
	  { 128, 192, 256 }, 0, 16, 16, 0 },
	/* RFC 3686 2.1, 3.1, 3.2, 4, 5.1 */
	{ "aes-ctr", IPSEC_ALG_ENC, IPSEC_IV_COUNTER,
	  { 128, 192, 256 }, 4, 8, 1, 0 },
	/* RFC 2410 2.3, 3 */
	{ "null", IPSEC_ALG_ENC, IPSEC_IV_NONE, { 0 }, 0, 0, 1, 0 },
	/* RFC 2404 2, 3 */
	{ "hmac-sha1-96", IPSEC_ALG_AUTH, IPSEC_IV_NONE,
	  { 160 }, 0, 0, 1, 96 },
	/* RFC 4868 2.6 */
	{ "hmac-sha2-256-128", IPSEC_ALG_AUTH, IPSEC_IV_NONE,
	  { 256 }, 0, 0, 1, 128 },
	{ "hmac-sha2-384-192", IPSEC_ALG_AUTH, IPSEC_IV_NONE,
	  { 384 }, 0, 0, 1, 192 },
	{ "hmac-sha2-512-256", IPSEC_ALG_AUTH, IPSEC_IV_NONE,
	  { 512 }, 0, 0, 1, 256 },
	/* RFC 3566 4, 4.1 */
	{ "aes-xcbc-96", IPSEC_ALG_AUTH, IPSEC_IV_NONE,
	  { 128 }, 0, 0, 1, 96 },
	/* RFC 4494 2, 2.1 */
	{ "aes-cmac-96", IPSEC_ALG_AUTH, IPSEC_IV_NONE,
	  { 128 }, 0, 0, 1, 96 },
};

static void ipsec_alg_find__every_row_as_in_its_rfc(void)
{
	const struct ipsec_alg *alg;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		alg = ipsec_alg_find(expected[i].name);
		EXPECT(alg, "%s", expected[i].name);
		if (!alg)
			continue;
		EXPECT(!strcmp(alg->name, expected[i].name), "%s", alg->name);
		EXPECT(alg->kind == expected[i].kind, "%s", alg->name);
		EXPECT(alg->iv == expected[i].iv, "%s", alg->name);
		EXPECT(alg->salt_len == expected[i].salt_len, "%s", alg->name);
		EXPECT(alg->iv_len == expected[i].iv_len, "%s", alg->name);
		EXPECT(alg->block == expected[i].block, "%s", alg->name);
		EXPECT(alg->icv_len * 8 == expected[i].icv_bits, "%s",
		       alg->name);
		for (k = 0; k < IPSEC_ALG_MAX_KEYLENS; k++)
			EXPECT(alg->key_lens[k] * 8 == expected[i].key_bits[k],
			       "%s", alg->name);
	}
	EXPECT(!ipsec_alg_at(ARRAY_SIZE(expected)), "a row without a test");
}

static void ipsec_alg_find__unknown(void)
{
	static const char * const names[] = {
		"", "aes", "aes-gcm", "aes-gcm-1", "aes-gcm-160", "AES-GCM-16",
		" null", "null ", "rfc4106(gcm(aes))", "aes-gcm-4", "aes-ccm-4",
		"aes-xcbc", "des",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		EXPECT(!ipsec_alg_find(names[i]), "'%s'", names[i]);
}

static void ipsec_alg_at__names_differ_and_are_found(void)
{
	const struct ipsec_alg *alg;
	unsigned int i, k;

	for (i = 0; (alg = ipsec_alg_at(i)); i++) {
		EXPECT(ipsec_alg_find(alg->name) == alg, "%s", alg->name);
		/* alg-name-max of the netlink specification */
		EXPECT(strlen(alg->name) <= 31, "%s", alg->name);
		for (k = 0; k < i; k++)
			EXPECT(strcmp(alg->name, ipsec_alg_at(k)->name),
			       "%s", alg->name);
	}
	EXPECT(i == ARRAY_SIZE(expected), "%u rows", i);
	EXPECT(!ipsec_alg_at(i + 1), "behind the end");
	EXPECT(!ipsec_alg_at(~0U), "far behind the end");
}

/* What layout.c and the crypto code rely on for every row. */
static void ipsec_alg_at__rows_are_consistent(void)
{
	const struct ipsec_alg *alg;
	unsigned int i;

	for (i = 0; (alg = ipsec_alg_at(i)); i++) {
		EXPECT(alg->crypto && alg->module && alg->rfc, "%s", alg->name);
		EXPECT(alg->block && !(alg->block & (alg->block - 1)),
		       "%s", alg->name);
		EXPECT(alg->iv_len % 4 == 0, "%s", alg->name);
		EXPECT(alg->icv_len % 4 == 0, "%s", alg->name);
		EXPECT((alg->iv == IPSEC_IV_NONE) == (alg->iv_len == 0),
		       "%s", alg->name);
		EXPECT((alg->kind == IPSEC_ALG_ENC) == (alg->icv_len == 0),
		       "%s", alg->name);
		EXPECT((alg->iv == IPSEC_IV_COUNTER) == !!alg->salt_len,
		       "%s", alg->name);
		EXPECT(alg->iv != IPSEC_IV_COUNTER || alg->iv_len == 8,
		       "%s", alg->name);
		/* RFC 4543: GMAC alone */
		EXPECT(alg->is_for_ah == !strcmp(alg->name, "aes-gmac"),
		       "%s", alg->name);
		EXPECT(!alg->is_for_ah || alg->kind == IPSEC_ALG_COMBINED,
		       "%s", alg->name);
	}
}

static void ipsec_alg_key_fits__every_length(void)
{
	const struct ipsec_alg *alg;
	unsigned int i, k;
	bool fits;
	size_t len;

	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		alg = ipsec_alg_find(expected[i].name);
		if (!alg)
			continue;
		for (len = 0; len <= 600; len++) {
			fits = !expected[i].key_bits[0] && !len;
			for (k = 0; expected[i].key_bits[k]; k++)
				if (len == expected[i].key_bits[k] / 8 +
					   expected[i].salt_len)
					fits = true;
			EXPECT(ipsec_alg_key_fits(alg, len) == fits,
			       "%s, %zu bytes", alg->name, len);
		}
	}
}

static void ipsec_alg_refused__sentences(void)
{
	static const char * const names[] = {
		"des", "des-cbc", "3des", "3des-cbc", "blowfish", "cast",
		"3idea", "twofish", "md5", "hmac-md5", "hmac-md5-96",
		"kpdk-md5", "des-mac", "des-iv32", "des-iv64",
		"hmac-sha2-256-96", "none",
	};
	const char *why;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		why = ipsec_alg_refused(names[i]);
		EXPECT(why && strlen(why) > 20 && strlen(why) < 100,
		       "%s", names[i]);
		EXPECT(!ipsec_alg_find(names[i]), "%s", names[i]);
	}
}

static void ipsec_alg_refused__not_for_others(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(expected); i++)
		EXPECT(!ipsec_alg_refused(expected[i].name), "%s",
		       expected[i].name);
	EXPECT(!ipsec_alg_refused(""), "no name");
	EXPECT(!ipsec_alg_refused("rot13"), "rot13");
}

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_alg_find__every_row_as_in_its_rfc),
	UNIT_CASE(ipsec_alg_find__unknown),
	UNIT_CASE(ipsec_alg_at__names_differ_and_are_found),
	UNIT_CASE(ipsec_alg_at__rows_are_consistent),
	UNIT_CASE(ipsec_alg_key_fits__every_length),
	UNIT_CASE(ipsec_alg_refused__sentences),
	UNIT_CASE(ipsec_alg_refused__not_for_others),
};

UNIT_MAIN(cases)
