/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UNIT_LINUX_BITOPS_H
#define _UNIT_LINUX_BITOPS_H

static inline int fls(unsigned int word)
{
	return word ? 32 - __builtin_clz(word) : 0;
}

#endif /* _UNIT_LINUX_BITOPS_H */
