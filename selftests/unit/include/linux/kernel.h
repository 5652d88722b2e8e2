/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UNIT_LINUX_KERNEL_H
#define _UNIT_LINUX_KERNEL_H

#include <linux/types.h>

#define likely(claim) __builtin_expect(!!(claim), 1)
#define unlikely(claim) __builtin_expect(!!(claim), 0)
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))

/* As in the kernel, @multiple is a power of two. */
#define round_down(n, multiple) ((n) & ~((__typeof__(n))(multiple) - 1))
#define round_up(n, multiple) ((((n) - 1) | ((multiple) - 1)) + 1)

#define max_t(type, a, b) ((type)(a) > (type)(b) ? (type)(a) : (type)(b))

#ifndef U32_MAX
#define U32_MAX ((u32)~0U)
#endif

#endif /* _UNIT_LINUX_KERNEL_H */
