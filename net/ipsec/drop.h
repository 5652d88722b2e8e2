/* SPDX-License-Identifier: GPL-2.0 */
/* Every drop: one reason, one counter per namespace and per SA, one trace. */
#ifndef _NET_IPSEC_DROP_H
#define _NET_IPSEC_DROP_H

#include <uapi/linux/ipsec.h>

/* A path step returns one of enum ipsec_reason; 0 means go on. */
#define IPSEC_OK 0

struct ipsec_net;
struct ipsec_sa;
struct sk_buff;

void ipsec_drop_count(struct ipsec_net *ipn, struct ipsec_sa *sa,
		      enum ipsec_reason reason, const struct sk_buff *skb);
void ipsec_drop(struct ipsec_net *ipn, struct ipsec_sa *sa,
		enum ipsec_reason reason, struct sk_buff *skb);

#endif /* _NET_IPSEC_DROP_H */
