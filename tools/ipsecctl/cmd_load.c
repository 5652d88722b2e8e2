// SPDX-License-Identifier: GPL-2.0
/*
 * A configuration is applied statement by statement. If the kernel refuses
 * one, what was added before it is deleted again in an order that opens
 * nothing on the way: a default that was discard before comes back first;
 * then the SAs go, so that PROTECT drops; then the BYPASS policies; then the
 * others; a default that was bypass before comes back last.
 */
#include "cmd.h"
#include "conf.h"
#include "nlmsg.h"
#include "out.h"
#include "secret.h"
#include "show.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
 * struct load - a load in progress
 * @conf: what is asked for
 * @indexes: of the policies that were added, by statement
 * @before: the settings before
 * @applied: statements that were applied
 */
struct load {
	const struct conf *conf;
	uint32_t *indexes;
	struct config before;
	unsigned int applied;
};

static bool apply(struct load *load)
{
	const struct statement *st = &load->conf->statements[load->applied];

	switch (st->kind) {
	case STATEMENT_SA:
		return sa_send_new(&st->sa);
	case STATEMENT_POLICY:
		return policy_send_new(&st->policy,
				       &load->indexes[load->applied]);
	default:
		return config_set(&st->config);
	}
}

static void undone(const struct load *load, unsigned int i, bool is_ok)
{
	if (!is_ok)
		fprintf(stderr,
			"%s:%u: this statement was applied and could not be undone: %s\n",
			load->conf->name, load->conf->statements[i].line,
			nl_error());
}

static void undo_sas(const struct load *load)
{
	const struct statement *st = load->conf->statements;
	unsigned int i;

	for (i = load->applied; i-- > 0;) {
		if (st[i].kind == STATEMENT_SA)
			undone(load, i, sa_send_del(&st[i].sa));
	}
}

static void undo_policies(const struct load *load, bool of_bypass)
{
	const struct statement *st = load->conf->statements;
	struct policy policy = { 0 };
	bool is_bypass;
	unsigned int i;

	for (i = load->applied; i-- > 0;) {
		is_bypass = st[i].policy.action == IPSEC_ACTION_BYPASS;
		if (st[i].kind != STATEMENT_POLICY || is_bypass != of_bypass)
			continue;
		policy.index = load->indexes[i];
		undone(load, i, policy_send_del(&policy));
	}
}

/* Puts back the defaults that were @action before, and only what was set. */
static void undo_defaults(const struct load *load, uint8_t action)
{
	const struct statement *st = load->conf->statements;
	struct config back = { 0 };
	unsigned int i, last = 0;

	for (i = 0; i < load->applied; i++) {
		if (st[i].kind != STATEMENT_CONFIG)
			continue;
		if (st[i].config.default_in &&
		    load->before.default_in == action)
			back.default_in = action;
		if (st[i].config.default_out &&
		    load->before.default_out == action)
			back.default_out = action;
		last = i;
	}
	if (back.default_in || back.default_out)
		undone(load, last, config_set(&back));
}

static void undo_limits(const struct load *load)
{
	const struct statement *st = load->conf->statements;
	struct config back = load->before;
	unsigned int i, j, last = 0;
	bool is_changed = false;

	back.default_in = 0;
	back.default_out = 0;
	memset(back.has_limit, 0, sizeof(back.has_limit));
	for (i = 0; i < load->applied; i++) {
		if (st[i].kind != STATEMENT_CONFIG)
			continue;
		for (j = 0; j < LIMIT_COUNT; j++)
			is_changed |= back.has_limit[j] |=
				st[i].config.has_limit[j];
		last = i;
	}
	if (is_changed)
		undone(load, last, config_set(&back));
}

/* What was given by @config, as it was before. */
static void take_back(struct config *back, const struct config *config,
		      const struct config *before)
{
	if (config->icmp_check)
		back->icmp_check = before->icmp_check;
	if (config->icmp_return_sa)
		back->icmp_return_sa = before->icmp_return_sa;
	if (config->icmp_answer)
		back->icmp_answer = before->icmp_answer;
	if (config->fragment)
		back->fragment = before->fragment;
	if (config->audit_events)
		back->audit_events = before->audit_events;
	if (config->audit_log)
		back->audit_log = before->audit_log;
	if (config->shortcut)
		back->shortcut = before->shortcut;
	if (config->has_icmp_clear) {
		back->has_icmp_clear = true;
		back->icmp_clear = before->icmp_clear;
	}
	if (config->has_icmp_sa) {
		back->has_icmp_sa = true;
		back->icmp_sa = before->icmp_sa;
	}
}

static void undo_settings(const struct load *load)
{
	const struct statement *st = load->conf->statements;
	const struct config none = { 0 };
	struct config back = { 0 };
	unsigned int i, last = 0;

	for (i = 0; i < load->applied; i++) {
		if (st[i].kind != STATEMENT_CONFIG)
			continue;
		take_back(&back, &st[i].config, &load->before);
		last = i;
	}
	if (memcmp(&back, &none, sizeof(back)))
		undone(load, last, config_set(&back));
}

static void undo(const struct load *load)
{
	undo_defaults(load, IPSEC_ACTION_DISCARD);
	undo_sas(load);
	undo_policies(load, true);
	undo_policies(load, false);
	undo_defaults(load, IPSEC_ACTION_BYPASS);
	undo_limits(load);
	undo_settings(load);
}

static int apply_all(struct load *load)
{
	const struct conf *conf = load->conf;

	for (; load->applied < conf->count; load->applied++) {
		if (apply(load))
			continue;
		fprintf(stderr, "%s:%u: %s\n", conf->name,
			conf->statements[load->applied].line, nl_error());
		undo(load);
		fprintf(stderr,
			"ipsecctl: nothing of %s is active: what it had added was deleted again\n",
			conf->name);
		return EXIT_REFUSED;
	}
	return EXIT_DONE;
}

static int load_conf(const struct conf *conf)
{
	struct load load = { .conf = conf };
	sigset_t all, old;
	int code;

	if (!config_get(&load.before))
		return cmd_refused();
	load.indexes = calloc(conf->count + 1, sizeof(*load.indexes));
	if (!load.indexes) {
		perror("ipsecctl");
		return EXIT_REFUSED;
	}
	/* An interrupted load would leave half of the file active. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	code = apply_all(&load);
	sigprocmask(SIG_SETMASK, &old, NULL);
	free(load.indexes);
	return code;
}

static int show_conf(const struct conf *conf, const struct options *opts)
{
	unsigned int i;

	out_begin(opts->is_json);
	out_array_open("statements");
	for (i = 0; i < conf->count; i++)
		show_statement(&conf->statements[i]);
	out_array_close();
	out_end();
	return EXIT_DONE;
}

/**
 * cmd_load() - add what a file says, or with -n only check it
 * @p: the parser, behind `load`
 * @opts: the options
 *
 * Return: enum exit_code.
 */
int cmd_load(struct parser *p, const struct options *opts)
{
	const char *path = parse_next(p);
	struct conf conf;
	int code;

	if (!path)
		return cmd_usage("load", "the file is missing ('-' is standard input)");
	if (!parse_end(p))
		return cmd_parse_failed("load", p);
	if (!conf_read(&conf, path)) {
		fprintf(stderr, "ipsecctl: %u error%s in %s, nothing was changed\n",
			conf.errors, conf.errors == 1 ? "" : "s", conf.name);
		return EXIT_REFUSED;
	}
	if (opts->is_check)
		return show_conf(&conf, opts);
	code = load_conf(&conf);
	return code == EXIT_DONE ? cmd_done(opts) : code;
}
