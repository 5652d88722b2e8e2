// SPDX-License-Identifier: GPL-2.0
/* SAs that policies ask for and that do not exist. */
#include "cmd.h"
#include "nlmsg.h"
#include "out.h"
#include "show.h"

#include <string.h>

static void show_one(uint8_t cmd, const struct nlmsghdr *nlh, void *arg)
{
	struct acquire acquire;

	(void)cmd;
	(void)arg;
	nlmsg_get_acquire(nlh, &acquire);
	show_acquire(&acquire);
}

/**
 * cmd_acquire() - which SAs are asked for, and how many packets wait
 * @p: the parser, behind `acquire`
 * @opts: the options
 *
 * Return: enum exit_code.
 */
int cmd_acquire(struct parser *p, const struct options *opts)
{
	const char *verb = parse_next(p);
	struct nlmsghdr *nlh;
	bool is_listed;

	if (!verb || strcmp(verb, "show"))
		return cmd_usage("acquire", verb ?
				 "'acquire' has one verb, show" :
				 "the verb is missing: show");
	if (!parse_end(p))
		return cmd_parse_failed("acquire", p);
	nlh = nl_request(IPSEC_CMD_ACQUIRE_GET, NLM_F_DUMP);
	if (!nlh)
		return cmd_refused();
	out_begin(opts->is_json);
	out_array_open("acquires");
	is_listed = nl_talk(nlh, show_one, NULL);
	out_array_close();
	out_end();
	return is_listed ? EXIT_DONE : cmd_refused();
}
