// SPDX-License-Identifier: GPL-2.0
#include "show.h"
#include "addr.h"
#include "names.h"
#include "out.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* A kernel newer than this tool may know values that have no word here. */
static const char *word_of(const struct name *table, unsigned int value)
{
	const char *word = names_of(table, value);

	return word ? word : "unknown";
}

static void address(const char *key, const struct addr *addr)
{
	char text[ADDR_TEXT_MAX];

	out_string(key, addr_format(addr, text));
}

static void prefix(const char *key, const struct addr *addr, uint8_t plen)
{
	char text[ADDR_TEXT_MAX];

	if (addr->family != AF_UNSPEC)
		out_string(key, addr_format_prefix(addr, plen, text));
}

static void name_or_number(const char *key, const struct name *table,
			   unsigned int value)
{
	const char *word = names_of(table, value);
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	out_string(key, word ? word : text);
}

static void selector(const struct selector *sel)
{
	prefix("local", &sel->local, sel->local_plen);
	prefix("remote", &sel->remote, sel->remote_plen);
	if (sel->proto)
		name_or_number("proto", names_proto, sel->proto);
	if (sel->has_local_port)
		out_range("local-port", sel->local_port_min,
			  sel->local_port_max);
	if (sel->has_remote_port)
		out_range("remote-port", sel->remote_port_min,
			  sel->remote_port_max);
	if (sel->has_icmp_type)
		name_or_number("icmp-type", names_icmp(sel->proto),
			       sel->icmp_type);
	if (sel->has_icmp_code)
		out_number("icmp-code", sel->icmp_code);
}

static void key(const char *keyword, const char *name, const struct key *key)
{
	if (name[0] && key->path)
		out_path(keyword, key->path);
}

/* Only what the tool itself would accept: output is input. */
static void sa_options(const struct sa *sa)
{
	if (sa->reqid)
		out_number("reqid", sa->reqid);
	if (sa->enc[0])
		out_string("enc", sa->enc);
	key("enc-key-file", sa->enc, &sa->enc_key);
	if (sa->auth[0])
		out_string("auth", sa->auth);
	key("auth-key-file", sa->auth, &sa->auth_key);
	if (sa->has_replay_window && sa->dir == IPSEC_DIR_IN)
		out_number("replay-window", sa->replay_window);
	if (sa->df && sa->mode == IPSEC_MODE_TUNNEL)
		out_string("df", word_of(names_df, sa->df));
	if (!sa->has_selector)
		return;
	out_object_open("selector");
	selector(&sa->selector);
	out_object_close();
	if (model_selector_is_any(&sa->selector))
		out_text(" local any");
}

static void hidden_keys(const struct sa *sa)
{
	bool has_enc = sa->enc[0] && !sa->enc_key.path &&
		       strcmp(sa->enc, "null");
	bool has_auth = sa->auth[0] && !sa->auth_key.path;

	if (has_enc && has_auth)
		out_text(" # enc-key and auth-key hidden");
	else if (has_enc || has_auth)
		out_text(" # %s hidden", has_enc ? "enc-key" : "auth-key");
}

static void sa_state(const struct sa_state *state)
{
	unsigned int i;

	out_text("    # %llu packets, %llu bytes, seq %llu",
		 (unsigned long long)state->packets,
		 (unsigned long long)state->bytes,
		 (unsigned long long)state->seq);
	out_json_number("packets", state->packets);
	out_json_number("bytes", state->bytes);
	out_json_number("seq", state->seq);
	if (state->key_bits) {
		out_text(", key of %u bits", state->key_bits);
		out_json_number("key_bits", state->key_bits);
	}
	if (state->driver[0]) {
		out_text(", %s", state->driver);
		out_json_string("driver", state->driver);
	}
	out_array_open("drops");
	for (i = 0; i < state->drop_count; i++) {
		out_text("%s%s %llu", i ? ", " : "\n    # drops: ",
			 state->drops[i].name,
			 (unsigned long long)state->drops[i].count);
		out_object_open(NULL);
		out_json_string("reason", state->drops[i].name);
		out_json_number("count", state->drops[i].count);
		out_object_close();
	}
	out_array_close();
	out_text("\n");
}

/**
 * show_sa() - an SA
 * @sa: the SA
 * @state: its counters, NULL when it is not in the kernel
 */
void show_sa(const struct sa *sa, const struct sa_state *state)
{
	out_object_open(NULL);
	out_json_string("type", "sa");
	out_text("sa add");
	out_word("dir", word_of(names_dir, sa->dir));
	out_word("proto", word_of(names_ipsec_proto, sa->proto));
	out_spi(sa->spi);
	address("src", &sa->src);
	address("dst", &sa->dst);
	out_string("mode", word_of(names_mode, sa->mode));
	sa_options(sa);
	hidden_keys(sa);
	out_text("\n");
	if (state)
		sa_state(state);
	out_object_close();
}

/**
 * show_sa_del() - an SA that was deleted
 * @sa: the SA
 * @state: its last counters
 */
void show_sa_del(const struct sa *sa, const struct sa_state *state)
{
	out_object_open(NULL);
	out_json_string("type", "sa");
	out_json_string("dir", word_of(names_dir, sa->dir));
	out_text("sa del");
	out_word("proto", word_of(names_ipsec_proto, sa->proto));
	out_spi(sa->spi);
	address("dst", &sa->dst);
	out_text("\n");
	sa_state(state);
	out_object_close();
}

static void policy_head(const struct policy *policy, const char *verb)
{
	out_json_string("type", "policy");
	out_text("policy %s", verb);
	out_word("dir", word_of(names_dir, policy->dir));
	out_number("priority", policy->priority);
	out_object_open("selector");
	selector(&policy->selector);
	out_object_close();
}

static void protect(const struct policy *policy)
{
	out_word("proto", word_of(names_ipsec_proto, policy->proto));
	out_word("mode", word_of(names_mode, policy->mode));
	if (policy->mode == IPSEC_MODE_TUNNEL) {
		address("src", &policy->src);
		address("dst", &policy->dst);
	}
	if (policy->reqid)
		out_number("reqid", policy->reqid);
	if (policy->spi)
		out_spi(policy->spi);
}

/**
 * show_policy() - a policy
 * @policy: the policy
 * @is_installed: it has an index and a counter
 */
void show_policy(const struct policy *policy, bool is_installed)
{
	out_object_open(NULL);
	policy_head(policy, "add");
	out_word("action", word_of(names_action, policy->action));
	if (policy->action == IPSEC_ACTION_PROTECT)
		protect(policy);
	out_text("\n");
	if (is_installed) {
		out_text("    # index %u, %llu packets\n", policy->index,
			 (unsigned long long)policy->packets);
		out_json_number("index", policy->index);
		out_json_number("packets", policy->packets);
	}
	out_object_close();
}

/**
 * show_policy_del() - a policy that was deleted
 * @policy: the policy
 */
void show_policy_del(const struct policy *policy)
{
	out_object_open(NULL);
	policy_head(policy, "del");
	out_text("\n    # index %u, %llu packets\n", policy->index,
		 (unsigned long long)policy->packets);
	out_json_number("index", policy->index);
	out_json_number("packets", policy->packets);
	out_object_close();
}

static void one_default(const char *dir, const char *key, uint8_t action)
{
	if (!action)
		return;
	out_text("default %s %s\n", dir, word_of(names_action, action));
	out_json_string(key, word_of(names_action, action));
}

/**
 * show_defaults() - what happens to packets that match no policy
 * @config: the settings
 */
void show_defaults(const struct config *config)
{
	one_default("in", "default_in", config->default_in);
	one_default("out", "default_out", config->default_out);
}

/**
 * show_limits() - most SAs and policies
 * @config: the settings
 */
void show_limits(const struct config *config)
{
	if (!config->has_max_sas && !config->has_max_policies)
		return;
	out_text("limits");
	if (config->has_max_sas) {
		out_text(" max-sas %u", config->max_sas);
		out_json_number("max_sas", config->max_sas);
	}
	if (config->has_max_policies) {
		out_text(" max-policies %u", config->max_policies);
		out_json_number("max_policies", config->max_policies);
	}
	out_text("\n");
}

/**
 * show_statement() - a line of a configuration in its canonical form
 * @st: the statement
 */
void show_statement(const struct statement *st)
{
	switch (st->kind) {
	case STATEMENT_SA:
		show_sa(&st->sa, NULL);
		break;
	case STATEMENT_POLICY:
		show_policy(&st->policy, false);
		break;
	case STATEMENT_CONFIG:
		out_object_open(NULL);
		out_json_string("type", "config");
		show_defaults(&st->config);
		show_limits(&st->config);
		out_object_close();
		break;
	}
}
