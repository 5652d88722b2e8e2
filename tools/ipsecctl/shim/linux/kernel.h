/* SPDX-License-Identifier: GPL-2.0 */
/* What the module's table of algorithms and this tool need of it. */
#ifndef IPSECCTL_SHIM_KERNEL_H
#define IPSECCTL_SHIM_KERNEL_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif /* IPSECCTL_SHIM_KERNEL_H */
