/* SPDX-License-Identifier: GPL-2.0 */
/* What --help prints. */
#ifndef IPSECCTL_HELP_H
#define IPSECCTL_HELP_H

int help_show(const char *command);

#endif /* IPSECCTL_HELP_H */
