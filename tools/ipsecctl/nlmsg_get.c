// SPDX-License-Identifier: GPL-2.0
#include "nlmsg.h"
#include "addr.h"
#include "names_gen.h"
#include "nlmsg_attr.h"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

static void reason_name(uint32_t number, char *name, size_t size)
{
	if (number && number <= IPSEC_REASON_MAX)
		snprintf(name, size, "%s", names_gen_reasons[number].name);
	else
		snprintf(name, size, "reason-%u", number);
}

static void get_drop_attr(const struct nlattr *attr, struct drop *drop)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_DROP_REASON:
		if (!drop->name[0])
			reason_name(get_u32(attr), drop->name,
				    sizeof(drop->name));
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

static void get_life(const struct nlattr *nest, uint64_t *values)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		uint16_t which = mnl_attr_get_type(attr);

		if (which == IPSEC_LIFE_BYTES || which == IPSEC_LIFE_PACKETS)
			values[which] = get_u64(attr);
		else if (which && which <= IPSEC_LIFE_MAX)
			values[which] = get_u32(attr);
	}
}

static void get_life_used(const struct nlattr *nest, struct sa_state *state)
{
	const struct nlattr *attr;

	state->has_life_used = true;
	get_life(nest, state->life_used);
	mnl_attr_for_each_nested(attr, nest)
		state->is_used |= mnl_attr_get_type(attr) == IPSEC_A_LIFE_USE;
}

static void get_sa_state_attr(const struct nlattr *attr,
			      struct sa_state *state)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_SA_KEY_BITS:
		state->key_bits = get_u32(attr);
		break;
	case IPSEC_A_SA_PMTU:
		state->pmtu = get_u32(attr);
		break;
	case IPSEC_A_SA_PMTU_EXPIRES:
		state->pmtu_expires = get_u32(attr);
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
	case IPSEC_A_SA_LIFE_USED:
		get_life_used(attr, state);
		break;
	case IPSEC_A_SA_SOFT_EXPIRED:
		state->soft_expired = get_u8(attr);
		break;
	case IPSEC_A_SA_HARD_EXPIRED:
		state->hard_expired = get_u8(attr);
		break;
	case IPSEC_A_SA_PEER:
		get_addr(attr, &state->peer);
		break;
	case IPSEC_A_SA_PEER_PORT:
		state->peer_port = get_u16(attr);
		break;
	case IPSEC_A_SA_OLD_PEER:
		get_addr(attr, &state->old_peer);
		break;
	case IPSEC_A_SA_OLD_PEER_PORT:
		state->old_peer_port = get_u16(attr);
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
	case IPSEC_A_SA_ESN:
		sa->esn = true;
		break;
	case IPSEC_A_SA_SEQ_ROLLOVER:
		sa->seq_rollover = true;
		break;
	case IPSEC_A_SA_RESYNC:
		sa->has_resync = true;
		sa->resync = get_u32(attr);
		break;
	case IPSEC_A_SA_LIFE_SOFT:
		get_life(attr, sa->life.soft);
		break;
	case IPSEC_A_SA_LIFE_HARD:
		get_life(attr, sa->life.hard);
		break;
	case IPSEC_A_SA_DF:
		sa->df = get_u8(attr);
		break;
	case IPSEC_A_SA_SELECTOR:
		sa->has_selector = true;
		nlmsg_get_selector(attr, &sa->selector);
		break;
	}
}

static void get_encap_attr(const struct nlattr *attr, struct encap *encap)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_SA_ENCAP_SPORT:
		encap->sport = get_u16(attr);
		break;
	case IPSEC_A_SA_ENCAP_DPORT:
		encap->dport = get_u16(attr);
		break;
	case IPSEC_A_SA_KEEPALIVE:
		encap->keepalive = get_u16(attr);
		break;
	case IPSEC_A_SA_FOLLOW:
		encap->follow = true;
		break;
	case IPSEC_A_SA_ORIGINAL_SRC:
		get_addr(attr, &encap->original_src);
		break;
	case IPSEC_A_SA_ORIGINAL_DST:
		get_addr(attr, &encap->original_dst);
		break;
	}
}

static void get_outer_attr(const struct nlattr *attr, struct outer *outer)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_SA_TTL:
		outer->ttl = get_u8(attr);
		break;
	case IPSEC_A_SA_DSCP:
		outer->has_dscp = true;
		outer->dscp = get_u8(attr);
		break;
	case IPSEC_A_SA_DSCP_MAP:
		outer->has_dscp_map = has_len(attr, IPSEC_DSCP_MAP_LEN);
		if (outer->has_dscp_map)
			memcpy(outer->dscp_map, mnl_attr_get_payload(attr),
			       IPSEC_DSCP_MAP_LEN);
		break;
	case IPSEC_A_SA_DECAP_DSCP:
		outer->decap_dscp = get_u8(attr) ? DECAP_DSCP_COPY :
						   DECAP_DSCP_KEEP;
		break;
	case IPSEC_A_SA_ECN:
		outer->ecn = get_u8(attr);
		break;
	case IPSEC_A_SA_FLOW_LABEL:
		outer->has_flow_label = true;
		outer->flow_label = get_u32(attr);
		break;
	case IPSEC_A_SA_LABEL:
		outer->label = get_u8(attr);
		break;
	case IPSEC_A_SA_TFC:
		outer->tfc = get_u16(attr);
		break;
	case IPSEC_A_SA_PAD_MIN:
		outer->pad_min = get_u8(attr);
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
		get_outer_attr(attr, &sa->outer);
		get_encap_attr(attr, &sa->encap);
		get_sa_state_attr(attr, state);
	}
}

static void get_protect(const struct nlattr *nest, struct protect *protect)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case IPSEC_A_PROTECT_PROTO:
			protect->proto = get_u8(attr);
			break;
		case IPSEC_A_PROTECT_MODE:
			protect->mode = get_u8(attr);
			break;
		case IPSEC_A_PROTECT_SRC:
			get_addr(attr, &protect->src);
			break;
		case IPSEC_A_PROTECT_DST:
			get_addr(attr, &protect->dst);
			break;
		case IPSEC_A_PROTECT_REQID:
			protect->reqid = get_u32(attr);
			break;
		case IPSEC_A_PROTECT_SPI:
			protect->spi = ntohl(get_u32(attr));
			break;
		}
	}
}

static void get_outer_sa(const struct nlattr *nest, struct policy *policy)
{
	if (!policy->protect_count)
		policy->protect_count = 1;
	if (policy->protect_count < IPSEC_NEST_MAX)
		get_protect(nest, &policy->protect[policy->protect_count++]);
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
		nlmsg_get_selector(attr, &policy->selector);
		break;
	case IPSEC_A_POLICY_ACTION:
		policy->action = get_u8(attr);
		break;
	case IPSEC_A_POLICY_PROTO:
		policy->protect[0].proto = get_u8(attr);
		if (!policy->protect_count)
			policy->protect_count = 1;
		break;
	case IPSEC_A_POLICY_MODE:
		policy->protect[0].mode = get_u8(attr);
		break;
	case IPSEC_A_POLICY_SRC:
		get_addr(attr, &policy->protect[0].src);
		break;
	case IPSEC_A_POLICY_DST:
		get_addr(attr, &policy->protect[0].dst);
		break;
	case IPSEC_A_POLICY_REQID:
		policy->protect[0].reqid = get_u32(attr);
		break;
	case IPSEC_A_POLICY_SPI:
		policy->protect[0].spi = ntohl(get_u32(attr));
		break;
	case IPSEC_A_POLICY_OUTER:
		get_outer_sa(attr, policy);
		break;
	case IPSEC_A_POLICY_MSS:
		policy->mss = get_u16(attr);
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

static void get_decision_attr(const struct nlattr *attr,
			      struct decision *decision)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_POLICY_INDEX:
		decision->index = get_u32(attr);
		break;
	case IPSEC_A_POLICY_ACTION:
		decision->action = get_u8(attr);
		break;
	case IPSEC_A_POLICY_REASON:
		decision->reason = get_u32(attr);
		break;
	case IPSEC_A_POLICY_SA:
		if (decision->sa_count < IPSEC_NEST_MAX)
			get_protect(attr,
				    &decision->sa[decision->sa_count++]);
		break;
	}
}

/**
 * nlmsg_get_decision() - what would happen to a packet
 * @nlh: the message
 * @decision: receives it
 */
void nlmsg_get_decision(const struct nlmsghdr *nlh, struct decision *decision)
{
	const struct nlattr *attr;

	memset(decision, 0, sizeof(*decision));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		get_decision_attr(attr, decision);
}

static uint8_t get_switch(const struct nlattr *attr)
{
	return get_u8(attr) ? SWITCH_ON : SWITCH_OFF;
}

static void get_setting(const struct nlattr *attr, struct config *config)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_CONFIG_ICMP_CHECK:
		config->icmp_check = get_u8(attr);
		break;
	case IPSEC_A_CONFIG_ICMP_RETURN_SA:
		config->icmp_return_sa = get_switch(attr);
		break;
	case IPSEC_A_CONFIG_ICMP_ANSWER:
		config->icmp_answer = get_switch(attr);
		break;
	case IPSEC_A_CONFIG_ICMP_CLEAR:
		config->has_icmp_clear = true;
		config->icmp_clear = get_u32(attr);
		break;
	case IPSEC_A_CONFIG_ICMP_SA:
		config->has_icmp_sa = true;
		config->icmp_sa = get_u32(attr);
		break;
	case IPSEC_A_CONFIG_FRAGMENT:
		config->fragment = get_u8(attr);
		break;
	case IPSEC_A_CONFIG_AUDIT_EVENTS:
		config->audit_events = get_switch(attr);
		break;
	case IPSEC_A_CONFIG_SHORTCUT:
		config->shortcut = get_switch(attr);
		break;
	case IPSEC_A_CONFIG_AUDIT_LOG:
		config->audit_log = get_switch(attr);
		break;
	}
}

static void get_limit(const struct nlattr *attr, struct config *config)
{
	unsigned int i;

	for (i = 0; i < LIMIT_COUNT; i++) {
		if (mnl_attr_get_type(attr) != model_limits[i].attr)
			continue;
		config->has_limit[i] = true;
		config->limit[i] = get_u32(attr);
	}
}

static void get_config_attr(const struct nlattr *attr, struct config *config)
{
	get_limit(attr, config);
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_CONFIG_DEFAULT_IN:
		config->default_in = get_u8(attr);
		break;
	case IPSEC_A_CONFIG_DEFAULT_OUT:
		config->default_out = get_u8(attr);
		break;
	case IPSEC_A_CONFIG_SAS:
		config->sas = get_u32(attr);
		break;
	case IPSEC_A_CONFIG_POLICIES:
		config->policies = get_u32(attr);
		break;
	default:
		get_setting(attr, config);
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

static void get_acquire_attr(const struct nlattr *attr,
			     struct acquire *acquire)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_ACQUIRE_SEQ:
		acquire->seq = get_u32(attr);
		break;
	case IPSEC_A_ACQUIRE_POLICY:
		acquire->policy = get_u32(attr);
		break;
	case IPSEC_A_ACQUIRE_FLOW:
		nlmsg_get_selector(attr, &acquire->flow);
		break;
	case IPSEC_A_ACQUIRE_MARK:
		acquire->mark = get_u32(attr);
		break;
	case IPSEC_A_ACQUIRE_INSIDE:
		acquire->inside = get_u8(attr);
		break;
	case IPSEC_A_ACQUIRE_PROTO:
		acquire->sa.proto = get_u8(attr);
		break;
	case IPSEC_A_ACQUIRE_MODE:
		acquire->sa.mode = get_u8(attr);
		break;
	case IPSEC_A_ACQUIRE_SRC:
		get_addr(attr, &acquire->sa.src);
		break;
	case IPSEC_A_ACQUIRE_DST:
		get_addr(attr, &acquire->sa.dst);
		break;
	case IPSEC_A_ACQUIRE_REQID:
		acquire->sa.reqid = get_u32(attr);
		break;
	case IPSEC_A_ACQUIRE_SPI:
		acquire->sa.spi = ntohl(get_u32(attr));
		break;
	case IPSEC_A_ACQUIRE_HELD:
		acquire->has_held = true;
		acquire->held = get_u32(attr);
		break;
	}
}

/**
 * nlmsg_get_acquire() - an SA that the kernel asks for
 * @nlh: the message
 * @acquire: receives it
 */
void nlmsg_get_acquire(const struct nlmsghdr *nlh, struct acquire *acquire)
{
	const struct nlattr *attr;

	memset(acquire, 0, sizeof(*acquire));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		get_acquire_attr(attr, acquire);
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

static void get_audit_attr(const struct nlattr *attr,
			   struct audit_event *event)
{
	switch (mnl_attr_get_type(attr)) {
	case IPSEC_A_AUDIT_EVENT:
		event->event = get_u8(attr);
		break;
	case IPSEC_A_AUDIT_TIME:
		event->time = get_u64(attr);
		break;
	case IPSEC_A_AUDIT_PROTO:
		event->proto = get_u8(attr);
		break;
	case IPSEC_A_AUDIT_SPI:
		event->spi = ntohl(get_u32(attr));
		break;
	case IPSEC_A_AUDIT_SRC:
		get_addr(attr, &event->src);
		break;
	case IPSEC_A_AUDIT_DST:
		get_addr(attr, &event->dst);
		break;
	case IPSEC_A_AUDIT_SEQ:
		event->has_seq = true;
		event->seq = get_u64(attr);
		break;
	case IPSEC_A_AUDIT_FLOW_LABEL:
		event->has_label = true;
		event->label = get_u32(attr);
		break;
	case IPSEC_A_AUDIT_SUPPRESSED:
		event->suppressed = get_u64(attr);
		break;
	case IPSEC_A_AUDIT_REASON:
		reason_name(get_u32(attr), event->reason,
			    sizeof(event->reason));
		break;
	case IPSEC_A_AUDIT_SA_DST:
		get_addr(attr, &event->sa_dst);
		break;
	case IPSEC_A_AUDIT_PACKET:
		event->has_packet = true;
		nlmsg_get_selector(attr, &event->packet);
		break;
	case IPSEC_A_AUDIT_SELECTOR:
		event->has_selector = true;
		nlmsg_get_selector(attr, &event->selector);
		break;
	}
}

/**
 * nlmsg_get_audit() - an auditable event
 * @nlh: the message
 * @event: receives the event
 */
void nlmsg_get_audit(const struct nlmsghdr *nlh, struct audit_event *event)
{
	const struct nlattr *attr;

	memset(event, 0, sizeof(*event));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		get_audit_attr(attr, event);
}
