// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Keys whose IVs are sequence numbers
 *
 * An SA with a counter mode and ``seq`` uses its sequence numbers as IVs, so
 * that a key can go on over reboots without one IV twice, provided that its user
 * keeps count. Here is what the module itself can know: for each such key, with
 * its salt, how far it has come in this load, whatever SAs and namespaces it was
 * in. A number that was an IV is not one again, and no two SAs send with one key
 * at the same time.
 *
 * No key is kept. Keys are told apart by their SipHash under a secret that is
 * made at random in each load and wiped at its end, with the hashes. What is
 * remembered stays until then, and is bounded: when there is no room more keys
 * are refused, since to forget one would be to allow its IVs once more. User
 * namespaces other than the first share a smaller room, so that nobody can fill
 * it for the host.
 */
#include "iv_seq.h"

#include <linux/hashtable.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>

#include "sa.h"

#define MAX_KEYS 65536
#define MAX_KEYS_OF_USERS 1024

/**
 * struct ipsec_iv_key - what is remembered of a key
 * @node: in keys
 * @hash: keyed hash of key and salt
 * @first: last number before those of the SA that sends with it
 * @used: up to this all numbers are taken
 * @is_busy: an SA sends with it
 * @is_users: it counts for MAX_KEYS_OF_USERS
 *
 * All under the mutex.
 */
struct ipsec_iv_key {
	struct hlist_node node;
	u64 hash;
	u64 first;
	u64 used;
	bool is_busy;
	bool is_users;
};

static DEFINE_HASHTABLE(keys, 10);
static DEFINE_MUTEX(mutex);
static siphash_key_t secret;
static unsigned int key_count[2];

static struct ipsec_iv_key *find(u64 hash)
{
	struct ipsec_iv_key *key;

	hash_for_each_possible(keys, key, node, hash)
		if (key->hash == hash)
			return key;
	return NULL;
}

static struct ipsec_iv_key *add(u64 hash, bool is_users,
				struct netlink_ext_ack *extack)
{
	struct ipsec_iv_key *key;

	if (key_count[is_users] == (is_users ? MAX_KEYS_OF_USERS : MAX_KEYS)) {
		NL_SET_ERR_MSG(extack,
			       "too many keys were used with seq since the module was loaded: leave seq out, or use aes-cbc");
		return ERR_PTR(-ENOSPC);
	}
	key = kzalloc(sizeof(*key), GFP_KERNEL_ACCOUNT);
	if (!key)
		return ERR_PTR(-ENOMEM);
	key->hash = hash;
	key->is_users = is_users;
	hash_add(keys, &key->node, hash);
	key_count[is_users]++;
	return key;
}

static void forget(struct ipsec_iv_key *key)
{
	hash_del(&key->node);
	key_count[key->is_users]--;
	kfree_sensitive(key);
}

static int claim(struct ipsec_iv_key *key, u64 seq,
		 struct netlink_ext_ack *extack)
{
	if (key->is_busy)
		return -EBUSY;
	if (seq < key->used) {
		NL_SET_ERR_MSG_FMT(extack,
				   "this key has sent numbers up to %llu as IVs, which must not repeat: give seq %llu, or another key",
				   key->used, key->used);
		return -EKEYREJECTED;
	}
	key->first = seq;
	key->is_busy = true;
	return 0;
}

static struct ipsec_iv_key *find_and_claim(u64 hash, bool is_users, u64 seq,
					   struct netlink_ext_ack *extack)
{
	struct ipsec_iv_key *key;
	int err;

	mutex_lock(&mutex);
	key = find(hash) ?: add(hash, is_users, extack);
	if (!IS_ERR(key)) {
		err = claim(key, seq, extack);
		if (err)
			key = ERR_PTR(err);
	}
	mutex_unlock(&mutex);
	return key;
}

/**
 * ipsec_iv_seq_claim() - begin to use the numbers above @seq as IVs of a key
 * @net: namespace of the SA
 * @key: key with its salt
 * @key_len: bytes
 * @seq: last number before
 * @extack: gets the sentence on failure
 *
 * Context: process, may sleep; waits for SAs that are being freed.
 * Return: for ipsec_iv_seq_release(), or an ERR_PTR: -EBUSY while another SA
 * has it, -EKEYREJECTED if @seq is too low, -ENOSPC, -ENOMEM.
 */
struct ipsec_iv_key *ipsec_iv_seq_claim(const struct net *net, const u8 *key,
					u32 key_len, u64 seq,
					struct netlink_ext_ack *extack)
{
	bool is_users = net->user_ns != &init_user_ns;
	u64 hash = siphash(key, key_len, &secret);
	struct ipsec_iv_key *found;

	found = find_and_claim(hash, is_users, seq, extack);
	if (found != ERR_PTR(-EBUSY))
		return found;
	/* It may have been deleted a moment ago. */
	ipsec_sa_barrier();
	found = find_and_claim(hash, is_users, seq, extack);
	if (found == ERR_PTR(-EBUSY))
		NL_SET_ERR_MSG(extack,
			       "another SA sends with this key and with seq, so IVs would repeat: each SA needs a key of its own");
	return found;
}

/**
 * ipsec_iv_seq_release() - the SA has sent its last packet
 * @key: from ipsec_iv_seq_claim()
 * @seq: its last number; what it was claimed with if it has sent nothing
 *
 * Context: process, may sleep.
 */
void ipsec_iv_seq_release(struct ipsec_iv_key *key, u64 seq)
{
	mutex_lock(&mutex);
	key->is_busy = false;
	if (seq != key->first)
		key->used = seq;
	if (!key->used)
		forget(key);
	mutex_unlock(&mutex);
}

/**
 * ipsec_iv_seq_init() - make the secret of this load
 */
void ipsec_iv_seq_init(void)
{
	get_random_bytes(&secret, sizeof(secret));
}

/**
 * ipsec_iv_seq_exit() - forget, and wipe, everything
 *
 * Context: process; no SA exists.
 */
void ipsec_iv_seq_exit(void)
{
	struct ipsec_iv_key *key;
	struct hlist_node *next;
	int bucket;

	hash_for_each_safe(keys, bucket, next, key, node)
		forget(key);
	memzero_explicit(&secret, sizeof(secret));
}
