/* SPDX-License-Identifier: GPL-2.0 */
/* What can be refused without asking the kernel. */
#ifndef IPSECCTL_CHECK_H
#define IPSECCTL_CHECK_H

#include "../../net/ipsec/alg.h"
#include "parse.h"

bool check_outer(struct parser *p, const struct sa *sa);
bool check_encap(struct parser *p, const struct sa *sa);
bool check_sa(struct parser *p, const struct sa *sa);
bool check_policy(struct parser *p, const struct policy *policy);
void check_key_lengths(const struct ipsec_alg *alg, char *text, size_t size);

#endif /* IPSECCTL_CHECK_H */
