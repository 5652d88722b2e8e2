/* SPDX-License-Identifier: GPL-2.0 */
/* ipsec0, the inner side of IPsec in a namespace. */
#ifndef _NET_IPSEC_DEVICE_H
#define _NET_IPSEC_DEVICE_H

#include <linux/skbuff.h>

struct ipsec_net;
struct net_device;
struct netlink_ext_ack;

int ipsec_device_new(struct ipsec_net *ipn, struct netlink_ext_ack *extack);
void ipsec_device_free(struct ipsec_net *ipn);
bool ipsec_device_receive(struct net_device *dev, struct sk_buff *skb);
void ipsec_device_tap(struct net_device *dev, struct sk_buff *skb);

int ipsec_device_register(void);
void ipsec_device_unregister(void);

#endif /* _NET_IPSEC_DEVICE_H */
