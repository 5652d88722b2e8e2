/* SPDX-License-Identifier: GPL-2.0 */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ipsec.yaml */
/* kernel header, by scripts/gen-netlink.py */

#ifndef _NET_IPSEC_NETLINK_GEN_H
#define _NET_IPSEC_NETLINK_GEN_H

#include <net/genetlink.h>
#include <net/netlink.h>

#include <uapi/linux/ipsec.h>

enum {
	IPSEC_NLGRP_EVENTS,
};

extern const char *const ipsec_reason_names[IPSEC_REASON_MAX + 1];

extern const struct nla_policy
ipsec_selector_nl_policy[IPSEC_A_SELECTOR_MAX + 1];

extern const struct nla_policy
ipsec_sa_new_nl_policy[IPSEC_A_SA_MAX + 1];

int ipsec_nl_sa_new_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_nl_sa_get_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_nl_sa_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ipsec_nl_sa_del_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_nl_sa_flush_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_nl_policy_new_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_nl_policy_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int ipsec_nl_policy_del_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_nl_policy_flush_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_nl_config_set_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_nl_config_get_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

extern const struct genl_ops ipsec_nl_ops[11];
extern const struct genl_multicast_group ipsec_nl_mcgrps[1];

#endif /* _NET_IPSEC_NETLINK_GEN_H */
