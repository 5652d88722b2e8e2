/* SPDX-License-Identifier: GPL-2.0 */
/* Objects as statements, or as JSON. */
#ifndef IPSECCTL_SHOW_H
#define IPSECCTL_SHOW_H

#include "model.h"

void show_sa(const struct sa *sa, const struct sa_state *state);
void show_sa_del(const struct sa *sa, const struct sa_state *state);
void show_policy(const struct policy *policy, bool is_installed);
void show_policy_del(const struct policy *policy);
void show_defaults(const struct config *config);
void show_limits(const struct config *config);
void show_statement(const struct statement *st);

#endif /* IPSECCTL_SHOW_H */
