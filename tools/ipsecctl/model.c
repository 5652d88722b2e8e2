// SPDX-License-Identifier: GPL-2.0
#include "model.h"
#include "list.h"

#include <string.h>
#include <sys/socket.h>

const struct limit model_limits[LIMIT_COUNT] = {
	[LIMIT_MAX_SAS] = {
		"max-sas", "max_sas", IPSEC_A_CONFIG_MAX_SAS, 0, UINT32_MAX
	},
	[LIMIT_MAX_POLICIES] = {
		"max-policies", "max_policies", IPSEC_A_CONFIG_MAX_POLICIES,
		0, UINT32_MAX
	},
	[LIMIT_ACQUIRE_INTERVAL] = {
		"acquire-interval", "acquire_interval",
		IPSEC_A_CONFIG_ACQUIRE_INTERVAL, 1, IPSEC_ACQUIRE_INTERVAL_MAX
	},
	[LIMIT_HOLD_PACKETS] = {
		"hold-packets", "hold_packets", IPSEC_A_CONFIG_HOLD_PACKETS,
		0, IPSEC_HOLD_PACKETS_MAX
	},
	[LIMIT_HOLD_TOTAL] = {
		"hold-total", "hold_total", IPSEC_A_CONFIG_HOLD_TOTAL,
		0, IPSEC_HOLD_TOTAL_MAX
	},
	[LIMIT_HOLD_TIME] = {
		"hold-time", "hold_time", IPSEC_A_CONFIG_HOLD_TIME,
		0, IPSEC_HOLD_TIME_MAX
	},
};

/**
 * model_selector_family() - the IP version of a selector
 * @sel: the selector
 *
 * Return: AF_INET, AF_INET6, or AF_UNSPEC for both.
 */
uint8_t model_selector_family(const struct selector *sel)
{
	if (sel->local.count)
		return sel->local.range[0].first.family;
	return sel->remote.count ? sel->remote.range[0].first.family :
				   AF_UNSPEC;
}

/**
 * model_selector_is_any() - does a selector select every packet
 * @sel: the selector
 *
 * Return: true when nothing of it is set.
 */
bool model_selector_is_any(const struct selector *sel)
{
	static const struct selector any;

	return model_selector_equal(sel, &any);
}

static bool is_all(const struct addr_list *list)
{
	uint8_t plen;

	return list_get_prefix(list, &plen) && !plen;
}

static void forget(struct addr_list *list)
{
	memset(list, 0, sizeof(*list));
}

static void normalise_icmp(struct selector *sel)
{
	/* Any code of the first and of the last type is no code. */
	if (sel->has_icmp_code && !sel->icmp_code &&
	    sel->icmp_code_max == UINT8_MAX) {
		sel->has_icmp_code = false;
		sel->icmp_code_max = 0;
	}
}

/**
 * model_selector_normalise() - one way to say one thing
 * @sel: the selector
 *
 * Beside other addresses, all of the same IP version say nothing: they are
 * dropped. When they stand alone they say which IP version, and are local.
 */
void model_selector_normalise(struct selector *sel)
{
	normalise_icmp(sel);
	if (!sel->local.count && is_all(&sel->remote)) {
		sel->local = sel->remote;
		forget(&sel->remote);
	}
	if (sel->local.count && is_all(&sel->remote))
		forget(&sel->remote);
	else if (sel->remote.count && is_all(&sel->local))
		forget(&sel->local);
}

static bool addrs_equal(const struct addr_list *a, const struct addr_list *b)
{
	return a->count == b->count &&
	       !memcmp(a->range, b->range, a->count * sizeof(a->range[0]));
}

static bool ports_equal(const struct port_list *a, const struct port_list *b)
{
	return a->count == b->count &&
	       !memcmp(a->range, b->range, a->count * sizeof(a->range[0]));
}

static bool types_equal(const struct selector *a, const struct selector *b)
{
	return a->has_icmp_type == b->has_icmp_type &&
	       a->has_icmp_code == b->has_icmp_code &&
	       a->has_mh_type == b->has_mh_type &&
	       a->icmp_type == b->icmp_type &&
	       a->icmp_type_max == b->icmp_type_max &&
	       a->icmp_code == b->icmp_code &&
	       a->icmp_code_max == b->icmp_code_max &&
	       a->mh_type == b->mh_type && a->mh_type_max == b->mh_type_max;
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
	return addrs_equal(&a->local, &b->local) &&
	       addrs_equal(&a->remote, &b->remote) &&
	       ports_equal(&a->local_ports, &b->local_ports) &&
	       ports_equal(&a->remote_ports, &b->remote_ports) &&
	       a->proto == b->proto &&
	       a->is_proto_opaque == b->is_proto_opaque &&
	       a->is_opaque == b->is_opaque && types_equal(a, b) &&
	       a->has_mark == b->has_mark && a->mark == b->mark &&
	       a->mark_mask == b->mark_mask && !strcmp(a->dev, b->dev);
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
	unsigned int i;

	out[0] = *policy;
	if (policy->dir != DIR_BOTH)
		return 1;
	out[0].dir = IPSEC_DIR_OUT;
	out[1] = *policy;
	out[1].dir = IPSEC_DIR_IN;
	for (i = 0; i < policy->protect_count; i++) {
		out[1].protect[i].src = policy->protect[i].dst;
		out[1].protect[i].dst = policy->protect[i].src;
	}
	return 2;
}
