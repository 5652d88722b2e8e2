/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Extended sequence numbers out of step (RFC 4303 appendix A3). Pure: compiled
 * in user space by selftests/unit as well.
 */
#ifndef _NET_IPSEC_RESYNC_H
#define _NET_IPSEC_RESYNC_H

#include <linux/atomic.h>
#include <linux/types.h>

/* How far ahead the upper half is looked for: 2^34 packets lost in a row. */
#define IPSEC_RESYNC_MAX 4

/**
 * struct ipsec_resync - attempts to find the peer's upper half again
 * @after: wrong ICVs in a row before anything is tried, 0 is never
 * @gap: ticks between two attempts
 * @failures: wrong ICVs since the last right one
 * @next: tick before which there is no other attempt
 * @tries: attempts so far
 */
struct ipsec_resync {
	u32 after;
	u32 gap;
	atomic64_t failures;
	atomic64_t next;
	atomic64_t tries;
};

void ipsec_resync_init(struct ipsec_resync *resync, u32 after, u32 gap);
u64 ipsec_resync_seq(struct ipsec_resync *resync, u64 seq, u64 now);
void ipsec_resync_result(struct ipsec_resync *resync, bool is_authentic);

#endif /* _NET_IPSEC_RESYNC_H */
