/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP errors (RFC 4301 5.1.1, 6). */
#ifndef _NET_IPSEC_ICMP_H
#define _NET_IPSEC_ICMP_H

#include <linux/types.h>
#include <uapi/linux/ipsec.h>

struct ipsec_flow;
struct ipsec_net;
struct ipsec_policy;
struct sk_buff;

/* Every kind of enum ipsec_icmp_error. */
#define IPSEC_ICMP_ALL (BIT(IPSEC_ICMP_ERROR_MAX + 1) - 1)

/**
 * struct ipsec_icmp - how a namespace treats ICMP errors
 * @clear: [A] mask of enum ipsec_icmp_error, accepted by this host in clear
 * @sa: [A] the same for those that came through an SA
 * @check: [A] enum ipsec_icmp_check
 * @has_return_sa: [A] an error without a policy goes out by the SA of the
 *	return traffic
 * @has_answer: [A] forwarded packets that are discarded are answered
 *
 * Read with READ_ONCE, written under ipn->mutex.
 */
struct ipsec_icmp {
	u32 clear;
	u32 sa;
	u8 check;
	bool has_return_sa;
	bool has_answer;
};

void ipsec_icmp_init(struct ipsec_icmp *icmp);
bool ipsec_icmp_is_error(const struct ipsec_flow *flow);
bool ipsec_icmp_parse_return(const struct sk_buff *skb,
			     const struct ipsec_flow *error, enum ipsec_dir dir,
			     struct ipsec_flow *flow);
struct ipsec_policy *ipsec_icmp_return_policy(struct ipsec_net *ipn,
					      const struct sk_buff *skb,
					      struct ipsec_flow *flow);
enum ipsec_reason ipsec_icmp_accept(const struct ipsec_net *ipn,
				    const struct sk_buff *skb, u8 family);
void ipsec_icmp_answer(const struct ipsec_net *ipn, struct sk_buff *skb,
		       u8 family, enum ipsec_reason reason);

#endif /* _NET_IPSEC_ICMP_H */
