// SPDX-License-Identifier: GPL-2.0
#include "cmd.h"
#include "out.h"

#include <stdio.h>

/**
 * cmd_usage() - the command line is wrong
 * @command: the command, for the hint; NULL when there is none
 * @sentence: what is wrong
 *
 * Return: EXIT_USAGE.
 */
int cmd_usage(const char *command, const char *sentence)
{
	fprintf(stderr, "ipsecctl: %s\n", sentence);
	fprintf(stderr, "Try 'ipsecctl %s%s--help'.\n",
		command ? command : "", command ? " " : "");
	return EXIT_USAGE;
}

/**
 * cmd_parse_failed() - report what the parser found
 * @command: the command, for the hint
 * @p: the parser
 *
 * Return: EXIT_USAGE, or EXIT_REFUSED when it was not the words.
 */
int cmd_parse_failed(const char *command, const struct parser *p)
{
	if (!p->is_refused)
		return cmd_usage(command, p->error);
	fprintf(stderr, "ipsecctl: %s\n", p->error);
	return EXIT_REFUSED;
}

/**
 * cmd_refused() - report what the kernel said
 *
 * Return: EXIT_REFUSED.
 */
int cmd_refused(void)
{
	fprintf(stderr, "ipsecctl: %s\n", nl_error());
	return EXIT_REFUSED;
}

/**
 * cmd_done() - a command that prints nothing has succeeded
 * @opts: the options
 *
 * Return: EXIT_DONE.
 */
int cmd_done(const struct options *opts)
{
	out_begin(opts->is_json);
	out_end();
	return EXIT_DONE;
}

/**
 * cmd_send_simple() - send a request without attributes
 * @cmd: IPSEC_CMD_*
 *
 * Return: whether the kernel did it.
 */
bool cmd_send_simple(uint8_t cmd)
{
	struct nlmsghdr *nlh = nl_request(cmd, 0);

	return nlh && nl_talk(nlh, NULL, NULL);
}
