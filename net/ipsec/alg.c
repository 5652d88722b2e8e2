// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: The one table of algorithms
 *
 * All that distinguishes one algorithm from another for ESP and AH is a column
 * here; nothing elsewhere asks for an algorithm by its name. The requirement
 * levels are those of RFC 8221: what it says MUST or SHOULD NOT be used has no
 * row but a sentence, so that who asks for it learns why there is none.
 */
#include "alg.h"

#include <linux/kernel.h>
#include <linux/string.h>

static const struct ipsec_alg algs[] = {
	{
		.name = "aes-gcm-16",
		.crypto = "rfc4106(gcm(aes))",
		.module = "gcm",
		.rfc = "RFC 4106",
		.kind = IPSEC_ALG_COMBINED,
		.iv = IPSEC_IV_COUNTER,
		.key_lens = { 16, 24, 32 },
		.salt_len = 4,
		.iv_len = 8,
		.block = 1,
		.icv_len = 16,
	},
	{
		.name = "aes-gcm-12",
		.crypto = "rfc4106(gcm(aes))",
		.module = "gcm",
		.rfc = "RFC 4106",
		.kind = IPSEC_ALG_COMBINED,
		.iv = IPSEC_IV_COUNTER,
		.key_lens = { 16, 24, 32 },
		.salt_len = 4,
		.iv_len = 8,
		.block = 1,
		.icv_len = 12,
	},
	{
		.name = "aes-gcm-8",
		.crypto = "rfc4106(gcm(aes))",
		.module = "gcm",
		.rfc = "RFC 4106",
		.kind = IPSEC_ALG_COMBINED,
		.iv = IPSEC_IV_COUNTER,
		.key_lens = { 16, 24, 32 },
		.salt_len = 4,
		.iv_len = 8,
		.block = 1,
		.icv_len = 8,
	},
	{
		.name = "chacha20-poly1305",
		.crypto = "rfc7539esp(chacha20,poly1305)",
		.module = "chacha20poly1305",
		.rfc = "RFC 7634",
		.kind = IPSEC_ALG_COMBINED,
		.iv = IPSEC_IV_COUNTER,
		.key_lens = { 32 },
		.salt_len = 4,
		.iv_len = 8,
		.block = 1,
		.icv_len = 16,
	},
	{
		.name = "aes-ccm-16",
		.crypto = "rfc4309(ccm(aes))",
		.module = "ccm",
		.rfc = "RFC 4309",
		.kind = IPSEC_ALG_COMBINED,
		.iv = IPSEC_IV_COUNTER,
		.key_lens = { 16, 24, 32 },
		.salt_len = 3,
		.iv_len = 8,
		.block = 1,
		.icv_len = 16,
	},
	{
		.name = "aes-ccm-12",
		.crypto = "rfc4309(ccm(aes))",
		.module = "ccm",
		.rfc = "RFC 4309",
		.kind = IPSEC_ALG_COMBINED,
		.iv = IPSEC_IV_COUNTER,
		.key_lens = { 16, 24, 32 },
		.salt_len = 3,
		.iv_len = 8,
		.block = 1,
		.icv_len = 12,
	},
	{
		.name = "aes-ccm-8",
		.crypto = "rfc4309(ccm(aes))",
		.module = "ccm",
		.rfc = "RFC 4309",
		.kind = IPSEC_ALG_COMBINED,
		.iv = IPSEC_IV_COUNTER,
		.key_lens = { 16, 24, 32 },
		.salt_len = 3,
		.iv_len = 8,
		.block = 1,
		.icv_len = 8,
	},
	{
		.name = "aes-gmac",
		.crypto = "rfc4543(gcm(aes))",
		.module = "gcm",
		.rfc = "RFC 4543",
		.kind = IPSEC_ALG_COMBINED,
		.is_for_ah = true,
		.iv = IPSEC_IV_COUNTER,
		.key_lens = { 16, 24, 32 },
		.salt_len = 4,
		.iv_len = 8,
		.block = 1,
		.icv_len = 16,
	},
	{
		.name = "aes-cbc",
		.crypto = "cbc(aes)",
		.module = "cbc",
		.rfc = "RFC 3602",
		.kind = IPSEC_ALG_ENC,
		.iv = IPSEC_IV_RANDOM,
		.key_lens = { 16, 24, 32 },
		.iv_len = 16,
		.block = 16,
	},
	{
		.name = "aes-ctr",
		.crypto = "rfc3686(ctr(aes))",
		.module = "ctr",
		.rfc = "RFC 3686",
		.kind = IPSEC_ALG_ENC,
		.iv = IPSEC_IV_COUNTER,
		.key_lens = { 16, 24, 32 },
		.salt_len = 4,
		.iv_len = 8,
		.block = 1,
	},
	{
		.name = "null",
		.crypto = "ecb(cipher_null)",
		.module = "crypto_null",
		.rfc = "RFC 2410",
		.kind = IPSEC_ALG_ENC,
		.iv = IPSEC_IV_NONE,
		.block = 1,
	},
	{
		.name = "hmac-sha1-96",
		.crypto = "hmac(sha1)",
		.module = "sha1_generic",
		.rfc = "RFC 2404",
		.kind = IPSEC_ALG_AUTH,
		.key_lens = { 20 },
		.block = 1,
		.icv_len = 12,
	},
	{
		.name = "hmac-sha2-256-128",
		.crypto = "hmac(sha256)",
		.module = "sha256_generic",
		.rfc = "RFC 4868",
		.kind = IPSEC_ALG_AUTH,
		.key_lens = { 32 },
		.block = 1,
		.icv_len = 16,
	},
	{
		.name = "hmac-sha2-384-192",
		.crypto = "hmac(sha384)",
		.module = "sha512_generic",
		.rfc = "RFC 4868",
		.kind = IPSEC_ALG_AUTH,
		.key_lens = { 48 },
		.block = 1,
		.icv_len = 24,
	},
	{
		.name = "hmac-sha2-512-256",
		.crypto = "hmac(sha512)",
		.module = "sha512_generic",
		.rfc = "RFC 4868",
		.kind = IPSEC_ALG_AUTH,
		.key_lens = { 64 },
		.block = 1,
		.icv_len = 32,
	},
	{
		.name = "aes-xcbc-96",
		.crypto = "xcbc(aes)",
		.module = "xcbc",
		.rfc = "RFC 3566",
		.kind = IPSEC_ALG_AUTH,
		.key_lens = { 16 },
		.block = 1,
		.icv_len = 12,
	},
	{
		.name = "aes-cmac-96",
		.crypto = "cmac(aes)",
		.module = "cmac",
		.rfc = "RFC 4494",
		.kind = IPSEC_ALG_AUTH,
		.key_lens = { 16 },
		.block = 1,
		.icv_len = 12,
	},
};

#define WHY_DES \
	"DES keys are too short and MUST NOT be used (RFC 8221 section 5)"
#define WHY_3DES \
	"3DES has 64-bit blocks and SHOULD NOT be used (RFC 8221 section 5)"
#define WHY_BLOWFISH \
	"Blowfish has 64-bit blocks and MUST NOT be used (RFC 8221 section 5)"
#define WHY_IDEA \
	"3IDEA is not specified and MUST NOT be used (RFC 8221 section 5)"
#define WHY_CAST \
	"CAST-128 has 64-bit blocks, too small for the data one SA may carry"
#define WHY_TWOFISH \
	"Twofish is not standardized for ESP (RFC 8221 section 5)"
#define WHY_MD5 \
	"MD5 is broken and MUST NOT be used (RFC 8221 section 6)"
#define WHY_DES_MAC \
	"DES-MAC is broken and MUST NOT be used (RFC 8221 section 6)"
#define WHY_SHORT_SHA2 \
	"A 96-bit ICV is a known mistake (RFC 8221), use hmac-sha2-256-128"
#define WHY_NONE \
	"Encryption without integrity MUST NOT be used (RFC 8221 section 4)"

static const struct {
	const char *name;
	const char *why;
} refused[] = {
	{ "des", WHY_DES },
	{ "des-cbc", WHY_DES },
	{ "des-iv32", WHY_DES },
	{ "des-iv64", WHY_DES },
	{ "3des", WHY_3DES },
	{ "3des-cbc", WHY_3DES },
	{ "blowfish", WHY_BLOWFISH },
	{ "blowfish-cbc", WHY_BLOWFISH },
	{ "3idea", WHY_IDEA },
	{ "cast", WHY_CAST },
	{ "cast128", WHY_CAST },
	{ "twofish", WHY_TWOFISH },
	{ "twofish-cbc", WHY_TWOFISH },
	{ "md5", WHY_MD5 },
	{ "hmac-md5", WHY_MD5 },
	{ "hmac-md5-96", WHY_MD5 },
	{ "kpdk-md5", WHY_MD5 },
	{ "des-mac", WHY_DES_MAC },
	{ "hmac-sha2-256-96", WHY_SHORT_SHA2 },
	{ "none", WHY_NONE },
};

/**
 * ipsec_alg_find - find an algorithm by its name
 * @name: name as in the configuration
 *
 * Context: Any.
 * Return: its row, NULL if there is none
 */
const struct ipsec_alg *ipsec_alg_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(algs); i++)
		if (!strcmp(algs[i].name, name))
			return &algs[i];
	return NULL;
}

/**
 * ipsec_alg_at - walk the table
 * @i: number of a row, from 0
 *
 * Context: Any.
 * Return: the row, NULL behind the last one
 */
const struct ipsec_alg *ipsec_alg_at(unsigned int i)
{
	return i < ARRAY_SIZE(algs) ? &algs[i] : NULL;
}

/**
 * ipsec_alg_refused - why a known algorithm has no row
 * @name: name for which ipsec_alg_find() returned NULL
 *
 * Context: Any.
 * Return: a sentence for the user, NULL if the name means nothing to us
 */
const char *ipsec_alg_refused(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++)
		if (!strcmp(refused[i].name, name))
			return refused[i].why;
	return NULL;
}

/**
 * ipsec_alg_key_fits - is this a key length of the algorithm
 * @alg: algorithm
 * @key_len: bytes of key and, where there is one, the salt behind it
 *
 * Context: Any.
 * Return: true if it is; an algorithm without keys takes only length 0
 */
bool ipsec_alg_key_fits(const struct ipsec_alg *alg, size_t key_len)
{
	unsigned int i;

	if (!alg->key_lens[0])
		return !key_len;
	for (i = 0; i < IPSEC_ALG_MAX_KEYLENS && alg->key_lens[i]; i++)
		if (key_len == alg->key_lens[i] + alg->salt_len)
			return true;
	return false;
}
