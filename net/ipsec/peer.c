// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: A peer whose address or port changes
 *
 * A NAT in front of the peer may forget its mapping and make another one. The
 * first sign of it is a packet from somewhere else. If that packet is
 * authentic, and the newest so far, listeners are told, and the SAs back to the
 * peer follow if the SA says so (RFC 3948 gives no rule; RFC 7296 2.23 has this
 * one). The address in front of ESP is not authenticated: who can take an
 * authentic packet off the path and send it from elsewhere leads the replies
 * there. That is why it has to be asked for.
 *
 * A copy of a packet cannot do it, because the anti-replay window has seen its
 * number, and a keepalive cannot, because it is not ESP.
 */
#include "peer.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <net/ip.h>

#include "netlink.h"
#include "netns.h"
#include "packet.h"
#include "replay.h"
#include "route.h"
#include "sa.h"
#include "sad.h"

static void free_rcu_peer(struct rcu_head *rcu)
{
	struct ipsec_peer *peer = container_of(rcu, struct ipsec_peer, rcu);

	ipsec_route_free(peer->routes);
	kfree(peer);
}

/**
 * ipsec_peer_free() - end of what an SA has learnt
 * @sa: nobody else has it
 *
 * Context: process.
 */
void ipsec_peer_free(struct ipsec_sa *sa)
{
	struct ipsec_peer *peer = rcu_dereference_raw(sa->peer);

	if (peer)
		free_rcu_peer(&peer->rcu);
}

/**
 * ipsec_peer_get() - where the peer of an SA is
 * @sa: an SA with UDP encapsulation
 * @addr: set to its address
 * @port: set to its UDP port, network byte order; 0 if not known yet
 *
 * Context: rcu_read_lock held.
 */
void ipsec_peer_get(const struct ipsec_sa *sa, union ipsec_addr *addr,
		    __be16 *port)
{
	const struct ipsec_peer *peer = rcu_dereference(sa->peer);

	if (peer) {
		*addr = peer->addr;
		*port = peer->port;
	} else if (sa->dir == IPSEC_DIR_IN) {
		*addr = sa->use.src;
		*port = sa->encap.sport;
	} else {
		*addr = sa->key.dst;
		*port = sa->encap.dport;
	}
}

static bool is_at(const struct ipsec_sa *sa, const union ipsec_addr *addr,
		  __be16 port)
{
	union ipsec_addr known_addr;
	__be16 known_port;

	ipsec_peer_get(sa, &known_addr, &known_port);
	return port == known_port &&
	       !memcmp(addr, &known_addr, sizeof(known_addr));
}

static bool move(struct ipsec_sa *sa, const union ipsec_addr *addr, __be16 port)
{
	struct ipsec_peer *peer, *old;

	lockdep_assert_held(&sa->ipn->peer_lock);
	if (is_at(sa, addr, port))
		return true;
	peer = kzalloc(sizeof(*peer), GFP_ATOMIC);
	if (!peer)
		return false;
	peer->addr = *addr;
	peer->port = port;
	peer->routes = ipsec_route_new(GFP_ATOMIC);
	if (!peer->routes) {
		kfree(peer);
		return false;
	}
	old = rcu_replace_pointer(sa->peer, peer,
				  lockdep_is_held(&sa->ipn->peer_lock));
	if (old)
		call_rcu(&old->rcu, free_rcu_peer);
	return true;
}

/* The SAs back to the peer have the same reqid, protocol and mode, and the ends
 * the other way round. In transport mode the address is that of the connections
 * inside, which cannot go elsewhere: only the port follows.
 */
static bool move_replies(const struct ipsec_sa *sa,
			 const union ipsec_addr *addr, __be16 port)
{
	struct ipsec_sa_use use = {
		.src = sa->key.dst,
		.dst = sa->use.src,
		.reqid = sa->use.reqid,
		.family = sa->use.family,
		.proto = sa->use.proto,
		.mode = sa->use.mode,
	};
	struct rhlist_head *node;
	struct ipsec_sa *out;
	bool is_done = true;

	out = ipsec_sad_lookup_use(sa->ipn, &use);
	for (node = out ? &out->use_node : NULL; node;
	     node = rcu_dereference(node->next)) {
		out = container_of(node, struct ipsec_sa, use_node);
		if (!out->encap.dport)
			continue;
		is_done &= move(out, out->mode == IPSEC_MODE_TUNNEL ?
				     addr : &out->key.dst, port);
	}
	return is_done;
}

static bool follow(struct ipsec_sa *sa, const union ipsec_addr *addr,
		   __be16 port, u32 sad_seq)
{
	if (!sa->encap.is_followed)
		return true;
	if (!move_replies(sa, addr, port))
		return false;
	WRITE_ONCE(sa->followed_seq, sad_seq);
	return true;
}

/* Another CPU may have been here before us. */
static void moved(struct ipsec_sa *sa, const union ipsec_addr *addr,
		  __be16 port, u32 sad_seq)
{
	struct ipsec_net *ipn = sa->ipn;
	union ipsec_addr old_addr;
	bool is_told = false;
	__be16 old_port;

	spin_lock(&ipn->peer_lock);
	ipsec_peer_get(sa, &old_addr, &old_port);
	if (is_at(sa, addr, port)) {
		follow(sa, addr, port, sad_seq);
	} else if (!time_before(jiffies, sa->moved_at + IPSEC_MOVE_INTERVAL)) {
		is_told = follow(sa, addr, port, sad_seq) &&
			  move(sa, addr, port);
		if (is_told)
			sa->moved_at = jiffies;
	}
	spin_unlock(&ipn->peer_lock);
	if (is_told)
		ipsec_nl_sa_mapping(sa, &old_addr, old_port);
}

/**
 * ipsec_peer_note() - look where a verified packet came from
 * @pkt: skb->data at ESP, the IP header in front of it as it came; verified, and
 *	the anti-replay window has moved
 *
 * SAs that are added later have to be told where the peer is as well, so the
 * replies are looked at again after each change of the SAD.
 *
 * Context: rcu_read_lock held, BH disabled.
 */
void ipsec_peer_note(struct ipsec_packet *pkt)
{
	u32 sad_seq = READ_ONCE(pkt->ipn->sad.seq);
	struct ipsec_sa *sa = pkt->sa;
	union ipsec_addr addr = {};

	if (pkt->family == AF_INET)
		addr.a4 = ip_hdr(pkt->skb)->saddr;
	else
		memcpy(&addr, &ipv6_hdr(pkt->skb)->saddr, sizeof(addr));
	if (likely(is_at(sa, &addr, pkt->encap_sport) &&
		   (!sa->encap.is_followed ||
		    READ_ONCE(sa->followed_seq) == sad_seq)))
		return;
	/* Without a window nobody knows a copy from a new packet, and a packet
	 * that was overtaken says where the peer was.
	 */
	if (!sa->replay_window ||
	    atomic64_read(&sa->replay.top) != pkt->seq)
		return;
	moved(sa, &addr, pkt->encap_sport, sad_seq);
}
