// SPDX-License-Identifier: GPL-2.0
#include "nlmsg.h"
#include "addr.h"
#include "list.h"

#include <arpa/inet.h>

static void put_addr(struct nlmsghdr *nlh, uint16_t type,
		     const struct addr *addr)
{
	if (addr->family != AF_UNSPEC)
		mnl_attr_put(nlh, type, addr_len(addr), addr->bytes);
}

static void put_ranges(struct nlmsghdr *nlh, uint16_t type,
		       const struct addr_list *list)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < list->count; i++) {
		nest = mnl_attr_nest_start(nlh, type);
		put_addr(nlh, IPSEC_A_ADDR_RANGE_FIRST, &list->range[i].first);
		put_addr(nlh, IPSEC_A_ADDR_RANGE_LAST, &list->range[i].last);
		mnl_attr_nest_end(nlh, nest);
	}
}

static void put_addrs(struct nlmsghdr *nlh, const struct selector *sel)
{
	uint8_t plen;

	if (list_get_prefix(&sel->local, &plen)) {
		put_addr(nlh, IPSEC_A_SELECTOR_LOCAL_ADDR,
			 &sel->local.range[0].first);
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_LOCAL_PLEN, plen);
	} else {
		put_ranges(nlh, IPSEC_A_SELECTOR_LOCAL_RANGE, &sel->local);
	}
	if (list_get_prefix(&sel->remote, &plen)) {
		put_addr(nlh, IPSEC_A_SELECTOR_REMOTE_ADDR,
			 &sel->remote.range[0].first);
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_REMOTE_PLEN, plen);
	} else {
		put_ranges(nlh, IPSEC_A_SELECTOR_REMOTE_RANGE, &sel->remote);
	}
}

static void put_port_ranges(struct nlmsghdr *nlh, uint16_t type,
			    const struct port_list *list)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < list->count; i++) {
		nest = mnl_attr_nest_start(nlh, type);
		mnl_attr_put_u16(nlh, IPSEC_A_PORT_RANGE_FIRST,
				 list->range[i].first);
		mnl_attr_put_u16(nlh, IPSEC_A_PORT_RANGE_LAST,
				 list->range[i].last);
		mnl_attr_nest_end(nlh, nest);
	}
}

static void put_ports(struct nlmsghdr *nlh, const struct selector *sel)
{
	if (sel->local_ports.count == 1) {
		mnl_attr_put_u16(nlh, IPSEC_A_SELECTOR_LOCAL_PORT_MIN,
				 sel->local_ports.range[0].first);
		mnl_attr_put_u16(nlh, IPSEC_A_SELECTOR_LOCAL_PORT_MAX,
				 sel->local_ports.range[0].last);
	} else {
		put_port_ranges(nlh, IPSEC_A_SELECTOR_LOCAL_PORTS,
				&sel->local_ports);
	}
	if (sel->remote_ports.count == 1) {
		mnl_attr_put_u16(nlh, IPSEC_A_SELECTOR_REMOTE_PORT_MIN,
				 sel->remote_ports.range[0].first);
		mnl_attr_put_u16(nlh, IPSEC_A_SELECTOR_REMOTE_PORT_MAX,
				 sel->remote_ports.range[0].last);
	} else {
		put_port_ranges(nlh, IPSEC_A_SELECTOR_REMOTE_PORTS,
				&sel->remote_ports);
	}
}

static void put_types(struct nlmsghdr *nlh, const struct selector *sel)
{
	if (sel->has_icmp_type) {
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_ICMP_TYPE,
				sel->icmp_type);
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_ICMP_TYPE_MAX,
				sel->icmp_type_max);
	}
	if (sel->has_icmp_code) {
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_ICMP_CODE,
				sel->icmp_code);
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_ICMP_CODE_MAX,
				sel->icmp_code_max);
	}
	if (sel->has_mh_type) {
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_MH_TYPE, sel->mh_type);
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_MH_TYPE_MAX,
				sel->mh_type_max);
	}
}

static void put_selector(struct nlmsghdr *nlh, uint16_t type,
			 const struct selector *sel)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);

	put_addrs(nlh, sel);
	if (sel->proto)
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_PROTO, sel->proto);
	if (sel->is_proto_opaque)
		mnl_attr_put(nlh, IPSEC_A_SELECTOR_PROTO_OPAQUE, 0, NULL);
	put_ports(nlh, sel);
	put_types(nlh, sel);
	if (sel->is_opaque)
		mnl_attr_put(nlh, IPSEC_A_SELECTOR_OPAQUE, 0, NULL);
	if (sel->has_mark) {
		mnl_attr_put_u32(nlh, IPSEC_A_SELECTOR_MARK, sel->mark);
		mnl_attr_put_u32(nlh, IPSEC_A_SELECTOR_MARK_MASK,
				 sel->mark_mask);
	}
	if (sel->dev[0])
		mnl_attr_put_strz(nlh, IPSEC_A_SELECTOR_DEV, sel->dev);
	mnl_attr_nest_end(nlh, nest);
}

/**
 * nlmsg_put_sa_name() - protocol, SPI and destination
 * @nlh: the request
 * @sa: the SA
 */
void nlmsg_put_sa_name(struct nlmsghdr *nlh, const struct sa *sa)
{
	mnl_attr_put_u8(nlh, IPSEC_A_SA_PROTO, sa->proto);
	mnl_attr_put_u32(nlh, IPSEC_A_SA_SPI, htonl(sa->spi));
	put_addr(nlh, IPSEC_A_SA_DST, &sa->dst);
}

static void put_algorithm(struct nlmsghdr *nlh, uint16_t name_type,
			  const char *name, uint16_t key_type,
			  const struct key *key)
{
	if (!name[0])
		return;
	mnl_attr_put_strz(nlh, name_type, name);
	if (key->is_set)
		mnl_attr_put(nlh, key_type, key->len, key->data);
}

static void put_outer(struct nlmsghdr *nlh, const struct outer *outer)
{
	if (outer->ttl)
		mnl_attr_put_u8(nlh, IPSEC_A_SA_TTL, outer->ttl);
	if (outer->has_dscp)
		mnl_attr_put_u8(nlh, IPSEC_A_SA_DSCP, outer->dscp);
	if (outer->has_dscp_map)
		mnl_attr_put(nlh, IPSEC_A_SA_DSCP_MAP, IPSEC_DSCP_MAP_LEN,
			     outer->dscp_map);
	if (outer->decap_dscp)
		mnl_attr_put_u8(nlh, IPSEC_A_SA_DECAP_DSCP,
				outer->decap_dscp == DECAP_DSCP_COPY);
	if (outer->ecn)
		mnl_attr_put_u8(nlh, IPSEC_A_SA_ECN, outer->ecn);
	if (outer->label)
		mnl_attr_put_u8(nlh, IPSEC_A_SA_LABEL, outer->label);
	if (outer->has_flow_label)
		mnl_attr_put_u32(nlh, IPSEC_A_SA_FLOW_LABEL,
				 outer->flow_label);
	if (outer->tfc)
		mnl_attr_put_u16(nlh, IPSEC_A_SA_TFC, outer->tfc);
	if (outer->pad_min)
		mnl_attr_put_u8(nlh, IPSEC_A_SA_PAD_MIN, outer->pad_min);
}

static void put_life(struct nlmsghdr *nlh, uint16_t type,
		     const uint64_t *limits)
{
	struct nlattr *nest = NULL;
	uint16_t which;

	for (which = 1; which <= IPSEC_LIFE_MAX; which++) {
		if (!limits[which])
			continue;
		if (!nest)
			nest = mnl_attr_nest_start(nlh, type);
		if (which == IPSEC_LIFE_BYTES || which == IPSEC_LIFE_PACKETS)
			mnl_attr_put_u64(nlh, which, limits[which]);
		else
			mnl_attr_put_u32(nlh, which, (uint32_t)limits[which]);
	}
	if (nest)
		mnl_attr_nest_end(nlh, nest);
}

static void put_encap(struct nlmsghdr *nlh, const struct encap *encap)
{
	if (!encap->dport)
		return;
	mnl_attr_put_u16(nlh, IPSEC_A_SA_ENCAP_SPORT, encap->sport);
	mnl_attr_put_u16(nlh, IPSEC_A_SA_ENCAP_DPORT, encap->dport);
	if (encap->keepalive)
		mnl_attr_put_u16(nlh, IPSEC_A_SA_KEEPALIVE, encap->keepalive);
	if (encap->follow)
		mnl_attr_put(nlh, IPSEC_A_SA_FOLLOW, 0, NULL);
	put_addr(nlh, IPSEC_A_SA_ORIGINAL_SRC, &encap->original_src);
	put_addr(nlh, IPSEC_A_SA_ORIGINAL_DST, &encap->original_dst);
}

/**
 * nlmsg_put_sa() - everything that is configured of an SA, keys included
 * @nlh: the request
 * @sa: the SA
 */
void nlmsg_put_sa(struct nlmsghdr *nlh, const struct sa *sa)
{
	mnl_attr_put_u8(nlh, IPSEC_A_SA_DIR, sa->dir);
	nlmsg_put_sa_name(nlh, sa);
	put_addr(nlh, IPSEC_A_SA_SRC, &sa->src);
	mnl_attr_put_u8(nlh, IPSEC_A_SA_MODE, sa->mode);
	if (sa->reqid)
		mnl_attr_put_u32(nlh, IPSEC_A_SA_REQID, sa->reqid);
	put_algorithm(nlh, IPSEC_A_SA_ENC, sa->enc, IPSEC_A_SA_ENC_KEY,
		      &sa->enc_key);
	put_algorithm(nlh, IPSEC_A_SA_AUTH, sa->auth, IPSEC_A_SA_AUTH_KEY,
		      &sa->auth_key);
	if (sa->has_replay_window)
		mnl_attr_put_u32(nlh, IPSEC_A_SA_REPLAY_WINDOW,
				 sa->replay_window);
	if (sa->df)
		mnl_attr_put_u8(nlh, IPSEC_A_SA_DF, sa->df);
	put_outer(nlh, &sa->outer);
	put_encap(nlh, &sa->encap);
	if (sa->esn)
		mnl_attr_put(nlh, IPSEC_A_SA_ESN, 0, NULL);
	if (sa->seq_rollover)
		mnl_attr_put(nlh, IPSEC_A_SA_SEQ_ROLLOVER, 0, NULL);
	if (sa->has_seq)
		mnl_attr_put_u64(nlh, IPSEC_A_SA_SEQ, sa->seq);
	if (sa->has_resync)
		mnl_attr_put_u32(nlh, IPSEC_A_SA_RESYNC, sa->resync);
	put_life(nlh, IPSEC_A_SA_LIFE_SOFT, sa->life.soft);
	put_life(nlh, IPSEC_A_SA_LIFE_HARD, sa->life.hard);
	if (sa->has_selector)
		put_selector(nlh, IPSEC_A_SA_SELECTOR, &sa->selector);
}

/**
 * nlmsg_put_dummies() - which dummy packets to send
 * @nlh: the request
 * @dummies: how many and how long
 */
void nlmsg_put_dummies(struct nlmsghdr *nlh, const struct dummies *dummies)
{
	mnl_attr_put_u16(nlh, IPSEC_A_SA_DUMMY_COUNT,
			 (uint16_t)dummies->count);
	if (dummies->has_len)
		mnl_attr_put_u16(nlh, IPSEC_A_SA_DUMMY_LEN,
				 (uint16_t)dummies->len);
}

/**
 * nlmsg_put_policy_name() - the index, or direction, priority and selector
 * @nlh: the request
 * @policy: the policy
 */
void nlmsg_put_policy_name(struct nlmsghdr *nlh, const struct policy *policy)
{
	if (policy->index) {
		mnl_attr_put_u32(nlh, IPSEC_A_POLICY_INDEX, policy->index);
		return;
	}
	mnl_attr_put_u8(nlh, IPSEC_A_POLICY_DIR, policy->dir);
	mnl_attr_put_u32(nlh, IPSEC_A_POLICY_PRIORITY, policy->priority);
	if (!model_selector_is_any(&policy->selector))
		put_selector(nlh, IPSEC_A_POLICY_SELECTOR, &policy->selector);
}

static void put_innermost(struct nlmsghdr *nlh, const struct protect *protect)
{
	mnl_attr_put_u8(nlh, IPSEC_A_POLICY_PROTO, protect->proto);
	mnl_attr_put_u8(nlh, IPSEC_A_POLICY_MODE, protect->mode);
	put_addr(nlh, IPSEC_A_POLICY_SRC, &protect->src);
	put_addr(nlh, IPSEC_A_POLICY_DST, &protect->dst);
	if (protect->reqid)
		mnl_attr_put_u32(nlh, IPSEC_A_POLICY_REQID, protect->reqid);
	if (protect->spi)
		mnl_attr_put_u32(nlh, IPSEC_A_POLICY_SPI, htonl(protect->spi));
}

static void put_outer_sa(struct nlmsghdr *nlh, const struct protect *protect)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, IPSEC_A_POLICY_OUTER);

	mnl_attr_put_u8(nlh, IPSEC_A_PROTECT_PROTO, protect->proto);
	mnl_attr_put_u8(nlh, IPSEC_A_PROTECT_MODE, protect->mode);
	put_addr(nlh, IPSEC_A_PROTECT_SRC, &protect->src);
	put_addr(nlh, IPSEC_A_PROTECT_DST, &protect->dst);
	if (protect->reqid)
		mnl_attr_put_u32(nlh, IPSEC_A_PROTECT_REQID, protect->reqid);
	if (protect->spi)
		mnl_attr_put_u32(nlh, IPSEC_A_PROTECT_SPI,
				 htonl(protect->spi));
	mnl_attr_nest_end(nlh, nest);
}

static void put_protect(struct nlmsghdr *nlh, const struct policy *policy)
{
	unsigned int i;

	put_innermost(nlh, &policy->protect[0]);
	for (i = 1; i < policy->protect_count; i++)
		put_outer_sa(nlh, &policy->protect[i]);
}

/**
 * nlmsg_put_policy() - everything that is configured of a policy
 * @nlh: the request
 * @policy: the policy, without an index
 */
void nlmsg_put_policy(struct nlmsghdr *nlh, const struct policy *policy)
{
	nlmsg_put_policy_name(nlh, policy);
	mnl_attr_put_u8(nlh, IPSEC_A_POLICY_ACTION, policy->action);
	if (policy->action == IPSEC_ACTION_PROTECT)
		put_protect(nlh, policy);
	if (policy->mss)
		mnl_attr_put_u16(nlh, IPSEC_A_POLICY_MSS, policy->mss);
}

static void put_switch(struct nlmsghdr *nlh, uint16_t type, uint8_t value)
{
	if (value)
		mnl_attr_put_u8(nlh, type, value == SWITCH_ON);
}

static void put_settings(struct nlmsghdr *nlh, const struct config *config)
{
	if (config->icmp_check)
		mnl_attr_put_u8(nlh, IPSEC_A_CONFIG_ICMP_CHECK,
				config->icmp_check);
	put_switch(nlh, IPSEC_A_CONFIG_ICMP_RETURN_SA, config->icmp_return_sa);
	put_switch(nlh, IPSEC_A_CONFIG_ICMP_ANSWER, config->icmp_answer);
	if (config->has_icmp_clear)
		mnl_attr_put_u32(nlh, IPSEC_A_CONFIG_ICMP_CLEAR,
				 config->icmp_clear);
	if (config->has_icmp_sa)
		mnl_attr_put_u32(nlh, IPSEC_A_CONFIG_ICMP_SA, config->icmp_sa);
	if (config->fragment)
		mnl_attr_put_u8(nlh, IPSEC_A_CONFIG_FRAGMENT, config->fragment);
	put_switch(nlh, IPSEC_A_CONFIG_AUDIT_EVENTS, config->audit_events);
	put_switch(nlh, IPSEC_A_CONFIG_AUDIT_LOG, config->audit_log);
	put_switch(nlh, IPSEC_A_CONFIG_SHORTCUT, config->shortcut);
}

/**
 * nlmsg_put_packet() - the direction and the values of a packet
 * @nlh: the request
 * @packet: its direction and selector
 */
void nlmsg_put_packet(struct nlmsghdr *nlh, const struct policy *packet)
{
	mnl_attr_put_u8(nlh, IPSEC_A_POLICY_DIR, packet->dir);
	put_selector(nlh, IPSEC_A_POLICY_SELECTOR, &packet->selector);
}

/**
 * nlmsg_put_config() - the settings that are given
 * @nlh: the request
 * @config: the settings
 */
void nlmsg_put_config(struct nlmsghdr *nlh, const struct config *config)
{
	unsigned int i;

	if (config->default_in)
		mnl_attr_put_u8(nlh, IPSEC_A_CONFIG_DEFAULT_IN,
				config->default_in);
	if (config->default_out)
		mnl_attr_put_u8(nlh, IPSEC_A_CONFIG_DEFAULT_OUT,
				config->default_out);
	for (i = 0; i < LIMIT_COUNT; i++) {
		if (config->has_limit[i])
			mnl_attr_put_u32(nlh, model_limits[i].attr,
					 config->limit[i]);
	}
	put_settings(nlh, config);
}
