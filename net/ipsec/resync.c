// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Extended sequence numbers out of step
 *
 * A receiver that misses 2^32 packets in a row completes the numbers of all
 * that follow with a wrong upper half, and none of them verifies any more
 * (RFC 4303 appendix A3). So when many packets in a row have had a wrong ICV,
 * one in a while is verified with a higher upper half instead of the one that
 * ipsec_replay_seq() says. If that was right, the window moves there, as for
 * any verified packet, and the numbers fit again.
 *
 * A3.2 would verify a packet that has failed once more. Here another one is
 * taken, and verified once like each: who sends forged packets makes us do
 * nothing that we would not have done, and no copy is kept. The price is that
 * an attempt loses a packet whose upper half was right. Its chance to be that
 * one is below 1 : @after, since so many failed in a row, and there are only
 * HZ / @gap attempts per second.
 *
 * Forged packets cannot move anything: the ICV covers the upper half that was
 * tried. Nor can old ones, because what is tried is never lower than right.
 */
#include "resync.h"

#include <linux/kernel.h>

/**
 * ipsec_resync_init - begin in step
 * @resync: memory
 * @after: wrong ICVs in a row before anything is tried, 0 is never
 * @gap: ticks between two attempts
 *
 * Context: Any, before others know @resync.
 */
void ipsec_resync_init(struct ipsec_resync *resync, u32 after, u32 gap)
{
	resync->after = after;
	resync->gap = gap;
	atomic64_set(&resync->failures, 0);
	atomic64_set(&resync->next, 0);
	atomic64_set(&resync->tries, 0);
}

/**
 * ipsec_resync_seq - which sequence number to verify a packet with
 * @resync: state
 * @seq: what ipsec_replay_seq() says, 0 if there is none
 * @now: tick
 *
 * Context: Any, without a lock.
 * Return: @seq, or for an attempt one with a higher upper half
 */
u64 ipsec_resync_seq(struct ipsec_resync *resync, u64 seq, u64 now)
{
	u64 higher;
	s64 next;

	if (!resync->after || !seq ||
	    (u64)atomic64_read(&resync->failures) < resync->after)
		return seq;
	next = atomic64_read(&resync->next);
	if (now < (u64)next ||
	    !atomic64_try_cmpxchg(&resync->next, &next, now + resync->gap))
		return seq;

	higher = (u64)atomic64_inc_return(&resync->tries) - 1;
	higher = (higher % IPSEC_RESYNC_MAX + 1) << 32;
	return seq + higher > seq ? seq + higher : seq;
}

/**
 * ipsec_resync_result - a packet was verified, or was not
 * @resync: state
 * @is_authentic: whether its ICV was right
 *
 * Context: Any, without a lock.
 */
void ipsec_resync_result(struct ipsec_resync *resync, bool is_authentic)
{
	if (!is_authentic)
		atomic64_inc(&resync->failures);
	else if (atomic64_read(&resync->failures))
		atomic64_set(&resync->failures, 0);
}
