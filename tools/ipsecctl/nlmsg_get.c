// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of the wrong length are read as if they were absent: what the
 * kernel sends is not trusted to be of the version this tool was built for.
 */
#include "nlmsg.h"
#include "addr.h"
#include "names_gen.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

static bool has_len(const struct nlattr *attr, size_t len)
{
	return mnl_attr_get_payload_len(attr) == len;
}

static uint8_t get_u8(const struct nlattr *attr)
{
	return has_len(attr, sizeof(uint8_t)) ? mnl_attr_get_u8(attr) : 0;
}

static uint16_t get_u16(const struct nlattr *attr)
{
	return has_len(attr, sizeof(uint16_t)) ? mnl_attr_get_u16(attr) : 0;
}

static uint32_t get_u32(const struct nlattr *attr)
{
	return has_len(attr, sizeof(uint32_t)) ? mnl_attr_get_u32(attr) : 0;
}

static uint64_t get_u64(const struct nlattr *attr)
{
	return has_len(attr, sizeof(uint64_t)) ? mnl_attr_get_u64(attr) : 0;
}

static void get_addr(const struct nlattr *attr, struct addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (has_len(attr, 4))
		addr->family = AF_INET;
	else if (has_len(attr, 16))
		addr->family = AF_INET6;
	else
		return;
	memcpy(addr->bytes, mnl_attr_get_payload(attr), addr_len(addr));
}

static void get_string(const struct nlattr *attr, char *text, size_t size)
{
	size_t len = mnl_attr_get_payload_len(attr);

	if (len >= size)
		len = size - 1;
	memcpy(text, mnl_attr_get_payload(attr), len);
	text[len] = '\0';
}

static void get_selector_attr(const struct nlattr *attr, struct selector *sel)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_SELECTOR_LOCAL_ADDR:
		get_addr(attr, &sel->local);
		sel->local_plen = addr_max_plen(&sel->local);
		break;
	case IPSEC_A_SELECTOR_REMOTE_ADDR:
		get_addr(attr, &sel->remote);
		sel->remote_plen = addr_max_plen(&sel->remote);
		break;
	case IPSEC_A_SELECTOR_PROTO:
		sel->proto = get_u8(attr);
		break;
	case IPSEC_A_SELECTOR_LOCAL_PORT_MIN:
		sel->has_local_port = true;
		sel->local_port_min = get_u16(attr);
		sel->local_port_max = sel->local_port_min;
		break;
	case IPSEC_A_SELECTOR_REMOTE_PORT_MIN:
		sel->has_remote_port = true;
		sel->remote_port_min = get_u16(attr);
		sel->remote_port_max = sel->remote_port_min;
		break;
	case IPSEC_A_SELECTOR_ICMP_TYPE:
		sel->has_icmp_type = true;
		sel->icmp_type = get_u8(attr);
		break;
	case IPSEC_A_SELECTOR_ICMP_CODE:
		sel->has_icmp_code = true;
		sel->icmp_code = get_u8(attr);
		break;
	}
}

/* Attributes that refine one of get_selector_attr(), whatever the order. */
static void get_selector_rest(const struct nlattr *attr, struct selector *sel)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_SELECTOR_LOCAL_PLEN:
		sel->local_plen = get_u8(attr);
		break;
	case IPSEC_A_SELECTOR_REMOTE_PLEN:
		sel->remote_plen = get_u8(attr);
		break;
	case IPSEC_A_SELECTOR_LOCAL_PORT_MAX:
		sel->local_port_max = get_u16(attr);
		break;
	case IPSEC_A_SELECTOR_REMOTE_PORT_MAX:
		sel->remote_port_max = get_u16(attr);
		break;
	}
}

static void get_selector(const struct nlattr *nest, struct selector *sel)
{
	const struct nlattr *attr;

	memset(sel, 0, sizeof(*sel));
	mnl_attr_for_each_nested(attr, nest)
		get_selector_attr(attr, sel);
	mnl_attr_for_each_nested(attr, nest)
		get_selector_rest(attr, sel);
	model_selector_normalise(sel);
}

static void get_drop_attr(const struct nlattr *attr, struct drop *drop)
{
	uint32_t number;

	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_DROP_REASON:
		number = get_u32(attr);
		if (drop->name[0])
			break;
		if (number && number <= IPSEC_REASON_MAX)
			snprintf(drop->name, sizeof(drop->name), "%s",
				 names_gen_reasons[number].name);
		else
			snprintf(drop->name, sizeof(drop->name), "reason-%u",
				 number);
		break;
	case IPSEC_A_DROP_NAME:
		get_string(attr, drop->name, sizeof(drop->name));
		break;
	case IPSEC_A_DROP_COUNT:
		drop->count = get_u64(attr);
		break;
	}
}

static void get_sa_drop(const struct nlattr *nest, struct sa_state *state)
{
	const struct nlattr *attr;
	struct drop *drop;

	if (state->drop_count == SA_DROPS_MAX)
		return;
	drop = &state->drops[state->drop_count++];
	mnl_attr_for_each_nested(attr, nest)
		get_drop_attr(attr, drop);
}

static void get_sa_state_attr(const struct nlattr *attr,
			      struct sa_state *state)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_SA_KEY_BITS:
		state->key_bits = get_u32(attr);
		break;
	case IPSEC_A_SA_SEQ:
		state->seq = get_u64(attr);
		break;
	case IPSEC_A_SA_PACKETS:
		state->packets = get_u64(attr);
		break;
	case IPSEC_A_SA_BYTES:
		state->bytes = get_u64(attr);
		break;
	case IPSEC_A_SA_DROPS:
		get_sa_drop(attr, state);
		break;
	case IPSEC_A_SA_DRIVER:
		get_string(attr, state->driver, sizeof(state->driver));
		break;
	}
}

static void get_sa_attr(const struct nlattr *attr, struct sa *sa)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_SA_DIR:
		sa->dir = get_u8(attr);
		break;
	case IPSEC_A_SA_PROTO:
		sa->proto = get_u8(attr);
		break;
	case IPSEC_A_SA_SPI:
		sa->spi = ntohl(get_u32(attr));
		break;
	case IPSEC_A_SA_SRC:
		get_addr(attr, &sa->src);
		break;
	case IPSEC_A_SA_DST:
		get_addr(attr, &sa->dst);
		break;
	case IPSEC_A_SA_MODE:
		sa->mode = get_u8(attr);
		break;
	case IPSEC_A_SA_REQID:
		sa->reqid = get_u32(attr);
		break;
	case IPSEC_A_SA_ENC:
		get_string(attr, sa->enc, sizeof(sa->enc));
		break;
	case IPSEC_A_SA_AUTH:
		get_string(attr, sa->auth, sizeof(sa->auth));
		break;
	case IPSEC_A_SA_REPLAY_WINDOW:
		sa->has_replay_window = true;
		sa->replay_window = get_u32(attr);
		break;
	case IPSEC_A_SA_DF:
		sa->df = get_u8(attr);
		break;
	case IPSEC_A_SA_SELECTOR:
		sa->has_selector = true;
		get_selector(attr, &sa->selector);
		break;
	}
}

/**
 * nlmsg_get_sa() - an SA as the kernel shows it
 * @nlh: the message
 * @sa: receives the SA, without keys
 * @state: receives its counters
 */
void nlmsg_get_sa(const struct nlmsghdr *nlh, struct sa *sa,
		  struct sa_state *state)
{
	const struct nlattr *attr;

	memset(sa, 0, sizeof(*sa));
	memset(state, 0, sizeof(*state));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		get_sa_attr(attr, sa);
		get_sa_state_attr(attr, state);
	}
}

static void get_policy_attr(const struct nlattr *attr, struct policy *policy)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_POLICY_INDEX:
		policy->index = get_u32(attr);
		break;
	case IPSEC_A_POLICY_DIR:
		policy->dir = get_u8(attr);
		break;
	case IPSEC_A_POLICY_PRIORITY:
		policy->priority = get_u32(attr);
		break;
	case IPSEC_A_POLICY_SELECTOR:
		get_selector(attr, &policy->selector);
		break;
	case IPSEC_A_POLICY_ACTION:
		policy->action = get_u8(attr);
		break;
	case IPSEC_A_POLICY_PROTO:
		policy->proto = get_u8(attr);
		break;
	case IPSEC_A_POLICY_MODE:
		policy->mode = get_u8(attr);
		break;
	case IPSEC_A_POLICY_SRC:
		get_addr(attr, &policy->src);
		break;
	case IPSEC_A_POLICY_DST:
		get_addr(attr, &policy->dst);
		break;
	case IPSEC_A_POLICY_REQID:
		policy->reqid = get_u32(attr);
		break;
	case IPSEC_A_POLICY_SPI:
		policy->spi = ntohl(get_u32(attr));
		break;
	case IPSEC_A_POLICY_PACKETS:
		policy->packets = get_u64(attr);
		break;
	}
}

/**
 * nlmsg_get_policy() - a policy as the kernel shows it
 * @nlh: the message
 * @policy: receives the policy
 */
void nlmsg_get_policy(const struct nlmsghdr *nlh, struct policy *policy)
{
	const struct nlattr *attr;

	memset(policy, 0, sizeof(*policy));
	policy->priority = POLICY_PRIORITY_DEFAULT;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		get_policy_attr(attr, policy);
}

static void get_config_attr(const struct nlattr *attr, struct config *config)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_CONFIG_DEFAULT_IN:
		config->default_in = get_u8(attr);
		break;
	case IPSEC_A_CONFIG_DEFAULT_OUT:
		config->default_out = get_u8(attr);
		break;
	case IPSEC_A_CONFIG_MAX_SAS:
		config->has_max_sas = true;
		config->max_sas = get_u32(attr);
		break;
	case IPSEC_A_CONFIG_MAX_POLICIES:
		config->has_max_policies = true;
		config->max_policies = get_u32(attr);
		break;
	case IPSEC_A_CONFIG_SAS:
		config->sas = get_u32(attr);
		break;
	case IPSEC_A_CONFIG_POLICIES:
		config->policies = get_u32(attr);
		break;
	}
}

/**
 * nlmsg_get_config() - the settings as the kernel shows them
 * @nlh: the message
 * @config: receives the settings
 */
void nlmsg_get_config(const struct nlmsghdr *nlh, struct config *config)
{
	const struct nlattr *attr;

	memset(config, 0, sizeof(*config));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		get_config_attr(attr, config);
}

/**
 * nlmsg_get_drop() - one drop counter
 * @nlh: the message
 * @drop: receives the counter
 */
void nlmsg_get_drop(const struct nlmsghdr *nlh, struct drop *drop)
{
	const struct nlattr *attr;

	memset(drop, 0, sizeof(*drop));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		get_drop_attr(attr, drop);
}
