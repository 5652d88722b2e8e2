/* SPDX-License-Identifier: GPL-2.0 */
/* Lets the module's table of algorithms be compiled in user space. */
#ifndef IPSECCTL_SHIM_TYPES_H
#define IPSECCTL_SHIM_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#endif /* IPSECCTL_SHIM_TYPES_H */
