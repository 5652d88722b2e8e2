/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The least that a unit test needs: cases with names, EXPECT() that says what
 * failed and goes on, KTAP output, numbers that look random and are the same
 * in every run.
 */
#ifndef _UNIT_H
#define _UNIT_H

#include <stdio.h>

#include <linux/kernel.h>
#include <linux/types.h>

/* A broken case tends to fail often; these lines of it are enough. */
#define UNIT_MAX_LINES 10

struct unit_case {
	const char *name;
	void (*run)(void);
};

#define UNIT_CASE(fn) { #fn, fn }

static unsigned long unit_failures;

#define EXPECT(claim, ...)						\
	do {								\
		if (!(claim) && ++unit_failures <= UNIT_MAX_LINES) {	\
			printf("# %s:%d: not true: %s",			\
			       __FILE__, __LINE__, #claim);		\
			printf(": " __VA_ARGS__);			\
			printf("\n");					\
		}							\
	} while (0)

/* xorshift64*, Vigna 2016 */
static u64 unit_random_state = 0x9e3779b97f4a7c15ULL;

static inline u64 unit_random(void)
{
	unit_random_state ^= unit_random_state >> 12;
	unit_random_state ^= unit_random_state << 25;
	unit_random_state ^= unit_random_state >> 27;
	return unit_random_state * 0x2545f4914f6cdd1dULL;
}

/* A number from 0 to @limit - 1. */
static inline u64 unit_random_below(u64 limit)
{
	return (unit_random() >> 16) % limit;
}

static inline void unit_random_bytes(u8 *bytes, size_t len)
{
	while (len--)
		*bytes++ = unit_random() >> 56;
}

static inline int unit_run(const struct unit_case *cases, unsigned int count)
{
	bool has_failed = false;
	unsigned int i;

	printf("KTAP version 1\n1..%u\n", count);
	for (i = 0; i < count; i++) {
		unit_failures = 0;
		cases[i].run();
		if (unit_failures > UNIT_MAX_LINES)
			printf("# %lu failures in all\n", unit_failures);
		printf("%s %u %s\n", unit_failures ? "not ok" : "ok", i + 1,
		       cases[i].name);
		fflush(stdout);
		has_failed = has_failed || unit_failures;
	}
	return has_failed;
}

#define UNIT_MAIN(cases)						\
	int main(void)							\
	{								\
		return unit_run(cases, ARRAY_SIZE(cases));		\
	}

#endif /* _UNIT_H */
