/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink family "ipsec": parse, validate, act, notify. */
#ifndef _NET_IPSEC_NETLINK_H
#define _NET_IPSEC_NETLINK_H

#include <linux/types.h>
#include <net/genetlink.h>

#include "netlink_gen.h"
#include "selector.h"

struct ipsec_acquire_info;
struct ipsec_net;
struct ipsec_sa;

/**
 * struct ipsec_nl_needed - an attribute that a request must have
 * @attr: its number
 * @name: its name in the sentence that asks for it
 */
struct ipsec_nl_needed {
	u8 attr;
	const char *name;
};

int ipsec_nl_check_needed(struct genl_info *info,
			  const struct ipsec_nl_needed *needed,
			  unsigned int count);
int ipsec_nl_refuse_attr(struct nlattr *attr, struct netlink_ext_ack *extack);
int ipsec_nl_put_drop(struct sk_buff *skb, enum ipsec_reason reason, u64 count);
bool ipsec_nl_has_listeners(const struct ipsec_net *ipn, unsigned int group);
struct sk_buff *ipsec_nl_group_event_new(struct ipsec_net *ipn,
					 unsigned int group, size_t size,
					 u8 cmd, void **hdr);
void ipsec_nl_group_event_send(struct ipsec_net *ipn, unsigned int group,
			       struct sk_buff *skb, void *hdr, int err);
struct sk_buff *ipsec_nl_event_new(struct ipsec_net *ipn, size_t size, u8 cmd,
				   void **hdr);
void ipsec_nl_event_send(struct ipsec_net *ipn, struct sk_buff *skb, void *hdr,
			 int err);
struct sk_buff *ipsec_nl_reply_new(struct genl_info *info, size_t size,
				   void **hdr);
int ipsec_nl_reply_send(struct genl_info *info, struct sk_buff *skb, void *hdr,
			int err);
void ipsec_nl_sa_exhausted(struct ipsec_sa *sa);
void ipsec_nl_sa_soft(struct ipsec_sa *sa);
void ipsec_nl_sa_expire(struct ipsec_sa *sa);
void ipsec_nl_acquire(struct ipsec_net *ipn,
		      const struct ipsec_acquire_info *info);
void ipsec_nl_sa_mapping(const struct ipsec_sa *sa,
			 const union ipsec_addr *old_addr, __be16 old_port);
void *ipsec_nl_dump_put(struct sk_buff *skb, struct netlink_callback *cb,
			u8 cmd);

int ipsec_nl_parse_addr(const struct nlattr *attr, union ipsec_addr *addr,
			u8 *addr_family, struct netlink_ext_ack *extack);
int ipsec_nl_parse_addr_pair(struct nlattr *src_attr, union ipsec_addr *src,
			     struct nlattr *dst_attr, union ipsec_addr *dst,
			     u8 *addr_family, struct netlink_ext_ack *extack);
int ipsec_nl_parse_selector(struct nlattr *attr, struct ipsec_selector *sel,
			    struct netlink_ext_ack *extack);
int ipsec_nl_refuse_mark(struct nlattr *attr, const struct ipsec_selector *sel,
			 struct netlink_ext_ack *extack);
int ipsec_nl_put_addr(struct sk_buff *skb, int attr,
		      const union ipsec_addr *addr, u8 addr_family);
int ipsec_nl_put_selector(struct sk_buff *skb, int attr,
			  const struct ipsec_selector *sel);
size_t ipsec_nl_selector_size(const struct ipsec_selector *sel);
int ipsec_nl_put_flow(struct sk_buff *skb, int attr,
		      const struct ipsec_flow *flow);
size_t ipsec_nl_flow_size(void);

int ipsec_netlink_register(void);
void ipsec_netlink_unregister(void);

#endif /* _NET_IPSEC_NETLINK_H */
