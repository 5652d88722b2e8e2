/* SPDX-License-Identifier: GPL-2.0 */
/* Fragments are put together before policy is asked about them. */
#ifndef _NET_IPSEC_DEFRAG_H
#define _NET_IPSEC_DEFRAG_H

#include <linux/skbuff.h>

struct ipsec_net;

unsigned int ipsec_defrag_in(struct ipsec_net *ipn, struct sk_buff *skb,
			     u8 family);
unsigned int ipsec_defrag_local(struct ipsec_net *ipn, struct sk_buff *skb,
				u8 family);
unsigned int ipsec_defrag_out(struct ipsec_net *ipn, struct sk_buff *skb,
			      u8 family);
void ipsec_defrag_init(void);
void ipsec_defrag_exit(void);

#endif /* _NET_IPSEC_DEFRAG_H */
