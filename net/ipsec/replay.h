/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sequence numbers: the sender's counter (RFC 4303 3.3.3, RFC 4302 3.3.2) and
 * the receiver's anti-replay window (RFC 4303 3.4.3, RFC 4302 3.4.3, RFC 6479
 * idea), without a lock. Pure: compiled in user space by selftests/unit as well.
 */
#ifndef _NET_IPSEC_REPLAY_H
#define _NET_IPSEC_REPLAY_H

#include <linux/atomic.h>
#include <linux/types.h>

/**
 * enum ipsec_replay_verdict - what the window says of a sequence number
 * @IPSEC_REPLAY_NEW: not seen, inside or right of the window
 * @IPSEC_REPLAY_SEEN: accepted before
 * @IPSEC_REPLAY_OLD: left of the window, or zero
 */
enum ipsec_replay_verdict {
	IPSEC_REPLAY_NEW,
	IPSEC_REPLAY_SEEN,
	IPSEC_REPLAY_OLD,
};

/**
 * struct ipsec_replay - window of one inbound SA
 * @top: highest sequence number that was verified, 64 bits, 0 at first
 * @window: size W in packets; numbers in top-W+1..top may still come
 * @word_shift: log2 of the number of words
 * @words: ring of words, memory of its own. The upper 32 bits of a word are its lap (how often
 *	the ring had been gone round when the word was last used), the lower 32
 *	have a bit for each of 32 consecutive sequence numbers. A word changes
 *	by cmpxchg alone, and its lap only grows, so a number that was accepted
 *	once is refused for ever after: its bit is set, or its lap is over.
 */
struct ipsec_replay {
	atomic64_t top;
	u32 window;
	u32 word_shift;
	atomic64_t *words;
};

size_t ipsec_replay_size(u32 window);
void ipsec_replay_init(struct ipsec_replay *replay, atomic64_t *words,
		       u32 window, u64 top);
enum ipsec_replay_verdict ipsec_replay_check(const struct ipsec_replay *replay,
					     u64 seq);
enum ipsec_replay_verdict ipsec_replay_advance(struct ipsec_replay *replay,
					       u64 seq);
u64 ipsec_replay_seq(u64 top, u32 window, u32 seq_lo);
u64 ipsec_replay_next(atomic64_t *oseq, u64 last);

#endif /* _NET_IPSEC_REPLAY_H */
