/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UNIT_LINUX_ATOMIC_H
#define _UNIT_LINUX_ATOMIC_H

#include <linux/types.h>

typedef struct {
	s64 counter;
} atomic64_t;

/*
 * A test that sets this is called in front of every access to an atomic, as an
 * interrupt could come there.
 */
extern void (*unit_atomic_hook)(void);

static inline void unit_atomic_point(void)
{
	if (unit_atomic_hook)
		unit_atomic_hook();
}

static inline s64 atomic64_read(const atomic64_t *atomic)
{
	unit_atomic_point();
	return __atomic_load_n(&atomic->counter, __ATOMIC_RELAXED);
}

static inline void atomic64_set(atomic64_t *atomic, s64 value)
{
	unit_atomic_point();
	__atomic_store_n(&atomic->counter, value, __ATOMIC_RELAXED);
}

static inline s64 atomic64_inc_return(atomic64_t *atomic)
{
	unit_atomic_point();
	return __atomic_add_fetch(&atomic->counter, 1, __ATOMIC_SEQ_CST);
}

static inline s64 atomic64_fetch_add(s64 value, atomic64_t *atomic)
{
	unit_atomic_point();
	return __atomic_fetch_add(&atomic->counter, value, __ATOMIC_SEQ_CST);
}

static inline void atomic64_inc(atomic64_t *atomic)
{
	atomic64_inc_return(atomic);
}

static inline bool atomic64_try_cmpxchg(atomic64_t *atomic, s64 *expected,
					s64 value)
{
	unit_atomic_point();
	return __atomic_compare_exchange_n(&atomic->counter, expected, value,
					   false, __ATOMIC_SEQ_CST,
					   __ATOMIC_RELAXED);
}

#endif /* _UNIT_LINUX_ATOMIC_H */
