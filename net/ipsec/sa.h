/* SPDX-License-Identifier: GPL-2.0 */
/* One security association (RFC 4301 4.4.2). */
#ifndef _NET_IPSEC_SA_H
#define _NET_IPSEC_SA_H

#include <linux/cache.h>
#include <linux/in.h>
#include <linux/percpu.h>
#include <linux/percpu-refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/timer.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>
#include <uapi/linux/ipsec.h>

#include "encap.h"
#include "layout.h"
#include "lifetime.h"
#include "outer.h"
#include "replay.h"
#include "resync.h"
#include "selector.h"

struct crypto_aead;
struct crypto_ahash;
struct ipsec_alg;
struct ipsec_iv_key;
struct ipsec_net;
struct ipsec_peer;
struct ipsec_route;
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
 * Hashed and compared as three words: zero it before filling it.
 */
struct ipsec_sa_key {
	union ipsec_addr dst;
	__be32 spi;
	u8 family;
	u8 proto;
	u16 zero;
} __aligned(8);

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
 * struct ipsec_sa_idents - values for the Identification field of tunnel headers
 * @until: in jiffies, when they are no longer good
 * @next: the next of them
 * @left: how many are left
 */
struct ipsec_sa_idents {
	unsigned long until;
	u16 next;
	u16 left;
};

/**
 * struct ipsec_sa_stats - what one CPU keeps of one SA
 * @packets: packets protected or verified
 * @bytes: their length before protection or after verification
 * @syncp: protects both on 32-bit machines
 * @idents: outbound
 */
struct ipsec_sa_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	struct u64_stats_sync syncp;
	struct ipsec_sa_idents idents;
};

/**
 * struct ipsec_sa_params - everything a user says of an SA, before it exists
 * @key: SPI, destination, protocol
 * @src: source address, same family as @key.dst
 * @dir: enum ipsec_dir
 * @mode: enum ipsec_mode
 * @df: enum ipsec_df
 * @has_selector: @selector is valid
 * @outer: tunnel header and padding; what it points to belongs to the caller
 * @encap: UDP encapsulation
 * @reqid: reqid or 0
 * @is_esn: extended sequence numbers
 * @is_rollover: outbound: 0 follows the last sequence number
 * @replay_window: packets, 0 is off
 * @resync: inbound with @is_esn: wrong ICVs before a resynchronisation, 0 is
 *	never
 * @has_seq: the user has said @seq
 * @seq: last sequence number sent, or highest received, so far
 * @enc: ESP: IPSEC_ALG_COMBINED or IPSEC_ALG_ENC; NULL for AH
 * @auth: IPSEC_ALG_AUTH or NULL
 * @enc_key: key with salt behind it; belongs to the caller, who wipes it
 * @auth_key: likewise
 * @enc_key_len: bytes
 * @auth_key_len: bytes
 * @selector: packets it may carry; what it points to belongs to the caller
 * @limits: lifetimes
 */
struct ipsec_sa_params {
	struct ipsec_sa_key key;
	union ipsec_addr src;
	u8 dir;
	u8 mode;
	u8 df;
	bool has_selector;
	struct ipsec_outer outer;
	struct ipsec_encap encap;
	bool is_esn;
	bool is_rollover;
	bool has_seq;
	u32 reqid;
	u32 replay_window;
	u32 resync;
	u64 seq;
	const struct ipsec_alg *enc;
	const struct ipsec_alg *auth;
	const u8 *enc_key;
	const u8 *auth_key;
	u32 enc_key_len;
	u32 auth_key_len;
	struct ipsec_selector selector;
	struct ipsec_limits limits;
};

/* Bit of @flags: that the sequence numbers are used up was told. */
#define IPSEC_SA_EXHAUSTED 0

/**
 * struct ipsec_sa - a security association
 * @key: [I] name in the SAD
 * @use: [I] name for PROTECT policies; reqid 0 means it has none
 * @dir: [I] enum ipsec_dir
 * @mode: [I] enum ipsec_mode
 * @df: [I] enum ipsec_df
 * @has_selector: [I] @selector is valid
 * @is_esn: [I] extended sequence numbers (RFC 4303 2.2.1)
 * @is_rollover: [I] outbound: the peer has no anti-replay window, and the 32
 *	bits on the wire may cycle
 * @dead: [A] set once, when it is removed from the SAD or a hard lifetime is
 *	over; checked after asynchronous crypto
 * @layout: [I] lengths
 * @outer: [I] tunnel header and padding
 * @encap: [I] UDP encapsulation
 * @peer: [R, writers hold ipn->peer_lock] with UDP encapsulation: where the peer
 *	is, if not where it was configured to be
 * @followed_seq: [A] inbound: ipn->sad.seq when the replies were led to @peer
 * @moved_at: [ipn->peer_lock] inbound: jiffies of the last change of @peer
 * @sent_at: [A] outbound with keepalives: jiffies of the last packet
 * @keepalive: sends them; runs while the SA is in the SAD
 * @enc: [I] encryption or combined algorithm, NULL for AH
 * @auth: [I] integrity algorithm or NULL
 * @aead: [I] ESP transform; belongs to the SA
 * @ahash: [I] AH transform; belongs to the SA
 * @is_iv_seq: [I] outbound: the IVs are the sequence numbers; else, with a
 *	counter mode, they come from the pool that all SAs share
 * @iv_key: [I] with @is_iv_seq: what is remembered of the key
 * @replay_window: [I] packets, 0 is off
 * @enc_key_bits: [I] for dumps
 * @net: [I] namespace; valid while the SA is in the SAD or holds @ipn->inflight
 * @ipn: [I] same, our part of it
 * @resync: [A] inbound with @is_esn: numbers out of step
 * @last_seq: [I] outbound: the last value of @oseq
 * @flags: [A] bits IPSEC_SA_*
 * @lifetime: [I] lifetimes, NULL if it has none; belongs to the SA
 * @oseq: [A] last sequence number sent, 64 bits, even if fewer are sent
 * @replay: [A] inbound with @replay_window: the window. What it or @oseq writes
 *	for each packet is apart from what all CPUs read
 * @stats: [A] per-CPU counters
 * @routes: [A] per-CPU way to the peer
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
	bool is_esn;
	bool is_rollover;
	bool dead;
	struct ipsec_layout layout;
	struct ipsec_outer outer;
	struct ipsec_encap encap;
	struct ipsec_peer __rcu *peer;
	u32 followed_seq;
	unsigned long moved_at;
	unsigned long sent_at;
	struct timer_list keepalive;
	const struct ipsec_alg *enc;
	const struct ipsec_alg *auth;
	struct crypto_aead *aead;
	struct crypto_ahash *ahash;
	bool is_iv_seq;
	struct ipsec_iv_key *iv_key;
	u32 replay_window;
	u32 enc_key_bits;
	struct net *net;
	struct ipsec_net *ipn;
	struct ipsec_resync resync;
	u64 last_seq;
	unsigned long flags;
	struct ipsec_lifetime *lifetime;
	struct ipsec_sa_stats __percpu *stats;
	struct ipsec_route __percpu *routes;
	struct ipsec_selector selector;
	u32 id;
	struct rhash_head sad_node;
	struct rhlist_head use_node;
	struct percpu_ref refs;
	struct rcu_work free_work;
	atomic_long_t drops[IPSEC_REASON_MAX + 1];
	atomic64_t oseq ____cacheline_aligned_in_smp;
	struct ipsec_replay replay;
};

/**
 * ipsec_sa_ended() - did the SA end while a packet was inside its crypto
 * @sa: the SA
 *
 * Return: the reason to drop the packet, or 0.
 */
static inline enum ipsec_reason ipsec_sa_ended(const struct ipsec_sa *sa)
{
	bool is_dead = READ_ONCE(sa->dead);

	if (likely(!is_dead && !sa->lifetime))
		return 0;
	return ipsec_lifetime_inside(sa->lifetime, is_dead);
}

/**
 * ipsec_sa_peer() - where to send to, if not where the SA says
 * @sa: outbound SA
 *
 * Context: rcu_read_lock held.
 * Return: NULL unless UDP encapsulation is in use and the peer has moved.
 */
static inline struct ipsec_peer *ipsec_sa_peer(const struct ipsec_sa *sa)
{
	return likely(!sa->encap.dport) ? NULL : rcu_dereference(sa->peer);
}

/**
 * ipsec_sa_wire_proto() - what the IP header in front says
 * @sa: outbound SA
 *
 * Return: protocol of the SA, or IPPROTO_UDP when it is encapsulated.
 */
static inline u8 ipsec_sa_wire_proto(const struct ipsec_sa *sa)
{
	return likely(!sa->encap.dport) ? sa->key.proto : IPPROTO_UDP;
}

/**
 * ipsec_sa_get() - take a reference
 * @sa: found under rcu_read_lock
 *
 * Return: false when it is being freed.
 */
static inline bool ipsec_sa_get(struct ipsec_sa *sa)
{
	return percpu_ref_tryget(&sa->refs);
}

/**
 * ipsec_sa_put() - give a reference of ipsec_sa_get() back
 * @sa: the SA
 *
 * Context: any; the caller holds rcu_read_lock if it still uses the SA.
 */
static inline void ipsec_sa_put(struct ipsec_sa *sa)
{
	percpu_ref_put(&sa->refs);
}

int ipsec_sa_validate(const struct ipsec_sa_params *params, struct nlattr **tb,
		      struct netlink_ext_ack *extack);
struct ipsec_sa *ipsec_sa_new(struct net *net,
			      const struct ipsec_sa_params *params,
			      struct netlink_ext_ack *extack);
void ipsec_sa_free(struct ipsec_sa *sa);
void ipsec_sa_end(struct ipsec_sa *sa);
void ipsec_sa_charge(struct ipsec_sa *sa, unsigned int bytes);
void ipsec_sa_stats_read(const struct ipsec_sa *sa, u64 *packets, u64 *bytes);
u64 ipsec_sa_seq(const struct ipsec_sa *sa);

void ipsec_sa_barrier(void);
int ipsec_sa_init(void);
void ipsec_sa_exit(void);

#endif /* _NET_IPSEC_SA_H */
