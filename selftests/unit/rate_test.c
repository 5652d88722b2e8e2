// SPDX-License-Identifier: GPL-2.0
/* Tests of net/ipsec/rate.c */
#include "rate.h"
#include "unit.h"

void (*unit_atomic_hook)(void);

#define SECOND 1000000000LL

static unsigned int take(atomic64_t *until, s64 now, unsigned int count)
{
	unsigned int taken = 0;

	while (count--)
		taken += ipsec_rate_take(until, now);
	return taken;
}

static void ipsec_rate_take__so_many_at_once(void)
{
	atomic64_t until = {};

	EXPECT(take(&until, 5 * SECOND, 1000) == IPSEC_RATE_BURST, "first");
	EXPECT(!take(&until, 5 * SECOND + IPSEC_RATE_INTERVAL - 1, 1000),
	       "not before the interval");
	EXPECT(take(&until, 5 * SECOND + IPSEC_RATE_INTERVAL, 1000) == 1,
	       "one behind it");
	EXPECT(take(&until, 9 * SECOND, 1000) == IPSEC_RATE_BURST,
	       "full again, and not fuller");
}

/* Whatever comes, in any time, it is no more than the rate. */
static void ipsec_rate_take__never_more(void)
{
	atomic64_t until = {};
	s64 start = 100 * SECOND, now = start;
	u64 taken = 0, most;
	unsigned int i;

	for (i = 0; i < 1000000; i++) {
		now += unit_random_below(IPSEC_RATE_INTERVAL / 4);
		taken += ipsec_rate_take(&until, now);
		most = IPSEC_RATE_BURST + (now - start) / IPSEC_RATE_INTERVAL;
		EXPECT(taken <= most, "%llu of %llu",
		       (unsigned long long)taken, (unsigned long long)most);
		EXPECT(taken + IPSEC_RATE_BURST >= most || i < 1000,
		       "nor less");
	}
}

/* A processor whose clock is a little behind takes nothing that is not there. */
static void ipsec_rate_take__clocks_that_differ(void)
{
	atomic64_t until = {};

	EXPECT(take(&until, 10 * SECOND, 100) == IPSEC_RATE_BURST, "first");
	EXPECT(!take(&until, 10 * SECOND - 1000, 100), "behind");
}

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_rate_take__so_many_at_once),
	UNIT_CASE(ipsec_rate_take__never_more),
	UNIT_CASE(ipsec_rate_take__clocks_that_differ),
};

UNIT_MAIN(cases)
