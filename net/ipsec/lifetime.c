// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Lifetimes of an SA (RFC 4301 4.4.2.1)
 *
 * Five of them, at once; the first that is over counts. A soft one is told, a
 * hard one ends the SA.
 *
 * Bytes and packets: processors take them in batches from what is left, so that
 * the limit is never passed and no packet pays for a shared counter. A batch is
 * at most 1/1024 of the (soft, if there is one) limit over all processors, so
 * an SA ends at most that much early, when processors that hold a rest are no
 * longer used; below that, each packet takes its own and the count is exact. The
 * first packet that does not fit ends the SA. Those that are inside crypto were
 * counted, and go on.
 *
 * Seconds: ipsec_lifetime_charge() looks at the clock, so that no packet passes
 * behind the end, however long timer and work take, and ipsec_lifetime_inside()
 * once more behind the cipher (RFC 4301 4.4.2.1 c). The timer is for SAs without packets.
 *
 * The timer and the packets only say that something is over, and queue the
 * work. It looks at everything again, in process context under ipn->mutex.
 */
#include "lifetime.h"

#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "drop.h"
#include "netlink.h"
#include "netns.h"
#include "sa.h"

#define BATCHES_PER_LIMIT 1024
#define BATCH_MAX SZ_1M

static struct workqueue_struct *life_wq;

static void queue_work_held(struct ipsec_lifetime *life)
{
	if (!queue_work(life_wq, &life->work))
		ipsec_sa_put(life->sa);
}

static void look_again(struct ipsec_lifetime *life)
{
	if (ipsec_sa_get(life->sa))
		queue_work_held(life);
}

static enum hrtimer_restart timer_fired(struct hrtimer *timer)
{
	queue_work_held(container_of(timer, struct ipsec_lifetime, timer));
	return HRTIMER_NORESTART;
}

/* The first one that is over is the one that counts. */
static bool end_soft(struct ipsec_lifetime *life, enum ipsec_life which)
{
	return !atomic_cmpxchg(&life->soft, 0, which);
}

static bool end_hard(struct ipsec_lifetime *life, enum ipsec_life which)
{
	bool is_first = !atomic_cmpxchg(&life->hard, 0, which);

	WRITE_ONCE(life->sa->dead, true);
	return is_first;
}

/* From when on a lifetime in seconds is counted; 0: it has not begun. */
static ktime_t begins(const struct ipsec_lifetime *life, enum ipsec_life which)
{
	switch (which) {
	case IPSEC_LIFE_USE:
		return atomic64_read(&life->first_use);
	case IPSEC_LIFE_IDLE:
		return atomic64_read(&life->last_use);
	default:
		return life->added;
	}
}

static ktime_t ends(const struct ipsec_lifetime *life, enum ipsec_life which,
		    u64 seconds)
{
	ktime_t begin = begins(life, which);

	return seconds && begin ? begin + seconds * NSEC_PER_SEC : KTIME_MAX;
}

/* End what is over in seconds; the end of what is next, or KTIME_MAX. */
static ktime_t end_seconds(struct ipsec_lifetime *life)
{
	static const u8 in_seconds[] = {
		IPSEC_LIFE_TIME, IPSEC_LIFE_USE, IPSEC_LIFE_IDLE
	};
	ktime_t now = ktime_get_boottime();
	ktime_t next = KTIME_MAX, end;
	unsigned int i;
	u8 which;

	for (i = 0; i < ARRAY_SIZE(in_seconds); i++) {
		which = in_seconds[i];
		end = ends(life, which, life->limits.hard[which]);
		if (end <= now)
			end_hard(life, which);
		else
			next = min(next, end);
		if (atomic_read(&life->soft))
			continue;
		end = ends(life, which, life->limits.soft[which]);
		if (end <= now)
			end_soft(life, which);
		else
			next = min(next, end);
	}
	return next;
}

static void set_deadline(struct ipsec_lifetime *life)
{
	const u64 *hard = life->limits.hard;

	atomic64_set(&life->deadline,
		     min(ends(life, IPSEC_LIFE_TIME, hard[IPSEC_LIFE_TIME]),
			 ends(life, IPSEC_LIFE_USE, hard[IPSEC_LIFE_USE])));
}

/* The reference of a timer that is pending passes to the new one. */
static void set_timer(struct ipsec_lifetime *life, ktime_t when)
{
	bool is_held = hrtimer_cancel(&life->timer);

	if (when == KTIME_MAX) {
		if (is_held)
			ipsec_sa_put(life->sa);
		return;
	}
	if (is_held || ipsec_sa_get(life->sa))
		hrtimer_start(&life->timer, when, HRTIMER_MODE_ABS_SOFT);
}

static void look(struct ipsec_lifetime *life)
{
	ktime_t next = end_seconds(life);

	set_deadline(life);
	if (atomic_read(&life->soft) && !life->is_soft_told) {
		life->is_soft_told = true;
		ipsec_nl_sa_soft(life->sa);
	}
	if (atomic_read(&life->hard))
		ipsec_nl_sa_expire(life->sa);
	else
		set_timer(life, next);
}

static void life_work(struct work_struct *work)
{
	struct ipsec_lifetime *life = container_of(work, struct ipsec_lifetime,
						   work);
	struct ipsec_sa *sa = life->sa;

	mutex_lock(&sa->ipn->mutex);
	if (life->is_listed)
		look(life);
	mutex_unlock(&sa->ipn->mutex);
	ipsec_sa_put(sa);
}

/* Few enough that a batch for every processor is a small part of the limit. */
static void volume_init(struct ipsec_volume *volume,
			const struct ipsec_limits *limits,
			enum ipsec_life which)
{
	volume->soft = limits->soft[which] ?: S64_MAX;
	volume->hard = limits->hard[which] ?: S64_MAX;
	volume->batch = min_t(u64, BATCH_MAX,
			      div_u64(min(volume->soft, volume->hard),
				      BATCHES_PER_LIMIT * num_possible_cpus()));
}

/**
 * ipsec_lifetime_new() - give an SA its lifetimes
 * @sa: the SA
 * @limits: what the user says; if that is nothing, sa->lifetime stays NULL
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int ipsec_lifetime_new(struct ipsec_sa *sa, const struct ipsec_limits *limits)
{
	struct ipsec_lifetime *life;

	if (!memchr_inv(limits, 0, sizeof(*limits)))
		return 0;
	life = kzalloc(sizeof(*life), GFP_KERNEL_ACCOUNT);
	if (!life)
		return -ENOMEM;
	life->credit = alloc_percpu_gfp(struct ipsec_credit,
					GFP_KERNEL_ACCOUNT);
	if (!life->credit) {
		kfree(life);
		return -ENOMEM;
	}
	life->sa = sa;
	life->limits = *limits;
	volume_init(&life->bytes, limits, IPSEC_LIFE_BYTES);
	volume_init(&life->packets, limits, IPSEC_LIFE_PACKETS);
	atomic64_set(&life->deadline, KTIME_MAX);
	hrtimer_init(&life->timer, CLOCK_BOOTTIME, HRTIMER_MODE_ABS_SOFT);
	life->timer.function = timer_fired;
	INIT_WORK(&life->work, life_work);
	sa->lifetime = life;
	return 0;
}

/**
 * ipsec_lifetime_free() - free the lifetimes of an SA that is being freed
 * @life: lifetimes or NULL; neither timer nor work is pending, because each
 *	would hold a reference on the SA
 */
void ipsec_lifetime_free(struct ipsec_lifetime *life)
{
	if (!life)
		return;
	free_percpu(life->credit);
	kfree(life);
}

/**
 * ipsec_lifetime_start() - the SA comes into the SAD
 * @life: lifetimes or NULL
 *
 * Before packets can find it.
 *
 * Context: process, ipn->mutex held.
 */
void ipsec_lifetime_start(struct ipsec_lifetime *life)
{
	if (!life)
		return;
	lockdep_assert_held(&life->sa->ipn->mutex);
	life->added = ktime_get_boottime();
	atomic64_set(&life->last_use, life->added);
	life->is_listed = true;
	set_timer(life, end_seconds(life));
	set_deadline(life);
}

/**
 * ipsec_lifetime_stop() - the SA is no longer in the SAD
 * @life: lifetimes or NULL
 *
 * Waits for a timer that is firing; what it queues finds @is_listed false.
 *
 * Context: process, ipn->mutex held; the caller has a reference on the SA.
 */
void ipsec_lifetime_stop(struct ipsec_lifetime *life)
{
	if (!life)
		return;
	lockdep_assert_held(&life->sa->ipn->mutex);
	life->is_listed = false;
	set_timer(life, KTIME_MAX);
}

/* From what all processors share. The limits that are passed are passed by
 * exactly one caller.
 */
static bool take(struct ipsec_lifetime *life, struct ipsec_volume *volume,
		 u32 *credit, u32 need, enum ipsec_life which)
{
	s64 taken = atomic64_read(&volume->taken), wanted;

	need -= *credit;
	do {
		if (need > volume->hard - taken)
			return false;
		wanted = min_t(s64, max(need, volume->batch),
			       volume->hard - taken);
	} while (!atomic64_try_cmpxchg(&volume->taken, &taken,
				       taken + wanted));
	if (taken < volume->soft && taken + wanted >= volume->soft &&
	    end_soft(life, which))
		look_again(life);
	*credit += wanted;
	return true;
}

static bool charge(struct ipsec_lifetime *life, struct ipsec_volume *volume,
		   u32 *credit, u32 need, enum ipsec_life which)
{
	if (*credit < need && !take(life, volume, credit, need, which)) {
		if (end_hard(life, which))
			look_again(life);
		return false;
	}
	WRITE_ONCE(*credit, *credit - need);
	return true;
}

static void note_use(struct ipsec_lifetime *life, ktime_t now)
{
	if (now - atomic64_read(&life->last_use) > NSEC_PER_SEC / 16)
		atomic64_set(&life->last_use, now);
	if (likely(atomic64_read(&life->first_use)) ||
	    atomic64_cmpxchg(&life->first_use, 0, now))
		return;
	if (life->limits.soft[IPSEC_LIFE_USE] ||
	    life->limits.hard[IPSEC_LIFE_USE])
		look_again(life);
}

/**
 * ipsec_lifetime_charge() - count a packet, if it is within the lifetimes
 * @life: lifetimes of an SA
 * @bytes: what its algorithm is applied to (RFC 4301 4.4.2.1 a)
 *
 * On input behind the ICV and the anti-replay window, on output in front of the
 * cipher.
 *
 * Context: BH disabled; the caller keeps the SA alive.
 * Return: 0 or IPSEC_REASON_EXPIRED.
 */
enum ipsec_reason ipsec_lifetime_charge(struct ipsec_lifetime *life,
					unsigned int bytes)
{
	struct ipsec_credit *credit = this_cpu_ptr(life->credit);
	ktime_t now = ktime_get_coarse_boottime();

	if (unlikely(atomic_read(&life->hard)))
		return IPSEC_REASON_EXPIRED;
	if (unlikely(now >= atomic64_read(&life->deadline))) {
		look_again(life);
		return IPSEC_REASON_EXPIRED;
	}
	if (!charge(life, &life->packets, &credit->packets, 1,
		    IPSEC_LIFE_PACKETS) ||
	    !charge(life, &life->bytes, &credit->bytes, bytes,
		    IPSEC_LIFE_BYTES))
		return IPSEC_REASON_EXPIRED;
	note_use(life, now);
	return IPSEC_OK;
}

/**
 * ipsec_lifetime_inside() - what becomes of a packet that was inside crypto
 * @life: lifetimes, or NULL with @is_dead
 * @is_dead: the SA takes no new packets
 *
 * Context: any; the caller keeps the SA alive.
 * Return: the reason to drop it. 0 when it goes on, also if bytes or packets
 * have ended the SA: this one was within the limit.
 */
enum ipsec_reason ipsec_lifetime_inside(const struct ipsec_lifetime *life,
					bool is_dead)
{
	if (!life)
		return IPSEC_REASON_DEAD;
	if (ktime_get_coarse_boottime() >= atomic64_read(&life->deadline))
		return IPSEC_REASON_EXPIRED;
	if (!is_dead)
		return IPSEC_OK;
	/* Pairs with atomic_cmpxchg() in end_hard(). */
	smp_rmb();
	switch (atomic_read(&life->hard)) {
	case 0:
		return IPSEC_REASON_DEAD;
	case IPSEC_LIFE_BYTES:
	case IPSEC_LIFE_PACKETS:
		return IPSEC_OK;
	}
	return IPSEC_REASON_EXPIRED;
}

/**
 * ipsec_lifetime_refused() - why an SA takes no new packets
 * @life: lifetimes or NULL of an SA that is dead
 *
 * Return: the reason to drop them.
 */
enum ipsec_reason ipsec_lifetime_refused(const struct ipsec_lifetime *life)
{
	return life && atomic_read(&life->hard) ? IPSEC_REASON_EXPIRED :
						  IPSEC_REASON_DEAD;
}

static u64 seconds_since(ktime_t now, ktime_t begin)
{
	return begin && begin < now ? div_u64(now - begin, NSEC_PER_SEC) : 0;
}

/**
 * ipsec_lifetime_used() - what is used
 * @life: lifetimes
 * @used: filled by enum ipsec_life, in the units of the limits
 *
 * Context: any. Bytes and packets are exact when no packet is on its way.
 */
void ipsec_lifetime_used(const struct ipsec_lifetime *life,
			 u64 used[IPSEC_LIFE_MAX + 1])
{
	const struct ipsec_credit *credit;
	ktime_t now = ktime_get_boottime();
	int cpu;

	used[IPSEC_LIFE_TIME] = seconds_since(now, life->added);
	used[IPSEC_LIFE_USE] = seconds_since(now,
					     atomic64_read(&life->first_use));
	used[IPSEC_LIFE_IDLE] = seconds_since(now,
					      atomic64_read(&life->last_use));
	used[IPSEC_LIFE_BYTES] = atomic64_read(&life->bytes.taken);
	used[IPSEC_LIFE_PACKETS] = atomic64_read(&life->packets.taken);
	for_each_possible_cpu(cpu) {
		credit = per_cpu_ptr(life->credit, cpu);
		used[IPSEC_LIFE_BYTES] -= READ_ONCE(credit->bytes);
		used[IPSEC_LIFE_PACKETS] -= READ_ONCE(credit->packets);
	}
}

/**
 * ipsec_lifetime_flush() - wait for all work
 *
 * Context: process, no ipn->mutex. SADs whose SAs are gone have no timers, and
 * afterwards no work.
 */
void ipsec_lifetime_flush(void)
{
	flush_workqueue(life_wq);
}

/**
 * ipsec_lifetime_init() - make the queue for what is over
 *
 * Return: 0 or -ENOMEM.
 */
int ipsec_lifetime_init(void)
{
	life_wq = alloc_workqueue("ipsec_life", WQ_UNBOUND, 0);
	return life_wq ? 0 : -ENOMEM;
}

/**
 * ipsec_lifetime_exit() - free the queue; no SA is left
 */
void ipsec_lifetime_exit(void)
{
	destroy_workqueue(life_wq);
}
