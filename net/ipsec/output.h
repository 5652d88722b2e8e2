/* SPDX-License-Identifier: GPL-2.0 */
/* Outbound processing (RFC 4301 5.1). */
#ifndef _NET_IPSEC_OUTPUT_H
#define _NET_IPSEC_OUTPUT_H

#include <linux/skbuff.h>
#include <uapi/linux/ipsec.h>

struct ipsec_net;
struct ipsec_packet;
struct ipsec_policy;
struct ipsec_sa;

/**
 * struct ipsec_decision - what the SPD and the SAD say of an outbound packet
 * @action: enum ipsec_action
 * @reason: not 0: drop it under this reason
 * @policy: the policy that decided, NULL for the default
 * @sa: PROTECT only, the SA; valid under rcu_read_lock, as is @policy
 */
struct ipsec_decision {
	u8 action;
	enum ipsec_reason reason;
	struct ipsec_policy *policy;
	struct ipsec_sa *sa;
};

struct ipsec_decision ipsec_output_decide(struct ipsec_net *ipn,
					  const struct sk_buff *skb, u8 family);
void ipsec_output_count(const struct ipsec_decision *decision);
void ipsec_output(struct ipsec_net *ipn, struct sk_buff *skb, u8 family);
void ipsec_output_resume(struct ipsec_packet *pkt, int err);

#endif /* _NET_IPSEC_OUTPUT_H */
