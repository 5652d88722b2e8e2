/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UNIT_ASM_BYTEORDER_H
#define _UNIT_ASM_BYTEORDER_H

#include_next <asm/byteorder.h>

#ifndef htonl
#define htonl(word) __cpu_to_be32(word)
#define htons(half) __cpu_to_be16(half)
#define ntohs(half) __be16_to_cpu(half)
#endif

#endif /* _UNIT_ASM_BYTEORDER_H */
