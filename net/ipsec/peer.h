/* SPDX-License-Identifier: GPL-2.0 */
/* Where the peer of an SA with UDP encapsulation is, behind its NAT. */
#ifndef _NET_IPSEC_PEER_H
#define _NET_IPSEC_PEER_H

#include <linux/rcupdate.h>

#include "selector.h"

struct ipsec_packet;
struct ipsec_sa;
struct sk_buff;

/* A peer that is in two places in turn costs one change per second. */
#define IPSEC_MOVE_INTERVAL HZ

/**
 * struct ipsec_peer - address and port in place of those that were configured
 * @addr: address of the peer on the wire
 * @port: its UDP port, network byte order
 * @routes: outbound: per-CPU way to @addr
 * @rcu: frees it
 *
 * Immutable, so that a packet is built from one of them and not from two.
 */
struct ipsec_peer {
	union ipsec_addr addr;
	__be16 port;
	struct ipsec_route __percpu *routes;
	struct rcu_head rcu;
};

void ipsec_peer_note(struct ipsec_packet *pkt);
void ipsec_peer_free(struct ipsec_sa *sa);
void ipsec_peer_get(const struct ipsec_sa *sa, union ipsec_addr *addr,
		    __be16 *port);

#endif /* _NET_IPSEC_PEER_H */
