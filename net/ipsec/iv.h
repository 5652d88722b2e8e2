/* SPDX-License-Identifier: GPL-2.0 */
/* IVs of outbound packets. */
#ifndef _NET_IPSEC_IV_H
#define _NET_IPSEC_IV_H

#include "iv_pool.h"

struct ipsec_packet;

int ipsec_iv_init(void);
void ipsec_iv_make(struct ipsec_packet *pkt);

#endif /* _NET_IPSEC_IV_H */
