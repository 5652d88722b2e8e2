// SPDX-License-Identifier: GPL-2.0
/* Settings of the namespace: default, limits and others; and all of it: show, flush. */
#include "cmd.h"
#include "nlmsg.h"
#include "out.h"
#include "show.h"

#include <string.h>

static void take_config(uint8_t cmd, const struct nlmsghdr *nlh, void *arg)
{
	(void)cmd;
	nlmsg_get_config(nlh, arg);
}

/**
 * config_get() - ask for the settings
 * @config: receives them
 *
 * Return: whether the kernel told.
 */
bool config_get(struct config *config)
{
	struct nlmsghdr *nlh = nl_request(IPSEC_CMD_CONFIG_GET, 0);

	return nlh && nl_talk(nlh, take_config, config);
}

/**
 * config_set() - change settings
 * @config: those that are given are changed
 *
 * Return: whether the kernel did it.
 */
bool config_set(const struct config *config)
{
	struct nlmsghdr *nlh = nl_request(IPSEC_CMD_CONFIG_SET, 0);

	if (!nlh)
		return false;
	nlmsg_put_config(nlh, config);
	return nl_talk(nlh, NULL, NULL);
}

static int show_config(const struct options *opts,
		       void (*show)(const struct config *config))
{
	struct config config;

	if (!config_get(&config))
		return cmd_refused();
	out_begin(opts->is_json);
	show(&config);
	out_end();
	return EXIT_DONE;
}

/**
 * cmd_default() - show or set what happens to packets that match no policy
 * @p: the parser, behind `default`
 * @opts: the options
 *
 * Return: enum exit_code.
 */
int cmd_default(struct parser *p, const struct options *opts)
{
	struct config config = { 0 };

	if (!parse_peek(p))
		return show_config(opts, show_defaults);
	if (!parse_default(p, &config))
		return cmd_parse_failed("default", p);
	return config_set(&config) ? cmd_done(opts) : cmd_refused();
}

static void show_limits_and_use(const struct config *config)
{
	show_limits(config);
	out_text("    # %u SAs, %u policies\n", config->sas,
		 config->policies);
	out_json_number("sas", config->sas);
	out_json_number("policies", config->policies);
}

/**
 * cmd_limits() - show or set how many SAs and policies there may be
 * @p: the parser, behind `limits`
 * @opts: the options
 *
 * Return: enum exit_code.
 */
int cmd_limits(struct parser *p, const struct options *opts)
{
	struct config config = { 0 };

	if (!parse_peek(p))
		return show_config(opts, show_limits_and_use);
	if (!parse_limits(p, &config))
		return cmd_parse_failed("limits", p);
	return config_set(&config) ? cmd_done(opts) : cmd_refused();
}

/**
 * cmd_settings() - show or set how ICMP errors and fragments are treated
 * @p: the parser, behind `settings`
 * @opts: the options
 *
 * Return: enum exit_code.
 */
int cmd_settings(struct parser *p, const struct options *opts)
{
	struct config config = { 0 };

	if (!parse_peek(p))
		return show_config(opts, show_settings);
	if (!parse_settings(p, &config))
		return cmd_parse_failed("settings", p);
	return config_set(&config) ? cmd_done(opts) : cmd_refused();
}

/**
 * cmd_show() - everything, as input for load
 * @p: the parser, behind `show`
 * @opts: the options
 *
 * Return: enum exit_code.
 */
int cmd_show(struct parser *p, const struct options *opts)
{
	const struct sa any = { 0 };
	struct config config;
	bool is_listed;

	if (!parse_end(p))
		return cmd_parse_failed("show", p);
	if (!config_get(&config))
		return cmd_refused();
	out_begin(opts->is_json);
	out_object_open("config");
	show_defaults(&config);
	show_settings(&config);
	out_text("# ");
	show_limits(&config);
	out_object_close();
	out_array_open("sas");
	is_listed = sa_list(&any);
	out_array_close();
	out_array_open("policies");
	is_listed = is_listed && policy_list(0);
	out_array_close();
	out_end();
	return is_listed ? EXIT_DONE : cmd_refused();
}

/**
 * cmd_flush() - delete all SAs and all policies
 * @p: the parser, behind `flush`
 * @opts: the options
 *
 * The SAs go first: without them PROTECT policies drop, so nothing that was
 * protected leaves in clear while there still are policies that ask for it.
 *
 * Return: enum exit_code.
 */
int cmd_flush(struct parser *p, const struct options *opts)
{
	if (!parse_end(p))
		return cmd_parse_failed("flush", p);
	if (!cmd_send_simple(IPSEC_CMD_SA_FLUSH) ||
	    !cmd_send_simple(IPSEC_CMD_POLICY_FLUSH))
		return cmd_refused();
	return cmd_done(opts);
}
