/* SPDX-License-Identifier: GPL-2.0 */
/* Objects to attributes and back. */
#ifndef IPSECCTL_NLMSG_H
#define IPSECCTL_NLMSG_H

#include "model.h"

#include <libmnl/libmnl.h>

void nlmsg_put_sa(struct nlmsghdr *nlh, const struct sa *sa);
void nlmsg_put_sa_name(struct nlmsghdr *nlh, const struct sa *sa);
void nlmsg_put_policy(struct nlmsghdr *nlh, const struct policy *policy);
void nlmsg_put_policy_name(struct nlmsghdr *nlh, const struct policy *policy);
void nlmsg_put_config(struct nlmsghdr *nlh, const struct config *config);

void nlmsg_get_sa(const struct nlmsghdr *nlh, struct sa *sa,
		  struct sa_state *state);
void nlmsg_get_policy(const struct nlmsghdr *nlh, struct policy *policy);
void nlmsg_get_config(const struct nlmsghdr *nlh, struct config *config);
void nlmsg_get_drop(const struct nlmsghdr *nlh, struct drop *drop);

#endif /* IPSECCTL_NLMSG_H */
