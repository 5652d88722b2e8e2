/* SPDX-License-Identifier: GPL-2.0 */
/* Objects to attributes and back. */
#ifndef IPSECCTL_NLMSG_H
#define IPSECCTL_NLMSG_H

#include "model.h"

#include <libmnl/libmnl.h>

void nlmsg_put_dummies(struct nlmsghdr *nlh, const struct dummies *dummies);
void nlmsg_put_sa(struct nlmsghdr *nlh, const struct sa *sa);
void nlmsg_put_sa_name(struct nlmsghdr *nlh, const struct sa *sa);
void nlmsg_put_policy(struct nlmsghdr *nlh, const struct policy *policy);
void nlmsg_put_policy_name(struct nlmsghdr *nlh, const struct policy *policy);
void nlmsg_put_packet(struct nlmsghdr *nlh, const struct policy *packet);
void nlmsg_put_config(struct nlmsghdr *nlh, const struct config *config);

void nlmsg_get_sa(const struct nlmsghdr *nlh, struct sa *sa,
		  struct sa_state *state);
void nlmsg_get_policy(const struct nlmsghdr *nlh, struct policy *policy);
void nlmsg_get_decision(const struct nlmsghdr *nlh, struct decision *decision);
void nlmsg_get_audit(const struct nlmsghdr *nlh, struct audit_event *event);
void nlmsg_get_config(const struct nlmsghdr *nlh, struct config *config);
void nlmsg_get_acquire(const struct nlmsghdr *nlh, struct acquire *acquire);
void nlmsg_get_drop(const struct nlmsghdr *nlh, struct drop *drop);

#endif /* IPSECCTL_NLMSG_H */
