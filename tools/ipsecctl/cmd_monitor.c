// SPDX-License-Identifier: GPL-2.0
#include "cmd.h"
#include "nlmsg.h"
#include "out.h"
#include "show.h"

#include <stdio.h>
#include <string.h>

static void sa_event(uint8_t cmd, const struct nlmsghdr *nlh)
{
	struct sa_state state;
	struct sa sa;

	nlmsg_get_sa(nlh, &sa, &state);
	if (cmd == IPSEC_CMD_SA_NEW_NTF)
		show_sa(&sa, NULL);
	else if (cmd == IPSEC_CMD_SA_EXHAUSTED_NTF)
		show_sa_exhausted(&sa, &state);
	else if (cmd == IPSEC_CMD_SA_SOFT_NTF)
		show_sa_soft(&sa, &state);
	else if (cmd == IPSEC_CMD_SA_MAPPING_NTF)
		show_sa_mapping(&sa, &state);
	else
		show_sa_del(&sa, &state);
}

static void policy_event(uint8_t cmd, const struct nlmsghdr *nlh)
{
	struct policy policy;

	nlmsg_get_policy(nlh, &policy);
	if (cmd == IPSEC_CMD_POLICY_NEW_NTF)
		show_policy(&policy, true);
	else
		show_policy_del(&policy);
}

static void config_event(const struct nlmsghdr *nlh)
{
	struct config config;

	nlmsg_get_config(nlh, &config);
	out_object_open(NULL);
	out_json_string("type", "config");
	show_defaults(&config);
	show_limits(&config);
	show_settings(&config);
	out_object_close();
}

static void acquire_event(const struct nlmsghdr *nlh)
{
	struct acquire acquire;

	nlmsg_get_acquire(nlh, &acquire);
	show_acquire(&acquire);
}

static void audit_event(const struct nlmsghdr *nlh)
{
	struct audit_event event;

	nlmsg_get_audit(nlh, &event);
	show_audit_event(&event);
}

static const char *event_name(uint8_t cmd)
{
	switch (cmd) {
	case IPSEC_CMD_SA_NEW_NTF:
	case IPSEC_CMD_POLICY_NEW_NTF:
		return "new";
	case IPSEC_CMD_SA_DEL_NTF:
	case IPSEC_CMD_POLICY_DEL_NTF:
		return "del";
	case IPSEC_CMD_CONFIG_NTF:
		return "set";
	case IPSEC_CMD_SA_EXHAUSTED_NTF:
		return "exhausted";
	case IPSEC_CMD_SA_SOFT_NTF:
		return "soft";
	case IPSEC_CMD_ACQUIRE_NTF:
		return "acquire";
	case IPSEC_CMD_AUDIT_NTF:
		return "audit";
	case IPSEC_CMD_SA_MAPPING_NTF:
		return "mapping";
	default:
		return NULL;
	}
}

static void event(uint8_t cmd, const struct nlmsghdr *nlh, void *arg)
{
	const struct options *opts = arg;
	const char *name = event_name(cmd);

	if (!name)
		return;
	out_begin(opts->is_json);
	out_json_string("event", name);
	out_array_open("objects");
	if (cmd == IPSEC_CMD_SA_NEW_NTF || cmd == IPSEC_CMD_SA_DEL_NTF ||
	    cmd == IPSEC_CMD_SA_EXHAUSTED_NTF || cmd == IPSEC_CMD_SA_SOFT_NTF ||
	    cmd == IPSEC_CMD_SA_MAPPING_NTF)
		sa_event(cmd, nlh);
	else if (cmd == IPSEC_CMD_CONFIG_NTF)
		config_event(nlh);
	else if (cmd == IPSEC_CMD_ACQUIRE_NTF)
		acquire_event(nlh);
	else if (cmd == IPSEC_CMD_AUDIT_NTF)
		audit_event(nlh);
	else
		policy_event(cmd, nlh);
	out_array_close();
	out_end();
}

/**
 * cmd_monitor() - print changes, or SAs that are asked for, until interrupted
 * @p: the parser, behind `monitor`
 * @opts: the options
 *
 * Return: enum exit_code, when listening is not possible.
 */
int cmd_monitor(struct parser *p, const struct options *opts)
{
	const char *groups[3] = { IPSEC_MCGRP_EVENTS, IPSEC_MCGRP_AUDIT };
	const char *word = parse_peek(p);

	if (word && (!strcmp(word, IPSEC_MCGRP_ACQUIRE) ||
		     !strcmp(word, IPSEC_MCGRP_AUDIT))) {
		groups[0] = word;
		groups[1] = NULL;
		parse_next(p);
	}
	if (!parse_end(p))
		return cmd_parse_failed("monitor", p);
	nl_listen(groups, event, (void *)opts);
	return cmd_refused();
}
