/* SPDX-License-Identifier: GPL-2.0 */
/* Auditable events (RFC 4303 4, RFC 4302 4, RFC 4301 5.2). */
#ifndef _NET_IPSEC_AUDIT_H
#define _NET_IPSEC_AUDIT_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <uapi/linux/ipsec.h>

#include "selector.h"

struct ipsec_net;
struct ipsec_packet;
struct ipsec_sa;
struct ipsec_sa_key;
struct ipsec_sa_params;
struct net;
struct sk_buff;

/**
 * struct ipsec_audit_kind - how often one kind of event is told
 * @until: [A] for ipsec_rate_take()
 * @suppressed: [A] events that were not told since the last that was
 */
struct ipsec_audit_kind {
	atomic64_t until;
	atomic_long_t suppressed;
};

/**
 * struct ipsec_auditing - auditing in one namespace
 * @is_told: [M, read with READ_ONCE] events go to those who listen
 * @is_logged: [M, read with READ_ONCE] events go to the kernel's audit log
 * @kinds: by enum ipsec_audit
 */
struct ipsec_auditing {
	bool is_told;
	bool is_logged;
	struct ipsec_audit_kind kinds[IPSEC_AUDIT_MAX + 1];
};

/**
 * struct ipsec_audit_event - one event
 * @event: enum ipsec_audit
 * @reason: enum ipsec_reason, 0 if there was no packet
 * @family: AF_INET or AF_INET6, of @src and @dst
 * @proto: IPPROTO_ESP or IPPROTO_AH
 * @has_seq: @seq is known
 * @has_label: @label is known
 * @spi: of the packet or the SA
 * @label: flow label, 20 bits, host byte order
 * @src: source address
 * @dst: destination address
 * @seq: sequence number
 * @time: nanoseconds since 1970
 * @suppressed: events of this kind that were not told before
 * @sa: the SA whose selectors the packet does not match, else NULL
 * @flow: selector values of that packet, valid with @sa
 */
struct ipsec_audit_event {
	u8 event;
	u8 reason;
	u8 family;
	u8 proto;
	bool has_seq;
	bool has_label;
	__be32 spi;
	u32 label;
	union ipsec_addr src;
	union ipsec_addr dst;
	u64 seq;
	u64 time;
	u64 suppressed;
	const struct ipsec_sa *sa;
	struct ipsec_flow flow;
};

bool ipsec_audit_may_log(const struct net *net);
void ipsec_audit_init(struct ipsec_net *ipn);
void ipsec_audit_arrived(struct ipsec_net *ipn, const struct sk_buff *skb,
			 const struct ipsec_sa_key *key, u32 seq_lo,
			 enum ipsec_reason reason);
void ipsec_audit_packet(const struct ipsec_packet *pkt,
			enum ipsec_reason reason);
void ipsec_audit_verified(struct ipsec_net *ipn, const struct ipsec_sa *sa,
			  const struct sk_buff *skb, u8 family,
			  enum ipsec_reason reason);
void ipsec_audit_params(struct ipsec_net *ipn,
			const struct ipsec_sa_params *params);

#endif /* _NET_IPSEC_AUDIT_H */
