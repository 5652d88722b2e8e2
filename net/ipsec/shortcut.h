/* SPDX-License-Identifier: GPL-2.0 */
/* The short way of a router's packets into tunnels and out of them. */
#ifndef _NET_IPSEC_SHORTCUT_H
#define _NET_IPSEC_SHORTCUT_H

#include <linux/skbuff.h>

struct ipsec_net;

bool ipsec_shortcut(struct ipsec_net *ipn, struct sk_buff *skb, u8 family);

#endif /* _NET_IPSEC_SHORTCUT_H */
