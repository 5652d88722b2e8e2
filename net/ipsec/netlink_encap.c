// SPDX-License-Identifier: GPL-2.0
/* UDP encapsulation of an SA in messages of the family. */
#include "netlink_encap.h"

#include <linux/in.h>
#include <linux/rcupdate.h>
#include <net/netlink.h>

#include "netlink.h"
#include "peer.h"
#include "refuse.h"
#include "sa.h"

/* What has no meaning without UDP encapsulation. */
static int check_alone(struct nlattr **tb, struct netlink_ext_ack *extack)
{
	static const u8 needs_encap[] = {
		IPSEC_A_SA_ENCAP_SPORT, IPSEC_A_SA_KEEPALIVE,
		IPSEC_A_SA_FOLLOW, IPSEC_A_SA_ORIGINAL_SRC,
		IPSEC_A_SA_ORIGINAL_DST,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(needs_encap); i++)
		if (tb[needs_encap[i]])
			return IPSEC_REFUSE(extack, tb[needs_encap[i]],
					    "keepalive, follow and original addresses need both ports of UDP encapsulation");
	return 0;
}

static int parse_ports(struct nlattr **tb, struct ipsec_sa_params *params,
		       struct netlink_ext_ack *extack)
{
	if (params->key.proto != IPPROTO_ESP)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_ENCAP_DPORT],
				    "UDP encapsulation is for ESP: AH authenticates what a NAT changes (RFC 3948 1)");
	if (!tb[IPSEC_A_SA_ENCAP_SPORT])
		return IPSEC_MISSING(extack, IPSEC_A_SA_ENCAP_SPORT,
				     "UDP encapsulation needs both ports");
	params->encap.dport = htons(nla_get_u16(tb[IPSEC_A_SA_ENCAP_DPORT]));
	params->encap.sport = htons(nla_get_u16(tb[IPSEC_A_SA_ENCAP_SPORT]));
	if (params->dir == IPSEC_DIR_OUT && !params->encap.sport)
		return IPSEC_REFUSE(extack, tb[IPSEC_A_SA_ENCAP_SPORT],
				    "an outbound SA needs a UDP source port");
	return 0;
}

static int parse_keepalive(struct nlattr *attr, struct ipsec_sa_params *params,
			   struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	if (params->dir != IPSEC_DIR_OUT)
		return IPSEC_REFUSE(extack, attr,
				    "keepalive is for SAs with dir OUT only");
	params->encap.keepalive = nla_get_u16(attr);
	return 0;
}

static int parse_follow(struct nlattr *attr, struct ipsec_sa_params *params,
			struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	if (params->dir != IPSEC_DIR_IN)
		return IPSEC_REFUSE(extack, attr,
				    "follow is for SAs with dir IN only: it says that the SAs back follow");
	if (!params->reqid)
		return IPSEC_REFUSE(extack, attr,
				    "follow needs a reqid, by which the SAs back are found");
	if (!params->replay_window)
		return IPSEC_REFUSE(extack, attr,
				    "follow needs a replay-window: without it a copy of a packet would lead the replies away");
	params->encap.is_followed = true;
	return 0;
}

static int parse_original(struct nlattr *attr,
			  const struct ipsec_sa_params *params,
			  union ipsec_addr *addr, bool *has,
			  struct netlink_ext_ack *extack)
{
	u8 family;
	int err;

	if (!attr)
		return 0;
	if (params->dir != IPSEC_DIR_IN || params->mode != IPSEC_MODE_TRANSPORT)
		return IPSEC_REFUSE(extack, attr,
				    "original addresses are for transport mode and dir IN only: there checksums inside are about them");
	err = ipsec_nl_parse_addr(attr, addr, &family, extack);
	if (err)
		return err;
	if (family != params->key.family)
		return IPSEC_REFUSE(extack, attr,
				    "original addresses are of the address family of dst");
	*has = true;
	return 0;
}

/**
 * ipsec_nl_parse_encap() - what a new SA says of UDP encapsulation
 * @tb: attributes by IPSEC_A_SA_*
 * @params: everything else is set; encap is filled
 * @extack: where the refusal goes
 *
 * Context: Any.
 * Return: 0, or -EINVAL with a sentence.
 */
int ipsec_nl_parse_encap(struct nlattr **tb, struct ipsec_sa_params *params,
			 struct netlink_ext_ack *extack)
{
	struct ipsec_encap *encap = &params->encap;

	if (!tb[IPSEC_A_SA_ENCAP_DPORT])
		return check_alone(tb, extack);
	return parse_ports(tb, params, extack) ?:
	       parse_keepalive(tb[IPSEC_A_SA_KEEPALIVE], params, extack) ?:
	       parse_follow(tb[IPSEC_A_SA_FOLLOW], params, extack) ?:
	       parse_original(tb[IPSEC_A_SA_ORIGINAL_SRC], params, &encap->src,
			      &encap->has_src, extack) ?:
	       parse_original(tb[IPSEC_A_SA_ORIGINAL_DST], params, &encap->dst,
			      &encap->has_dst, extack);
}

static int put_options(struct sk_buff *skb, const struct ipsec_sa *sa)
{
	const struct ipsec_encap *encap = &sa->encap;
	int err = 0;

	if (encap->keepalive)
		err = nla_put_u16(skb, IPSEC_A_SA_KEEPALIVE, encap->keepalive);
	if (!err && encap->is_followed)
		err = nla_put_flag(skb, IPSEC_A_SA_FOLLOW);
	if (!err && encap->has_src)
		err = ipsec_nl_put_addr(skb, IPSEC_A_SA_ORIGINAL_SRC,
					&encap->src, sa->key.family);
	if (!err && encap->has_dst)
		err = ipsec_nl_put_addr(skb, IPSEC_A_SA_ORIGINAL_DST,
					&encap->dst, sa->key.family);
	return err;
}

static int put_peer(struct sk_buff *skb, const struct ipsec_sa *sa)
{
	const struct ipsec_peer *peer;
	int err = 0;

	rcu_read_lock();
	peer = rcu_dereference(sa->peer);
	if (peer)
		err = ipsec_nl_put_addr(skb, IPSEC_A_SA_PEER, &peer->addr,
					sa->key.family) ?:
		      nla_put_u16(skb, IPSEC_A_SA_PEER_PORT, ntohs(peer->port));
	rcu_read_unlock();
	return err;
}

/**
 * ipsec_nl_put_encap() - what an SA says of UDP encapsulation, and has learnt
 * @skb: message
 * @sa: the SA
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int ipsec_nl_put_encap(struct sk_buff *skb, const struct ipsec_sa *sa)
{
	if (!sa->encap.dport)
		return 0;
	return nla_put_u16(skb, IPSEC_A_SA_ENCAP_SPORT,
			   ntohs(sa->encap.sport)) ?:
	       nla_put_u16(skb, IPSEC_A_SA_ENCAP_DPORT,
			   ntohs(sa->encap.dport)) ?:
	       put_options(skb, sa) ?: put_peer(skb, sa);
}

/**
 * ipsec_nl_put_old_peer() - where the peer of an SA was before
 * @skb: message
 * @sa: the SA
 * @addr: its address
 * @port: its UDP port, network byte order
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int ipsec_nl_put_old_peer(struct sk_buff *skb, const struct ipsec_sa *sa,
			  const union ipsec_addr *addr, __be16 port)
{
	return ipsec_nl_put_addr(skb, IPSEC_A_SA_OLD_PEER, addr,
				 sa->key.family) ?:
	       nla_put_u16(skb, IPSEC_A_SA_OLD_PEER_PORT, ntohs(port));
}

/**
 * ipsec_nl_encap_size() - room that both of them may need
 *
 * Context: Any.
 * Return: bytes.
 */
size_t ipsec_nl_encap_size(void)
{
	return 5 * nla_total_size(sizeof(u16)) + nla_total_size(0) +
	       4 * nla_total_size(sizeof(union ipsec_addr));
}
