/* SPDX-License-Identifier: GPL-2.0 */
/* Auditable events in messages of the family. */
#ifndef _NET_IPSEC_NETLINK_AUDIT_H
#define _NET_IPSEC_NETLINK_AUDIT_H

#include <linux/types.h>

struct ipsec_audit_event;
struct ipsec_net;

bool ipsec_nl_audit_is_heard(const struct ipsec_net *ipn);
void ipsec_nl_audit(struct ipsec_net *ipn,
		    const struct ipsec_audit_event *event);

#endif /* _NET_IPSEC_NETLINK_AUDIT_H */
