// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: IVs for counter modes, none of them twice
 *
 * With GCM, CCM, CTR, GMAC and ChaCha20-Poly1305 a repeated nonce under a key
 * ends both secrecy and integrity (RFC 3686 7, RFC 4106 10, RFC 4309 9, RFC 7634
 * 5). All SAs of all namespaces take their IVs from one pool, in which each of
 * 2^63 values is once. That two packets have different IVs therefore does not
 * depend on their SAs, keys, sequence numbers, processors or on when an SA was
 * loaded:
 *
 * 1. Each addition to @taken returns another multiple of IPSEC_IV_CHUNK, and so
 *    gives a processor a run of values that no other run shares.
 * 2. Of its run a processor uses each value once, with nobody in between.
 *
 * 2^63 packets are more than can be sent.
 */
#include "iv_pool.h"

/**
 * ipsec_iv_pool_next - take an IV
 * @pool: the pool
 * @chunk: what this processor has of it
 *
 * Context: Nothing else may use @chunk meanwhile.
 * Return: an IV, which is not returned again
 */
u64 ipsec_iv_pool_next(struct ipsec_iv_pool *pool, struct ipsec_iv_chunk *chunk)
{
	if (!chunk->left) {
		chunk->next = atomic64_fetch_add(IPSEC_IV_CHUNK, &pool->taken);
		chunk->left = IPSEC_IV_CHUNK;
	}
	chunk->left--;
	return (pool->start & IPSEC_IV_POOL_BIT) |
	       ((pool->start + chunk->next++) & ~IPSEC_IV_POOL_BIT);
}

/**
 * ipsec_iv_last_seq - where an SA with a counter mode ends
 * @seq: last sequence number that was sent before
 * @is_iv_seq: its sequence numbers are its IVs, else it uses a pool
 *
 * Context: Any.
 * Return: its last sequence number, as far as IVs are concerned
 */
u64 ipsec_iv_last_seq(u64 seq, bool is_iv_seq)
{
	if (is_iv_seq)
		return IPSEC_IV_SEQ_MAX;
	return seq + IPSEC_IV_PACKETS_MAX < seq ? ~0ULL :
						   seq + IPSEC_IV_PACKETS_MAX;
}
