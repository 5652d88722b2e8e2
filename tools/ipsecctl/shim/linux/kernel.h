/* SPDX-License-Identifier: GPL-2.0 */
/* Lets the module's table of algorithms be compiled in user space. */
#ifndef IPSECCTL_SHIM_KERNEL_H
#define IPSECCTL_SHIM_KERNEL_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif /* IPSECCTL_SHIM_KERNEL_H */
