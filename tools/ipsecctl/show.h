/* SPDX-License-Identifier: GPL-2.0 */
/* Objects as statements, or as JSON. */
#ifndef IPSECCTL_SHOW_H
#define IPSECCTL_SHOW_H

#include "model.h"

void show_life(const struct life *life);
void show_life_used(const struct sa_state *state);
void show_sa_soft(const struct sa *sa, const struct sa_state *state);
void show_outer(const struct outer *outer);
void show_encap(const struct encap *encap);
void show_peer(const char *what, const char *key, const char *port_key,
	       const struct addr *peer, uint16_t port);
void show_sa(const struct sa *sa, const struct sa_state *state);
void show_sa_del(const struct sa *sa, const struct sa_state *state);
void show_sa_exhausted(const struct sa *sa, const struct sa_state *state);
void show_sa_mapping(const struct sa *sa, const struct sa_state *state);
void show_policy(const struct policy *policy, bool is_installed);
void show_policy_del(const struct policy *policy);
void show_protecting_sa(const struct protect *protect);
void show_defaults(const struct config *config);
void show_selector(const struct selector *sel);
void show_audit_event(const struct audit_event *event);
void show_limits(const struct config *config);
void show_settings(const struct config *config);
void show_acquire(const struct acquire *acquire);
void show_statement(const struct statement *st);

#endif /* IPSECCTL_SHOW_H */
