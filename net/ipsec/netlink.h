/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink family "ipsec": parse, validate, act, notify. */
#ifndef _NET_IPSEC_NETLINK_H
#define _NET_IPSEC_NETLINK_H

int ipsec_netlink_register(void);
void ipsec_netlink_unregister(void);

#endif /* _NET_IPSEC_NETLINK_H */
