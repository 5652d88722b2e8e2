// SPDX-License-Identifier: GPL-2.0
/*
 * Security association database (RFC 4301 4.4.2).
 *
 * Locking: writers hold ipn->mutex. Readers hold rcu_read_lock; an SA that
 * was removed is freed after a grace period and after its last reference.
 */
#include "sad.h"

#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <net/xfrm.h>

#include "encap_port.h"
#include "keepalive.h"
#include "flow_cache.h"
#include "netns.h"
#include "refuse.h"
#include "sa.h"

/* Multilinear, as in flow_cache.c: a peer, who chooses the SPIs of our outbound SAs,
 * cannot make many that meet in one place.
 */
static u64 coefficient[3] __ro_after_init;

static u32 key_hash(const void *key, u32 len, u32 seed)
{
	const u64 *word = key;

	BUILD_BUG_ON(sizeof(struct ipsec_sa_key) != 3 * sizeof(u64));
	return (word[0] * coefficient[0] + word[1] * coefficient[1] +
		(word[2] ^ seed) * coefficient[2]) >> 32;
}

/* Of two keys: not 0 if they differ. */
static int key_compare(struct rhashtable_compare_arg *arg, const void *sa)
{
	const u64 *a = arg->key;
	const u64 *b = (const u64 *)&((const struct ipsec_sa *)sa)->key;

	return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2])) != 0;
}

static const struct rhashtable_params key_params = {
	.key_len = sizeof(struct ipsec_sa_key),
	.key_offset = offsetof(struct ipsec_sa, key),
	.head_offset = offsetof(struct ipsec_sa, sad_node),
	.hashfn = key_hash,
	.obj_cmpfn = key_compare,
	.automatic_shrinking = true,
};

static const struct rhashtable_params use_params = {
	.key_len = sizeof(struct ipsec_sa_use),
	.key_offset = offsetof(struct ipsec_sa, use),
	.head_offset = offsetof(struct ipsec_sa, use_node),
	.automatic_shrinking = true,
};

static bool is_in_use_table(const struct ipsec_sa *sa)
{
	return sa->dir == IPSEC_DIR_OUT && sa->use.reqid;
}

static void sad_changed(struct ipsec_sad *sad)
{
	WRITE_ONCE(sad->seq, sad->seq + 1 ?: 1);
	ipsec_flow_cache_invalidate(container_of(sad, struct ipsec_net, sad));
}

/**
 * ipsec_sad_start() - choose how keys are hashed, once
 */
void __init ipsec_sad_start(void)
{
	get_random_bytes(coefficient, sizeof(coefficient));
}

/**
 * ipsec_sad_init() - make the empty SAD of a namespace
 * @ipn: the namespace
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno.
 */
int ipsec_sad_init(struct ipsec_net *ipn)
{
	int err;

	spin_lock_init(&ipn->peer_lock);
	ipsec_encap_ports_init(ipn);
	xa_init_flags(&ipn->sad.by_id, XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	ipn->sad.next_id = 1;
	ipn->sad.count = 0;
	ipn->sad.seq = 1;
	err = rhashtable_init(&ipn->sad.by_key, &key_params);
	if (err)
		return err;
	err = rhltable_init(&ipn->sad.by_use, &use_params);
	if (err)
		rhashtable_destroy(&ipn->sad.by_key);
	return err;
}

/**
 * ipsec_sad_exit() - free the SAD of a namespace
 * @ipn: the namespace
 *
 * Context: Process context, may sleep. Nobody looks SAs up any more.
 */
void ipsec_sad_exit(struct ipsec_net *ipn)
{
	mutex_lock(&ipn->mutex);
	ipsec_sad_flush(ipn);
	mutex_unlock(&ipn->mutex);
	rhltable_destroy(&ipn->sad.by_use);
	rhashtable_destroy(&ipn->sad.by_key);
	xa_destroy(&ipn->sad.by_id);
	ipsec_encap_ports_exit(ipn);
}

/**
 * ipsec_sad_lookup() - SA by SPI, destination and protocol (RFC 4301 4.1)
 * @ipn: the namespace
 * @key: zeroed before it was filled
 *
 * Context: rcu_read_lock or ipn->mutex is held.
 * Return: the SA, without a reference, or NULL.
 */
struct ipsec_sa *ipsec_sad_lookup(struct ipsec_net *ipn,
				  const struct ipsec_sa_key *key)
{
	return rhashtable_lookup_fast(&ipn->sad.by_key, key, key_params);
}

/**
 * ipsec_sad_lookup_use() - newest outbound SA that has a reqid and addresses
 * @ipn: the namespace
 * @use: zeroed before it was filled
 *
 * Older ones follow behind its @use_node.
 *
 * Context: rcu_read_lock is held.
 * Return: the SA, without a reference, or NULL.
 */
struct ipsec_sa *ipsec_sad_lookup_use(struct ipsec_net *ipn,
				      const struct ipsec_sa_use *use)
{
	struct rhlist_head *node;

	node = rhltable_lookup(&ipn->sad.by_use, use, use_params);
	return node ? container_of(node, struct ipsec_sa, use_node) : NULL;
}

/**
 * ipsec_sad_find_id() - SA by its number
 * @ipn: the namespace
 * @id: &ipsec_sa.id
 *
 * Context: rcu_read_lock is held.
 * Return: the SA, without a reference, or NULL.
 */
struct ipsec_sa *ipsec_sad_find_id(struct ipsec_net *ipn, u32 id)
{
	return xa_load(&ipn->sad.by_id, id);
}

/* Inbound packets of such an SA would come to us and never reach xfrm. A
 * state with a mark is found by packets with that mark alone, so not here.
 */
static bool xfrm_has(struct net *net, const struct ipsec_sa_key *key)
{
	struct xfrm_state *state;

	if (!IS_ENABLED(CONFIG_XFRM))
		return false;
	state = xfrm_state_lookup(net, 0,
				  (const xfrm_address_t *)key->dst.bytes,
				  key->spi, key->proto, key->family);
	if (!state)
		return false;
	xfrm_state_put(state);
	return true;
}

/* Policies find outbound SAs by reqid and addresses alone. Where two of them
 * lead to different UDP ports of one address, there are two peers behind one
 * NAT, and the newer one would get what was meant for the other.
 */
static bool is_behind_same_nat(struct ipsec_net *ipn, const struct ipsec_sa *sa)
{
	const struct ipsec_sa *other;
	bool is_same = false;

	if (!is_in_use_table(sa) || !sa->encap.dport)
		return false;
	rcu_read_lock();
	other = ipsec_sad_lookup_use(ipn, &sa->use);
	if (other && other->encap.dport)
		is_same = other->encap.dport != sa->encap.dport;
	rcu_read_unlock();
	return is_same;
}

static int check_new_sa(struct ipsec_net *ipn, const struct ipsec_sa *sa,
			struct netlink_ext_ack *extack)
{
	if (ipsec_sad_lookup(ipn, &sa->key)) {
		NL_SET_ERR_MSG(extack,
			       "an SA with this spi, dst and proto exists");
		return -EEXIST;
	}
	if (xfrm_has(ipn->net, &sa->key)) {
		NL_SET_ERR_MSG(extack,
			       "the kernel's own IPsec (xfrm) has an SA with this spi, dst and proto");
		return -EEXIST;
	}
	if (is_behind_same_nat(ipn, sa)) {
		NL_SET_ERR_MSG(extack,
			       "an SA with this reqid and these addresses has another UDP port: two peers behind one NAT need reqids and selectors of their own (RFC 3948 5.2)");
		return -EEXIST;
	}
	if (ipn->max_sas && ipn->sad.count >= ipn->max_sas) {
		NL_SET_ERR_MSG(extack,
			       "the namespace has as many SAs as max-sas allows");
		return -ENOSPC;
	}
	return 0;
}

/**
 * ipsec_sad_insert() - put an SA into the SAD
 * @ipn: the namespace
 * @sa: new SA; the reference of its creator belongs to the SAD if this
 *	succeeds
 * @extack: where a refusal goes
 *
 * After a failure packets may still be looking at the SA: the caller ends it
 * with ipsec_sa_end().
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 * Return: 0, -EEXIST or -ENOSPC with a sentence, or another -errno.
 */
int ipsec_sad_insert(struct ipsec_net *ipn, struct ipsec_sa *sa,
		     struct netlink_ext_ack *extack)
{
	struct ipsec_sad *sad = &ipn->sad;
	int err;

	lockdep_assert_held(&ipn->mutex);
	err = check_new_sa(ipn, sa, extack) ?:
	      ipsec_encap_port_get(ipn, sa, extack);
	if (err)
		return err;
	err = xa_alloc_cyclic(&sad->by_id, &sa->id, sa, xa_limit_32b,
			      &sad->next_id, GFP_KERNEL_ACCOUNT);
	if (err < 0)
		goto err_port;
	ipsec_lifetime_start(sa->lifetime);
	err = rhashtable_lookup_insert_fast(&sad->by_key, &sa->sad_node,
					    key_params);
	if (err)
		goto err_erase;
	if (is_in_use_table(sa)) {
		err = rhltable_insert(&sad->by_use, &sa->use_node, use_params);
		if (err)
			goto err_remove;
	}
	sad->count++;
	sad_changed(sad);
	ipsec_keepalive_start(sa);
	return 0;

err_remove:
	rhashtable_remove_fast(&sad->by_key, &sa->sad_node, key_params);
	/* A policy may have found it by its SPI meanwhile. */
	sad_changed(sad);
err_erase:
	WRITE_ONCE(sa->dead, true);
	ipsec_lifetime_stop(sa->lifetime);
	xa_erase(&sad->by_id, sa->id);
err_port:
	ipsec_encap_port_put(ipn, sa);
	return err;
}

/**
 * ipsec_sad_remove() - take an SA out of the SAD and drop the SAD's reference
 * @ipn: the namespace
 * @sa: in the SAD
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 */
void ipsec_sad_remove(struct ipsec_net *ipn, struct ipsec_sa *sa)
{
	struct ipsec_sad *sad = &ipn->sad;

	lockdep_assert_held(&ipn->mutex);
	WRITE_ONCE(sa->dead, true);
	if (is_in_use_table(sa))
		rhltable_remove(&sad->by_use, &sa->use_node, use_params);
	rhashtable_remove_fast(&sad->by_key, &sa->sad_node, key_params);
	xa_erase(&sad->by_id, sa->id);
	ipsec_lifetime_stop(sa->lifetime);
	sad->count--;
	sad_changed(sad);
	ipsec_encap_port_put(ipn, sa);
	ipsec_sa_end(sa);
}

/**
 * ipsec_sad_flush() - remove all SAs
 * @ipn: the namespace
 *
 * Context: Process context, may sleep; ipn->mutex is held.
 */
void ipsec_sad_flush(struct ipsec_net *ipn)
{
	struct ipsec_sa *sa;
	unsigned long id;

	lockdep_assert_held(&ipn->mutex);
	xa_for_each(&ipn->sad.by_id, id, sa) {
		ipsec_sad_remove(ipn, sa);
		cond_resched();
	}
}
