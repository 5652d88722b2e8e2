/* SPDX-License-Identifier: GPL-2.0 */
/* The one table of algorithms. Pure. */
#ifndef _NET_IPSEC_ALG_H
#define _NET_IPSEC_ALG_H

#include <linux/types.h>

/**
 * enum ipsec_alg_kind - what an algorithm does
 * @IPSEC_ALG_COMBINED: encrypts and authenticates (RFC 4303 combined mode)
 * @IPSEC_ALG_ENC: encrypts only, needs an IPSEC_ALG_AUTH beside it
 * @IPSEC_ALG_AUTH: authenticates only
 */
enum ipsec_alg_kind {
	IPSEC_ALG_COMBINED,
	IPSEC_ALG_ENC,
	IPSEC_ALG_AUTH,
};

/**
 * enum ipsec_iv_kind - how the sender makes the IV that it puts on the wire
 * @IPSEC_IV_NONE: no IV
 * @IPSEC_IV_COUNTER: must never repeat under a key (iv.c says how)
 * @IPSEC_IV_RANDOM: must be unpredictable (RFC 3602 section 3)
 */
enum ipsec_iv_kind {
	IPSEC_IV_NONE,
	IPSEC_IV_COUNTER,
	IPSEC_IV_RANDOM,
};

#define IPSEC_ALG_MAX_KEYLENS 3

/**
 * struct ipsec_alg - one row: one algorithm
 * @name: name in configuration, documentation and dumps
 * @crypto: crypto API name; with @kind IPSEC_ALG_ENC the cipher part of an
 *	authenc(), with IPSEC_ALG_AUTH the hash
 * @module: kernel module to name when the crypto API knows no @crypto
 * @rfc: where it is specified for ESP and AH
 * @kind: what it does
 * @is_for_ah: IPSEC_ALG_COMBINED that encrypts nothing, which AH can use as its
 *	integrity algorithm: its ICV field has the IV, then the ICV (RFC 4543 4)
 * @iv: how its IV is made
 * @key_lens: key lengths in bytes without the salt, 0 ends the list; all zero
 *	means there is no key
 * @salt_len: bytes behind the key that go into the nonce but not on the wire
 * @iv_len: bytes of IV on the wire
 * @block: block size that the padding must reach (1 when there is none)
 * @icv_len: bytes of ICV on the wire
 */
struct ipsec_alg {
	const char *name;
	const char *crypto;
	const char *module;
	const char *rfc;
	enum ipsec_alg_kind kind;
	bool is_for_ah;
	enum ipsec_iv_kind iv;
	u8 key_lens[IPSEC_ALG_MAX_KEYLENS];
	u8 salt_len;
	u8 iv_len;
	u8 block;
	u8 icv_len;
};

const struct ipsec_alg *ipsec_alg_find(const char *name);
const struct ipsec_alg *ipsec_alg_at(unsigned int i);
const char *ipsec_alg_refused(const char *name);
bool ipsec_alg_key_fits(const struct ipsec_alg *alg, size_t key_len);

#endif /* _NET_IPSEC_ALG_H */
