// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: One security association
 *
 * Made from parameters by ipsec_sa_new(), put into the SAD, which owns the
 * first reference; packets inside crypto own one each. The last
 * ipsec_sa_put() frees it in process context after a grace period.
 */
#include "sa.h"

#include <linux/random.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "alg.h"
#include "crypto.h"
#include "drop.h"
#include "netlink.h"
#include "netns.h"
#include "replay.h"

static struct workqueue_struct *free_wq;

static bool is_unicast(const union ipsec_addr *addr, u8 family)
{
	const struct in6_addr *addr6 = (const struct in6_addr *)addr;

	if (family == AF_INET)
		return addr->a4 && !ipv4_is_multicast(addr->a4) &&
		       !ipv4_is_lbcast(addr->a4);
	return !ipv6_addr_any(addr6) && !ipv6_addr_is_multicast(addr6);
}

static int validate_ah(const struct ipsec_sa_params *params, struct nlattr **tb,
		       struct netlink_ext_ack *extack)
{
	if (params->enc)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_ENC],
				    "AH does not encrypt: it takes auth alone");
	if (!params->auth)
		return IPSEC_MISSING(extack, IPSEC_A_SA_AUTH,
				     "AH needs an integrity algorithm (auth)");
	return 0;
}

static int validate_esp(const struct ipsec_sa_params *params,
			struct nlattr **tb, struct netlink_ext_ack *extack)
{
	const struct ipsec_alg *enc = params->enc, *auth = params->auth;

	if (!enc)
		return IPSEC_MISSING(extack, IPSEC_A_SA_ENC,
				     "ESP needs an encryption algorithm (enc); null is one");
	if (enc->kind == IPSEC_ALG_AUTH)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_ENC],
				    "enc names an integrity algorithm");
	if (enc->kind == IPSEC_ALG_COMBINED && auth)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_AUTH],
				    "a combined mode algorithm takes no auth beside it");
	/* RFC 4303 3.2, RFC 4301 4.2; RFC 8221 3 for ciphers alone. */
	if (enc->kind == IPSEC_ALG_ENC && !auth && enc->key_lens[0])
		return IPSEC_MISSING(extack, IPSEC_A_SA_AUTH,
				     "encryption without integrity is refused: add auth");
	if (enc->kind == IPSEC_ALG_ENC && !auth)
		return IPSEC_MISSING(extack, IPSEC_A_SA_AUTH,
				     "null encryption without integrity protects nothing: add auth");
	return 0;
}

/* A key of length 0 is no key: the attribute is missing, or empty. */
static int refuse_key(u8 type, struct nlattr **tb, const char *sentence,
		      struct netlink_ext_ack *extack)
{
	if (tb[type])
		NL_SET_BAD_ATTR(extack, tb[type]);
	else
		NL_SET_ERR_ATTR_MISS(extack, NULL, type);
	extack->_msg = sentence;
	return -EINVAL;
}

static int validate_algs(const struct ipsec_sa_params *params,
			 struct nlattr **tb, struct netlink_ext_ack *extack)
{
	const struct ipsec_alg *enc = params->enc, *auth = params->auth;
	int err;

	if (params->key.proto == IPPROTO_AH)
		err = validate_ah(params, tb, extack);
	else
		err = validate_esp(params, tb, extack);
	if (err)
		return err;
	if (auth && auth->kind != IPSEC_ALG_AUTH)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_AUTH],
				    "auth names an encryption algorithm");
	if (enc && !ipsec_alg_key_fits(enc, params->enc_key_len))
		return refuse_key(IPSEC_A_SA_ENC_KEY, tb,
				  "enc-key does not have a length that the algorithm takes (salt included)",
				  extack);
	if (auth && !ipsec_alg_key_fits(auth, params->auth_key_len))
		return refuse_key(IPSEC_A_SA_AUTH_KEY, tb,
				  "auth-key does not have the length that the algorithm takes",
				  extack);
	return 0;
}

/**
 * ipsec_sa_validate() - is this an SA that can exist
 * @params: what the user says
 * @tb: attributes that it came from, by IPSEC_A_SA_*
 * @extack: gets the sentence when not
 *
 * Context: Any.
 * Return: 0 or -EINVAL.
 */
int ipsec_sa_validate(const struct ipsec_sa_params *params, struct nlattr **tb,
		      struct netlink_ext_ack *extack)
{
	const struct ipsec_sa_key *key = &params->key;

	/* RFC 4303 2.1: 0 is for local use, 1 to 255 belong to IANA. */
	if (ntohl(key->spi) < 256)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_SPI],
				    "an SPI below 256 is reserved");
	if (!is_unicast(&key->dst, key->family))
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_DST],
				    "dst is not a unicast address");
	if (!is_unicast(&params->src, key->family))
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_SRC],
				    "src is not a unicast address");
	if (params->replay_window &&
	    (params->replay_window < IPSEC_REPLAY_WINDOW_MIN ||
	     params->replay_window > IPSEC_REPLAY_WINDOW_MAX))
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_REPLAY_WINDOW],
				    "replay-window must be 0 or from 32 to 8192");
	if (params->mode == IPSEC_MODE_TRANSPORT && params->df != IPSEC_DF_COPY)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_DF],
				    "df is about the tunnel header: it needs mode tunnel");
	return validate_algs(params, tb, extack);
}

static void set_layout(struct ipsec_sa *sa)
{
	bool ipv6 = sa->key.family == AF_INET6;
	u8 outer_len = 0;

	if (sa->mode == IPSEC_MODE_TUNNEL)
		outer_len = ipv6 ? sizeof(struct ipv6hdr) :
				   sizeof(struct iphdr);
	if (sa->key.proto == IPPROTO_ESP)
		ipsec_layout_esp(&sa->layout, sa->enc, sa->auth, outer_len);
	else
		ipsec_layout_ah(&sa->layout, sa->auth, ipv6, outer_len);
}

static int new_replay(struct ipsec_sa *sa)
{
	if (sa->dir != IPSEC_DIR_IN || !sa->replay_window)
		return 0;
	sa->replay = kvzalloc(ipsec_replay_size(sa->replay_window),
			      GFP_KERNEL_ACCOUNT);
	if (!sa->replay)
		return -ENOMEM;
	ipsec_replay_init(sa->replay, sa->replay_window);
	return 0;
}

/**
 * ipsec_sa_new() - make an SA
 * @net: namespace
 * @params: what the user says; ipsec_sa_validate() said 0
 * @extack: gets the sentence on failure
 *
 * Context: process; may load crypto modules.
 * Return: an SA with one reference, the caller's, or an ERR_PTR.
 */
struct ipsec_sa *ipsec_sa_new(struct net *net,
			      const struct ipsec_sa_params *params,
			      struct netlink_ext_ack *extack)
{
	struct ipsec_sa *sa;
	int err = -ENOMEM;

	sa = kzalloc(sizeof(*sa), GFP_KERNEL_ACCOUNT);
	if (!sa)
		return ERR_PTR(-ENOMEM);

	refcount_set(&sa->refs, 1);
	sa->net = net;
	sa->ipn = ipsec_netns(net);
	sa->key = params->key;
	sa->use.src = params->src;
	sa->use.dst = params->key.dst;
	sa->use.reqid = params->reqid;
	sa->use.family = params->key.family;
	sa->use.proto = params->key.proto;
	sa->use.mode = params->mode;
	sa->dir = params->dir;
	sa->mode = params->mode;
	sa->df = params->df;
	sa->has_selector = params->has_selector;
	sa->selector = params->selector;
	sa->enc = params->enc;
	sa->auth = params->auth;
	sa->replay_window = params->dir == IPSEC_DIR_IN ?
			    params->replay_window : 0;
	sa->iv_salt = get_random_u64();
	if (sa->enc)
		sa->enc_key_bits = 8 * (params->enc_key_len -
					(params->enc_key_len ?
					 sa->enc->salt_len : 0));
	set_layout(sa);

	sa->stats = netdev_alloc_pcpu_stats(struct ipsec_sa_stats);
	if (!sa->stats)
		goto err;
	err = dst_cache_init(&sa->dst_cache, GFP_KERNEL_ACCOUNT);
	if (err)
		goto err;
	err = new_replay(sa);
	if (err)
		goto err;
	err = ipsec_crypto_new(sa, params, extack);
	if (err)
		goto err;
	return sa;
err:
	ipsec_sa_free(sa);
	return ERR_PTR(err);
}

/**
 * ipsec_sa_free() - free an SA that was never in the SAD, or is no longer
 * @sa: nobody else has it
 *
 * Context: process.
 */
void ipsec_sa_free(struct ipsec_sa *sa)
{
	ipsec_crypto_free(sa);
	dst_cache_destroy(&sa->dst_cache);
	free_percpu(sa->stats);
	kvfree(sa->replay);
	kfree_sensitive(sa);
}

static void free_work(struct work_struct *work)
{
	ipsec_sa_free(container_of(to_rcu_work(work), struct ipsec_sa,
				   free_work));
}

/**
 * ipsec_sa_get() - take a reference
 * @sa: found under rcu_read_lock
 *
 * Return: false when it is being freed.
 */
bool ipsec_sa_get(struct ipsec_sa *sa)
{
	return refcount_inc_not_zero(&sa->refs);
}

/**
 * ipsec_sa_put() - give a reference back
 * @sa: the SA; the last one frees it after a grace period
 *
 * Context: any.
 */
void ipsec_sa_put(struct ipsec_sa *sa)
{
	if (!refcount_dec_and_test(&sa->refs))
		return;
	INIT_RCU_WORK(&sa->free_work, free_work);
	queue_rcu_work(free_wq, &sa->free_work);
}

/**
 * ipsec_sa_charge() - count a packet
 * @sa: the SA
 * @bytes: its length without protection
 *
 * Context: BH disabled.
 */
void ipsec_sa_charge(struct ipsec_sa *sa, unsigned int bytes)
{
	struct ipsec_sa_stats *stats = this_cpu_ptr(sa->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->packets);
	u64_stats_add(&stats->bytes, bytes);
	u64_stats_update_end(&stats->syncp);
}

/**
 * ipsec_sa_stats_read() - sum the counters
 * @sa: the SA
 * @packets: set to the packets
 * @bytes: set to the bytes
 */
void ipsec_sa_stats_read(const struct ipsec_sa *sa, u64 *packets, u64 *bytes)
{
	const struct ipsec_sa_stats *stats;
	unsigned int start;
	u64 p, b;
	int cpu;

	*packets = 0;
	*bytes = 0;
	for_each_possible_cpu(cpu) {
		stats = per_cpu_ptr(sa->stats, cpu);
		do {
			start = u64_stats_fetch_begin(&stats->syncp);
			p = u64_stats_read(&stats->packets);
			b = u64_stats_read(&stats->bytes);
		} while (u64_stats_fetch_retry(&stats->syncp, start));
		*packets += p;
		*bytes += b;
	}
}

/**
 * ipsec_sa_seq() - last sequence number sent, or highest received
 * @sa: the SA
 *
 * Return: 64 bits; 0 before the first packet and for an inbound SA without
 * anti-replay.
 */
u64 ipsec_sa_seq(const struct ipsec_sa *sa)
{
	if (sa->dir == IPSEC_DIR_OUT)
		return atomic64_read(&sa->oseq);
	return sa->replay ? atomic64_read(&sa->replay->top) : 0;
}

/**
 * ipsec_sa_barrier() - wait until all SAs whose last reference is gone are free
 *
 * Context: process.
 */
void ipsec_sa_barrier(void)
{
	rcu_barrier();
	flush_workqueue(free_wq);
}

/**
 * ipsec_sa_init() - make the queue that frees SAs
 *
 * Return: 0 or -ENOMEM.
 */
int ipsec_sa_init(void)
{
	free_wq = alloc_workqueue("ipsec", WQ_UNBOUND, 0);
	return free_wq ? 0 : -ENOMEM;
}

/**
 * ipsec_sa_exit() - wait for the last SA
 */
void ipsec_sa_exit(void)
{
	rcu_barrier();
	destroy_workqueue(free_wq);
}
