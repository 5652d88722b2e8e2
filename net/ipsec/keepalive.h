/* SPDX-License-Identifier: GPL-2.0 */
/* NAT keepalives (RFC 3948 4). */
#ifndef _NET_IPSEC_KEEPALIVE_H
#define _NET_IPSEC_KEEPALIVE_H

struct ipsec_sa;

void ipsec_keepalive_new(struct ipsec_sa *sa);
void ipsec_keepalive_start(struct ipsec_sa *sa);
void ipsec_keepalive_free(struct ipsec_sa *sa);

#endif /* _NET_IPSEC_KEEPALIVE_H */
