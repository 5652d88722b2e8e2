/* SPDX-License-Identifier: GPL-2.0 */
/* UDP ports that ESP comes in by. */
#ifndef _NET_IPSEC_ENCAP_PORT_H
#define _NET_IPSEC_ENCAP_PORT_H

#include <linux/types.h>
#include <linux/xarray.h>

struct ipsec_flow;
struct ipsec_net;
struct ipsec_sa;
struct netlink_ext_ack;
struct sk_buff;

/**
 * struct ipsec_encap_ports - the ports of one namespace
 * @by_number: [R] struct encap_port by family and number
 * @count: [M, read with READ_ONCE] how many
 */
struct ipsec_encap_ports {
	struct xarray by_number;
	u32 count;
};

void ipsec_encap_ports_init(struct ipsec_net *ipn);
void ipsec_encap_ports_exit(struct ipsec_net *ipn);
int ipsec_encap_port_get(struct ipsec_net *ipn, const struct ipsec_sa *sa,
			 struct netlink_ext_ack *extack);
void ipsec_encap_port_put(struct ipsec_net *ipn, const struct ipsec_sa *sa);
bool ipsec_encap_port_takes(struct ipsec_net *ipn, const struct sk_buff *skb,
			    const struct ipsec_flow *flow);

#endif /* _NET_IPSEC_ENCAP_PORT_H */
