/* SPDX-License-Identifier: GPL-2.0 */
/* Lets the module's table of algorithms be compiled in user space. */
#ifndef IPSECCTL_SHIM_STRING_H
#define IPSECCTL_SHIM_STRING_H

#include <string.h>

#endif /* IPSECCTL_SHIM_STRING_H */
