/* SPDX-License-Identifier: GPL-2.0 */
/* One security association (RFC 4301 4.4.2). */
#ifndef _NET_IPSEC_SA_H
#define _NET_IPSEC_SA_H

#include <linux/cache.h>
#include <linux/percpu.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>
#include <net/dst_cache.h>
#include <uapi/linux/ipsec.h>

#include "layout.h"
#include "selector.h"

struct crypto_aead;
struct crypto_ahash;
struct ipsec_alg;
struct ipsec_net;
struct ipsec_replay;
struct netlink_ext_ack;
struct nlattr;

/**
 * struct ipsec_sa_key - name of an SA in the SAD (RFC 4301 4.1)
 * @dst: destination address on the wire
 * @spi: security parameters index
 * @family: AF_INET or AF_INET6, of @dst
 * @proto: IPPROTO_ESP or IPPROTO_AH
 * @zero: padding, zero
 *
 * Hashed and compared as bytes: zero it before filling it.
 */
struct ipsec_sa_key {
	union ipsec_addr dst;
	__be32 spi;
	u8 family;
	u8 proto;
	u16 zero;
};

/**
 * struct ipsec_sa_use - name by which a PROTECT policy finds an outbound SA
 * @src: source address on the wire
 * @dst: destination address on the wire
 * @reqid: reqid, not 0
 * @family: AF_INET or AF_INET6, of @src and @dst
 * @proto: IPPROTO_ESP or IPPROTO_AH
 * @mode: enum ipsec_mode
 * @zero: padding, zero
 *
 * Hashed and compared as bytes: zero it before filling it.
 */
struct ipsec_sa_use {
	union ipsec_addr src;
	union ipsec_addr dst;
	u32 reqid;
	u8 family;
	u8 proto;
	u8 mode;
	u8 zero;
};

/**
 * struct ipsec_sa_stats - counters of one SA on one CPU
 * @packets: packets protected or verified
 * @bytes: their length before protection or after verification
 * @syncp: protects both on 32-bit machines
 */
struct ipsec_sa_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	struct u64_stats_sync syncp;
};

/**
 * struct ipsec_sa_params - everything a user says of an SA, before it exists
 * @key: SPI, destination, protocol
 * @src: source address, same family as @key.dst
 * @dir: enum ipsec_dir
 * @mode: enum ipsec_mode
 * @df: enum ipsec_df
 * @has_selector: @selector is valid
 * @reqid: reqid or 0
 * @replay_window: packets, 0 is off
 * @enc: ESP: IPSEC_ALG_COMBINED or IPSEC_ALG_ENC; NULL for AH
 * @auth: IPSEC_ALG_AUTH or NULL
 * @enc_key: key with salt behind it; belongs to the caller, who wipes it
 * @auth_key: likewise
 * @enc_key_len: bytes
 * @auth_key_len: bytes
 * @selector: packets it may carry
 */
struct ipsec_sa_params {
	struct ipsec_sa_key key;
	union ipsec_addr src;
	u8 dir;
	u8 mode;
	u8 df;
	bool has_selector;
	u32 reqid;
	u32 replay_window;
	const struct ipsec_alg *enc;
	const struct ipsec_alg *auth;
	const u8 *enc_key;
	const u8 *auth_key;
	u32 enc_key_len;
	u32 auth_key_len;
	struct ipsec_selector selector;
};

/**
 * struct ipsec_sa - a security association
 * @key: [I] name in the SAD
 * @use: [I] name for PROTECT policies; reqid 0 means it has none
 * @dir: [I] enum ipsec_dir
 * @mode: [I] enum ipsec_mode
 * @df: [I] enum ipsec_df
 * @has_selector: [I] @selector is valid
 * @dead: [A] set once when removed from the SAD; checked after asynchronous
 *	crypto
 * @layout: [I] lengths
 * @enc: [I] encryption or combined algorithm, NULL for AH
 * @auth: [I] integrity algorithm or NULL
 * @aead: [I] ESP transform; belongs to the SA
 * @ahash: [I] AH transform; belongs to the SA
 * @iv_salt: [I] random per SA, mixed into counter IVs (traps: nonces of static
 *	keys)
 * @replay_window: [I] packets, 0 is off
 * @enc_key_bits: [I] for dumps
 * @net: [I] namespace; valid while the SA is in the SAD or holds @ipn->inflight
 * @ipn: [I] same, our part of it
 * @replay: [A] window, inbound with anti-replay only
 * @oseq: [A] last sequence number sent, 64 bits
 * @stats: [A] per-CPU counters
 * @dst_cache: route to the tunnel endpoint, per CPU
 * @selector: [I] packets it may carry
 * @id: [I] number in ipn->sad.by_id
 * @sad_node: [R] in ipn->sad.by_key
 * @use_node: [R] in ipn->sad.by_use, outbound with reqid only
 * @refs: references: one of the SAD, one of each request in flight
 * @drops: [A] one counter per enum ipsec_reason
 * @free_work: frees in process context, after a grace period
 *
 * Letters: [I] immutable after insertion, [R] RCU, writers hold ipn->mutex,
 * [A] atomic or per CPU. Readers of the SAD hold rcu_read_lock; who keeps an
 * SA over an asynchronous crypto request takes a reference.
 */
struct ipsec_sa {
	struct ipsec_sa_key key;
	struct ipsec_sa_use use;
	u8 dir;
	u8 mode;
	u8 df;
	bool has_selector;
	bool dead;
	struct ipsec_layout layout;
	const struct ipsec_alg *enc;
	const struct ipsec_alg *auth;
	struct crypto_aead *aead;
	struct crypto_ahash *ahash;
	u64 iv_salt;
	u32 replay_window;
	u32 enc_key_bits;
	struct net *net;
	struct ipsec_net *ipn;
	struct ipsec_replay *replay;
	struct ipsec_sa_stats __percpu *stats;
	struct dst_cache dst_cache;
	struct ipsec_selector selector;
	u32 id;
	struct rhash_head sad_node;
	struct rhlist_head use_node;
	refcount_t refs;
	struct rcu_work free_work;
	atomic_long_t drops[IPSEC_REASON_MAX + 1];
	atomic64_t oseq ____cacheline_aligned_in_smp;
};

int ipsec_sa_validate(const struct ipsec_sa_params *params, struct nlattr **tb,
		      struct netlink_ext_ack *extack);
struct ipsec_sa *ipsec_sa_new(struct net *net,
			      const struct ipsec_sa_params *params,
			      struct netlink_ext_ack *extack);
void ipsec_sa_free(struct ipsec_sa *sa);
bool ipsec_sa_get(struct ipsec_sa *sa);
void ipsec_sa_put(struct ipsec_sa *sa);
void ipsec_sa_charge(struct ipsec_sa *sa, unsigned int bytes);
void ipsec_sa_stats_read(const struct ipsec_sa *sa, u64 *packets, u64 *bytes);
u64 ipsec_sa_seq(const struct ipsec_sa *sa);

void ipsec_sa_barrier(void);
int ipsec_sa_init(void);
void ipsec_sa_exit(void);

#endif /* _NET_IPSEC_SA_H */
