// SPDX-License-Identifier: GPL-2.0
/*
 * Generic netlink family "ipsec".
 *
 * A request is parsed into a plain structure, validated whole, acted on under
 * ipn->mutex, and announced in the format of the get. What the attribute
 * policies of netlink_gen.c refuse does not reach this file, new SAs excepted.
 */
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

#include "alg.h"
#include "crypto.h"
#include "netlink_gen.h"
#include "netns.h"
#include "sa.h"
#include "sad.h"
#include "spd.h"

#define DEFAULT_PRIORITY 1000
#define REASON_NAME_SIZE 32

static struct genl_family family;

/* --------------------------------------------------------------- parse */

/* An attribute that a request must have. */
struct needed {
	u8 attr;
	const char *name;
};

static int check_needed(struct genl_info *info, const struct needed *needed,
			unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (GENL_REQ_ATTR_CHECK(info, needed[i].attr)) {
			NL_SET_ERR_MSG_FMT(info->extack, "%s is missing",
					   needed[i].name);
			return -EINVAL;
		}
	return 0;
}

static int parse_addr(const struct nlattr *attr, union ipsec_addr *addr,
		      u8 *addr_family, struct netlink_ext_ack *extack)
{
	int len = nla_len(attr);

	if (len != sizeof(addr->a4) && len != sizeof(addr->a6))
		return IPSEC_REFUSE(extack, attr,
				    "an address has 4 bytes (IPv4) or 16 (IPv6)");
	memset(addr, 0, sizeof(*addr));
	memcpy(addr->bytes, nla_data(attr), len);
	*addr_family = len == sizeof(addr->a4) ? AF_INET : AF_INET6;
	return 0;
}

static int parse_addr_pair(struct nlattr *src_attr, union ipsec_addr *src,
			   struct nlattr *dst_attr, union ipsec_addr *dst,
			   u8 *addr_family, struct netlink_ext_ack *extack)
{
	u8 src_family;
	int err;

	err = parse_addr(src_attr, src, &src_family, extack) ?:
	      parse_addr(dst_attr, dst, addr_family, extack);
	if (err)
		return err;
	if (src_family != *addr_family)
		return IPSEC_REFUSE(extack, src_attr,
				    "src and dst are of different address families");
	return 0;
}

static int parse_prefix(struct nlattr *addr_attr, struct nlattr *plen_attr,
			union ipsec_addr *addr, u8 *plen, u8 *addr_family,
			struct netlink_ext_ack *extack)
{
	u8 family_before = *addr_family;
	int err;

	if (!addr_attr) {
		if (plen_attr)
			return IPSEC_REFUSE(extack, plen_attr,
					    "a prefix length needs its address");
		return 0;
	}
	err = parse_addr(addr_attr, addr, addr_family, extack);
	if (err)
		return err;
	if (family_before != AF_UNSPEC && family_before != *addr_family)
		return IPSEC_REFUSE(extack, addr_attr,
				    "local-addr and remote-addr are of different address families");
	*plen = plen_attr ? nla_get_u8(plen_attr) : nla_len(addr_attr) * 8;
	return 0;
}

static int parse_port(struct nlattr *min_attr, struct nlattr *max_attr,
		      u16 *min, u16 *max, struct netlink_ext_ack *extack)
{
	if (!min_attr)
		return IPSEC_REFUSE(extack, max_attr,
				    "the last port of a range needs the first");
	*min = nla_get_u16(min_attr);
	*max = max_attr ? nla_get_u16(max_attr) : *min;
	return 0;
}

static int parse_ports_icmp(struct nlattr **tb, struct ipsec_selector *sel,
			    struct netlink_ext_ack *extack)
{
	struct nlattr *local_min = tb[IPSEC_A_SELECTOR_LOCAL_PORT_MIN];
	struct nlattr *local_max = tb[IPSEC_A_SELECTOR_LOCAL_PORT_MAX];
	struct nlattr *remote_min = tb[IPSEC_A_SELECTOR_REMOTE_PORT_MIN];
	struct nlattr *remote_max = tb[IPSEC_A_SELECTOR_REMOTE_PORT_MAX];
	int err = 0;

	if (tb[IPSEC_A_SELECTOR_PROTO])
		sel->proto = nla_get_u8(tb[IPSEC_A_SELECTOR_PROTO]);
	sel->has_local_port = local_min || local_max;
	if (sel->has_local_port)
		err = parse_port(local_min, local_max, &sel->local_port_min,
				 &sel->local_port_max, extack);
	sel->has_remote_port = remote_min || remote_max;
	if (!err && sel->has_remote_port)
		err = parse_port(remote_min, remote_max, &sel->remote_port_min,
				 &sel->remote_port_max, extack);
	sel->has_icmp_type = !!tb[IPSEC_A_SELECTOR_ICMP_TYPE];
	if (sel->has_icmp_type)
		sel->icmp_type = nla_get_u8(tb[IPSEC_A_SELECTOR_ICMP_TYPE]);
	sel->has_icmp_code = !!tb[IPSEC_A_SELECTOR_ICMP_CODE];
	if (sel->has_icmp_code)
		sel->icmp_code = nla_get_u8(tb[IPSEC_A_SELECTOR_ICMP_CODE]);
	return err;
}

/* @attr may be NULL: every packet. */
static int parse_selector(struct nlattr *attr, struct ipsec_selector *sel,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IPSEC_A_SELECTOR_MAX + 1];
	int err;

	memset(sel, 0, sizeof(*sel));
	if (!attr)
		return 0;
	err = nla_parse_nested(tb, IPSEC_A_SELECTOR_MAX, attr,
			       ipsec_selector_nl_policy, extack);
	if (err)
		return err;
	return parse_prefix(tb[IPSEC_A_SELECTOR_LOCAL_ADDR],
			    tb[IPSEC_A_SELECTOR_LOCAL_PLEN], &sel->local,
			    &sel->local_plen, &sel->family, extack) ?:
	       parse_prefix(tb[IPSEC_A_SELECTOR_REMOTE_ADDR],
			    tb[IPSEC_A_SELECTOR_REMOTE_PLEN], &sel->remote,
			    &sel->remote_plen, &sel->family, extack) ?:
	       parse_ports_icmp(tb, sel, extack) ?:
	       ipsec_spd_validate_selector(sel, tb, extack);
}

/* Linux 6.1 has one attribute policy for the do and the dump of a command. */
static int refuse_attr(struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	return IPSEC_REFUSE(extack, attr,
			    "the attribute has no meaning in this form of the request");
}

static struct nlattr **dump_attrs(struct netlink_callback *cb)
{
	return genl_dumpit_info(cb)->attrs;
}

/* --------------------------------------------------------------- reply */

static int put_addr(struct sk_buff *skb, int attr, const union ipsec_addr *addr,
		    u8 addr_family)
{
	return nla_put(skb, attr, addr_family == AF_INET ? sizeof(addr->a4) :
		       sizeof(addr->a6), addr->bytes);
}

static int put_prefixes(struct sk_buff *skb, const struct ipsec_selector *sel)
{
	if (sel->family == AF_UNSPEC)
		return 0;
	return put_addr(skb, IPSEC_A_SELECTOR_LOCAL_ADDR, &sel->local,
			sel->family) ?:
	       nla_put_u8(skb, IPSEC_A_SELECTOR_LOCAL_PLEN, sel->local_plen) ?:
	       put_addr(skb, IPSEC_A_SELECTOR_REMOTE_ADDR, &sel->remote,
			sel->family) ?:
	       nla_put_u8(skb, IPSEC_A_SELECTOR_REMOTE_PLEN, sel->remote_plen);
}

static int put_upper(struct sk_buff *skb, const struct ipsec_selector *sel)
{
	int err = 0;

	if (sel->proto)
		err = nla_put_u8(skb, IPSEC_A_SELECTOR_PROTO, sel->proto);
	if (!err && sel->has_local_port)
		err = nla_put_u16(skb, IPSEC_A_SELECTOR_LOCAL_PORT_MIN,
				  sel->local_port_min) ?:
		      nla_put_u16(skb, IPSEC_A_SELECTOR_LOCAL_PORT_MAX,
				  sel->local_port_max);
	if (!err && sel->has_remote_port)
		err = nla_put_u16(skb, IPSEC_A_SELECTOR_REMOTE_PORT_MIN,
				  sel->remote_port_min) ?:
		      nla_put_u16(skb, IPSEC_A_SELECTOR_REMOTE_PORT_MAX,
				  sel->remote_port_max);
	if (!err && sel->has_icmp_type)
		err = nla_put_u8(skb, IPSEC_A_SELECTOR_ICMP_TYPE,
				 sel->icmp_type);
	if (!err && sel->has_icmp_code)
		err = nla_put_u8(skb, IPSEC_A_SELECTOR_ICMP_CODE,
				 sel->icmp_code);
	return err;
}

static int put_selector(struct sk_buff *skb, int attr,
			const struct ipsec_selector *sel)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = put_prefixes(skb, sel) ?: put_upper(skb, sel);
	if (!err)
		nla_nest_end(skb, nest);
	return err;
}

static size_t selector_size(void)
{
	return nla_total_size(2 * nla_total_size(sizeof(union ipsec_addr)) +
			      5 * nla_total_size(sizeof(u8)) +
			      4 * nla_total_size(sizeof(u16)));
}

static int put_drop(struct sk_buff *skb, enum ipsec_reason reason, u64 count)
{
	return nla_put_u32(skb, IPSEC_A_DROP_REASON, reason) ?:
	       nla_put_string(skb, IPSEC_A_DROP_NAME,
			      ipsec_reason_names[reason]) ?:
	       nla_put_u64_64bit(skb, IPSEC_A_DROP_COUNT, count,
				 IPSEC_A_DROP_PAD);
}

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
		err = put_drop(skb, i, count);
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
	      put_addr(skb, IPSEC_A_SA_SRC, &sa->use.src, sa->key.family) ?:
	      put_addr(skb, IPSEC_A_SA_DST, &sa->key.dst, sa->key.family) ?:
	      nla_put_u8(skb, IPSEC_A_SA_MODE, sa->mode);
	if (!err && sa->use.reqid)
		err = nla_put_u32(skb, IPSEC_A_SA_REQID, sa->use.reqid);
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
	if (!err && sa->mode == IPSEC_MODE_TUNNEL && sa->key.family == AF_INET)
		err = nla_put_u8(skb, IPSEC_A_SA_DF, sa->df);
	if (!err && sa->has_selector)
		err = put_selector(skb, IPSEC_A_SA_SELECTOR, &sa->selector);
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

static int put_sa(struct sk_buff *skb, const struct ipsec_sa *sa)
{
	return put_sa_name(skb, sa) ?: put_sa_settings(skb, sa) ?:
	       put_sa_state(skb, sa);
}

/* Room for every drop counter: more of them may have become nonzero by the
 * time they are put.
 */
static size_t sa_size(void)
{
	size_t drop = nla_total_size(nla_total_size(sizeof(u32)) +
				     nla_total_size(REASON_NAME_SIZE) +
				     nla_total_size_64bit(sizeof(u64)));

	return 4 * nla_total_size(sizeof(u8)) +
	       4 * nla_total_size(sizeof(u32)) +
	       2 * nla_total_size(sizeof(union ipsec_addr)) +
	       2 * nla_total_size(IPSEC_ALG_NAME_MAX + 1) +
	       selector_size() + 3 * nla_total_size_64bit(sizeof(u64)) +
	       IPSEC_REASON_MAX * drop + nla_total_size(CRYPTO_MAX_ALG_NAME);
}

static int put_policy_protect(struct sk_buff *skb,
			      const struct ipsec_policy *policy)
{
	int err;

	err = nla_put_u8(skb, IPSEC_A_POLICY_PROTO, policy->proto) ?:
	      nla_put_u8(skb, IPSEC_A_POLICY_MODE, policy->mode);
	if (!err && policy->mode == IPSEC_MODE_TUNNEL)
		err = put_addr(skb, IPSEC_A_POLICY_SRC, &policy->src,
			       policy->tunnel_family) ?:
		      put_addr(skb, IPSEC_A_POLICY_DST, &policy->dst,
			       policy->tunnel_family);
	if (!err && policy->reqid)
		err = nla_put_u32(skb, IPSEC_A_POLICY_REQID, policy->reqid);
	if (!err && policy->spi)
		err = nla_put_be32(skb, IPSEC_A_POLICY_SPI, policy->spi);
	return err;
}

static int put_policy(struct sk_buff *skb, const struct ipsec_policy *policy)
{
	u64 packets = (unsigned long)atomic_long_read(&policy->packets);
	int err;

	err = nla_put_u32(skb, IPSEC_A_POLICY_INDEX, policy->index) ?:
	      nla_put_u8(skb, IPSEC_A_POLICY_DIR, policy->dir) ?:
	      nla_put_u32(skb, IPSEC_A_POLICY_PRIORITY, policy->priority) ?:
	      put_selector(skb, IPSEC_A_POLICY_SELECTOR, &policy->selector) ?:
	      nla_put_u8(skb, IPSEC_A_POLICY_ACTION, policy->action);
	if (!err && policy->action == IPSEC_ACTION_PROTECT)
		err = put_policy_protect(skb, policy);
	return err ?: nla_put_u64_64bit(skb, IPSEC_A_POLICY_PACKETS, packets,
					IPSEC_A_POLICY_PAD);
}

static size_t policy_size(void)
{
	return 4 * nla_total_size(sizeof(u8)) +
	       4 * nla_total_size(sizeof(u32)) +
	       2 * nla_total_size(sizeof(union ipsec_addr)) +
	       selector_size() + nla_total_size_64bit(sizeof(u64));
}

static int put_config(struct sk_buff *skb, const struct ipsec_net *ipn)
{
	const struct ipsec_spd *spd = &ipn->spd;

	return nla_put_u8(skb, IPSEC_A_CONFIG_DEFAULT_IN,
			  spd->default_action[IPSEC_DIR_IN - 1]) ?:
	       nla_put_u8(skb, IPSEC_A_CONFIG_DEFAULT_OUT,
			  spd->default_action[IPSEC_DIR_OUT - 1]) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_MAX_SAS, ipn->max_sas) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_MAX_POLICIES,
			   ipn->max_policies) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_SAS, ipn->sad.count) ?:
	       nla_put_u32(skb, IPSEC_A_CONFIG_POLICIES, spd->count);
}

static size_t config_size(void)
{
	return 2 * nla_total_size(sizeof(u8)) + 4 * nla_total_size(sizeof(u32));
}

/* -------------------------------------------------------------- notify */

static struct sk_buff *event_new(struct ipsec_net *ipn, size_t size, u8 cmd,
				 void **hdr)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&family, ipn->net, IPSEC_NLGRP_EVENTS))
		return NULL;
	skb = genlmsg_new(size, GFP_KERNEL);
	if (!skb) {
		/* Who listens learns that an event is missing. */
		genl_set_err(&family, ipn->net, 0, IPSEC_NLGRP_EVENTS,
			     -ENOBUFS);
		return NULL;
	}
	*hdr = genlmsg_put(skb, 0, 0, &family, 0, cmd);
	return skb;
}

static void event_send(struct ipsec_net *ipn, struct sk_buff *skb, void *hdr,
		       int err)
{
	if (WARN_ON_ONCE(err)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	genlmsg_multicast_netns(&family, ipn->net, skb, 0, IPSEC_NLGRP_EVENTS,
				GFP_KERNEL);
}

static void notify_sa(struct ipsec_net *ipn, const struct ipsec_sa *sa, u8 cmd)
{
	struct sk_buff *skb;
	void *hdr;

	skb = event_new(ipn, sa_size(), cmd, &hdr);
	if (skb)
		event_send(ipn, skb, hdr, put_sa(skb, sa));
}

static void notify_policy(struct ipsec_net *ipn,
			  const struct ipsec_policy *policy, u8 cmd)
{
	struct sk_buff *skb;
	void *hdr;

	skb = event_new(ipn, policy_size(), cmd, &hdr);
	if (skb)
		event_send(ipn, skb, hdr, put_policy(skb, policy));
}

static void notify_config(struct ipsec_net *ipn)
{
	struct sk_buff *skb;
	void *hdr;

	skb = event_new(ipn, config_size(), IPSEC_CMD_CONFIG_NTF, &hdr);
	if (skb)
		event_send(ipn, skb, hdr, put_config(skb, ipn));
}

static struct sk_buff *reply_new(struct genl_info *info, size_t size, void **hdr)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);

	if (skb)
		*hdr = genlmsg_put_reply(skb, info, &family, 0,
					 info->genlhdr->cmd);
	return skb;
}

static int reply_send(struct genl_info *info, struct sk_buff *skb, void *hdr,
		      int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

/* ------------------------------------------------------------------ SAs */

static int parse_sa_key(struct genl_info *info, struct ipsec_sa_key *key)
{
	static const struct needed needed[] = {
		{ IPSEC_A_SA_PROTO, "proto" },
		{ IPSEC_A_SA_SPI, "spi" },
		{ IPSEC_A_SA_DST, "dst" },
	};
	struct nlattr **tb = info->attrs;
	int err;

	err = check_needed(info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	memset(key, 0, sizeof(*key));
	key->proto = nla_get_u8(tb[IPSEC_A_SA_PROTO]);
	key->spi = nla_get_be32(tb[IPSEC_A_SA_SPI]);
	/* RFC 4303 2.1: 0 never goes on the wire, 1 to 255 are reserved. */
	if (ntohl(key->spi) < 256)
		return IPSEC_REFUSE(info->extack, tb[IPSEC_A_SA_SPI],
				    "spi is reserved, the first usable one is 256");
	return parse_addr(tb[IPSEC_A_SA_DST], &key->dst, &key->family,
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

	err = parse_addr_pair(tb[IPSEC_A_SA_SRC], &params->src,
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

static int parse_sa_selector(struct genl_info *info,
			     struct ipsec_sa_params *params)
{
	struct nlattr *attr = info->attrs[IPSEC_A_SA_SELECTOR];
	int err;

	params->has_selector = !!attr;
	err = parse_selector(attr, &params->selector, info->extack);
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
	static const struct needed needed[] = {
		{ IPSEC_A_SA_DIR, "dir" },
		{ IPSEC_A_SA_SRC, "src" },
		{ IPSEC_A_SA_MODE, "mode" },
	};
	struct nlattr **tb = info->attrs;
	int err;

	memset(params, 0, sizeof(*params));
	err = parse_sa_key(info, &params->key) ?:
	      check_needed(info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	params->dir = nla_get_u8(tb[IPSEC_A_SA_DIR]);
	params->mode = nla_get_u8(tb[IPSEC_A_SA_MODE]);
	if (tb[IPSEC_A_SA_REQID])
		params->reqid = nla_get_u32(tb[IPSEC_A_SA_REQID]);
	return parse_sa_ends(info, params) ?:
	       parse_sa_settings(info, params) ?:
	       parse_sa_selector(info, params) ?:
	       parse_alg(tb[IPSEC_A_SA_ENC], tb[IPSEC_A_SA_ENC_KEY],
			 &params->enc, &params->enc_key, &params->enc_key_len,
			 info->extack) ?:
	       parse_alg(tb[IPSEC_A_SA_AUTH], tb[IPSEC_A_SA_AUTH_KEY],
			 &params->auth, &params->auth_key,
			 &params->auth_key_len, info->extack);
}

/* Walks the message itself: of an attribute that was given twice the parser
 * knows the last one only.
 */
static void wipe_keys(struct genl_info *info)
{
	struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		if (nla_type(attr) == IPSEC_A_SA_ENC_KEY ||
		    nla_type(attr) == IPSEC_A_SA_AUTH_KEY)
			memzero_explicit(nla_data(attr), nla_len(attr));
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
	struct ipsec_sa_params params;
	struct ipsec_sa *sa;
	int err;

	info->attrs = tb;
	err = nlmsg_parse(info->nlhdr, GENL_HDRLEN, tb, IPSEC_A_SA_MAX,
			  ipsec_sa_new_nl_policy, info->extack) ?:
	      parse_sa(info, &params) ?:
	      ipsec_sa_validate(&params, info->attrs, info->extack);
	if (err)
		goto out_wipe;
	sa = ipsec_sa_new(genl_info_net(info), &params, info->extack);
	if (IS_ERR(sa)) {
		err = PTR_ERR(sa);
		goto out_wipe;
	}
	err = add_sa(ipsec_netns(genl_info_net(info)), sa, info->extack);
	if (err)
		ipsec_sa_put(sa);
	if (err == -EEXIST)
		NL_SET_BAD_ATTR(info->extack, info->attrs[IPSEC_A_SA_SPI]);
out_wipe:
	wipe_keys(info);
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

	err = refuse_attr(info->attrs[IPSEC_A_SA_DIR], info->extack) ?:
	      refuse_attr(info->attrs[IPSEC_A_SA_REQID], info->extack) ?:
	      parse_sa_key(info, &key);
	if (err)
		return err;
	reply = reply_new(info, sa_size(), &hdr);
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
	return reply_send(info, reply, hdr, err);
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

static void *dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &family, NLM_F_MULTI, cmd);

	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

static int dump_sa(struct sk_buff *skb, struct netlink_callback *cb,
		   const struct ipsec_sa *sa)
{
	void *hdr = dump_put(skb, cb, IPSEC_CMD_SA_GET);
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
	struct nlattr **tb = dump_attrs(cb);
	struct ipsec_sa *sa;
	unsigned long id;
	int err;

	err = refuse_attr(tb[IPSEC_A_SA_SPI], cb->extack) ?:
	      refuse_attr(tb[IPSEC_A_SA_DST], cb->extack);
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

	err = parse_sa_key(info, &key);
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

/* ------------------------------------------------------------- policies */

static int parse_policy_ends(struct nlattr **tb, struct ipsec_policy *policy,
			     struct netlink_ext_ack *extack)
{
	/* One without the other: ipsec_spd_validate() says what is wrong. */
	if (!tb[IPSEC_A_POLICY_SRC] || !tb[IPSEC_A_POLICY_DST])
		return 0;
	return parse_addr_pair(tb[IPSEC_A_POLICY_SRC], &policy->src,
			       tb[IPSEC_A_POLICY_DST], &policy->dst,
			       &policy->tunnel_family, extack);
}

static void parse_policy_numbers(struct nlattr **tb,
				 struct ipsec_policy *policy)
{
	policy->dir = nla_get_u8(tb[IPSEC_A_POLICY_DIR]);
	policy->action = nla_get_u8(tb[IPSEC_A_POLICY_ACTION]);
	policy->priority = tb[IPSEC_A_POLICY_PRIORITY] ?
			   nla_get_u32(tb[IPSEC_A_POLICY_PRIORITY]) :
			   DEFAULT_PRIORITY;
	if (tb[IPSEC_A_POLICY_PROTO])
		policy->proto = nla_get_u8(tb[IPSEC_A_POLICY_PROTO]);
	if (tb[IPSEC_A_POLICY_MODE])
		policy->mode = nla_get_u8(tb[IPSEC_A_POLICY_MODE]);
	if (tb[IPSEC_A_POLICY_REQID])
		policy->reqid = nla_get_u32(tb[IPSEC_A_POLICY_REQID]);
	if (tb[IPSEC_A_POLICY_SPI])
		policy->spi = nla_get_be32(tb[IPSEC_A_POLICY_SPI]);
}

static int parse_policy(struct genl_info *info, struct ipsec_policy *policy)
{
	static const struct needed needed[] = {
		{ IPSEC_A_POLICY_DIR, "dir" },
		{ IPSEC_A_POLICY_ACTION, "action" },
	};
	struct nlattr **tb = info->attrs;
	int err;

	err = check_needed(info, needed, ARRAY_SIZE(needed));
	if (err)
		return err;
	parse_policy_numbers(tb, policy);
	return parse_policy_ends(tb, policy, info->extack) ?:
	       parse_selector(tb[IPSEC_A_POLICY_SELECTOR], &policy->selector,
			      info->extack) ?:
	       ipsec_spd_validate(policy, tb, info->extack);
}

static int add_policy(struct ipsec_net *ipn, struct ipsec_policy *policy,
		      struct sk_buff *reply, struct netlink_ext_ack *extack)
{
	int err;

	mutex_lock(&ipn->mutex);
	err = ipsec_netns_activate(ipn, extack) ?:
	      ipsec_spd_insert(ipn, policy, extack);
	if (!err) {
		ipsec_netns_changed(ipn);
		notify_policy(ipn, policy, IPSEC_CMD_POLICY_NEW_NTF);
		err = nla_put_u32(reply, IPSEC_A_POLICY_INDEX, policy->index);
		WARN_ON_ONCE(err);
		err = 0;
	}
	mutex_unlock(&ipn->mutex);
	return err;
}

/**
 * ipsec_nl_policy_new_doit() - add a policy, return its index
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong.
 */
int ipsec_nl_policy_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_policy *policy;
	struct sk_buff *reply;
	void *hdr;
	int err;

	policy = kzalloc(sizeof(*policy), GFP_KERNEL_ACCOUNT);
	if (!policy)
		return -ENOMEM;
	err = parse_policy(info, policy);
	if (err)
		goto err_free;
	/* Before the policy is there: with it in place nothing may fail. */
	reply = reply_new(info, nla_total_size(sizeof(u32)), &hdr);
	if (!reply) {
		err = -ENOMEM;
		goto err_free;
	}
	err = add_policy(ipsec_netns(genl_info_net(info)), policy, reply,
			 info->extack);
	if (err) {
		nlmsg_free(reply);
		goto err_free;
	}
	reply_send(info, reply, hdr, 0);
	return 0;

err_free:
	kfree(policy);
	return err;
}

static int no_policy(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "no such policy");
	return -ENOENT;
}

/**
 * ipsec_nl_policy_get_doit() - return one policy
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong.
 */
int ipsec_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	static const struct needed needed = { IPSEC_A_POLICY_INDEX, "index" };
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct ipsec_policy *policy;
	struct sk_buff *reply;
	void *hdr;
	int err;

	err = refuse_attr(info->attrs[IPSEC_A_POLICY_DIR], info->extack) ?:
	      check_needed(info, &needed, 1);
	if (err)
		return err;
	reply = reply_new(info, policy_size(), &hdr);
	if (!reply)
		return -ENOMEM;
	mutex_lock(&ipn->mutex);
	policy = ipsec_spd_find_index(ipn,
				      nla_get_u32(info->attrs[IPSEC_A_POLICY_INDEX]));
	err = policy ? put_policy(reply, policy) : no_policy(info->extack);
	mutex_unlock(&ipn->mutex);
	return reply_send(info, reply, hdr, err);
}

static int dump_policy(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct ipsec_policy *policy)
{
	void *hdr = dump_put(skb, cb, IPSEC_CMD_POLICY_GET);
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = put_policy(skb, policy);
	if (err)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return err;
}

/* Place of the last policy that a dump has put. */
struct policy_dump {
	u64 rank;
	u8 dir;
};

/**
 * ipsec_nl_policy_get_dumpit() - return all policies in the order of lookup
 * @skb: reply
 * @cb: where the dump stands
 *
 * Context: Process context, may sleep.
 * Return: how much was put, 0 at the end, or -errno.
 */
int ipsec_nl_policy_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ipsec_net *ipn = ipsec_netns(sock_net(cb->skb->sk));
	struct policy_dump *at = (struct policy_dump *)cb->ctx;
	struct nlattr **tb = dump_attrs(cb);
	struct ipsec_policy *policy;
	u8 dir = 0;
	int err;

	err = refuse_attr(tb[IPSEC_A_POLICY_INDEX], cb->extack);
	if (err)
		return err;
	if (tb[IPSEC_A_POLICY_DIR])
		dir = nla_get_u8(tb[IPSEC_A_POLICY_DIR]);
	if (!at->dir)
		at->dir = dir ?: IPSEC_DIR_IN;
	mutex_lock(&ipn->mutex);
	cb->seq = ipn->spd.seq;
	while ((policy = ipsec_spd_next(ipn, at->dir, at->rank)) &&
	       (!dir || policy->dir == dir)) {
		err = dump_policy(skb, cb, policy);
		if (err)
			break;
		at->dir = policy->dir;
		at->rank = ipsec_spd_rank(policy);
	}
	mutex_unlock(&ipn->mutex);
	return skb->len ?: err;
}

/* Which policy is to go: by index, or by what makes it unique. */
static struct ipsec_policy *find_policy(struct ipsec_net *ipn,
					struct nlattr **tb,
					const struct ipsec_selector *sel)
{
	u32 priority = DEFAULT_PRIORITY;

	if (tb[IPSEC_A_POLICY_INDEX])
		return ipsec_spd_find_index(ipn, nla_get_u32(tb[IPSEC_A_POLICY_INDEX]));
	if (tb[IPSEC_A_POLICY_PRIORITY])
		priority = nla_get_u32(tb[IPSEC_A_POLICY_PRIORITY]);
	return ipsec_spd_find_same(ipn, nla_get_u8(tb[IPSEC_A_POLICY_DIR]),
				   priority, sel);
}

static int parse_policy_del(struct genl_info *info, struct ipsec_selector *sel)
{
	struct nlattr **tb = info->attrs;

	if (tb[IPSEC_A_POLICY_INDEX])
		return refuse_attr(tb[IPSEC_A_POLICY_DIR], info->extack) ?:
		       refuse_attr(tb[IPSEC_A_POLICY_PRIORITY], info->extack) ?:
		       refuse_attr(tb[IPSEC_A_POLICY_SELECTOR], info->extack);
	if (!tb[IPSEC_A_POLICY_DIR])
		return IPSEC_MISSING(info->extack, IPSEC_A_POLICY_DIR,
				     "index or dir is missing");
	return parse_selector(tb[IPSEC_A_POLICY_SELECTOR], sel, info->extack);
}

/**
 * ipsec_nl_policy_del_doit() - delete one policy
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong.
 */
int ipsec_nl_policy_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct ipsec_policy *policy;
	struct ipsec_selector sel;
	int err;

	err = parse_policy_del(info, &sel);
	if (err)
		return err;
	mutex_lock(&ipn->mutex);
	policy = find_policy(ipn, info->attrs, &sel);
	if (policy) {
		notify_policy(ipn, policy, IPSEC_CMD_POLICY_DEL_NTF);
		ipsec_spd_remove(ipn, policy);
		ipsec_netns_changed(ipn);
	} else {
		err = no_policy(info->extack);
	}
	mutex_unlock(&ipn->mutex);
	return err;
}

/**
 * ipsec_nl_policy_flush_doit() - delete all policies, of one direction or both
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0.
 */
int ipsec_nl_policy_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct nlattr *attr = info->attrs[IPSEC_A_POLICY_DIR];
	u8 dir = attr ? nla_get_u8(attr) : 0;
	struct ipsec_policy *policy;

	mutex_lock(&ipn->mutex);
	for (policy = ipsec_spd_next(ipn, 0, 0); policy;
	     policy = ipsec_spd_next(ipn, policy->dir,
				     ipsec_spd_rank(policy))) {
		if (!dir || policy->dir == dir)
			notify_policy(ipn, policy, IPSEC_CMD_POLICY_DEL_NTF);
		cond_resched();
	}
	if (ipn->spd.count) {
		ipsec_spd_flush(ipn, dir);
		ipsec_netns_changed(ipn);
	}
	mutex_unlock(&ipn->mutex);
	return 0;
}

/* -------------------------------------------------- settings, statistics */

/* Unprivileged users own network namespaces, but not the memory of the host:
 * who raises a limit must be root in the initial user namespace.
 */
static int check_limit(struct sk_buff *skb, struct nlattr *attr, u32 limit,
		       struct netlink_ext_ack *extack)
{
	u32 wanted = attr ? nla_get_u32(attr) : limit;
	bool is_raised = limit && (!wanted || wanted > limit);

	if (!is_raised || netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "raising a limit needs CAP_NET_ADMIN in the initial user namespace");
	return -EPERM;
}

static void set_config(struct ipsec_net *ipn, struct nlattr **tb)
{
	u8 *defaults = ipn->spd.default_action;

	if (tb[IPSEC_A_CONFIG_DEFAULT_IN])
		WRITE_ONCE(defaults[IPSEC_DIR_IN - 1],
			   nla_get_u8(tb[IPSEC_A_CONFIG_DEFAULT_IN]));
	if (tb[IPSEC_A_CONFIG_DEFAULT_OUT])
		WRITE_ONCE(defaults[IPSEC_DIR_OUT - 1],
			   nla_get_u8(tb[IPSEC_A_CONFIG_DEFAULT_OUT]));
	if (tb[IPSEC_A_CONFIG_MAX_SAS])
		ipn->max_sas = nla_get_u32(tb[IPSEC_A_CONFIG_MAX_SAS]);
	if (tb[IPSEC_A_CONFIG_MAX_POLICIES])
		ipn->max_policies = nla_get_u32(tb[IPSEC_A_CONFIG_MAX_POLICIES]);
}

/**
 * ipsec_nl_config_set_doit() - change defaults and limits
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with a sentence where the request is wrong.
 */
int ipsec_nl_config_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct nlattr **tb = info->attrs;
	int err;

	mutex_lock(&ipn->mutex);
	err = check_limit(skb, tb[IPSEC_A_CONFIG_MAX_SAS], ipn->max_sas,
			  info->extack) ?:
	      check_limit(skb, tb[IPSEC_A_CONFIG_MAX_POLICIES],
			  ipn->max_policies, info->extack) ?:
	      ipsec_netns_activate(ipn, info->extack);
	if (!err) {
		set_config(ipn, tb);
		ipsec_netns_changed(ipn);
		notify_config(ipn);
	}
	mutex_unlock(&ipn->mutex);
	return err;
}

/**
 * ipsec_nl_config_get_doit() - return defaults, limits and counts
 * @skb: request
 * @info: request, parsed
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno.
 */
int ipsec_nl_config_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct ipsec_net *ipn = ipsec_netns(genl_info_net(info));
	struct sk_buff *reply;
	void *hdr;
	int err;

	reply = reply_new(info, config_size(), &hdr);
	if (!reply)
		return -ENOMEM;
	mutex_lock(&ipn->mutex);
	err = put_config(reply, ipn);
	mutex_unlock(&ipn->mutex);
	return reply_send(info, reply, hdr, err);
}

static u64 drops_sum(const struct ipsec_net *ipn, enum ipsec_reason reason)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(ipn->drops, cpu)->count[reason]);
	return sum;
}

/**
 * ipsec_nl_stats_get_dumpit() - return the drop counters of the namespace
 * @skb: reply
 * @cb: where the dump stands: the last reason that was put
 *
 * Context: Process context.
 * Return: how much was put, or 0 at the end.
 */
int ipsec_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ipsec_net *ipn = ipsec_netns(sock_net(cb->skb->sk));
	unsigned long *last = (unsigned long *)cb->ctx;
	unsigned int reason;
	void *hdr;

	for (reason = *last + 1; reason <= IPSEC_REASON_MAX; reason++) {
		hdr = dump_put(skb, cb, IPSEC_CMD_STATS_GET);
		if (!hdr)
			break;
		if (put_drop(skb, reason, drops_sum(ipn, reason))) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		*last = reason;
	}
	return skb->len;
}

/* --------------------------------------------------------------- family */

static struct genl_family family __ro_after_init = {
	.name		= IPSEC_FAMILY_NAME,
	.version	= IPSEC_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= ipsec_nl_ops,
	.n_ops		= ARRAY_SIZE(ipsec_nl_ops),
	.mcgrps		= ipsec_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(ipsec_nl_mcgrps),
};

/**
 * ipsec_netlink_register() - open the module to configuration
 *
 * Context: Process context, may sleep. Namespaces are ready.
 * Return: 0 or -errno.
 */
int ipsec_netlink_register(void)
{
	BUILD_BUG_ON(sizeof(struct policy_dump) >
		     sizeof_field(struct netlink_callback, ctx));
	return genl_register_family(&family);
}

/**
 * ipsec_netlink_unregister() - close the module to configuration
 *
 * Context: Process context, may sleep. No request is in progress afterwards.
 */
void ipsec_netlink_unregister(void)
{
	genl_unregister_family(&family);
}
