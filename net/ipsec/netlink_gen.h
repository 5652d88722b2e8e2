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
	IPSEC_NLGRP_ACQUIRE,
	IPSEC_NLGRP_AUDIT,
};

extern const char *const ipsec_reason_names[IPSEC_REASON_MAX + 1];

extern const struct nla_policy
ipsec_addr_range_nl_policy[IPSEC_A_ADDR_RANGE_MAX + 1];

extern const struct nla_policy
ipsec_life_nl_policy[IPSEC_A_LIFE_MAX + 1];

extern const struct nla_policy
ipsec_port_range_nl_policy[IPSEC_A_PORT_RANGE_MAX + 1];

extern const struct nla_policy
ipsec_protect_nl_policy[IPSEC_A_PROTECT_MAX + 1];

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
int ipsec_nl_sa_dummy_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_nl_acquire_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int ipsec_nl_explain_doit(struct sk_buff *skb, struct genl_info *info);

extern const struct genl_ops ipsec_nl_ops[14];
extern const struct genl_multicast_group ipsec_nl_mcgrps[3];

#endif /* _NET_IPSEC_NETLINK_GEN_H */
