/* SPDX-License-Identifier: GPL-2.0 */
/* How often something may happen. Pure. */
#ifndef _NET_IPSEC_RATE_H
#define _NET_IPSEC_RATE_H

#include <linux/atomic.h>
#include <linux/types.h>

/* Nanoseconds for one more, and how many at once. */
#define IPSEC_RATE_INTERVAL 125000000LL
#define IPSEC_RATE_BURST 16

bool ipsec_rate_take(atomic64_t *until, s64 now);

#endif /* _NET_IPSEC_RATE_H */
