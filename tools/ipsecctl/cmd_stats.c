// SPDX-License-Identifier: GPL-2.0
/* Tables to read: drop counters and algorithms. */
#include "check.h"
#include "cmd.h"
#include "names_gen.h"
#include "nlmsg.h"
#include "out.h"

#include <stdio.h>
#include <string.h>

/**
 * struct stats - what to show, and what was shown
 * @with_zeros: counters that are zero too
 * @shown: how many lines were printed
 */
struct stats {
	bool with_zeros;
	unsigned int shown;
};

static const char *description(const char *name)
{
	unsigned int i;

	for (i = 1; i <= IPSEC_REASON_MAX; i++) {
		if (!strcmp(names_gen_reasons[i].name, name))
			return names_gen_reasons[i].doc;
	}
	return "(this ipsecctl is older than the module and has no description)";
}

static void show_drop(uint8_t cmd, const struct nlmsghdr *nlh, void *arg)
{
	struct stats *stats = arg;
	struct drop drop;

	(void)cmd;
	nlmsg_get_drop(nlh, &drop);
	if (!drop.count && !stats->with_zeros)
		return;
	if (!stats->shown++)
		out_text("%12s  %-14s %s\n", "packets", "reason", "meaning");
	out_text("%12llu  %-14s %s\n", (unsigned long long)drop.count,
		 drop.name, description(drop.name));
	out_object_open(NULL);
	out_json_string("reason", drop.name);
	out_json_number("count", drop.count);
	out_json_string("description", description(drop.name));
	out_object_close();
}

/**
 * cmd_stats() - why packets were dropped
 * @p: the parser, behind `stats`
 * @opts: the options
 *
 * Return: enum exit_code.
 */
int cmd_stats(struct parser *p, const struct options *opts)
{
	struct stats stats = {
		.with_zeros = opts->is_all || opts->is_json,
	};
	struct nlmsghdr *nlh;
	bool is_listed;

	if (!parse_end(p))
		return cmd_parse_failed("stats", p);
	nlh = nl_request(IPSEC_CMD_STATS_GET, NLM_F_DUMP);
	if (!nlh)
		return cmd_refused();
	out_begin(opts->is_json);
	out_array_open("drops");
	is_listed = nl_talk(nlh, show_drop, &stats);
	out_array_close();
	if (is_listed && !stats.shown)
		out_text("no packet was dropped\n");
	out_end();
	return is_listed ? EXIT_DONE : cmd_refused();
}

static const char *kind_of(const struct ipsec_alg *alg)
{
	if (alg->is_for_ah)
		return "enc/auth";
	switch (alg->kind) {
	case IPSEC_ALG_COMBINED:
		return "enc+auth";
	case IPSEC_ALG_ENC:
		return "enc";
	default:
		return "auth";
	}
}

static void key_bits(const struct ipsec_alg *alg, char *text, size_t size)
{
	size_t len = 0;
	int i;

	out_array_open("key_bits");
	snprintf(text, size, "none");
	for (i = 0; i < IPSEC_ALG_MAX_KEYLENS && alg->key_lens[i]; i++) {
		len += (size_t)snprintf(text + len, size - len, "%s%u",
					i ? " " : "", alg->key_lens[i] * 8U);
		out_json_number(NULL, alg->key_lens[i] * 8U);
	}
	out_array_close();
}

static void show_algorithm(const struct ipsec_alg *alg)
{
	char bits[32], lengths[96] = "no key file";

	if (alg->key_lens[0])
		check_key_lengths(alg, lengths, sizeof(lengths));
	out_object_open(NULL);
	out_json_string("name", alg->name);
	out_json_string("use", kind_of(alg));
	key_bits(alg, bits, sizeof(bits));
	out_json_number("salt_bits", alg->salt_len * 8U);
	out_json_number("icv_bits", alg->icv_len * 8U);
	out_json_string("rfc", alg->rfc);
	out_json_string("crypto", alg->crypto);
	out_object_close();
	out_text("%-18s %-9s %-12s %4u %4u  %-9s %s\n", alg->name,
		 kind_of(alg), bits, alg->salt_len * 8U, alg->icv_len * 8U,
		 alg->rfc, lengths);
}

/**
 * cmd_algorithms() - names and key lengths; asks nobody
 * @p: the parser, behind `algorithms`
 * @opts: the options
 *
 * Return: enum exit_code.
 */
int cmd_algorithms(struct parser *p, const struct options *opts)
{
	const struct ipsec_alg *alg;
	unsigned int i;

	if (!parse_end(p))
		return cmd_parse_failed("algorithms", p);
	out_begin(opts->is_json);
	out_text("%-18s %-9s %-12s %4s %4s  %-9s %s\n", "name", "use",
		 "key bits", "salt", "icv", "rfc", "key file holds");
	out_array_open("algorithms");
	for (i = 0; (alg = ipsec_alg_at(i)); i++)
		show_algorithm(alg);
	out_array_close();
	out_end();
	return EXIT_DONE;
}
