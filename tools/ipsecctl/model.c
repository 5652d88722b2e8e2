// SPDX-License-Identifier: GPL-2.0
#include "model.h"

#include <string.h>
#include <sys/socket.h>

/**
 * model_selector_is_any() - does a selector select every packet
 * @sel: the selector
 *
 * Return: true when nothing of it is set.
 */
bool model_selector_is_any(const struct selector *sel)
{
	return sel->local.family == AF_UNSPEC &&
	       sel->remote.family == AF_UNSPEC && !sel->proto &&
	       !sel->has_local_port && !sel->has_remote_port &&
	       !sel->has_icmp_type && !sel->has_icmp_code;
}

static void forget(struct addr *addr, uint8_t *plen)
{
	memset(addr, 0, sizeof(*addr));
	*plen = 0;
}

/**
 * model_selector_normalise() - one way to say one thing
 * @sel: the selector
 *
 * Beside a prefix, the prefix of length 0 of the same IP version says nothing:
 * it is dropped. One that stands alone says which IP version and is local.
 */
void model_selector_normalise(struct selector *sel)
{
	bool has_local = sel->local.family != AF_UNSPEC;
	bool has_remote = sel->remote.family != AF_UNSPEC;

	if (!has_remote || sel->remote_plen)
		has_remote = false;
	else if (has_local)
		forget(&sel->remote, &sel->remote_plen);
	if (has_remote && !has_local) {
		sel->local = sel->remote;
		forget(&sel->remote, &sel->remote_plen);
	}
	if (has_local && !sel->local_plen && sel->remote.family != AF_UNSPEC)
		forget(&sel->local, &sel->local_plen);
}

static bool addr_equal(const struct addr *a, const struct addr *b)
{
	return a->family == b->family &&
	       !memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/**
 * model_selector_equal() - do two selectors say the same
 * @a: one
 * @b: the other
 *
 * Return: true when they do.
 */
bool model_selector_equal(const struct selector *a, const struct selector *b)
{
	return addr_equal(&a->local, &b->local) &&
	       addr_equal(&a->remote, &b->remote) &&
	       a->local_plen == b->local_plen &&
	       a->remote_plen == b->remote_plen && a->proto == b->proto &&
	       a->has_local_port == b->has_local_port &&
	       a->has_remote_port == b->has_remote_port &&
	       a->has_icmp_type == b->has_icmp_type &&
	       a->has_icmp_code == b->has_icmp_code &&
	       a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code &&
	       a->local_port_min == b->local_port_min &&
	       a->local_port_max == b->local_port_max &&
	       a->remote_port_min == b->remote_port_min &&
	       a->remote_port_max == b->remote_port_max;
}

/**
 * model_expand_both() - turn `both` into an OUT policy and its IN mirror
 * @policy: the policy as it was written
 * @out: receives one or two policies
 *
 * The selector says local and remote, so it is the same in both directions;
 * the tunnel is written for OUT and turned round for IN.
 *
 * Return: how many policies @out holds.
 */
unsigned int model_expand_both(const struct policy *policy,
			       struct policy out[2])
{
	out[0] = *policy;
	if (policy->dir != DIR_BOTH)
		return 1;
	out[0].dir = IPSEC_DIR_OUT;
	out[1] = *policy;
	out[1].dir = IPSEC_DIR_IN;
	out[1].src = policy->dst;
	out[1].dst = policy->src;
	return 2;
}
