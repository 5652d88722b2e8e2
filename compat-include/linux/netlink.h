/* SPDX-License-Identifier: GPL-2.0 */
/* Kernels before 6.2 have no formatted extack messages. */
#ifndef _COMPAT_LINUX_NETLINK_H
#define _COMPAT_LINUX_NETLINK_H

#include_next <linux/netlink.h>

#ifndef NL_SET_ERR_MSG_FMT
#include <linux/atomic.h>
#include <linux/kernel.h>

/* The message must outlive the call, until the ack is built: a ring, far
 * longer than requests can be in progress at once on any machine we know. It
 * holds names of algorithms and numbers, nothing secret.
 */
static inline char *ipsec_extack_buf(void)
{
	static char ring[64][128];
	static atomic_t next;

	return ring[atomic_inc_return(&next) % ARRAY_SIZE(ring)];
}

#define NL_SET_ERR_MSG_FMT(extack, fmt, args...) do {			\
	struct netlink_ext_ack *__extack = (extack);			\
	char *__buf = ipsec_extack_buf();				\
									\
	snprintf(__buf, 128, fmt, ##args);				\
	if (__extack)							\
		__extack->_msg = __buf;					\
} while (0)
#endif

#endif /* _COMPAT_LINUX_NETLINK_H */
