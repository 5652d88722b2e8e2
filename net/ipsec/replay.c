// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Anti-replay window without a lock
 *
 * (At the end of the file: how 32 bits on the wire become 64, and the sender's
 * counter.) The window is a ring of words, each for 32 consecutive sequence numbers
 * (RFC 6479). A word also says for which lap of the ring its bits are, so it
 * need not be cleared when the window moves on: whoever comes with a number of
 * a later lap replaces lap and bits together, by one cmpxchg.
 *
 * Why no number is accepted twice. A number is accepted by a successful
 * cmpxchg of its one word and by nothing else. All changes of a word are such
 * cmpxchgs, so they have an order, and each either adds a bit to the current
 * lap or starts a later lap. Once number N is accepted its word has lap(N)
 * with the bit of N set, or a later lap, for ever. To accept N again a cmpxchg
 * would have to start from a word of an earlier lap, or of lap(N) without the
 * bit: there will never be one. Reading a word that changes meanwhile does no
 * harm, since the cmpxchg then fails and the decision is made anew.
 *
 * @top is not part of that argument. It only refuses more: a stale top lets a
 * number that has just fallen out of the window through to its word, which
 * then decides as above. So top and words need no order between them, and top
 * is moved after the word. It only grows.
 *
 * Why nothing inside the window is refused that is new. Words are refused as
 * OLD when a later lap has begun in them, that is when a number was accepted
 * that is at least 32 * (words - 1) + 1 ahead. The ring is at least W + 32
 * numbers long, so that number is more than W ahead and the window has left
 * the refused one behind (or is about to, in a race).
 *
 * What 32 bits of lap cost. Laps are compared by their signed difference,
 * which is right up to 2^31 laps, 2^37 numbers in the smallest ring. A word
 * that no number touches for longer than that, while others arrive, refuses
 * its numbers of the next 2^31 laps. It takes the loss of the same 32 numbers
 * in each of 2^31 laps in a row. 32-bit sequence numbers never get that far.
 * For a number to be accepted twice, one CPU would have to stop between its
 * look at @top and its cmpxchg while the others accept 2^37 packets of one SA.
 */
#include "replay.h"

#include <linux/bitops.h>
#include <linux/kernel.h>

/* Sequence numbers per word. */
#define WORD_SEQS 32
#define WORD_SEQS_SHIFT 5

/* W numbers in a row lie in at most DIV_ROUND_UP(W, 32) + 1 words, and fls(n)
 * is the least shift for which 1 << shift is more than n.
 */
static u32 ring_shift(u32 window)
{
	return fls(DIV_ROUND_UP(window, WORD_SEQS));
}

static u32 ring_index(const struct ipsec_replay *replay, u64 seq)
{
	return (seq >> WORD_SEQS_SHIFT) & ((1U << replay->word_shift) - 1);
}

static u32 ring_lap(const struct ipsec_replay *replay, u64 seq)
{
	return seq >> (WORD_SEQS_SHIFT + replay->word_shift);
}

static u64 seq_bit(u64 seq)
{
	return 1ULL << (seq % WORD_SEQS);
}

static u32 word_lap(u64 word)
{
	return word >> 32;
}

/* @word with @seq added to it; a new lap begins with no other bit. */
static u64 word_add(u64 word, u32 lap, u64 seq)
{
	if (word_lap(word) != lap)
		word = (u64)lap << 32;
	return word | seq_bit(seq);
}

/* RFC 4303 3.3.3: the first packet is 1, so 0 is never sent. */
static bool is_left_of_window(const struct ipsec_replay *replay, u64 seq)
{
	u64 top = atomic64_read(&replay->top);

	return !seq || (top >= replay->window && seq <= top - replay->window);
}

static enum ipsec_replay_verdict judge_word(const struct ipsec_replay *replay,
					    u64 word, u64 seq)
{
	s32 laps_ahead = ring_lap(replay, seq) - word_lap(word);

	if (is_left_of_window(replay, seq) || laps_ahead < 0)
		return IPSEC_REPLAY_OLD;
	if (!laps_ahead && (word & seq_bit(seq)))
		return IPSEC_REPLAY_SEEN;
	return IPSEC_REPLAY_NEW;
}

/**
 * ipsec_replay_size - memory that the words of a window take
 * @window: W, from 32 to 8192 packets
 *
 * Context: Any.
 * Return: bytes, a power of two
 */
size_t ipsec_replay_size(u32 window)
{
	return sizeof(atomic64_t) << ring_shift(window);
}

/**
 * ipsec_replay_init - make a window
 * @replay: the window
 * @words: its memory, ipsec_replay_size(@window) bytes
 * @window: W, in packets
 * @top: highest sequence number so far; it and all below count as seen,
 *	because nothing says which of them were. 0 for a new SA
 *
 * Context: Any, before others know @replay.
 */
void ipsec_replay_init(struct ipsec_replay *replay, atomic64_t *words,
		       u32 window, u64 top)
{
	u64 block = top >> WORD_SEQS_SHIFT;
	u64 seen, seq;
	u32 count, i;

	atomic64_set(&replay->top, top);
	replay->window = window;
	replay->word_shift = ring_shift(window);
	replay->words = words;
	count = 1U << replay->word_shift;
	for (i = 0; i < count; i++)
		atomic64_set(&words[i], 0);

	/* From the word of @top back, once round or to the first word. */
	seen = 2 * seq_bit(top) - 1;
	for (i = 0; i < count && i <= block; i++) {
		seq = (block - i) << WORD_SEQS_SHIFT;
		atomic64_set(&words[ring_index(replay, seq)],
			     (u64)ring_lap(replay, seq) << 32 | seen);
		seen = U32_MAX;
	}
}

/**
 * ipsec_replay_check - look a sequence number up before its ICV is verified
 * @replay: window
 * @seq: sequence number, 64 bits
 *
 * RFC 4303 3.4.3: saves the cryptography for what will be refused anyway, and
 * changes nothing because @seq is not authentic yet.
 *
 * Context: Any, without a lock.
 * Return: what the window says now
 */
enum ipsec_replay_verdict ipsec_replay_check(const struct ipsec_replay *replay,
					     u64 seq)
{
	u64 word = atomic64_read(&replay->words[ring_index(replay, seq)]);

	return judge_word(replay, word, seq);
}

/**
 * ipsec_replay_advance - accept an authentic sequence number
 * @replay: window
 * @seq: sequence number, 64 bits, of a packet whose ICV is right
 *
 * Checks again: since ipsec_replay_check() another CPU may have accepted a
 * copy of the packet.
 *
 * Context: Any, without a lock.
 * Return: IPSEC_REPLAY_NEW for one caller only per number, however many race
 */
enum ipsec_replay_verdict ipsec_replay_advance(struct ipsec_replay *replay,
					       u64 seq)
{
	atomic64_t *slot = &replay->words[ring_index(replay, seq)];
	u32 lap = ring_lap(replay, seq);
	s64 word = atomic64_read(slot);
	enum ipsec_replay_verdict verdict;
	s64 top;

	do {
		verdict = judge_word(replay, word, seq);
		if (verdict != IPSEC_REPLAY_NEW)
			return verdict;
	} while (!atomic64_try_cmpxchg(slot, &word, word_add(word, lap, seq)));

	top = atomic64_read(&replay->top);
	while ((u64)top < seq &&
	       !atomic64_try_cmpxchg(&replay->top, &top, seq))
		;
	return IPSEC_REPLAY_NEW;
}

/**
 * ipsec_replay_seq - complete an extended sequence number
 * @top: highest sequence number that was verified
 * @window: W, in packets, less than 2^31
 * @seq_lo: lower half, from the packet
 *
 * RFC 4303 A2.2: of the 64-bit numbers that end in @seq_lo, the one that is in
 * the 2^32 numbers from the left edge of the window on. There is none where
 * that would begin before 0 (case B with Th 0) or reach beyond 2^64 (case A
 * with the highest Th); as 0 is never sent, 0 stands for that and both
 * ipsec_replay_check() and ipsec_replay_advance() refuse it as old.
 *
 * Context: Any.
 * Return: the sequence number, 0 if there is none
 */
u64 ipsec_replay_seq(u64 top, u32 window, u32 seq_lo)
{
	u32 top_lo = top, top_hi = top >> 32;
	u32 bottom_lo = top_lo - window + 1;
	u32 seq_hi = top_hi;

	if (top_lo >= window - 1) {
		if (seq_lo < bottom_lo && ++seq_hi == 0)
			return 0;
	} else if (seq_lo >= bottom_lo) {
		if (seq_hi-- == 0)
			return 0;
	}
	return (u64)seq_hi << 32 | seq_lo;
}

/**
 * ipsec_replay_next - take the sender's next sequence number
 * @oseq: last sequence number that was taken
 * @last: last one there is
 *
 * RFC 4303 3.3.3: a number that was sent never comes again. @oseq stays at
 * @last when that is taken, however many still ask: one that asks in vain
 * changes nothing, so no other can find @oseq on the far side of 2^64.
 *
 * Context: Any, without a lock.
 * Return: the sequence number, without gap behind that of the previous caller;
 * 0 if they are used up
 */
u64 ipsec_replay_next(atomic64_t *oseq, u64 last)
{
	s64 seq = atomic64_read(oseq);

	do {
		if ((u64)seq >= last)
			return 0;
	} while (!atomic64_try_cmpxchg(oseq, &seq, (u64)seq + 1));
	return (u64)seq + 1;
}
