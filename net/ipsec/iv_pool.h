/* SPDX-License-Identifier: GPL-2.0 */
/* IVs for counter modes, none of them twice. Pure. */
#ifndef _NET_IPSEC_IV_POOL_H
#define _NET_IPSEC_IV_POOL_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/types.h>

/* So many at a time are taken for a processor. */
#define IPSEC_IV_CHUNK 65536

/* What SAs take from a pool has this bit, what is a sequence number has not. */
#define IPSEC_IV_POOL_BIT BIT_ULL(63)

/* An SA with a counter mode sends so many packets with IVs from a pool. */
#define IPSEC_IV_PACKETS_MAX BIT_ULL(40)

/* The last sequence number that can be an IV. */
#define IPSEC_IV_SEQ_MAX (IPSEC_IV_POOL_BIT - 1)

/**
 * struct ipsec_iv_pool - IVs that nobody has yet
 * @start: the first one; its IPSEC_IV_POOL_BIT is that of all
 * @taken: how many were given to processors
 */
struct ipsec_iv_pool {
	u64 start;
	atomic64_t taken;
};

/**
 * struct ipsec_iv_chunk - IVs of a pool that one processor has
 * @next: how many come before them in the pool
 * @left: how many are left
 */
struct ipsec_iv_chunk {
	u64 next;
	u32 left;
};

u64 ipsec_iv_pool_next(struct ipsec_iv_pool *pool,
		       struct ipsec_iv_chunk *chunk);
u64 ipsec_iv_last_seq(u64 seq, bool is_iv_seq);

#endif /* _NET_IPSEC_IV_POOL_H */
