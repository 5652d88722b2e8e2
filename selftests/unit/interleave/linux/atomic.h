/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In place of ../../include/linux/atomic.h: interleave_test.c decides what
 * becomes of each access.
 */
#ifndef _UNIT_LINUX_ATOMIC_H
#define _UNIT_LINUX_ATOMIC_H

#include <linux/types.h>

typedef struct {
	s64 counter;
} atomic64_t;

s64 interleave_read(const atomic64_t *atomic);
bool interleave_cmpxchg(atomic64_t *atomic, s64 *expected, s64 value);

static inline s64 atomic64_read(const atomic64_t *atomic)
{
	return interleave_read(atomic);
}

static inline void atomic64_set(atomic64_t *atomic, s64 value)
{
	atomic->counter = value;
}

static inline bool atomic64_try_cmpxchg(atomic64_t *atomic, s64 *expected,
					s64 value)
{
	return interleave_cmpxchg(atomic, expected, value);
}

#endif /* _UNIT_LINUX_ATOMIC_H */
