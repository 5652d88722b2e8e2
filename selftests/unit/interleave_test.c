// SPDX-License-Identifier: GPL-2.0
/*
 * Every interleaving of concurrent calls of net/ipsec/replay.c.
 *
 * A model checker with the module's own C code in place of a model. The state
 * of a call is what its accesses to atomics have returned so far, as it depends
 * on nothing else. A step of a call is to run it from the begin with those
 * results, to let it make one access more, and to leave it in front of the next
 * one. From each state every call that has not ended takes a step; states that
 * were reached before are not followed again. So all orders of all accesses of
 * all calls are covered, whatever their number.
 *
 * Accesses are sequentially consistent here. Neither argument in the DOC text of
 * replay.c asks for more than that the changes of one word have an order.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"
#include "unit.h"

#define MAX_CALLS 3
#define MAX_ACCESSES 24
/* The ring of a window of 33 has four words. */
#define WINDOW 33
#define WORDS 4

enum kind {
	ADVANCE,	/* ipsec_replay_advance() of a verified packet */
	RECEIVE,	/* from the lower half on: infer, check, verify, advance */
	NEXT,		/* ipsec_replay_next() */
};

/* All of it is compared as bytes. */
struct call {
	u64 seq;
	u64 results[MAX_ACCESSES];
	u32 accesses;
	u32 has_ended;
	u64 verdict;
};

struct state {
	u64 top;
	u64 words[WORDS];
	struct call calls[MAX_CALLS];
};

static struct {
	enum kind kind;
	unsigned int calls;
	u64 last;
	/* Memory of the window and of the sender's counter. */
	struct ipsec_replay replay;
	atomic64_t *words;
	atomic64_t oseq;
	/* The call that takes a step. */
	struct call *call;
	unsigned int cursor;
	bool has_stepped;
	jmp_buf left;
	/* What has been found. */
	unsigned long states;
	unsigned long ends;
} check;

/* ---- one step */

/* Where a call gets to an access: the result of an earlier one, or leave. */
static bool is_known(u64 *result)
{
	struct call *call = check.call;

	if (check.cursor < call->accesses) {
		*result = call->results[check.cursor++];
		return true;
	}
	if (check.has_stepped)
		longjmp(check.left, 1);
	check.has_stepped = true;
	return false;
}

static void remember(u64 result)
{
	struct call *call = check.call;

	if (call->accesses == MAX_ACCESSES)
		abort();
	call->results[call->accesses++] = result;
	check.cursor++;
}

s64 interleave_read(const atomic64_t *atomic)
{
	u64 result;

	if (!is_known(&result)) {
		result = atomic->counter;
		remember(result);
	}
	return result;
}

/* Two results: what was there, and whether it was what was expected. */
bool interleave_cmpxchg(atomic64_t *atomic, s64 *expected, s64 value)
{
	u64 found, is_equal;

	if (!is_known(&found)) {
		found = atomic->counter;
		is_equal = atomic->counter == *expected;
		if (is_equal)
			atomic->counter = value;
		remember(found);
		remember(is_equal);
	} else {
		is_equal = check.call->results[check.cursor++];
	}
	if (!is_equal)
		*expected = found;
	return is_equal;
}

#define FORGED 100

static u64 receive(u64 seq)
{
	u64 top = atomic64_read(&check.replay.top);
	u64 guess = ipsec_replay_seq(top, WINDOW, (u32)seq);
	enum ipsec_replay_verdict verdict;

	verdict = ipsec_replay_check(&check.replay, guess);
	if (verdict != IPSEC_REPLAY_NEW)
		return verdict;
	return guess == seq ? ipsec_replay_advance(&check.replay, guess) : FORGED;
}

static u64 run_call(u64 seq)
{
	switch (check.kind) {
	case ADVANCE:
		return ipsec_replay_advance(&check.replay, seq);
	case RECEIVE:
		return receive(seq);
	case NEXT:
		break;
	}
	return ipsec_replay_next(&check.oseq, check.last);
}

static void step(struct call *call)
{
	check.call = call;
	check.cursor = 0;
	check.has_stepped = false;
	if (setjmp(check.left))
		return;
	call->verdict = run_call(call->seq);
	call->has_ended = true;
}

/* ---- states */

static void save(struct state *state)
{
	unsigned int i;

	state->top = check.kind == NEXT ? check.oseq.counter :
					  check.replay.top.counter;
	for (i = 0; i < WORDS; i++)
		state->words[i] = check.replay.words[i].counter;
}

static void restore(const struct state *state)
{
	unsigned int i;

	check.oseq.counter = state->top;
	check.replay.top.counter = state->top;
	for (i = 0; i < WORDS; i++)
		check.replay.words[i].counter = state->words[i];
}

#define TABLE_BITS 20
#define TABLE_SIZE (1U << TABLE_BITS)

/* Two hashes of 64 bits stand for a state: with fewer than 2^20 of them, none
 * is taken for another.
 */
static struct {
	u64 first;
	u64 second;
} table[TABLE_SIZE];
static unsigned int table_count;

static void mix(u64 *first, u64 *second, u64 value)
{
	*first = (*first ^ value) * 0x9e3779b97f4a7c15ULL;
	*first ^= *first >> 29;
	*second = (*second + value) * 0xd1342543de82ef95ULL;
	*second ^= *second >> 32;
}

static bool is_new(const struct state *state)
{
	u64 first = 1, second = 1;
	unsigned int i, k, slot;

	mix(&first, &second, state->top);
	for (i = 0; i < WORDS; i++)
		mix(&first, &second, state->words[i]);
	for (i = 0; i < check.calls; i++) {
		mix(&first, &second, state->calls[i].accesses);
		for (k = 0; k < state->calls[i].accesses; k++)
			mix(&first, &second, state->calls[i].results[k]);
	}
	for (slot = first >> (64 - TABLE_BITS); table[slot].first;
	     slot = (slot + 1) % TABLE_SIZE)
		if (table[slot].first == first && table[slot].second == second)
			return false;
	if (++table_count > TABLE_SIZE / 2)
		abort();
	table[slot].first = first;
	table[slot].second = second;
	return true;
}

/* ---- what must be true in the end */

static void judge_window(const struct state *start, const struct state *end)
{
	unsigned int i, k, accepted;
	u64 top = start->top, seq;

	for (i = 0; i < check.calls; i++)
		if (end->calls[i].verdict == IPSEC_REPLAY_NEW &&
		    end->calls[i].seq > top)
			top = end->calls[i].seq;
	EXPECT(end->top == top, "top %llu, not %llu", end->top, top);
	for (i = 0; i < check.calls; i++) {
		seq = end->calls[i].seq;
		accepted = seq == start->top;
		for (k = 0; k < check.calls; k++)
			accepted += end->calls[k].seq == seq &&
				    end->calls[k].verdict == IPSEC_REPLAY_NEW;
		EXPECT(accepted <= 1, "%llu accepted %u times", seq, accepted);
		EXPECT(accepted || seq + WINDOW <= top,
		       "%llu refused with top %llu", seq, top);
		EXPECT(end->calls[i].verdict != IPSEC_REPLAY_SEEN || accepted,
		       "%llu never came, but was seen", seq);
		/* What is left of the window is taken for far right of it. */
		EXPECT(end->calls[i].verdict != FORGED || seq + WINDOW <= top,
		       "%llu was completed wrongly", seq);
	}
}

/* Each taken once, none left out, the counter at the last one taken. */
static void judge_sender(const struct state *start, const struct state *end)
{
	u64 left = check.last - start->top, taken = 0, seen = 0, seq;
	unsigned int i;

	for (i = 0; i < check.calls; i++) {
		seq = end->calls[i].verdict;
		if (!seq)
			continue;
		EXPECT(seq > start->top && seq - start->top <= check.calls &&
		       seq <= check.last, "%llx", seq);
		EXPECT(!(seen & 1ULL << (seq - start->top)), "%llx twice", seq);
		seen |= 1ULL << (seq - start->top);
		taken++;
	}
	EXPECT(taken == (left < check.calls ? left : check.calls),
	       "%llu of %llu", taken, left);
	EXPECT(end->top == start->top + taken, "%llx", end->top);
}

static void explore(const struct state *start, const struct state *state)
{
	bool has_ended = true;
	struct state next;
	unsigned int i;

	if (!is_new(state))
		return;
	check.states++;
	for (i = 0; i < check.calls; i++) {
		if (state->calls[i].has_ended)
			continue;
		has_ended = false;
		next = *state;
		restore(state);
		step(&next.calls[i]);
		save(&next);
		explore(start, &next);
	}
	if (!has_ended)
		return;
	check.ends++;
	if (check.kind == NEXT)
		judge_sender(start, state);
	else
		judge_window(start, state);
}

static void explore_from(u64 top, const u64 *seqs)
{
	struct state start;
	unsigned int i;

	memset(table, 0, sizeof(table[0]) * (table_count ? TABLE_SIZE : 0));
	table_count = 0;
	memset(&start, 0, sizeof(start));
	ipsec_replay_init(&check.replay, check.words, WINDOW, top);
	/* A window that was used: only the top itself has come. */
	for (i = 0; i < WORDS; i++)
		check.replay.words[i].counter &= ~0ULL << 32;
	check.replay.words[top >> 5 & (WORDS - 1)].counter |= 1ULL << top % 32;
	check.oseq.counter = top;
	for (i = 0; i < check.calls; i++)
		start.calls[i].seq = seqs ? seqs[i] : 0;
	save(&start);
	explore(&start, &start);
}

/* All choices of as many numbers as there are calls; order does not matter. */
static void explore_all(enum kind kind, unsigned int calls, u64 top,
			const u64 *seqs, unsigned int count)
{
	unsigned int i, k, m, innermost;
	u64 chosen[MAX_CALLS];

	check.kind = kind;
	check.calls = calls;
	check.states = 0;
	check.ends = 0;
	for (i = 0; i < count; i++) {
		for (k = i; k < count; k++) {
			innermost = calls == 3 ? count : k + 1;
			for (m = k; m < innermost; m++) {
				chosen[0] = seqs[i];
				chosen[1] = seqs[k];
				chosen[2] = seqs[m];
				explore_from(top, chosen);
			}
		}
	}
	printf("# %u calls: %lu states, %lu ends\n", calls, check.states,
	       check.ends);
}

/* Around a top of 300 in a ring of 128 numbers: both edges of the window, the
 * words, the same word one lap on.
 */
static const u64 near[] = {
	267, 268, 269, 288, 299, 300, 301, 319, 320, 333, 334, 396, 397, 428,
	429, 557,
};

static void ipsec_replay_advance__two_interleaved(void)
{
	explore_all(ADVANCE, 2, 300, near, ARRAY_SIZE(near));
	EXPECT(check.ends > 500, "%lu ends", check.ends);
}

static void ipsec_replay_advance__three_interleaved(void)
{
	explore_all(ADVANCE, 3, 300, near, ARRAY_SIZE(near));
	EXPECT(check.ends > 50000, "%lu ends", check.ends);
}

/* Extended numbers around 2^32: whatever another receiver does meanwhile, a
 * number that is in the window in the end was completed rightly.
 */
static void receive__two_interleaved(void)
{
	static const u64 seqs[] = {
		0xffffffdf, 0xffffffe0, 0xfffffffe, 0xffffffff, 0x100000000,
		0x100000001, 0x10000001f, 0x100000020, 0x100000021, 0x10000005f,
	};

	explore_all(RECEIVE, 2, 0xfffffffe, seqs, ARRAY_SIZE(seqs));
	explore_all(RECEIVE, 2, 0x100000000, seqs, ARRAY_SIZE(seqs));
	EXPECT(check.ends > 300, "%lu ends", check.ends);
}

static void receive__three_copies_interleaved(void)
{
	static const u64 seqs[] = { 0xffffffff, 0x100000001 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(seqs); i++)
		explore_all(RECEIVE, 3, 0xfffffff0, &seqs[i], 1);
	EXPECT(check.ends > 10, "%lu ends", check.ends);
}

static void ipsec_replay_next__three_interleaved(void)
{
	u64 back;

	check.kind = NEXT;
	check.calls = 3;
	check.ends = 0;
	for (back = 0; back < 5; back++) {
		check.last = 0xffffffff;
		explore_from(0xffffffff - back, NULL);
		check.last = -1ULL;
		explore_from(-1ULL - back, NULL);
		explore_from(0xffffffff - back, NULL);
	}
	EXPECT(check.ends > 100, "%lu ends", check.ends);
}

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_replay_advance__two_interleaved),
	UNIT_CASE(ipsec_replay_advance__three_interleaved),
	UNIT_CASE(receive__two_interleaved),
	UNIT_CASE(receive__three_copies_interleaved),
	UNIT_CASE(ipsec_replay_next__three_interleaved),
};

int main(void)
{
	check.words = malloc(ipsec_replay_size(WINDOW));
	if (!check.words)
		abort();
	return unit_run(cases, ARRAY_SIZE(cases));
}
