// SPDX-License-Identifier: GPL-2.0
/* Tests of net/ipsec/iv_pool.c */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "iv_pool.h"
#include "unit.h"

#define PROCESSORS 4

void (*unit_atomic_hook)(void);

/* IVs by their distance from the start of the pool: one bit each. */
static struct {
	struct ipsec_iv_pool pool;
	unsigned long each;
	unsigned long span;
	u8 *taken;
	unsigned long twice;
	unsigned long outside;
} race;

static void take(struct ipsec_iv_chunk *chunk)
{
	u64 iv = ipsec_iv_pool_next(&race.pool, chunk);
	u64 place = (iv - race.pool.start) & ~IPSEC_IV_POOL_BIT;
	u8 bit = 1 << place % 8;

	if (((iv ^ race.pool.start) & IPSEC_IV_POOL_BIT) || place >= race.span)
		__atomic_add_fetch(&race.outside, 1, __ATOMIC_RELAXED);
	else if (__atomic_fetch_or(&race.taken[place / 8], bit,
				   __ATOMIC_RELAXED) & bit)
		__atomic_add_fetch(&race.twice, 1, __ATOMIC_RELAXED);
}

static void *processor(void *unused)
{
	struct ipsec_iv_chunk chunk = {};
	unsigned long i;

	(void)unused;
	for (i = 0; i < race.each; i++)
		take(&chunk);
	return NULL;
}

/* Each processor leaves at most what is left of its last chunk. */
static void race_run(u64 start, unsigned long count)
{
	pthread_t ids[PROCESSORS];
	unsigned int i;

	memset(&race, 0, sizeof(race));
	race.pool.start = start;
	race.each = count / PROCESSORS;
	race.span = count + PROCESSORS * IPSEC_IV_CHUNK;
	race.taken = calloc(race.span / 8 + 1, 1);
	for (i = 0; i < PROCESSORS; i++)
		if (!race.taken || pthread_create(&ids[i], NULL, processor,
						  NULL))
			abort();
	for (i = 0; i < PROCESSORS; i++)
		pthread_join(ids[i], NULL);
	free(race.taken);
	EXPECT(!race.twice, "%lu of %lu IVs twice", race.twice, count);
	EXPECT(!race.outside, "%lu IVs from outside of the pool", race.outside);
	EXPECT((u64)atomic64_read(&race.pool.taken) <= race.span,
	       "more is taken than is used");
}

static unsigned long steps(void)
{
	const char *text = getenv("UNIT_STEPS");

	return text ? strtoul(text, NULL, 10) : 10000000;
}

static void ipsec_iv_pool_next__threads_take_none_twice(void)
{
	race_run(unit_random() | IPSEC_IV_POOL_BIT, steps());
}

/* The last value of the pool's half is followed by the first one of it. */
static void ipsec_iv_pool_next__stays_in_its_half(void)
{
	race_run(-1ULL - IPSEC_IV_CHUNK / 2, 1000000);
	race_run(IPSEC_IV_POOL_BIT, 1000000);
	race_run(IPSEC_IV_POOL_BIT - 5, 1000000);
	race_run(0, 1000000);
}

/* Many processors that use few: chunks do not overlap. */
static void ipsec_iv_pool_next__chunks_in_turn(void)
{
	static struct ipsec_iv_chunk chunks[512];
	unsigned long i;

	memset(&race, 0, sizeof(race));
	race.pool.start = unit_random();
	race.span = ARRAY_SIZE(chunks) * 2UL * IPSEC_IV_CHUNK;
	race.taken = calloc(race.span / 8 + 1, 1);
	if (!race.taken)
		abort();
	for (i = 0; i < ARRAY_SIZE(chunks) * (IPSEC_IV_CHUNK + 3UL); i++)
		take(&chunks[i % ARRAY_SIZE(chunks)]);
	free(race.taken);
	EXPECT(!race.twice && !race.outside, "%lu twice, %lu outside",
	       race.twice, race.outside);
}

/* In front of every access to the pool another processor takes a run. */
static void other_processor(void)
{
	struct ipsec_iv_chunk chunk = {};

	unit_atomic_hook = NULL;
	take(&chunk);
	unit_atomic_hook = other_processor;
}

static void ipsec_iv_pool_next__others_in_between(void)
{
	struct ipsec_iv_chunk chunk;
	unsigned int i;

	memset(&race, 0, sizeof(race));
	race.pool.start = IPSEC_IV_POOL_BIT;
	race.span = 1000UL * IPSEC_IV_CHUNK;
	race.taken = calloc(race.span / 8 + 1, 1);
	if (!race.taken)
		abort();
	unit_atomic_hook = other_processor;
	for (i = 0; i < 100; i++) {
		chunk.left = 0;
		take(&chunk);
	}
	unit_atomic_hook = NULL;
	free(race.taken);
	EXPECT(!race.twice && !race.outside, "%lu twice, %lu outside",
	       race.twice, race.outside);
}

static void ipsec_iv_pool_next__first_is_the_start(void)
{
	struct ipsec_iv_pool pool = { .start = 0x1011121314151617 };
	struct ipsec_iv_chunk chunk = {};
	unsigned int i;
	u64 iv;

	for (i = 0; i < 3; i++) {
		iv = ipsec_iv_pool_next(&pool, &chunk);
		EXPECT(iv == 0x1011121314151617 + i, "%llx", iv);
	}
}

static void ipsec_iv_last_seq__ends(void)
{
	const u64 most = 1ULL << 40;

	EXPECT(ipsec_iv_last_seq(0, false) == most, "from 0");
	EXPECT(ipsec_iv_last_seq(5, false) == most + 5, "from 5");
	EXPECT(ipsec_iv_last_seq(-1ULL - most, false) == -1ULL, "near the end");
	EXPECT(ipsec_iv_last_seq(-5ULL, false) == -1ULL, "at the end");
	EXPECT(ipsec_iv_last_seq(0, true) == ~0ULL >> 1, "as IV");
	EXPECT(!(ipsec_iv_last_seq(5, true) & IPSEC_IV_POOL_BIT),
	       "never one of a pool");
}

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_iv_pool_next__first_is_the_start),
	UNIT_CASE(ipsec_iv_pool_next__threads_take_none_twice),
	UNIT_CASE(ipsec_iv_pool_next__stays_in_its_half),
	UNIT_CASE(ipsec_iv_pool_next__others_in_between),
	UNIT_CASE(ipsec_iv_pool_next__chunks_in_turn),
	UNIT_CASE(ipsec_iv_last_seq__ends),
};

UNIT_MAIN(cases)
