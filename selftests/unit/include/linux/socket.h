/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UNIT_LINUX_SOCKET_H
#define _UNIT_LINUX_SOCKET_H

#include_next <linux/socket.h>
#include <sys/socket.h>

#endif /* _UNIT_LINUX_SOCKET_H */
