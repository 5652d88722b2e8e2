// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: One security association
 *
 * Made from parameters by ipsec_sa_new(), put into the SAD, which owns the
 * first reference; packets inside crypto own one each, counted per CPU. The last
 * one that goes after ipsec_sa_end() frees it in process context after a grace
 * period.
 */
#include "sa.h"

#include <linux/slab.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "alg.h"
#include "crypto.h"
#include "drop.h"
#include "iv.h"
#include "iv_seq.h"
#include "keepalive.h"
#include "netns.h"
#include "peer.h"
#include "refuse.h"
#include "replay.h"
#include "route.h"

static struct workqueue_struct *free_wq;

static int validate_ah(const struct ipsec_sa_params *params, struct nlattr **tb,
		       struct netlink_ext_ack *extack)
{
	if (params->enc)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_ENC],
				    "AH does not encrypt: it takes auth alone");
	if (!params->auth)
		return IPSEC_MISSING(extack, IPSEC_A_SA_AUTH,
				     "AH needs an integrity algorithm (auth)");
	if (params->auth->kind != IPSEC_ALG_AUTH && !params->auth->is_for_ah)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_AUTH],
				    "auth names an encryption algorithm");
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
	if (auth && auth->is_for_ah)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_AUTH],
				    "with ESP this algorithm is enc, and alone: it encrypts nothing (RFC 4543)");
	if (auth && auth->kind != IPSEC_ALG_AUTH)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_AUTH],
				    "auth names an encryption algorithm");
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
	if (enc && !ipsec_alg_key_fits(enc, params->enc_key_len))
		return refuse_key(IPSEC_A_SA_ENC_KEY, tb,
				  "enc-key does not have a length that the algorithm takes (salt included)",
				  extack);
	if (auth && !ipsec_alg_key_fits(auth, params->auth_key_len))
		return refuse_key(IPSEC_A_SA_AUTH_KEY, tb,
				  "auth-key does not have a length that the algorithm takes (salt included)",
				  extack);
	return 0;
}

/* Of AH it is the integrity algorithm that may have an IV. */
static bool sends_counter_iv(const struct ipsec_sa_params *params)
{
	const struct ipsec_alg *alg = params->enc ? : params->auth;

	return params->dir == IPSEC_DIR_OUT && alg->iv == IPSEC_IV_COUNTER;
}

/* With rollover seq is not the whole number, so no IV follows from it. */
static bool seq_is_iv(const struct ipsec_sa_params *params)
{
	return sends_counter_iv(params) && params->has_seq &&
	       !params->is_rollover;
}

static bool is_last_seq(const struct ipsec_sa_params *params)
{
	return params->seq == (params->is_esn ? U64_MAX : U32_MAX);
}

static int validate_seq_out(const struct ipsec_sa_params *params,
			    struct nlattr **tb, struct netlink_ext_ack *extack)
{
	if (params->is_rollover && params->is_esn)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_SEQ_ROLLOVER],
				    "seq-rollover is for peers without anti-replay, which have no use for esn (RFC 4303 3.3.3)");
	/* RFC 4303 3.3.3: what would follow is a number that was sent. */
	if (is_last_seq(params) && !params->is_rollover)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_SEQ],
				    "seq is the last number there is: this SA could send nothing");
	if (seq_is_iv(params) && params->seq >= IPSEC_IV_SEQ_MAX)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_SEQ],
				    "seq is too high for this algorithm: with seq the numbers are its IVs, up to 2^63 - 1");
	if (tb[IPSEC_A_SA_RESYNC])
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_RESYNC],
				    "resync is for SAs with dir IN only");
	return 0;
}

static int validate_seq_in(const struct ipsec_sa_params *params,
			   struct nlattr **tb, struct netlink_ext_ack *extack)
{
	if (params->is_rollover)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_SEQ_ROLLOVER],
				    "seq-rollover is for SAs with dir OUT only: without a replay-window numbers are not looked at");
	/* RFC 4303 3.3.3, its last note. */
	if (params->is_esn && !params->replay_window)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_ESN],
				    "esn needs a replay-window: only that tells the upper half of a number, which is not sent");
	if (params->seq && !params->replay_window)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_SEQ],
				    "seq says where the replay-window begins, and there is none");
	if (is_last_seq(params))
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_SEQ],
				    "seq is the last number there is: this SA could receive nothing");
	if (tb[IPSEC_A_SA_RESYNC] && !params->is_esn)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_RESYNC],
				    "resync is about the upper half of sequence numbers: it needs esn");
	return 0;
}

static int validate_seq(const struct ipsec_sa_params *params,
			struct nlattr **tb, struct netlink_ext_ack *extack)
{
	if (!params->is_esn && params->seq > U32_MAX)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_SEQ],
				    "seq has more than 32 bits: that needs esn");
	if (params->dir == IPSEC_DIR_OUT)
		return validate_seq_out(params, tb, extack);
	return validate_seq_in(params, tb, extack);
}

/**
 * ipsec_sa_validate() - do algorithms, keys and numbers of an SA fit each other
 * @params: what the user says; each value alone is one that can be
 * @tb: attributes that it came from, by IPSEC_A_SA_*
 * @extack: gets the sentence when not
 *
 * Context: Any.
 * Return: 0 or -EINVAL.
 */
int ipsec_sa_validate(const struct ipsec_sa_params *params, struct nlattr **tb,
		      struct netlink_ext_ack *extack)
{
	return validate_algs(params, tb, extack) ?:
	       validate_seq(params, tb, extack);
}

static void set_layout(struct ipsec_sa *sa)
{
	bool ipv6 = sa->key.family == AF_INET6;
	u8 outer_len = 0;

	if (sa->mode == IPSEC_MODE_TUNNEL)
		outer_len = ipv6 ? sizeof(struct ipv6hdr) :
				   sizeof(struct iphdr);
	if (sa->key.proto == IPPROTO_ESP)
		ipsec_layout_esp(&sa->layout, sa->enc, sa->auth, outer_len,
				 sa->outer.pad_min);
	else
		ipsec_layout_ah(&sa->layout, sa->auth, ipv6, outer_len);
	if (sa->encap.dport && sa->dir == IPSEC_DIR_OUT)
		sa->layout.encap_len = sizeof(struct udphdr);
}

static int new_replay(struct ipsec_sa *sa, u64 top)
{
	atomic64_t *words;

	if (sa->dir != IPSEC_DIR_IN || !sa->replay_window)
		return 0;
	words = kmalloc(ipsec_replay_size(sa->replay_window),
			GFP_KERNEL_ACCOUNT);
	if (!words)
		return -ENOMEM;
	ipsec_replay_init(&sa->replay, words, sa->replay_window, top);
	return 0;
}

/* At most this many attempts to find the upper half of a number per second. */
#define RESYNCS_PER_SECOND 8

static int set_seq(struct ipsec_sa *sa, const struct ipsec_sa_params *params)
{
	sa->is_esn = params->is_esn;
	sa->is_rollover = params->is_rollover;
	sa->last_seq = sa->is_esn || sa->is_rollover ? U64_MAX : U32_MAX;
	if (sends_counter_iv(params)) {
		sa->is_iv_seq = seq_is_iv(params);
		sa->last_seq = min(sa->last_seq,
				   ipsec_iv_last_seq(params->seq,
						     sa->is_iv_seq));
	}
	atomic64_set(&sa->oseq, params->seq);
	ipsec_resync_init(&sa->resync, params->resync,
			  HZ / RESYNCS_PER_SECOND);
	return new_replay(sa, params->seq);
}

static int claim_iv_seq(struct ipsec_sa *sa,
			const struct ipsec_sa_params *params,
			struct netlink_ext_ack *extack)
{
	const u8 *key = params->enc ? params->enc_key : params->auth_key;
	u32 key_len = params->enc ? params->enc_key_len : params->auth_key_len;
	struct ipsec_iv_key *iv_key;

	iv_key = ipsec_iv_seq_claim(sa->net, key, key_len, params->seq, extack);
	if (IS_ERR(iv_key))
		return PTR_ERR(iv_key);
	sa->iv_key = iv_key;
	return 0;
}

static void free_work(struct work_struct *work)
{
	ipsec_sa_free(container_of(to_rcu_work(work), struct ipsec_sa,
				   free_work));
}

/* Who has given the last reference back may still look at the SA. */
static void released(struct percpu_ref *refs)
{
	struct ipsec_sa *sa = container_of(refs, struct ipsec_sa, refs);

	INIT_RCU_WORK(&sa->free_work, free_work);
	queue_rcu_work(free_wq, &sa->free_work);
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
	int err;

	sa = kzalloc(sizeof(*sa), GFP_KERNEL_ACCOUNT);
	if (!sa)
		return ERR_PTR(-ENOMEM);

	err = percpu_ref_init(&sa->refs, released, 0, GFP_KERNEL_ACCOUNT);
	if (err) {
		kfree(sa);
		return ERR_PTR(err);
	}
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
	sa->outer = params->outer;
	sa->outer.dscp_map = NULL;
	sa->encap = params->encap;
	sa->moved_at = jiffies - IPSEC_MOVE_INTERVAL;
	ipsec_keepalive_new(sa);
	sa->has_selector = params->has_selector;
	sa->selector = params->selector;
	sa->selector.more = NULL;
	sa->enc = params->enc;
	sa->auth = params->auth;
	sa->replay_window = params->dir == IPSEC_DIR_IN ?
			    params->replay_window : 0;
	if (sa->enc)
		sa->enc_key_bits = 8 * (params->enc_key_len -
					(params->enc_key_len ?
					 sa->enc->salt_len : 0));
	set_layout(sa);

	err = -ENOMEM;
	if (params->outer.dscp_map) {
		sa->outer.dscp_map = kmemdup(params->outer.dscp_map,
					     IPSEC_DSCP_MAP_LEN,
					     GFP_KERNEL_ACCOUNT);
		if (!sa->outer.dscp_map)
			goto err;
	}
	if (params->selector.more) {
		sa->selector.more = kmemdup(params->selector.more,
					    sizeof(*params->selector.more),
					    GFP_KERNEL_ACCOUNT);
		if (!sa->selector.more)
			goto err;
	}
	sa->stats = netdev_alloc_pcpu_stats(struct ipsec_sa_stats);
	if (!sa->stats)
		goto err;
	sa->routes = ipsec_route_new(GFP_KERNEL_ACCOUNT);
	if (!sa->routes)
		goto err;
	err = set_seq(sa, params);
	if (err)
		goto err;
	err = ipsec_lifetime_new(sa, &params->limits);
	if (!err && sa->is_iv_seq)
		err = claim_iv_seq(sa, params, extack);
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
 * @sa: no other reference is left
 *
 * Context: process.
 */
void ipsec_sa_free(struct ipsec_sa *sa)
{
	ipsec_keepalive_free(sa);
	ipsec_peer_free(sa);
	ipsec_crypto_free(sa);
	if (sa->iv_key)
		ipsec_iv_seq_release(sa->iv_key, atomic64_read(&sa->oseq));
	ipsec_route_free(sa->routes);
	free_percpu(sa->stats);
	kfree(sa->replay.words);
	ipsec_lifetime_free(sa->lifetime);
	kfree(sa->outer.dscp_map);
	kfree(sa->selector.more);
	percpu_ref_exit(&sa->refs);
	kfree_sensitive(sa);
}

/**
 * ipsec_sa_end() - give the first reference back
 * @sa: the SA, in the SAD no longer, or never; freed a grace period after the
 *	last of the other references is given back
 *
 * Context: any.
 */
void ipsec_sa_end(struct ipsec_sa *sa)
{
	percpu_ref_kill(&sa->refs);
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
 * With it as @seq of its parameters the SA goes on where it is.
 *
 * Return: 64 bits with extended numbers, else 32; 0 before the first packet and
 * for an inbound SA without anti-replay.
 */
u64 ipsec_sa_seq(const struct ipsec_sa *sa)
{
	if (sa->dir == IPSEC_DIR_OUT && sa->is_rollover)
		return (u32)atomic64_read(&sa->oseq);
	if (sa->dir == IPSEC_DIR_OUT)
		return atomic64_read(&sa->oseq);
	return sa->replay_window ? atomic64_read(&sa->replay.top) : 0;
}

/**
 * ipsec_sa_barrier() - wait until all SAs whose last reference is gone are free
 *
 * Context: process.
 */
void ipsec_sa_barrier(void)
{
	/* The references that were counted per CPU are added up, and then the
	 * grace period of the SA itself is waited for.
	 */
	rcu_barrier();
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
	ipsec_sa_barrier();
	destroy_workqueue(free_wq);
}
