// SPDX-License-Identifier: GPL-2.0
/* Tests of net/ipsec/resync.c */
#include "resync.h"
#include "unit.h"

void (*unit_atomic_hook)(void);

#define AFTER 100
#define GAP 25
#define SEQ 0x500000007ULL

static void fail(struct ipsec_resync *resync, unsigned int count)
{
	while (count--)
		ipsec_resync_result(resync, false);
}

static void ipsec_resync_seq__not_before_the_last_failure(void)
{
	struct ipsec_resync resync;

	ipsec_resync_init(&resync, AFTER, GAP);
	EXPECT(ipsec_resync_seq(&resync, SEQ, 1000) == SEQ, "at first");
	fail(&resync, AFTER - 1);
	EXPECT(ipsec_resync_seq(&resync, SEQ, 1000) == SEQ, "one too few");
	fail(&resync, 1);
	EXPECT(ipsec_resync_seq(&resync, SEQ, 1000) == SEQ + (1ULL << 32),
	       "enough");
}

static void ipsec_resync_seq__a_right_one_starts_again(void)
{
	struct ipsec_resync resync;
	unsigned int i;

	ipsec_resync_init(&resync, AFTER, GAP);
	for (i = 0; i < 10; i++) {
		fail(&resync, AFTER - 1);
		ipsec_resync_result(&resync, true);
	}
	fail(&resync, AFTER - 1);
	EXPECT(ipsec_resync_seq(&resync, SEQ, 1000) == SEQ, "not in a row");
}

static void ipsec_resync_seq__one_per_gap(void)
{
	struct ipsec_resync resync;
	unsigned int tries = 0;
	u64 now;

	ipsec_resync_init(&resync, AFTER, GAP);
	fail(&resync, AFTER);
	for (now = 1000; now < 1000 + 40 * GAP; now++) {
		tries += ipsec_resync_seq(&resync, SEQ, now) != SEQ;
		tries += ipsec_resync_seq(&resync, SEQ, now) != SEQ;
		fail(&resync, 1000);
	}
	EXPECT(tries == 40, "%u tries", tries);
}

/* A3.2: successively larger values, and a limit. */
static void ipsec_resync_seq__one_higher_each_time(void)
{
	struct ipsec_resync resync;
	u64 now, seq;
	unsigned int i;

	ipsec_resync_init(&resync, AFTER, GAP);
	fail(&resync, AFTER);
	for (i = 0, now = 1000; i < 3 * IPSEC_RESYNC_MAX; i++, now += GAP) {
		seq = ipsec_resync_seq(&resync, SEQ, now);
		EXPECT(seq == SEQ + ((i % IPSEC_RESYNC_MAX + 1ULL) << 32),
		       "try %u: %llx", i, seq);
	}
}

static void ipsec_resync_seq__never_if_off(void)
{
	struct ipsec_resync resync;
	u64 now;

	ipsec_resync_init(&resync, 0, GAP);
	fail(&resync, 100000);
	for (now = 1000; now < 1000 + 4 * GAP; now++)
		EXPECT(ipsec_resync_seq(&resync, SEQ, now) == SEQ, "%llu", now);
}

/* Neither round the end of 64 bits, nor where there is no number at all. */
static void ipsec_resync_seq__never_lower(void)
{
	struct ipsec_resync resync;
	u64 now = 1000, seq;
	unsigned int i;

	ipsec_resync_init(&resync, 1, 1);
	fail(&resync, 1);
	for (i = 0; i < 100000; i++, now++) {
		seq = -1ULL - unit_random_below(6ULL << 32);
		EXPECT(ipsec_resync_seq(&resync, seq, now) >= seq, "%llx", seq);
	}
	for (i = 0; i < 100; i++, now++)
		EXPECT(!ipsec_resync_seq(&resync, 0, now), "for none");
}

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_resync_seq__not_before_the_last_failure),
	UNIT_CASE(ipsec_resync_seq__a_right_one_starts_again),
	UNIT_CASE(ipsec_resync_seq__one_per_gap),
	UNIT_CASE(ipsec_resync_seq__one_higher_each_time),
	UNIT_CASE(ipsec_resync_seq__never_if_off),
	UNIT_CASE(ipsec_resync_seq__never_lower),
};

UNIT_MAIN(cases)
