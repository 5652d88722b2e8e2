// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: How often something may happen
 *
 * A bucket of IPSEC_RATE_BURST tokens that gets one more each
 * IPSEC_RATE_INTERVAL, as one number: the time at which it will be full again.
 */
#include "rate.h"

#include <linux/kernel.h>

/**
 * ipsec_rate_take - take a token
 * @until: when the bucket is full; 0 at first
 * @now: nanoseconds on a clock that does not go back
 *
 * What is refused changes nothing, so a flood only reads.
 *
 * Context: Any.
 * Return: whether there was one.
 */
bool ipsec_rate_take(atomic64_t *until, s64 now)
{
	s64 old = atomic64_read(until), next;

	do {
		next = max_t(s64, old, now) + IPSEC_RATE_INTERVAL;
		if (next - now > IPSEC_RATE_BURST * IPSEC_RATE_INTERVAL)
			return false;
	} while (!atomic64_try_cmpxchg(until, &old, next));
	return true;
}
