/* SPDX-License-Identifier: GPL-2.0 */
/* The SAs that a PROTECT policy asks for. */
#ifndef _NET_IPSEC_PROTECT_H
#define _NET_IPSEC_PROTECT_H

#include <linux/types.h>
#include <uapi/linux/ipsec.h>

#include "selector.h"

struct ipsec_net;
struct ipsec_policy;
struct ipsec_sa;
struct ipsec_sa_use;

/**
 * struct ipsec_protect - which SA it has to be
 * @src: tunnel mode: source of the tunnel in this direction
 * @dst: tunnel mode: destination
 * @reqid: reqid of the SAs, or 0
 * @spi: SPI of the one SA, or 0
 * @family: tunnel mode: AF_INET or AF_INET6
 * @proto: IPPROTO_ESP or IPPROTO_AH
 * @mode: enum ipsec_mode
 */
struct ipsec_protect {
	union ipsec_addr src;
	union ipsec_addr dst;
	u32 reqid;
	__be32 spi;
	u8 family;
	u8 proto;
	u8 mode;
};

/**
 * struct ipsec_nest - SAs that are nested in each other around one packet
 * @sa: the innermost first, in the order in which they are applied; valid
 *	under rcu_read_lock
 * @count: how many
 */
struct ipsec_nest {
	struct ipsec_sa *sa[IPSEC_NEST_MAX];
	u8 count;
};

/**
 * struct ipsec_decision - what the SPD and the SAD say of a packet
 * @action: enum ipsec_action
 * @sought: with IPSEC_REASON_OUT_NO_SA, which of the SAs of @policy is missing
 * @reason: not 0: drop it under this reason
 * @policy: the policy that decided, NULL for the default
 * @nest: PROTECT without a reason, the SAs; valid under rcu_read_lock, as is
 *	@policy
 */
struct ipsec_decision {
	u8 action;
	u8 sought;
	enum ipsec_reason reason;
	struct ipsec_policy *policy;
	struct ipsec_nest nest;
};

/**
 * ipsec_nest_outermost() - the SA whose header is on the wire
 * @nest: not empty
 *
 * Return: the SA.
 */
static inline struct ipsec_sa *ipsec_nest_outermost(const struct ipsec_nest *nest)
{
	return nest->sa[nest->count - 1];
}

void ipsec_protect_use(const struct ipsec_policy *policy, unsigned int i,
		       const struct ipsec_flow *flow, struct ipsec_sa_use *use);
bool ipsec_protect_find(struct ipsec_net *ipn, const struct ipsec_policy *policy,
			const struct ipsec_flow *flow, struct ipsec_nest *nest);
bool ipsec_protect_names(const struct ipsec_policy *policy,
			 const struct ipsec_nest *nest);

#endif /* _NET_IPSEC_PROTECT_H */
