/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's header of this name (PF_KEY, through <net/xfrm.h>) has two names
 * that <uapi/linux/ipsec.h> of this module has, too: they give way.
 */
#ifndef _COMPAT_LINUX_IPSEC_H
#define _COMPAT_LINUX_IPSEC_H

#define IPSEC_MODE_TRANSPORT	PFKEY_MODE_TRANSPORT
#define IPSEC_MODE_TUNNEL	PFKEY_MODE_TUNNEL
#include_next <linux/ipsec.h>
#undef IPSEC_MODE_TRANSPORT
#undef IPSEC_MODE_TUNNEL

#endif /* _COMPAT_LINUX_IPSEC_H */
