/* SPDX-License-Identifier: GPL-2.0 */
/* Lifetimes of an SA (RFC 4301 4.4.2.1). */
#ifndef _NET_IPSEC_LIFETIME_H
#define _NET_IPSEC_LIFETIME_H

#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <uapi/linux/ipsec.h>

struct ipsec_net;
struct ipsec_sa;

/**
 * struct ipsec_limits - lifetimes as the user says them
 * @soft: by enum ipsec_life: seconds, bytes or packets; 0 is none
 * @hard: likewise
 */
struct ipsec_limits {
	u64 soft[IPSEC_LIFE_MAX + 1];
	u64 hard[IPSEC_LIFE_MAX + 1];
};

/**
 * struct ipsec_volume - what all processors together may use: bytes or packets
 * @taken: [A] given out to processors, used or not; never more than @hard
 * @soft: [I] to be told when @taken reaches it
 * @hard: [I] limit
 * @batch: [I] how much a processor takes at a time
 *
 * What no user limits has S64_MAX in place of the limit.
 */
struct ipsec_volume {
	atomic64_t taken;
	s64 soft;
	s64 hard;
	u32 batch;
};

/**
 * struct ipsec_credit - what one processor has taken and not yet used
 * @bytes: bytes
 * @packets: packets
 *
 * Written by its processor with BH disabled.
 */
struct ipsec_credit {
	u32 bytes;
	u32 packets;
};

/**
 * struct ipsec_lifetime - the lifetimes of one SA, and what is used of them
 * @sa: [I] the SA
 * @limits: [I] as the user says
 * @added: [I] when the SA was put into the SAD
 * @first_use: [A] when its first packet was charged, 0 before
 * @last_use: [A] when the last one was, to a sixteenth of a second; @added
 *	before
 * @deadline: [A] when the first hard lifetime ends that needs no more than a
 *	look at the clock: time and, from the first packet on, use
 * @soft: [A] enum ipsec_life: the soft lifetime that was over first, 0 before
 * @hard: [A] likewise
 * @is_listed: [M] the SA is in the SAD
 * @is_soft_told: [M] ipsec_nl_sa_soft() was called
 * @bytes: [A] bytes that the algorithm is applied to
 * @packets: [A] packets
 * @credit: [A] per CPU
 * @timer: pending when some lifetime in seconds will end; holds a reference on
 *	@sa then
 * @work: queued when something is over; holds a reference on @sa then
 *
 * Times are of CLOCK_BOOTTIME, in nanoseconds: a key does not get younger while
 * the machine is suspended. Letters as for struct ipsec_sa.
 */
struct ipsec_lifetime {
	struct ipsec_sa *sa;
	struct ipsec_limits limits;
	ktime_t added;
	atomic64_t first_use;
	atomic64_t last_use;
	atomic64_t deadline;
	atomic_t soft;
	atomic_t hard;
	bool is_listed;
	bool is_soft_told;
	struct ipsec_volume bytes;
	struct ipsec_volume packets;
	struct ipsec_credit __percpu *credit;
	struct hrtimer timer;
	struct work_struct work;
};

int ipsec_lifetime_new(struct ipsec_sa *sa, const struct ipsec_limits *limits);
void ipsec_lifetime_free(struct ipsec_lifetime *life);
void ipsec_lifetime_start(struct ipsec_lifetime *life);
void ipsec_lifetime_stop(struct ipsec_lifetime *life);
enum ipsec_reason ipsec_lifetime_charge(struct ipsec_lifetime *life,
					unsigned int bytes);
enum ipsec_reason ipsec_lifetime_inside(const struct ipsec_lifetime *life,
					bool is_dead);
enum ipsec_reason ipsec_lifetime_refused(const struct ipsec_lifetime *life);
void ipsec_lifetime_used(const struct ipsec_lifetime *life,
			 u64 used[IPSEC_LIFE_MAX + 1]);

void ipsec_lifetime_flush(void);
int ipsec_lifetime_init(void);
void ipsec_lifetime_exit(void);

#endif /* _NET_IPSEC_LIFETIME_H */
