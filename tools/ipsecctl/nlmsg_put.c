// SPDX-License-Identifier: GPL-2.0
#include "nlmsg.h"
#include "addr.h"

#include <arpa/inet.h>

static void put_addr(struct nlmsghdr *nlh, uint16_t type,
		     const struct addr *addr)
{
	if (addr->family != AF_UNSPEC)
		mnl_attr_put(nlh, type, addr_len(addr), addr->bytes);
}

static void put_prefixes(struct nlmsghdr *nlh, const struct selector *sel)
{
	put_addr(nlh, IPSEC_A_SELECTOR_LOCAL_ADDR, &sel->local);
	if (sel->local.family != AF_UNSPEC)
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_LOCAL_PLEN,
				sel->local_plen);
	put_addr(nlh, IPSEC_A_SELECTOR_REMOTE_ADDR, &sel->remote);
	if (sel->remote.family != AF_UNSPEC)
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_REMOTE_PLEN,
				sel->remote_plen);
}

static void put_selector(struct nlmsghdr *nlh, uint16_t type,
			 const struct selector *sel)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);

	put_prefixes(nlh, sel);
	if (sel->proto)
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_PROTO, sel->proto);
	if (sel->has_local_port) {
		mnl_attr_put_u16(nlh, IPSEC_A_SELECTOR_LOCAL_PORT_MIN,
				 sel->local_port_min);
		mnl_attr_put_u16(nlh, IPSEC_A_SELECTOR_LOCAL_PORT_MAX,
				 sel->local_port_max);
	}
	if (sel->has_remote_port) {
		mnl_attr_put_u16(nlh, IPSEC_A_SELECTOR_REMOTE_PORT_MIN,
				 sel->remote_port_min);
		mnl_attr_put_u16(nlh, IPSEC_A_SELECTOR_REMOTE_PORT_MAX,
				 sel->remote_port_max);
	}
	if (sel->has_icmp_type)
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_ICMP_TYPE,
				sel->icmp_type);
	if (sel->has_icmp_code)
		mnl_attr_put_u8(nlh, IPSEC_A_SELECTOR_ICMP_CODE,
				sel->icmp_code);
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
	if (sa->has_selector)
		put_selector(nlh, IPSEC_A_SA_SELECTOR, &sa->selector);
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

/**
 * nlmsg_put_policy() - everything that is configured of a policy
 * @nlh: the request
 * @policy: the policy, without an index
 */
void nlmsg_put_policy(struct nlmsghdr *nlh, const struct policy *policy)
{
	nlmsg_put_policy_name(nlh, policy);
	mnl_attr_put_u8(nlh, IPSEC_A_POLICY_ACTION, policy->action);
	if (policy->action != IPSEC_ACTION_PROTECT)
		return;
	mnl_attr_put_u8(nlh, IPSEC_A_POLICY_PROTO, policy->proto);
	mnl_attr_put_u8(nlh, IPSEC_A_POLICY_MODE, policy->mode);
	put_addr(nlh, IPSEC_A_POLICY_SRC, &policy->src);
	put_addr(nlh, IPSEC_A_POLICY_DST, &policy->dst);
	if (policy->reqid)
		mnl_attr_put_u32(nlh, IPSEC_A_POLICY_REQID, policy->reqid);
	if (policy->spi)
		mnl_attr_put_u32(nlh, IPSEC_A_POLICY_SPI, htonl(policy->spi));
}

/**
 * nlmsg_put_config() - the settings that are given
 * @nlh: the request
 * @config: the settings
 */
void nlmsg_put_config(struct nlmsghdr *nlh, const struct config *config)
{
	if (config->default_in)
		mnl_attr_put_u8(nlh, IPSEC_A_CONFIG_DEFAULT_IN,
				config->default_in);
	if (config->default_out)
		mnl_attr_put_u8(nlh, IPSEC_A_CONFIG_DEFAULT_OUT,
				config->default_out);
	if (config->has_max_sas)
		mnl_attr_put_u32(nlh, IPSEC_A_CONFIG_MAX_SAS,
				 config->max_sas);
	if (config->has_max_policies)
		mnl_attr_put_u32(nlh, IPSEC_A_CONFIG_MAX_POLICIES,
				 config->max_policies);
}
