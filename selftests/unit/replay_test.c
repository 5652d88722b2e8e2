// SPDX-License-Identifier: GPL-2.0
/* Tests of net/ipsec/replay.c */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"
#include "unit.h"

#define MIN_WINDOW 32
#define MAX_WINDOW 8192

void (*unit_atomic_hook)(void);

/*
 * What a window is, with no ring and no bits: all numbers that were accepted.
 * Of those only the ones in the window matter, and MODEL_SIZE is larger than
 * any window, so they never share an entry.
 */
#define MODEL_SIZE 16384

struct model {
	u64 top;
	u64 window;
	u64 seen[MODEL_SIZE];
};

static struct model model;

static void model_init(u64 top, u32 window)
{
	memset(&model, 0, sizeof(model));
	model.top = top;
	model.window = window;
}

static enum ipsec_replay_verdict model_check(u64 seq)
{
	if (seq == 0 || (__uint128_t)seq + model.window <= model.top)
		return IPSEC_REPLAY_OLD;
	if (model.seen[seq % MODEL_SIZE] == seq)
		return IPSEC_REPLAY_SEEN;
	return IPSEC_REPLAY_NEW;
}

static enum ipsec_replay_verdict model_advance(u64 seq)
{
	enum ipsec_replay_verdict verdict = model_check(seq);

	if (verdict == IPSEC_REPLAY_NEW) {
		model.seen[seq % MODEL_SIZE] = seq;
		if (seq > model.top)
			model.top = seq;
	}
	return verdict;
}

/* Checks twice, as only a check that changes nothing can be repeated. */
static void compare_check(const struct ipsec_replay *replay, u64 seq)
{
	enum ipsec_replay_verdict verdict = model_check(seq);

	EXPECT(ipsec_replay_check(replay, seq) == verdict,
	       "W %u top %llu seq %llu: %u", replay->window, model.top, seq,
	       verdict);
	EXPECT(ipsec_replay_check(replay, seq) == verdict,
	       "second check: W %u top %llu seq %llu", replay->window,
	       model.top, seq);
}

static void compare_advance(struct ipsec_replay *replay, u64 seq)
{
	u64 top = model.top;
	enum ipsec_replay_verdict verdict;

	compare_check(replay, seq);
	verdict = model_advance(seq);
	EXPECT(ipsec_replay_advance(replay, seq) == verdict,
	       "W %u top %llu seq %llu: %u", replay->window, top, seq,
	       verdict);
	EXPECT((u64)atomic64_read(&replay->top) == model.top,
	       "W %u seq %llu", replay->window, seq);
}

/* The memory is exactly as large as asked for: ASan sees any word beyond. */
static struct ipsec_replay *new_window_from(u32 window, u64 top)
{
	struct ipsec_replay *replay = malloc(sizeof(*replay));
	atomic64_t *words = malloc(ipsec_replay_size(window));

	if (!replay || !words)
		abort();
	memset(words, 0xa5, ipsec_replay_size(window));
	ipsec_replay_init(replay, words, window, top);
	return replay;
}

static struct ipsec_replay *new_window(u32 window)
{
	return new_window_from(window, 0);
}

static void free_window(struct ipsec_replay *replay)
{
	free(replay->words);
	free(replay);
}

static u64 ring_seqs(const struct ipsec_replay *replay)
{
	return 32ULL << replay->word_shift;
}

/* An empty window that has come as far as @top. */
static struct ipsec_replay *new_window_at(u32 window, u64 top)
{
	struct ipsec_replay *replay = new_window(window);
	u64 words = 1ULL << replay->word_shift;
	u64 block, i;

	atomic64_set(&replay->top, top);
	for (i = 0; i < words; i++) {
		block = (top >> 5) - i;
		if (block > top >> 5)
			break;
		atomic64_set(&replay->words[block % words],
			     (u64)(u32)(block / words) << 32);
	}
	model_init(top, window);
	return replay;
}

static void ipsec_replay_size__least_power_of_two(void)
{
	u64 words;
	u32 window;

	for (window = MIN_WINDOW; window <= MAX_WINDOW; window++) {
		words = ipsec_replay_size(window) / sizeof(atomic64_t);
		EXPECT(words && !(words & (words - 1)), "W %u", window);
		EXPECT(words * 32 >= window + 32, "W %u", window);
		EXPECT(words / 2 * 32 < window + 32, "W %u", window);
	}
}

static void ipsec_replay_check__zero_is_old(void)
{
	struct ipsec_replay *replay = new_window(64);

	EXPECT(ipsec_replay_check(replay, 0) == IPSEC_REPLAY_OLD, "empty");
	EXPECT(ipsec_replay_advance(replay, 0) == IPSEC_REPLAY_OLD, "empty");
	EXPECT(ipsec_replay_check(replay, 1) == IPSEC_REPLAY_NEW, "empty");
	EXPECT(ipsec_replay_advance(replay, 1) == IPSEC_REPLAY_NEW, "first");
	EXPECT(ipsec_replay_advance(replay, 1) == IPSEC_REPLAY_SEEN, "again");
	EXPECT(ipsec_replay_check(replay, 0) == IPSEC_REPLAY_OLD, "after 1");
	free_window(replay);
}

/* top - W is out, top - W + 1 is in, for every window and offset in a word. */
static void ipsec_replay_check__left_edge(void)
{
	struct ipsec_replay *replay;
	u64 top, window;

	for (window = MIN_WINDOW; window <= MAX_WINDOW; window++) {
		top = window + 1 + window % 97;
		replay = new_window(window);
		EXPECT(ipsec_replay_advance(replay, top) == IPSEC_REPLAY_NEW,
		       "W %llu", window);
		EXPECT(ipsec_replay_check(replay, top) == IPSEC_REPLAY_SEEN,
		       "W %llu", window);
		EXPECT(ipsec_replay_check(replay, top - window) ==
		       IPSEC_REPLAY_OLD, "W %llu", window);
		EXPECT(ipsec_replay_advance(replay, top - window) ==
		       IPSEC_REPLAY_OLD, "W %llu", window);
		EXPECT(ipsec_replay_check(replay, top - window + 1) ==
		       IPSEC_REPLAY_NEW, "W %llu", window);
		EXPECT(ipsec_replay_advance(replay, top - window + 1) ==
		       IPSEC_REPLAY_NEW, "W %llu", window);
		EXPECT(ipsec_replay_advance(replay, top - window + 1) ==
		       IPSEC_REPLAY_SEEN, "W %llu", window);
		EXPECT(ipsec_replay_advance(replay, top + 1) ==
		       IPSEC_REPLAY_NEW, "W %llu", window);
		EXPECT(ipsec_replay_check(replay, top - window + 1) ==
		       IPSEC_REPLAY_OLD, "W %llu", window);
		free_window(replay);
	}
}

/* A jump from a window of which every other number was seen. */
static void jump(u32 window, u64 start, u64 distance)
{
	struct ipsec_replay *replay = new_window_at(window, start);
	u64 seq, old_top, new_top;

	for (seq = start + 1; seq < start + 3 * window; seq += 2)
		compare_advance(replay, seq);
	old_top = model.top;
	compare_advance(replay, old_top + distance);
	for (seq = old_top - window - 3; seq <= old_top + 3; seq++)
		compare_check(replay, seq);
	new_top = model.top;
	for (seq = new_top - window - 3; seq <= new_top + 3; seq++)
		compare_check(replay, seq);
	for (seq = new_top - window - 2; seq <= new_top + 1; seq++)
		compare_advance(replay, seq);
	free_window(replay);
}

static void ipsec_replay_advance__jumps(void)
{
	static const u32 windows[] = {
		32, 33, 63, 64, 65, 95, 96, 97, 127, 128, 129, 1000, 1023,
		1024, 1025, 4096, 8191, 8192,
	};
	static const u64 starts[] = {
		0, 1, 31, 32, 63, 0x7ffffff0, 0xffffffe0, 0xffffffff,
		0x100000000, 0x7ffffffffffffff0, 0x7fffffffffffffff,
		0xfffffff000000000,
	};
	unsigned int i, k, m;
	u64 ring;

	for (i = 0; i < ARRAY_SIZE(windows); i++) {
		struct ipsec_replay *replay = new_window(windows[i]);
		u64 distances[] = {
			0, 1, 2, 31, 32, 33, windows[i] - 1, windows[i],
			windows[i] + 1, 1ULL << 31, (1ULL << 32) - 1,
			0, 0, 0, 0,
		};

		ring = ring_seqs(replay);
		distances[11] = ring - 32;
		distances[12] = ring - 1;
		distances[13] = ring;
		distances[14] = ring + 1;
		free_window(replay);
		for (k = 0; k < ARRAY_SIZE(starts); k++)
			for (m = 0; m < ARRAY_SIZE(distances); m++)
				jump(windows[i], starts[k], distances[m]);
	}
}

/* A next number such as a network, an attacker or a defect would send. */
static u64 random_seq(const struct ipsec_replay *replay, bool may_leap)
{
	u64 top = model.top, window = replay->window;
	u64 dice = unit_random_below(1000);

	if (dice < 600)
		return top + 1 + unit_random_below(3);
	if (dice < 850)
		return top - unit_random_below(window + 2);
	if (dice < 900)
		return top - window - 2 + unit_random_below(5);
	if (dice < 930)
		return top - unit_random_below(3 * ring_seqs(replay));
	if (dice < 950)
		return unit_random_below(3);
	if (dice < 970)
		return top + window - 1 + unit_random_below(3);
	if (dice < 990)
		return top + ring_seqs(replay) - 33 + unit_random_below(66);
	if (dice < 995 || !may_leap)
		return top + unit_random_below(4 * ring_seqs(replay));
	return top + unit_random_below(1ULL << 32);
}

static void walk(u32 window, u64 start, unsigned int steps, bool may_leap)
{
	struct ipsec_replay *replay = new_window_at(window, start);
	u64 seq;

	while (steps--) {
		seq = random_seq(replay, may_leap);
		/* Left of 0 is far right; the sender does not come there. */
		if (seq > model.top && seq - model.top > 1ULL << 33)
			continue;
		compare_advance(replay, seq);
	}
	free_window(replay);
}

static void ipsec_replay_advance__as_a_set_every_window(void)
{
	u32 window;

	for (window = MIN_WINDOW; window <= MAX_WINDOW; window++)
		walk(window, 0, 800, true);
}

static void ipsec_replay_advance__as_a_set_long(void)
{
	static const u32 windows[] = { 32, 33, 64, 100, 127, 1024, 8192 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(windows); i++)
		walk(windows[i], 0, 1000000, true);
}

/* The last 40,000 numbers there are, up to the last one. */
static void ipsec_replay_advance__as_a_set_up_to_the_end(void)
{
	static const u32 windows[] = { 32, 33, 64, 1024, 8191, 8192 };
	struct ipsec_replay *replay;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(windows); i++) {
		for (k = 0; k < 8; k++)
			walk(windows[i], -40000ULL, 10000, false);
		replay = new_window_at(windows[i], -40000ULL);
		compare_advance(replay, -2ULL);
		compare_advance(replay, -1ULL);
		compare_advance(replay, -1ULL);
		compare_advance(replay, 0);
		compare_advance(replay, 1);
		compare_advance(replay, -1ULL - windows[i]);
		compare_advance(replay, -1ULL - windows[i] + 1);
		EXPECT(model.seen[(-1ULL - windows[i] + 1) % MODEL_SIZE],
		       "the left edge was not accepted");
		free_window(replay);
	}
}

/* What the 32 bits of a lap cost: new numbers are lost, none comes twice. */
static void ipsec_replay_advance__word_out_of_use(void)
{
	struct ipsec_replay *replay = new_window(32);
	u64 laps = 0x7fffffff, ring = ring_seqs(replay);

	EXPECT(ring == 64, "the least ring is two words");
	/* Word 0 at its first lap, then word 1 alone. */
	EXPECT(ipsec_replay_advance(replay, 1) == IPSEC_REPLAY_NEW, "1");
	EXPECT(ipsec_replay_advance(replay, laps * ring + 32) ==
	       IPSEC_REPLAY_NEW, "word 1 after 2^31 - 1 laps");
	EXPECT(ipsec_replay_check(replay, laps * ring + 1) ==
	       IPSEC_REPLAY_NEW, "word 0 after 2^31 - 1 laps");
	EXPECT(ipsec_replay_advance(replay, (laps + 1) * ring + 32) ==
	       IPSEC_REPLAY_NEW, "word 1 one lap on");
	EXPECT(ipsec_replay_check(replay, (laps + 1) * ring + 1) ==
	       IPSEC_REPLAY_OLD, "word 0 after 2^31 laps");
	EXPECT(ipsec_replay_check(replay, 1) == IPSEC_REPLAY_OLD, "1 again");
	free_window(replay);
}

/*
 * Preemption. While one call is at its k-th access to an atomic, another runs
 * from its begin to its end, and a third inside that one in the same way.
 */
#define MAX_CALLS 3

static struct {
	struct ipsec_replay *replay;
	u64 seqs[MAX_CALLS];
	unsigned int points[MAX_CALLS];
	enum ipsec_replay_verdict verdicts[MAX_CALLS];
	unsigned int calls;
	unsigned int depth;
	unsigned int left;
} preempt;

static void preempt_call(void)
{
	unsigned int depth = preempt.depth;

	preempt.calls++;
	preempt.left = preempt.points[depth];
	preempt.verdicts[depth] =
		ipsec_replay_advance(preempt.replay, preempt.seqs[depth]);
}

static void preempt_hook(void)
{
	unsigned int depth = preempt.depth;

	if (depth + 1 == MAX_CALLS || !preempt.left || --preempt.left)
		return;
	preempt.depth++;
	preempt_call();
	preempt.depth = depth;
	preempt.left = 0;
}

static void preempt_judge(u64 start)
{
	u64 window = preempt.replay->window;
	u64 top = start, final_top, seq;
	unsigned int i, k, accepted;

	/* Only one that has a k-th access was preempted by the next. */
	for (i = 0; i < preempt.calls; i++)
		if (preempt.verdicts[i] == IPSEC_REPLAY_NEW &&
		    preempt.seqs[i] > top)
			top = preempt.seqs[i];
	final_top = atomic64_read(&preempt.replay->top);
	EXPECT(final_top == top, "top %llu, not %llu", final_top, top);
	for (i = 0; i < preempt.calls; i++) {
		seq = preempt.seqs[i];
		accepted = seq == start;
		for (k = 0; k < preempt.calls; k++)
			accepted += preempt.seqs[k] == seq &&
				    preempt.verdicts[k] == IPSEC_REPLAY_NEW;
		EXPECT(accepted <= 1, "%llu accepted %u times", seq, accepted);
		EXPECT(accepted || seq + window <= top,
		       "%llu refused with top %llu", seq, top);
		EXPECT(preempt.verdicts[i] != IPSEC_REPLAY_SEEN || accepted,
		       "%llu never came, but was seen", seq);
		EXPECT(ipsec_replay_check(preempt.replay, seq) !=
		       IPSEC_REPLAY_NEW, "%llu would be accepted now", seq);
	}
}

static void preempt_run(u64 start)
{
	ipsec_replay_init(preempt.replay, preempt.replay->words, 33, 0);
	ipsec_replay_advance(preempt.replay, start);
	preempt.calls = 0;
	preempt.depth = 0;
	unit_atomic_hook = preempt_hook;
	preempt_call();
	unit_atomic_hook = NULL;
	preempt_judge(start);
}

/* Returns how often all the calls took place. */
static unsigned int preempt_everywhere(u64 start)
{
	unsigned int first, second, full_runs = 0;

	for (first = 1; first <= 7; first++) {
		for (second = 1; second <= 7; second++) {
			preempt.points[0] = first;
			preempt.points[1] = second;
			preempt.points[2] = 0;
			preempt_run(start);
			full_runs += preempt.calls == MAX_CALLS;
		}
	}
	return full_runs;
}

static void ipsec_replay_advance__preempted_anywhere(void)
{
	/* 300 stands; the ring for 33 has 4 words, 128 numbers. */
	static const u64 seqs[] = {
		267, 268, 269, 288, 299, 300, 301, 319, 320, 333, 334,
		396, 397, 428, 429, 557, 0x100000000 + 301,
	};
	unsigned int i, count = ARRAY_SIZE(seqs), full_runs = 0;

	preempt.replay = new_window(33);
	EXPECT(ring_seqs(preempt.replay) == 128, "the ring for 33");
	for (i = 0; i < count * count * count; i++) {
		preempt.seqs[0] = seqs[i % count];
		preempt.seqs[1] = seqs[i / count % count];
		preempt.seqs[2] = seqs[i / count / count];
		full_runs += preempt_everywhere(300);
	}
	EXPECT(full_runs > 40000, "only %u full runs", full_runs);
	free_window(preempt.replay);
}

/*
 * Threads. All go through the same numbers, in an order of their own inside a
 * block, and wait for each other after each block: so every number is tried by
 * all of them, at about the same time, while it is in the window.
 */
#define RACE_BLOCK 32
#define RACE_BLOCKS 20000
#define RACE_SEQS (RACE_BLOCK * RACE_BLOCKS)
#define MAX_THREADS 3

static struct {
	struct ipsec_replay *replay;
	unsigned int threads;
	unsigned int arrived;
	unsigned int next_id;
	u64 latest;
	u8 *accepted;
} race;

static void race_wait(unsigned int round)
{
	__atomic_add_fetch(&race.arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&race.arrived, __ATOMIC_SEQ_CST) <
	       race.threads * round)
		sched_yield();
}

static u64 race_random(u64 *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 33;
}

static void race_try(u64 seq)
{
	if (ipsec_replay_advance(race.replay, seq) == IPSEC_REPLAY_NEW)
		__atomic_add_fetch(&race.accepted[seq], 1, __ATOMIC_RELAXED);
}

static void *race_in_blocks(void *unused)
{
	u64 state = __atomic_add_fetch(&race.next_id, 1, __ATOMIC_SEQ_CST);
	unsigned int block, i, k;
	u32 order[RACE_BLOCK];

	(void)unused;
	for (block = 0; block < RACE_BLOCKS; block++) {
		for (i = 0; i < RACE_BLOCK; i++) {
			k = race_random(&state) % (i + 1);
			order[i] = order[k];
			order[k] = i;
		}
		for (i = 0; i < RACE_BLOCK; i++)
			race_try(1 + block * RACE_BLOCK + order[i]);
		race_wait(block + 1);
	}
	return NULL;
}

/* Without waiting, anywhere around the top, each number several times. */
static void *race_around_top(void *unused)
{
	u64 state = __atomic_add_fetch(&race.next_id, 1, __ATOMIC_SEQ_CST);
	u64 latest, seq;

	(void)unused;
	do {
		latest = __atomic_load_n(&race.latest, __ATOMIC_RELAXED);
		seq = latest + 2 - race_random(&state) % 40;
		if ((s64)seq <= 0 || seq >= RACE_SEQS)
			continue;
		race_try(seq);
		if (seq > latest)
			__atomic_compare_exchange_n(&race.latest, &latest, seq,
						    false, __ATOMIC_RELAXED,
						    __ATOMIC_RELAXED);
	} while (latest < RACE_SEQS - 1);
	return NULL;
}

static void race_run(u32 window, unsigned int threads, void *(*body)(void *))
{
	pthread_t ids[MAX_THREADS];
	unsigned int i;

	race.replay = new_window(window);
	race.threads = threads;
	race.arrived = 0;
	race.latest = 0;
	race.accepted = calloc(RACE_SEQS + 1, 1);
	for (i = 0; i < threads; i++)
		if (pthread_create(&ids[i], NULL, body, NULL))
			abort();
	for (i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
}

static void race_end(void)
{
	free(race.accepted);
	free_window(race.replay);
}

static void race_exactly_once(u32 window, unsigned int threads)
{
	u64 seq;

	race_run(window, threads, race_in_blocks);
	for (seq = 1; seq <= RACE_SEQS; seq++)
		EXPECT(race.accepted[seq] == 1, "W %u: %llu accepted %u times",
		       window, seq, race.accepted[seq]);
	EXPECT((u64)atomic64_read(&race.replay->top) == RACE_SEQS, "W %u",
	       window);
	race_end();
}

static void ipsec_replay_advance__two_threads_once_each(void)
{
	race_exactly_once(64, 2);
	race_exactly_once(1024, 2);
}

static void ipsec_replay_advance__three_threads_once_each(void)
{
	race_exactly_once(32, 3);
}

static void ipsec_replay_advance__three_threads_never_twice(void)
{
	u64 seq, accepted = 0;

	race_run(32, 3, race_around_top);
	for (seq = 1; seq < RACE_SEQS; seq++) {
		EXPECT(race.accepted[seq] <= 1, "%llu accepted %u times", seq,
		       race.accepted[seq]);
		accepted += race.accepted[seq];
	}
	EXPECT(accepted > RACE_SEQS / 2, "only %llu accepted", accepted);
	race_end();
}

/* RFC 4303 A2.2, its two cases at their edges. */
static void ipsec_replay_seq__known(void)
{
	static const struct {
		u64 top;
		u32 window, seq_lo;
		u64 seq;
	} rows[] = {
		/* nothing received yet: case B with Th 0 */
		{ 0, 64, 1, 1 },
		{ 0, 64, 0, 0 },
		{ 0, 64, 0xffffffc0, 0xffffffc0 },
		{ 0, 64, 0xffffffc1, 0 },
		{ 0, 64, 0xffffffff, 0 },
		{ 62, 64, 0xffffffff, 0 },
		/* Tl is W - 1: case A begins */
		{ 63, 64, 0, 0 },
		{ 63, 64, 0xffffffff, 0xffffffff },
		{ 64, 64, 0, 0x100000000 },
		{ 64, 64, 1, 1 },
		{ 1000, 64, 937, 937 },
		{ 1000, 64, 936, 0x1000003a8 },
		{ 0xffffffff, 64, 0, 0x100000000 },
		{ 0xffffffff, 64, 0xffffffc0, 0xffffffc0 },
		{ 0xffffffff, 64, 0xffffffbf, 0x1ffffffbf },
		/* case B: the window reaches into the last subspace */
		{ 0x100000000, 64, 0xffffffff, 0xffffffff },
		{ 0x100000000, 64, 0xffffffc1, 0xffffffc1 },
		{ 0x100000000, 64, 0xffffffc0, 0x1ffffffc0 },
		{ 0x10000003e, 64, 0xffffffff, 0xffffffff },
		{ 0x10000003e, 64, 0xfffffffe, 0x1fffffffe },
		{ 0x10000003f, 64, 0xffffffff, 0x1ffffffff },
		/* the last subspace has no next one */
		{ 0xffffffffffffffff, 64, 0xffffffff, 0xffffffffffffffff },
		{ 0xffffffffffffffff, 64, 0xffffffc0, 0xffffffffffffffc0 },
		{ 0xffffffffffffffff, 64, 0xffffffbf, 0 },
		{ 0xffffffffffffffff, 64, 0, 0 },
		{ 0xffffffff00000000, 64, 0xffffffff, 0xfffffffeffffffff },
		{ 0xffffffff00000000, 64, 5, 0xffffffff00000005 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		EXPECT(ipsec_replay_seq(rows[i].top, rows[i].window,
					rows[i].seq_lo) == rows[i].seq,
		       "row %u: %llx", i,
		       ipsec_replay_seq(rows[i].top, rows[i].window,
					rows[i].seq_lo));
}

/* The one number of B to B + 2^32 - 1 that ends in @seq_lo. */
static u64 model_seq(u64 top, u32 window, u32 seq_lo)
{
	__int128_t bottom = (__int128_t)top - window + 1;
	__int128_t seq = bottom - (u32)bottom + seq_lo;

	if (seq < bottom)
		seq += (__int128_t)1 << 32;
	return seq < 0 || seq >= (__int128_t)1 << 64 ? 0 : seq;
}

static u32 random_window(void)
{
	if (unit_random_below(8))
		return MIN_WINDOW +
		       unit_random_below(MAX_WINDOW - MIN_WINDOW + 1);
	return 1 + unit_random_below(0x7fffffff);
}

static u64 random_top(u32 window)
{
	static const u64 borders[] = {
		0, 1ULL << 32, 2ULL << 32, 1ULL << 63, -1ULL << 32, -2ULL << 32,
	};
	u64 border = borders[unit_random_below(ARRAY_SIZE(borders))];

	switch (unit_random_below(4)) {
	case 0:
		return border + unit_random_below(4);
	case 1:
		return border - 1 - unit_random_below(2ULL * window);
	case 2:
		return border + unit_random_below(2ULL * window);
	default:
		return border | (u32)unit_random();
	}
}

static u32 random_seq_lo(u64 top, u32 window)
{
	switch (unit_random_below(4)) {
	case 0:
		return top - window + 1 - 3 + unit_random_below(7);
	case 1:
		return top - 3 + unit_random_below(7);
	case 2:
		return -3 + unit_random_below(7);
	default:
		return unit_random();
	}
}

static void ipsec_replay_seq__as_the_nearest_in_128_bits(void)
{
	unsigned int i, none = 0;
	u32 window, seq_lo;
	u64 top, seq;

	for (i = 0; i < 12000000; i++) {
		window = random_window();
		top = random_top(window);
		seq_lo = random_seq_lo(top, window);
		seq = model_seq(top, window, seq_lo);
		none += !seq;
		EXPECT(ipsec_replay_seq(top, window, seq_lo) == seq,
		       "top %llx W %u lo %x: %llx, not %llx", top, window,
		       seq_lo, ipsec_replay_seq(top, window, seq_lo), seq);
	}
	EXPECT(none > 100000 && none < 6000000, "%u of none", none);
}

/* All up to the number that a window begins at counts as seen. */
static void init_at(u32 window, u64 top)
{
	struct ipsec_replay *replay = new_window_from(window, top);
	u64 first, seq, i;

	model_init(top, window);
	first = top < window + 2 ? 0 : top - window - 2;
	for (seq = top; seq && top - seq < window; seq--)
		model.seen[seq % MODEL_SIZE] = seq;
	for (i = 0; i < window + 10; i++) {
		if (first + i < first)
			break;
		compare_check(replay, first + i);
	}
	for (i = 0; i < 2000; i++) {
		seq = first + unit_random_below(2 * window + 30);
		if (seq >= first)
			compare_advance(replay, seq);
	}
	free_window(replay);
}

static void ipsec_replay_init__all_before_is_seen(void)
{
	static const u64 tops[] = {
		0, 1, 30, 31, 32, 33, 63, 64, 127, 128, 0xfffffffe, 0xffffffff,
		0x100000000, 0x100000001, 0x10000001f, 0x7fffffffffffffff,
		-3ULL, -2ULL, -1ULL,
	};
	static const u32 windows[] = { 32, 33, 64, 1024, 8191, 8192 };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(windows); i++) {
		for (k = 0; k < ARRAY_SIZE(tops); k++)
			init_at(windows[i], tops[k]);
		for (k = 0; k < 100; k++)
			init_at(windows[i], unit_random() >> k % 64);
	}
}

/*
 * Extended numbers, received by who is told the lower half alone, against who
 * is told all. A packet whose number was completed wrongly has a wrong ICV, so
 * it changes nothing.
 */
static bool receive(struct ipsec_replay *replay, u64 seq)
{
	__int128_t bottom = (__int128_t)model.top - model.window + 1;
	bool is_near = (__int128_t)seq >= bottom &&
		       (__int128_t)seq < bottom + ((__int128_t)1 << 32);
	u64 guess = ipsec_replay_seq(atomic64_read(&replay->top),
				     replay->window, (u32)seq);

	EXPECT(!seq || (guess == seq) == is_near,
	       "W %u top %llx: %llx for %llx", replay->window, model.top,
	       guess, seq);
	compare_check(replay, guess);
	if (is_near && guess == seq)
		compare_advance(replay, seq);
	return is_near;
}

/* 2^32 and its multiples, and what must not be taken for one. */
static const u64 borders[] = {
	0, 1ULL << 31, 1ULL << 32, 2ULL << 32, 3ULL << 32, 1ULL << 63,
	-2ULL << 32, -1ULL << 32, -1ULL,
};

static u64 border_seq(u64 border, u32 window)
{
	u64 seq = border - 2 * window - 40 + unit_random_below(100);

	return seq > border ? 0 : seq;
}

/* The number of the next packet: mostly near, sometimes a leap of a kind. */
static u64 next_seq(u32 window)
{
	const u64 leaps[] = {
		0, 1, window - 1, window, window + 1, 1ULL << 31,
		(1ULL << 32) - window - 1, (1ULL << 32) - window,
		(1ULL << 32) - window + 1, (1ULL << 32) - 1, 1ULL << 32,
		3ULL << 32,
	};
	u64 dice = unit_random_below(1000), top = model.top;

	if (dice < 550)
		return top + 1 + unit_random_below(4);
	if (dice < 850)
		return top - unit_random_below(window + 3);
	if (dice < 950)
		return top - window - 2 + unit_random_below(5);
	if (dice < 990)
		return top + unit_random_below(2 * window);
	return top + leaps[unit_random_below(ARRAY_SIZE(leaps))] -
	       2 + unit_random_below(5);
}

static unsigned long steps_of_walks(void)
{
	const char *text = getenv("UNIT_STEPS");

	return text ? strtoul(text, NULL, 10) : 10000000;
}

static void ipsec_replay_seq__receiver_of_lower_halves(void)
{
	static const u32 windows[] = { 32, 33, 64, 127, 1024, 8191, 8192 };
	unsigned long left = steps_of_walks(), lost = 0, crossed = 0;
	unsigned int walk_steps;
	u64 border, seq;
	u32 window;

	while (left) {
		window = windows[unit_random_below(ARRAY_SIZE(windows))];
		border = borders[unit_random_below(ARRAY_SIZE(borders))];
		seq = border_seq(border, window);
		struct ipsec_replay *replay = new_window_at(window, seq);

		for (walk_steps = 0; walk_steps < 20000 && left; walk_steps++) {
			seq = next_seq(window);
			/* Nobody sends beyond the last number, or below 0. */
			if (seq - model.top > 1ULL << 40 &&
			    model.top - seq > 1ULL << 40)
				continue;
			left--;
			crossed += seq >> 32 != model.top >> 32;
			lost += !receive(replay, seq);
		}
		free_window(replay);
	}
	EXPECT(lost > 100 && crossed > 100, "%lu out of step, %lu crossings",
	       lost, crossed);
	printf("# %lu steps, %lu over a border of 2^32, %lu out of step\n",
	       steps_of_walks(), crossed, lost);
}

static void next_up_to(u64 start, u64 last)
{
	atomic64_t oseq;
	u64 seq;
	int i;

	atomic64_set(&oseq, start);
	for (seq = start + 1; seq > start && seq <= last && seq < start + 9; seq++)
		EXPECT(ipsec_replay_next(&oseq, last) == seq, "%llx", seq);
	if ((u64)atomic64_read(&oseq) != last)
		return;
	for (i = 0; i < 1000; i++)
		EXPECT(!ipsec_replay_next(&oseq, last), "%llx", last);
	EXPECT((u64)atomic64_read(&oseq) == last, "%llx", last);
}

static void ipsec_replay_next__up_to_the_last(void)
{
	u64 back;

	for (back = 0; back < 8; back++) {
		next_up_to(0xffffffff - back, 0xffffffff);
		next_up_to(-1ULL - back, -1ULL);
		next_up_to(0xffffffff - back, -1ULL);
		next_up_to(0x7fffffffffffffff - back, -1ULL);
		next_up_to(back, -1ULL);
	}
}

/* More ask than there are numbers, and they go on asking. */
#define NEXT_THREADS 3
#define NEXT_NUMBERS 300000

static struct {
	atomic64_t oseq;
	u64 last;
	u8 taken[NEXT_NUMBERS];
} sender;

static void *next_all(void *unused)
{
	unsigned int vain = 0;
	u64 seq;

	(void)unused;
	while (vain < 1000) {
		seq = ipsec_replay_next(&sender.oseq, sender.last);
		if (!seq)
			vain++;
		else
			__atomic_add_fetch(&sender.taken[sender.last - seq], 1,
					   __ATOMIC_RELAXED);
	}
	return NULL;
}

static void next_race(u64 last)
{
	pthread_t ids[NEXT_THREADS];
	unsigned int i;

	memset(sender.taken, 0, sizeof(sender.taken));
	sender.last = last;
	atomic64_set(&sender.oseq, last - NEXT_NUMBERS);
	for (i = 0; i < NEXT_THREADS; i++)
		if (pthread_create(&ids[i], NULL, next_all, NULL))
			abort();
	for (i = 0; i < NEXT_THREADS; i++)
		pthread_join(ids[i], NULL);
	for (i = 0; i < NEXT_NUMBERS; i++)
		EXPECT(sender.taken[i] == 1, "%llx taken %u times", last - i,
		       sender.taken[i]);
	EXPECT((u64)atomic64_read(&sender.oseq) == last, "%llx", last);
}

static void ipsec_replay_next__threads_take_each_once(void)
{
	next_race(0xffffffff);
	next_race(-1ULL);
}

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_replay_size__least_power_of_two),
	UNIT_CASE(ipsec_replay_check__zero_is_old),
	UNIT_CASE(ipsec_replay_check__left_edge),
	UNIT_CASE(ipsec_replay_advance__jumps),
	UNIT_CASE(ipsec_replay_advance__as_a_set_every_window),
	UNIT_CASE(ipsec_replay_advance__as_a_set_long),
	UNIT_CASE(ipsec_replay_advance__as_a_set_up_to_the_end),
	UNIT_CASE(ipsec_replay_advance__word_out_of_use),
	UNIT_CASE(ipsec_replay_advance__preempted_anywhere),
	UNIT_CASE(ipsec_replay_advance__two_threads_once_each),
	UNIT_CASE(ipsec_replay_advance__three_threads_once_each),
	UNIT_CASE(ipsec_replay_advance__three_threads_never_twice),
	UNIT_CASE(ipsec_replay_seq__known),
	UNIT_CASE(ipsec_replay_seq__as_the_nearest_in_128_bits),
	UNIT_CASE(ipsec_replay_seq__receiver_of_lower_halves),
	UNIT_CASE(ipsec_replay_init__all_before_is_seen),
	UNIT_CASE(ipsec_replay_next__up_to_the_last),
	UNIT_CASE(ipsec_replay_next__threads_take_each_once),
};

UNIT_MAIN(cases)
