// SPDX-License-Identifier: GPL-2.0
/* Lifetimes of an SA in messages of the family. */
#include "netlink_life.h"

#include <net/netlink.h>

#include "lifetime.h"
#include "netlink_gen.h"
#include "refuse.h"

static_assert((int)IPSEC_A_LIFE_IDLE == (int)IPSEC_LIFE_IDLE);

static bool is_volume(unsigned int which)
{
	return which == IPSEC_LIFE_BYTES || which == IPSEC_LIFE_PACKETS;
}

static int parse_limit(const struct nlattr *attr, unsigned int which,
		       u64 *limit, struct netlink_ext_ack *extack)
{
	*limit = is_volume(which) ? nla_get_u64(attr) : nla_get_u32(attr);
	if (!*limit)
		return IPSEC_REFUSE(extack, attr,
				    "a lifetime of 0 would be over at once; without the attribute there is no limit");
	if (*limit > S64_MAX)
		return IPSEC_REFUSE(extack, attr,
				    "a lifetime in bytes or packets is at most 2^63 - 1");
	return 0;
}

static int parse_limits(const struct nlattr *nest, struct nlattr **tb,
			u64 *limits, struct netlink_ext_ack *extack)
{
	unsigned int which;
	int err;

	memset(tb, 0, (IPSEC_A_LIFE_MAX + 1) * sizeof(*tb));
	if (!nest)
		return 0;
	err = nla_parse_nested(tb, IPSEC_A_LIFE_MAX, nest, ipsec_life_nl_policy,
			       extack);
	for (which = 1; !err && which <= IPSEC_LIFE_MAX; which++)
		if (tb[which])
			err = parse_limit(tb[which], which, &limits[which],
					  extack);
	return err;
}

/**
 * ipsec_nl_parse_life() - what a new SA says of its lifetimes
 * @tb: attributes by IPSEC_A_SA_*
 * @limits: filled, zeroed before
 * @extack: where the refusal goes
 *
 * Context: Any.
 * Return: 0, or -errno with a sentence.
 */
int ipsec_nl_parse_life(struct nlattr **tb, struct ipsec_limits *limits,
			struct netlink_ext_ack *extack)
{
	struct nlattr *soft[IPSEC_A_LIFE_MAX + 1];
	struct nlattr *hard[IPSEC_A_LIFE_MAX + 1];
	unsigned int which;
	int err;

	err = parse_limits(tb[IPSEC_A_SA_LIFE_SOFT], soft, limits->soft,
			   extack) ?:
	      parse_limits(tb[IPSEC_A_SA_LIFE_HARD], hard, limits->hard,
			   extack);
	if (err)
		return err;
	if (soft[IPSEC_A_LIFE_IDLE])
		return IPSEC_REFUSE(extack, soft[IPSEC_A_LIFE_IDLE],
				    "an idle lifetime is hard: what nobody uses needs no replacement");
	for (which = 1; which <= IPSEC_LIFE_MAX; which++)
		if (limits->hard[which] &&
		    limits->soft[which] >= limits->hard[which])
			return IPSEC_REFUSE(extack, soft[which],
					    "a soft lifetime ends before the hard one: its value must be lower");
	return 0;
}

static int put_one(struct sk_buff *skb, unsigned int which, u64 value)
{
	if (is_volume(which))
		return nla_put_u64_64bit(skb, which, value, IPSEC_A_LIFE_PAD);
	return nla_put_u32(skb, which, min_t(u64, value, U32_MAX));
}

/* Those that a bit of @wanted stands for. */
static int put_nest(struct sk_buff *skb, int attr, const u64 *values,
		    unsigned long wanted)
{
	struct nlattr *nest;
	unsigned int which;
	int err;

	if (!wanted)
		return 0;
	nest = nla_nest_start(skb, attr);
	if (!nest)
		return -EMSGSIZE;
	for_each_set_bit(which, &wanted, IPSEC_LIFE_MAX + 1) {
		err = put_one(skb, which, values[which]);
		if (err)
			return err;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static unsigned long those_set(const u64 *values)
{
	unsigned long wanted = 0;
	unsigned int which;

	for (which = 1; which <= IPSEC_LIFE_MAX; which++)
		if (values[which])
			wanted |= BIT(which);
	return wanted;
}

/**
 * ipsec_nl_put_life() - lifetimes, and what is used of them
 * @skb: message
 * @life: lifetimes of an SA
 *
 * Context: Any.
 * Return: 0 or -EMSGSIZE.
 */
int ipsec_nl_put_life(struct sk_buff *skb, const struct ipsec_lifetime *life)
{
	unsigned long used_bits = GENMASK(IPSEC_LIFE_MAX, 1);
	int soft = atomic_read(&life->soft), hard = atomic_read(&life->hard);
	u64 used[IPSEC_LIFE_MAX + 1];
	int err;

	ipsec_lifetime_used(life, used);
	if (!atomic64_read(&life->first_use))
		used_bits &= ~BIT(IPSEC_LIFE_USE);
	err = put_nest(skb, IPSEC_A_SA_LIFE_SOFT, life->limits.soft,
		       those_set(life->limits.soft)) ?:
	      put_nest(skb, IPSEC_A_SA_LIFE_HARD, life->limits.hard,
		       those_set(life->limits.hard)) ?:
	      put_nest(skb, IPSEC_A_SA_LIFE_USED, used, used_bits);
	if (!err && soft)
		err = nla_put_u8(skb, IPSEC_A_SA_SOFT_EXPIRED, soft);
	if (!err && hard)
		err = nla_put_u8(skb, IPSEC_A_SA_HARD_EXPIRED, hard);
	return err;
}

/**
 * ipsec_nl_life_size() - room that ipsec_nl_put_life() may need
 *
 * Context: Any.
 * Return: bytes.
 */
size_t ipsec_nl_life_size(void)
{
	size_t nest = nla_total_size(0) + 3 * nla_total_size(sizeof(u32)) +
		      2 * nla_total_size_64bit(sizeof(u64));

	return 3 * nest + 2 * nla_total_size(sizeof(u8));
}
