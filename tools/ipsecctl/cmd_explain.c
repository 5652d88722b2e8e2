// SPDX-License-Identifier: GPL-2.0
/* What would happen to a packet. */
#include "cmd.h"
#include "names.h"
#include "names_gen.h"
#include "nlmsg.h"
#include "out.h"
#include "show.h"

#include <stdio.h>
#include <string.h>

static void take_decision(uint8_t cmd, const struct nlmsghdr *nlh, void *arg)
{
	(void)cmd;
	nlmsg_get_decision(nlh, arg);
}

static void show_one(uint8_t cmd, const struct nlmsghdr *nlh, void *arg)
{
	struct policy policy;

	(void)cmd;
	(void)arg;
	nlmsg_get_policy(nlh, &policy);
	show_policy(&policy, true);
}

/* Nothing when it was deleted meanwhile. */
static void show_policy_of(uint32_t index)
{
	struct nlmsghdr *nlh = nl_request(IPSEC_CMD_POLICY_GET, 0);

	out_array_open("policies");
	if (nlh) {
		mnl_attr_put_u32(nlh, IPSEC_A_POLICY_INDEX, index);
		nl_talk(nlh, show_one, NULL);
	}
	out_array_close();
}

static void show_reason(uint32_t reason)
{
	const struct reason *known;

	if (!reason || reason > IPSEC_REASON_MAX)
		return;
	known = &names_gen_reasons[reason];
	out_text("dropped: %s: %s\n", known->name, known->doc);
	out_json_string("reason", known->name);
}

static void show_decision(const struct decision *decision)
{
	const char *action = names_of(names_action, decision->action);
	unsigned int i;

	out_text("%s\n", action ? action : "unknown");
	out_json_string("action", action ? action : "unknown");
	show_reason(decision->reason);
	if (decision->index)
		show_policy_of(decision->index);
	else
		out_text("no policy matches; this is the default\n");
	out_array_open("sas");
	for (i = 0; i < decision->sa_count; i++) {
		out_object_open(NULL);
		show_protecting_sa(&decision->sa[i]);
		out_object_close();
		out_text("\n");
	}
	out_array_close();
}

/**
 * cmd_explain() - what would happen to a packet
 * @p: the parser, behind `explain`
 * @opts: the options
 *
 * Return: enum exit_code.
 */
int cmd_explain(struct parser *p, const struct options *opts)
{
	struct decision decision;
	struct policy packet;
	struct nlmsghdr *nlh;

	if (!parse_packet(p, &packet))
		return cmd_parse_failed("explain", p);
	nlh = nl_request(IPSEC_CMD_EXPLAIN, 0);
	if (!nlh)
		return cmd_refused();
	nlmsg_put_packet(nlh, &packet);
	if (!nl_talk(nlh, take_decision, &decision))
		return cmd_refused();
	out_begin(opts->is_json);
	show_decision(&decision);
	out_end();
	return EXIT_DONE;
}
