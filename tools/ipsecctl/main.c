// SPDX-License-Identifier: GPL-2.0
/*
 * ipsecctl: options, and the table of commands.
 *
 * A command line goes through parse*.c (words to objects) and check.c (what
 * can be refused here) to cmd_*.c, which talk to the kernel through nlmsg_*.c
 * and nl.c. A file goes through lex.c and conf.c to the same parser. show.c
 * writes objects with out.c, as input for the parser or as JSON.
 */
#include "cmd.h"
#include "help.h"
#include "names.h"
#include "out.h"
#include "secret.h"

#include <linux/kernel.h>
#include <stdio.h>
#include <string.h>

#ifndef IPSECCTL_VERSION
#error "IPSECCTL_VERSION comes from the Makefile"
#endif

/** enum option_bit - options that not every command takes */
enum option_bit {
	TAKES_CHECK = 1 << 0,
	TAKES_ALL = 1 << 1,
};

/**
 * struct command - one row of the table
 * @name: the first word
 * @run: what it does
 * @takes: enum option_bit
 */
struct command {
	const char *name;
	int (*run)(struct parser *p, const struct options *opts);
	unsigned int takes;
};

static const struct command commands[] = {
	{ "sa", cmd_sa, 0 },
	{ "policy", cmd_policy, 0 },
	{ "default", cmd_default, 0 },
	{ "limits", cmd_limits, 0 },
	{ "settings", cmd_settings, 0 },
	{ "load", cmd_load, TAKES_CHECK },
	{ "show", cmd_show, 0 },
	{ "flush", cmd_flush, 0 },
	{ "explain", cmd_explain, 0 },
	{ "stats", cmd_stats, TAKES_ALL },
	{ "monitor", cmd_monitor, 0 },
	{ "acquire", cmd_acquire, 0 },
	{ "algorithms", cmd_algorithms, 0 },
	{ NULL, NULL, 0 }
};

static bool take_option(char brief, const char *full, struct options *opts)
{
	const struct {
		char brief;
		const char *full;
		bool *is_given;
	} table[] = {
		{ 'j', "--json", &opts->is_json },
		{ 'n', "--check", &opts->is_check },
		{ 'a', "--all", &opts->is_all },
		{ 'h', "--help", &opts->is_help },
		{ 'V', "--version", &opts->is_version },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		if (full ? !strcmp(full, table[i].full) :
			   brief == table[i].brief) {
			*table[i].is_given = true;
			return true;
		}
	}
	return false;
}

static bool take_option_word(const char *word, struct options *opts)
{
	if (word[1] == '-')
		return take_option('\0', word, opts);
	for (word++; *word; word++) {
		if (!take_option(*word, NULL, opts))
			return false;
	}
	return true;
}

/* Options may stand anywhere; "-" alone is a word, standard input. */
static const char *take_options(char **words, int *count,
				struct options *opts)
{
	int i, kept = 0;

	for (i = 0; i < *count; i++) {
		if (words[i][0] != '-' || !words[i][1]) {
			words[kept++] = words[i];
			continue;
		}
		if (!take_option_word(words[i], opts))
			return words[i];
	}
	*count = kept;
	return NULL;
}

static const struct command *find_command(const char *name)
{
	const struct command *command;

	for (command = commands; command->name; command++) {
		if (!strcmp(command->name, name))
			return command;
	}
	return NULL;
}

static int unknown_command(const char *word)
{
	struct suggestion s = { .word = word };
	const struct command *command;
	char sentence[256];

	for (command = commands; command->name; command++)
		names_suggest(&s, command->name);
	snprintf(sentence, sizeof(sentence), "unknown command '%.64s'%s", word,
		 names_did_you_mean(&s));
	return cmd_usage(NULL, sentence);
}

static int unknown_option(const char *word)
{
	char sentence[256];

	snprintf(sentence, sizeof(sentence),
		 "unknown option '%.64s'; the options are -j, -n, -a, --help and --version",
		 word);
	return cmd_usage(NULL, sentence);
}

static int version(const struct options *opts)
{
	out_begin(opts->is_json);
	out_json_string("version", IPSECCTL_VERSION);
	out_text("ipsecctl %s\n", IPSECCTL_VERSION);
	out_end();
	return EXIT_DONE;
}

static int run(const struct command *command, struct parser *p,
	       const struct options *opts)
{
	if (opts->is_check && !(command->takes & TAKES_CHECK))
		return cmd_usage(command->name, "-n belongs to load");
	if (opts->is_all && !(command->takes & TAKES_ALL))
		return cmd_usage(command->name, "-a belongs to stats");
	return command->run(p, opts);
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct options opts = { 0 };
	const char *unknown;
	struct parser *p;
	int count = argc - 1;
	int code;

	secret_init();
	unknown = take_options(argv + 1, &count, &opts);
	if (unknown)
		return unknown_option(unknown);
	if (opts.is_version)
		return version(&opts);
	if (opts.is_help && !count)
		return help_show(NULL);
	if (!count)
		return cmd_usage(NULL, "a command is missing");
	command = find_command(argv[1]);
	if (!command)
		return unknown_command(argv[1]);
	if (opts.is_help)
		return help_show(command->name);
	p = secret_alloc(sizeof(*p));
	parse_init(p, argv + 2, count - 1);
	code = run(command, p, &opts);
	if (fflush(stdout) || ferror(stdout)) {
		perror("ipsecctl: cannot write the output");
		return EXIT_REFUSED;
	}
	return code;
}
