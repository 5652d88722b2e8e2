// SPDX-License-Identifier: GPL-2.0
/* SAs in messages of the family. */
#include "netlink.h"

#include <linux/crypto.h>
#include <linux/in.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/genetlink.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "acquire.h"
#include "alg.h"
#include "audit.h"
#include "crypto.h"
#include "netlink_encap.h"
#include "netlink_life.h"
#include "netlink_outer.h"
#include "netlink_sa.h"
#include "netns.h"
#include "pmtu.h"
#include "refuse.h"
#include "sa.h"
#include "sad.h"
#include "spd.h"

#define REASON_NAME_SIZE 32

static int put_sa_drops(struct sk_buff *skb, const struct ipsec_sa *sa)
{
	struct nlattr *nest;
	unsigned int i;
	u64 count;
	int err;

	for (i = 1; i <= IPSEC_REASON_MAX; i++) {
		count = (unsigned long)atomic_long_read(&sa->drops[i]);
		if (!count)
			continue;
		nest = nla_nest_start(skb, IPSEC_A_SA_DROPS);
		if (!nest)
			return -EMSGSIZE;
		err = ipsec_nl_put_drop(skb, i, count);
		if (err)
			return err;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int put_sa_name(struct sk_buff *skb, const struct ipsec_sa *sa)
{
	int err;

	err = nla_put_u8(skb, IPSEC_A_SA_DIR, sa->dir) ?:
	      nla_put_u8(skb, IPSEC_A_SA_PROTO, sa->key.proto) ?:
	      nla_put_be32(skb, IPSEC_A_SA_SPI, sa->key.spi) ?:
	      ipsec_nl_put_addr(skb, IPSEC_A_SA_SRC, &sa->use.src,
				sa->key.family) ?:
	      ipsec_nl_put_addr(skb, IPSEC_A_SA_DST, &sa->key.dst,
				sa->key.family) ?:
	      nla_put_u8(skb, IPSEC_A_SA_MODE, sa->mode);
	if (!err && sa->use.reqid)
		err = nla_put_u32(skb, IPSEC_A_SA_REQID, sa->use.reqid);
	return err;
}

static int put_sa_esn(struct sk_buff *skb, const struct ipsec_sa *sa)
{
	int err = 0;

	if (sa->is_esn)
		err = nla_put_flag(skb, IPSEC_A_SA_ESN);
	if (!err && sa->is_rollover)
		err = nla_put_flag(skb, IPSEC_A_SA_SEQ_ROLLOVER);
	if (!err && sa->is_esn && sa->dir == IPSEC_DIR_IN)
		err = nla_put_u32(skb, IPSEC_A_SA_RESYNC, sa->resync.after);
	return err;
}

static int put_sa_settings(struct sk_buff *skb, const struct ipsec_sa *sa)
{
	int err = 0;

	if (sa->enc)
		err = nla_put_string(skb, IPSEC_A_SA_ENC, sa->enc->name) ?:
		      nla_put_u32(skb, IPSEC_A_SA_KEY_BITS, sa->enc_key_bits);
	if (!err && sa->auth)
		err = nla_put_string(skb, IPSEC_A_SA_AUTH, sa->auth->name);
	if (!err && sa->dir == IPSEC_DIR_IN)
		err = nla_put_u32(skb, IPSEC_A_SA_REPLAY_WINDOW,
				  sa->replay_window);
	if (!err)
		err = put_sa_esn(skb, sa);
	if (!err && sa->mode == IPSEC_MODE_TUNNEL && sa->key.family == AF_INET)
		err = nla_put_u8(skb, IPSEC_A_SA_DF, sa->df);
	if (!err)
		err = ipsec_nl_put_outer(skb, &sa->outer) ?:
		      ipsec_nl_put_encap(skb, sa);
	if (!err && sa->lifetime)
		err = ipsec_nl_put_life(skb, sa->lifetime);
	if (!err && sa->has_selector)
		err = ipsec_nl_put_selector(skb, IPSEC_A_SA_SELECTOR,
					    &sa->selector);
	return err;
}

static int put_sa_state(struct sk_buff *skb, const struct ipsec_sa *sa)
{
	u64 packets, bytes;

	ipsec_sa_stats_read(sa, &packets, &bytes);
	return nla_put_u64_64bit(skb, IPSEC_A_SA_SEQ, ipsec_sa_seq(sa),
				 IPSEC_A_SA_PAD) ?:
	       nla_put_u64_64bit(skb, IPSEC_A_SA_PACKETS, packets,
				 IPSEC_A_SA_PAD) ?:
	       nla_put_u64_64bit(skb, IPSEC_A_SA_BYTES, bytes,
				 IPSEC_A_SA_PAD) ?:
	       put_sa_drops(skb, sa) ?:
	       nla_put_string(skb, IPSEC_A_SA_DRIVER, ipsec_crypto_driver(sa));
}

static int put_sa_pmtu(struct sk_buff *skb, const struct ipsec_sa *sa)
{
	u32 mtu, expires;
	int err;

	if (sa->dir != IPSEC_DIR_OUT)
		return 0;
	mtu = ipsec_pmtu_path(sa, &expires);
	if (!mtu)
		return 0;
	err = nla_put_u32(skb, IPSEC_A_SA_PMTU, mtu);
	if (!err && expires)
		err = nla_put_u32(skb, IPSEC_A_SA_PMTU_EXPIRES, expires);
	return err;
}

static int put_sa(struct sk_buff *skb, const struct ipsec_sa *sa)
{
	return put_sa_name(skb, sa) ?: put_sa_settings(skb, sa) ?:
	       put_sa_state(skb, sa) ?: put_sa_pmtu(skb, sa);
}

/* Room for every drop counter: more of them may have become nonzero by the
 * time they are put. NULL: the largest SA there is.
 */
static size_t sa_size(const struct ipsec_sa *sa)
{
	size_t drop = nla_total_size(nla_total_size(sizeof(u32)) +
				     nla_total_size(REASON_NAME_SIZE) +
				     nla_total_size_64bit(sizeof(u64)));

	return 4 * nla_total_size(sizeof(u8)) + 2 * nla_total_size(0) +
	       7 * nla_total_size(sizeof(u32)) +
	       2 * nla_total_size(sizeof(union ipsec_addr)) +
	       2 * nla_total_size(IPSEC_ALG_NAME_MAX + 1) +
	       ipsec_nl_selector_size(sa ? &sa->selector : NULL) +
	       ipsec_nl_outer_size() +
	       ipsec_nl_life_size() +
	       ipsec_nl_encap_size() +
	       3 * nla_total_size_64bit(sizeof(u64)) +
	       IPSEC_REASON_MAX * drop + nla_total_size(CRYPTO_MAX_ALG_NAME);
}

static void notify_sa(struct ipsec_net *ipn, const struct ipsec_sa *sa, u8 cmd)
{
	struct sk_buff *skb;
	void *hdr;

	skb = ipsec_nl_event_new(ipn, sa_size(sa), cmd, &hdr);
	if (skb)
		ipsec_nl_event_send(ipn, skb, hdr, put_sa(skb, sa));
}

/**
 * ipsec_nl_sa_exhausted() - tell that an SA has used up its sequence numbers
 * @sa: outbound SA
 *
 * RFC 4303 3.3.3 calls it an auditable event. It is told once: that each packet
 * from now on fails is in the drop counter.
 *
 * Context: Any but hard interrupts; the caller keeps @sa alive.
 */
void ipsec_nl_sa_exhausted(struct ipsec_sa *sa)
{
	if (!test_and_set_bit(IPSEC_SA_EXHAUSTED, &sa->flags))
		notify_sa(sa->ipn, sa, IPSEC_CMD_SA_EXHAUSTED_NTF);
}

/**
 * ipsec_nl_sa_soft() - tell that a soft lifetime is over
 * @sa: SA in the SAD
 *
 * Context: process, ipn->mutex held.
 */
void ipsec_nl_sa_soft(struct ipsec_sa *sa)
{
	notify_sa(sa->ipn, sa, IPSEC_CMD_SA_SOFT_NTF);
}

/**
 * ipsec_nl_sa_mapping() - tell that the peer of an SA is somewhere else
 * @sa: inbound SA with UDP encapsulation
 * @old_addr: where it was
 * @old_port: its port there, network byte order
 *
 * Context: Any but hard interrupts; the caller keeps @sa alive.
 */
void ipsec_nl_sa_mapping(const struct ipsec_sa *sa,
			 const union ipsec_addr *old_addr, __be16 old_port)
{
	struct sk_buff *skb;
	void *hdr;

	skb = ipsec_nl_event_new(sa->ipn, sa_size(sa),
				 IPSEC_CMD_SA_MAPPING_NTF, &hdr);
	if (skb)
		ipsec_nl_event_send(sa->ipn, skb, hdr, put_sa(skb, sa) ?:
				    ipsec_nl_put_old_peer(skb, sa, old_addr,
							  old_port));
}

/**
 * ipsec_nl_parse_sa_key() - protocol, SPI and destination of a request
 * @info: request, parsed
 * @key: filled, zeroed before
 *
 * Context: Any.
 * Return: 0, or -EINVAL with a sentence.
 */
int ipsec_nl_parse_sa_key(struct genl_info *info, struct ipsec_sa_key *key)
{
	static const struct ipsec_nl_needed needed[] = {
		{ IPSEC_A_SA_PROTO, "proto" },
		{ IPSEC_A_SA_SPI, "spi" },
		{ IPSEC_A_SA_DST, "dst" },
	};
	struct nlattr **tb = info->attrs;
	int err;

	err = ipsec_nl_check_needed(info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	memset(key, 0, sizeof(*key));
	key->proto = nla_get_u8(tb[IPSEC_A_SA_PROTO]);
	key->spi = nla_get_be32(tb[IPSEC_A_SA_SPI]);
	/* RFC 4303 2.1: 0 never goes on the wire, 1 to 255 are reserved. */
	if (ntohl(key->spi) < 256)
		return IPSEC_REFUSE(info->extack, tb[IPSEC_A_SA_SPI],
				    "spi is reserved, the first usable one is 256");
	return ipsec_nl_parse_addr(tb[IPSEC_A_SA_DST], &key->dst, &key->family,
				   info->extack);
}

static int parse_alg(struct nlattr *name_attr, struct nlattr *key_attr,
		     const struct ipsec_alg **alg, const u8 **key, u32 *key_len,
		     struct netlink_ext_ack *extack)
{
	const char *why;

	if (!name_attr && key_attr)
		return IPSEC_REFUSE(extack, key_attr,
				    "a key needs the name of its algorithm");
	if (!name_attr)
		return 0;
	*alg = ipsec_alg_find(nla_data(name_attr));
	if (!*alg) {
		why = ipsec_alg_refused(nla_data(name_attr));
		NL_SET_ERR_MSG_FMT(extack, "%s",
				   why ?: "no such algorithm");
		NL_SET_BAD_ATTR(extack, name_attr);
		return -EINVAL;
	}
	if (key_attr) {
		*key = nla_data(key_attr);
		*key_len = nla_len(key_attr);
	}
	return 0;
}

static int parse_sa_ends(struct genl_info *info, struct ipsec_sa_params *params)
{
	struct nlattr **tb = info->attrs;
	int err;

	err = ipsec_nl_parse_addr_pair(tb[IPSEC_A_SA_SRC], &params->src,
				       tb[IPSEC_A_SA_DST], &params->key.dst,
			      &params->key.family, info->extack);
	if (err)
		return err;
	if (!ipsec_spd_is_unicast(&params->src, params->key.family))
		return IPSEC_REFUSE(info->extack, tb[IPSEC_A_SA_SRC],
				    "src is not a unicast address");
	if (!ipsec_spd_is_unicast(&params->key.dst, params->key.family))
		return IPSEC_REFUSE(info->extack, tb[IPSEC_A_SA_DST],
				    "dst is not a unicast address");
	return 0;
}

static int parse_sa_settings(struct genl_info *info,
			     struct ipsec_sa_params *params)
{
	struct nlattr *window = info->attrs[IPSEC_A_SA_REPLAY_WINDOW];
	struct nlattr *df = info->attrs[IPSEC_A_SA_DF];

	if (params->dir == IPSEC_DIR_IN)
		params->replay_window = IPSEC_REPLAY_WINDOW_DEFAULT;
	if (window)
		params->replay_window = nla_get_u32(window);
	if (params->replay_window && params->dir != IPSEC_DIR_IN)
		return IPSEC_REFUSE(info->extack, window,
				    "replay-window is for SAs with dir IN only");
	if (params->replay_window &&
	    params->replay_window < IPSEC_REPLAY_WINDOW_MIN)
		return IPSEC_REFUSE(info->extack, window,
				    "replay-window is neither 0 nor 32 to 8192");

	params->df = df ? nla_get_u8(df) : IPSEC_DF_COPY;
	if (df && (params->mode != IPSEC_MODE_TUNNEL ||
		   params->key.family != AF_INET))
		return IPSEC_REFUSE(info->extack, df,
				    "df is for tunnel mode over IPv4 only");
	return 0;
}

static void parse_sa_seq(struct genl_info *info, struct ipsec_sa_params *params)
{
	struct nlattr **tb = info->attrs;

	params->is_esn = nla_get_flag(tb[IPSEC_A_SA_ESN]);
	params->is_rollover = nla_get_flag(tb[IPSEC_A_SA_SEQ_ROLLOVER]);
	params->has_seq = tb[IPSEC_A_SA_SEQ];
	if (params->has_seq)
		params->seq = nla_get_u64(tb[IPSEC_A_SA_SEQ]);
	if (tb[IPSEC_A_SA_RESYNC])
		params->resync = nla_get_u32(tb[IPSEC_A_SA_RESYNC]);
	else
		params->resync = IPSEC_RESYNC_DEFAULT;
}

static int parse_sa_selector(struct genl_info *info,
			     struct ipsec_sa_params *params)
{
	struct nlattr *attr = info->attrs[IPSEC_A_SA_SELECTOR];
	int err;

	params->has_selector = !!attr;
	err = ipsec_nl_parse_selector(attr, &params->selector, info->extack);
	if (!err)
		err = ipsec_nl_refuse_mark(attr, &params->selector,
					   info->extack);
	if (err)
		return err;
	if (params->mode == IPSEC_MODE_TRANSPORT &&
	    params->selector.family != AF_UNSPEC &&
	    params->selector.family != params->key.family)
		return IPSEC_REFUSE(info->extack, attr,
				    "in transport mode selector and dst are of one address family");
	return 0;
}

static int parse_sa(struct genl_info *info, struct ipsec_sa_params *params)
{
	static const struct ipsec_nl_needed needed[] = {
		{ IPSEC_A_SA_DIR, "dir" },
		{ IPSEC_A_SA_SRC, "src" },
		{ IPSEC_A_SA_MODE, "mode" },
	};
	struct nlattr **tb = info->attrs;
	int err;

	memset(params, 0, sizeof(*params));
	err = ipsec_nl_parse_sa_key(info, &params->key) ?:
	      ipsec_nl_check_needed(info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	params->dir = nla_get_u8(tb[IPSEC_A_SA_DIR]);
	params->mode = nla_get_u8(tb[IPSEC_A_SA_MODE]);
	if (tb[IPSEC_A_SA_REQID])
		params->reqid = nla_get_u32(tb[IPSEC_A_SA_REQID]);
	parse_sa_seq(info, params);
	return parse_sa_ends(info, params) ?:
	       parse_sa_settings(info, params) ?:
	       parse_sa_selector(info, params) ?:
	       parse_alg(tb[IPSEC_A_SA_ENC], tb[IPSEC_A_SA_ENC_KEY],
			 &params->enc, &params->enc_key, &params->enc_key_len,
			 info->extack) ?:
	       parse_alg(tb[IPSEC_A_SA_AUTH], tb[IPSEC_A_SA_AUTH_KEY],
			 &params->auth, &params->auth_key,
			 &params->auth_key_len, info->extack) ?:
	       ipsec_nl_parse_outer(tb, params, info->extack) ?:
	       ipsec_nl_parse_life(tb, &params->limits, info->extack) ?:
	       ipsec_nl_parse_encap(tb, params, info->extack);
}

/* All of it: of a message that is torn not everything is an attribute, and of an
 * attribute that was given twice the parser knows the last one only.
 */
static void wipe_request(struct genl_info *info)
{
	memzero_explicit(genlmsg_data(info->genlhdr),
			 genlmsg_len(info->genlhdr));
}

static int add_sa(struct ipsec_net *ipn, struct ipsec_sa *sa,
		  struct netlink_ext_ack *extack)
{
	int err;

	mutex_lock(&ipn->mutex);
	err = ipsec_netns_activate(ipn, extack) ?:
	      ipsec_sad_insert(ipn, sa, extack);
	if (!err) {
		ipsec_netns_changed(ipn);
		ipsec_acquire_answer(ipn, sa);
		notify_sa(ipn, sa, IPSEC_CMD_SA_NEW_NTF);
	}
	mutex_unlock(&ipn->mutex);
	return err;
}

/**
 * ipsec_nl_sa_new_doit() - add an SA
 * @skb: request
 * @info: request, not parsed
 *
 * The core answers a refused request with a copy of it, so the keys have to be
 * gone from it by then, whatever the reason is. That includes what the
 * attribute policy refuses, which therefore is applied here.
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong.
 */
int ipsec_nl_sa_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[IPSEC_A_SA_MAX + 1];
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct ipsec_sa_params params;
	struct ipsec_sa *sa;
	int err;

	info->attrs = tb;
	params.selector.more = NULL;
	err = nlmsg_parse(info->nlhdr, GENL_HDRLEN, tb, IPSEC_A_SA_MAX,
			  ipsec_sa_new_nl_policy, info->extack) ?:
	      parse_sa(info, &params);
	if (err)
		goto out_wipe;
	err = ipsec_sa_validate(&params, info->attrs, info->extack);
	if (err) {
		ipsec_audit_params(ipn, &params);
		goto out_wipe;
	}
	sa = ipsec_sa_new(genl_info_net(info), &params, info->extack);
	if (IS_ERR(sa)) {
		err = PTR_ERR(sa);
		if (err == -EKEYREJECTED)
			NL_SET_BAD_ATTR(info->extack,
					info->attrs[IPSEC_A_SA_SEQ]);
		goto out_wipe;
	}
	err = add_sa(ipn, sa, info->extack);
	if (err)
		ipsec_sa_end(sa);
	if (err == -EADDRINUSE)
		NL_SET_BAD_ATTR(info->extack, tb[IPSEC_A_SA_ENCAP_DPORT]);
	if (err == -EEXIST)
		NL_SET_BAD_ATTR(info->extack, info->attrs[IPSEC_A_SA_SPI]);
out_wipe:
	kfree(params.selector.more);
	wipe_request(info);
	return err;
}

/**
 * ipsec_nl_sa_get_doit() - return one SA, without its keys
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong.
 */
int ipsec_nl_sa_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct ipsec_sa_key key;
	struct sk_buff *reply;
	struct ipsec_sa *sa;
	void *hdr;
	int err;

	err = ipsec_nl_refuse_attr(info->attrs[IPSEC_A_SA_DIR],
				   info->extack) ?:
	      ipsec_nl_refuse_attr(info->attrs[IPSEC_A_SA_REQID],
				   info->extack) ?:
	      ipsec_nl_parse_sa_key(info, &key);
	if (err)
		return err;
	reply = ipsec_nl_reply_new(info, sa_size(NULL), &hdr);
	if (!reply)
		return -ENOMEM;
	rcu_read_lock();
	sa = ipsec_sad_lookup(ipn, &key);
	if (sa) {
		err = put_sa(reply, sa);
	} else {
		NL_SET_ERR_MSG(info->extack,
			       "no SA has this spi, dst and proto");
		err = -ENOENT;
	}
	rcu_read_unlock();
	return ipsec_nl_reply_send(info, reply, hdr, err);
}

static bool sa_is_wanted(const struct ipsec_sa *sa, struct nlattr **tb)
{
	return (!tb[IPSEC_A_SA_DIR] ||
		nla_get_u8(tb[IPSEC_A_SA_DIR]) == sa->dir) &&
	       (!tb[IPSEC_A_SA_PROTO] ||
		nla_get_u8(tb[IPSEC_A_SA_PROTO]) == sa->key.proto) &&
	       (!tb[IPSEC_A_SA_REQID] ||
		nla_get_u32(tb[IPSEC_A_SA_REQID]) == sa->use.reqid);
}

static int dump_sa(struct sk_buff *skb, struct netlink_callback *cb,
		   const struct ipsec_sa *sa)
{
	void *hdr = ipsec_nl_dump_put(skb, cb, IPSEC_CMD_SA_GET);
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = put_sa(skb, sa);
	if (err)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return err;
}

/**
 * ipsec_nl_sa_get_dumpit() - return all SAs, without their keys
 * @skb: reply
 * @cb: where the dump stands: the number of the next SA
 *
 * Context: Process context.
 * Return: how much was put, 0 at the end, or -errno.
 */
int ipsec_nl_sa_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ipsec_net *ipn = ipsec_netns(sock_net(cb->skb->sk));
	unsigned long *next = (unsigned long *)cb->ctx;
	struct nlattr **tb = genl_dumpit_info(cb)->attrs;
	struct ipsec_sa *sa;
	unsigned long id;
	int err;

	err = ipsec_nl_refuse_attr(tb[IPSEC_A_SA_SPI], cb->extack) ?:
	      ipsec_nl_refuse_attr(tb[IPSEC_A_SA_DST], cb->extack);
	if (err)
		return err;
	rcu_read_lock();
	cb->seq = READ_ONCE(ipn->sad.seq);
	xa_for_each_start(&ipn->sad.by_id, id, sa, *next) {
		if (sa_is_wanted(sa, tb))
			err = dump_sa(skb, cb, sa);
		if (err)
			break;
		*next = id + 1;
	}
	rcu_read_unlock();
	return skb->len ?: err;
}

/* With a reference of our own, so that its last counters can be told. */
static void remove_sa(struct ipsec_net *ipn, struct ipsec_sa *sa)
{
	bool is_held = ipsec_sa_get(sa);

	ipsec_sad_remove(ipn, sa);
	if (is_held) {
		notify_sa(ipn, sa, IPSEC_CMD_SA_DEL_NTF);
		ipsec_sa_put(sa);
	}
}

/**
 * ipsec_nl_sa_expire() - delete an SA whose hard lifetime is over
 * @sa: SA in the SAD; the caller has a reference
 *
 * Context: process, ipn->mutex held.
 */
void ipsec_nl_sa_expire(struct ipsec_sa *sa)
{
	remove_sa(sa->ipn, sa);
	ipsec_netns_changed(sa->ipn);
}

/**
 * ipsec_nl_sa_del_doit() - delete one SA
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong.
 */
int ipsec_nl_sa_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct ipsec_sa_key key;
	struct ipsec_sa *sa;
	int err;

	err = ipsec_nl_parse_sa_key(info, &key);
	if (err)
		return err;
	mutex_lock(&ipn->mutex);
	sa = ipsec_sad_lookup(ipn, &key);
	if (sa) {
		remove_sa(ipn, sa);
		ipsec_netns_changed(ipn);
	} else {
		NL_SET_ERR_MSG(info->extack,
			       "no SA has this spi, dst and proto");
		err = -ENOENT;
	}
	mutex_unlock(&ipn->mutex);
	return err;
}

/**
 * ipsec_nl_sa_flush_doit() - delete all SAs
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0.
 */
int ipsec_nl_sa_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct ipsec_sa *sa;
	unsigned long id;

	mutex_lock(&ipn->mutex);
	if (ipn->sad.count) {
		xa_for_each(&ipn->sad.by_id, id, sa) {
			remove_sa(ipn, sa);
			cond_resched();
		}
		ipsec_netns_changed(ipn);
	}
	mutex_unlock(&ipn->mutex);
	return 0;
}
