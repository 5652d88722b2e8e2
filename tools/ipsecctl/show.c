// SPDX-License-Identifier: GPL-2.0
#include "show.h"
#include "addr.h"
#include "list.h"
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

static void addrs(const char *key, const struct addr_list *list)
{
	char text[LIST_TEXT_MAX];

	if (list->count)
		out_string(key, list_format_addrs(list, text));
}

static void ports(const char *key, const struct port_list *list)
{
	unsigned int i;

	if (list->count == 1) {
		out_range(key, list->range[0].first, list->range[0].last);
		return;
	}
	if (!list->count)
		return;
	out_text(" %s ", key);
	out_array_open(key);
	for (i = 0; i < list->count; i++) {
		out_text(i ? "," : "");
		out_range_item(list->range[i].first, list->range[i].last);
	}
	out_array_close();
}

static void name_or_number(const char *key, const struct name *table,
			   unsigned int value)
{
	const char *word = names_of(table, value);
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	out_string(key, word ? word : text);
}

static void icmp(const struct selector *sel)
{
	char text[16];

	if (sel->icmp_type == sel->icmp_type_max) {
		name_or_number("icmp-type", names_icmp(sel->proto),
			       sel->icmp_type);
	} else {
		snprintf(text, sizeof(text), "%u-%u", sel->icmp_type,
			 sel->icmp_type_max);
		out_string("icmp-type", text);
	}
	if (!sel->has_icmp_code)
		return;
	if (sel->icmp_code == sel->icmp_code_max)
		out_number("icmp-code", sel->icmp_code);
	else
		out_range("icmp-code", sel->icmp_code, sel->icmp_code_max);
}

static void mark(const struct selector *sel)
{
	if (sel->mark_mask == UINT32_MAX)
		out_text(" mark 0x%x", sel->mark);
	else
		out_text(" mark 0x%x/0x%x", sel->mark, sel->mark_mask);
	out_json_number("mark", sel->mark);
	out_json_number("mark-mask", sel->mark_mask);
}

/**
 * show_selector() - the words of a selector
 * @sel: the selector
 */
void show_selector(const struct selector *sel)
{
	addrs("local", &sel->local);
	addrs("remote", &sel->remote);
	if (sel->proto)
		name_or_number("proto", names_proto, sel->proto);
	if (sel->is_proto_opaque)
		out_string("proto", "opaque");
	ports("local-port", &sel->local_ports);
	ports("remote-port", &sel->remote_ports);
	if (sel->has_icmp_type)
		icmp(sel);
	if (sel->has_mh_type)
		out_range("mh-type", sel->mh_type, sel->mh_type_max);
	if (sel->is_opaque) {
		out_text(" opaque");
		out_json_bool("opaque", true);
	}
	if (sel->has_mark)
		mark(sel);
	if (sel->dev[0])
		out_path("dev", sel->dev);
}

static void key(const char *keyword, const char *name, const struct key *key)
{
	if (name[0] && key->path)
		out_path(keyword, key->path);
}

static void flag(const char *keyword)
{
	out_text(" %s", keyword);
	out_json_bool(keyword, true);
}

static void sa_seq_options(const struct sa *sa)
{
	if (sa->esn)
		flag("esn");
	if (sa->has_seq) {
		out_text(" seq %llu", (unsigned long long)sa->seq);
		out_json_number("seq", sa->seq);
	}
	if (sa->seq_rollover)
		flag("seq-rollover");
	if (sa->has_resync)
		out_number("resync", sa->resync);
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
	show_outer(&sa->outer);
	show_encap(&sa->encap);
	sa_seq_options(sa);
	show_life(&sa->life);
	if (!sa->has_selector)
		return;
	out_object_open("selector");
	show_selector(&sa->selector);
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

/* In halves as well: the upper one is not on the wire, and many readers of JSON
 * have no whole numbers beyond 2^53.
 */
static void state_seq(const struct sa *sa, uint64_t seq)
{
	uint32_t hi = (uint32_t)(seq >> 32), lo = (uint32_t)seq;

	out_text(", seq %llu", (unsigned long long)seq);
	out_json_number("seq", seq);
	if (!sa->esn)
		return;
	out_text(" (0x%x 0x%08x)", hi, lo);
	out_json_number("seq_hi", hi);
	out_json_number("seq_lo", lo);
}

static void state_pmtu(const struct sa_state *state)
{
	if (!state->pmtu)
		return;
	out_text(", path MTU %u", state->pmtu);
	out_json_number("pmtu", state->pmtu);
	if (!state->pmtu_expires)
		return;
	out_text(" for %u s", state->pmtu_expires);
	out_json_number("pmtu_expires", state->pmtu_expires);
}

static void sa_state(const struct sa *sa, const struct sa_state *state)
{
	unsigned int i;

	out_text("    # %llu packets, %llu bytes",
		 (unsigned long long)state->packets,
		 (unsigned long long)state->bytes);
	out_json_number("packets", state->packets);
	out_json_number("bytes", state->bytes);
	state_seq(sa, state->seq);
	if (state->key_bits) {
		out_text(", key of %u bits", state->key_bits);
		out_json_number("key_bits", state->key_bits);
	}
	if (state->driver[0]) {
		out_text(", %s", state->driver);
		out_json_string("driver", state->driver);
	}
	state_pmtu(state);
	show_life_used(state);
	show_peer("\n    # peer is at", "peer", "peer_port", &state->peer,
		  state->peer_port);
	show_peer(", was at", "old_peer", "old_peer_port", &state->old_peer,
		  state->old_peer_port);
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
		sa_state(sa, state);
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
	sa_state(sa, state);
	out_object_close();
}

static void sa_should_go(const char *why, const struct sa *sa,
			 const struct sa_state *state)
{
	out_object_open(NULL);
	out_json_string("type", "sa");
	out_json_string("dir", word_of(names_dir, sa->dir));
	out_text("# %s: sa", why);
	out_word("proto", word_of(names_ipsec_proto, sa->proto));
	out_spi(sa->spi);
	address("dst", &sa->dst);
	out_text("\n");
	sa_state(sa, state);
	out_object_close();
}

/**
 * show_sa_exhausted() - an SA that has used up its sequence numbers
 * @sa: the SA
 * @state: its counters
 */
void show_sa_exhausted(const struct sa *sa, const struct sa_state *state)
{
	sa_should_go("no sequence number left", sa, state);
}

/**
 * show_sa_soft() - an SA that should be replaced
 * @sa: the SA
 * @state: its counters
 */
void show_sa_soft(const struct sa *sa, const struct sa_state *state)
{
	sa_should_go("a soft lifetime is over", sa, state);
}

/**
 * show_sa_mapping() - an SA whose peer is somewhere else than before
 * @sa: the SA
 * @state: where it is and was
 */
void show_sa_mapping(const struct sa *sa, const struct sa_state *state)
{
	out_object_open(NULL);
	out_json_string("type", "sa");
	out_json_string("dir", word_of(names_dir, sa->dir));
	out_text("# mapping changed: sa");
	out_word("proto", word_of(names_ipsec_proto, sa->proto));
	out_spi(sa->spi);
	address("dst", &sa->dst);
	out_text("\n");
	sa_state(sa, state);
	out_object_close();
}

static void policy_head(const struct policy *policy, const char *verb)
{
	out_json_string("type", "policy");
	out_text("policy %s", verb);
	out_word("dir", word_of(names_dir, policy->dir));
	out_number("priority", policy->priority);
	out_object_open("selector");
	show_selector(&policy->selector);
	out_object_close();
}

static void one_sa(const struct protect *protect)
{
	out_word("proto", word_of(names_ipsec_proto, protect->proto));
	out_word("mode", word_of(names_mode, protect->mode));
	if (protect->mode == IPSEC_MODE_TUNNEL) {
		address("src", &protect->src);
		address("dst", &protect->dst);
	}
	if (protect->reqid)
		out_number("reqid", protect->reqid);
	if (protect->spi)
		out_spi(protect->spi);
}

/**
 * show_protecting_sa() - an SA that would protect a packet
 * @protect: what the kernel says of it
 */
void show_protecting_sa(const struct protect *protect)
{
	out_text("sa");
	one_sa(protect);
}

static void mss(const struct policy *policy)
{
	if (!policy->mss)
		return;
	if (policy->mss == IPSEC_MSS_AUTO)
		out_string("mss", "auto");
	else
		out_number("mss", policy->mss);
}

static void nested(const struct policy *policy)
{
	unsigned int i;

	if (policy->protect_count < 2)
		return;
	out_array_open("inside");
	for (i = 1; i < policy->protect_count; i++) {
		out_text(" inside");
		out_object_open(NULL);
		one_sa(&policy->protect[i]);
		out_object_close();
	}
	out_array_close();
}

static void protect(const struct policy *policy)
{
	one_sa(&policy->protect[0]);
	nested(policy);
	mss(policy);
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
 * show_limits() - what is limited
 * @config: the settings
 */
void show_limits(const struct config *config)
{
	bool is_begun = false;
	unsigned int i;

	for (i = 0; i < LIMIT_COUNT; i++) {
		if (!config->has_limit[i])
			continue;
		out_text("%s %s %u", is_begun ? "" : "limits",
			 model_limits[i].name, config->limit[i]);
		out_json_number(model_limits[i].key, config->limit[i]);
		is_begun = true;
	}
	if (is_begun)
		out_text("\n");
}

/**
 * show_acquire() - an SA that the kernel asks for
 * @acquire: which
 */
void show_acquire(const struct acquire *acquire)
{
	const struct protect *sa = &acquire->sa;

	out_object_open(NULL);
	out_json_string("type", "acquire");
	out_text("# wanted: sa out");
	out_word("proto", word_of(names_ipsec_proto, sa->proto));
	if (sa->spi)
		out_spi(sa->spi);
	address("src", &sa->src);
	address("dst", &sa->dst);
	out_string("mode", word_of(names_mode, sa->mode));
	if (sa->reqid)
		out_number("reqid", sa->reqid);
	out_text("\n    # for");
	out_object_open("flow");
	show_selector(&acquire->flow);
	out_object_close();
	if (acquire->mark)
		out_number("mark", acquire->mark);
	out_text(", policy index %u", acquire->policy);
	out_json_number("policy", acquire->policy);
	if (acquire->inside)
		out_text(", behind %u other%s", acquire->inside,
			 acquire->inside == 1 ? "" : "s");
	out_json_number("inside", acquire->inside);
	out_text(", seq %u", acquire->seq);
	out_json_number("seq", acquire->seq);
	if (acquire->has_held) {
		out_text(", %u packet%s wait%s", acquire->held,
			 acquire->held == 1 ? "" : "s",
			 acquire->held == 1 ? "s" : "");
		out_json_number("held", acquire->held);
	}
	out_text("\n");
	out_object_close();
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
		show_settings(&st->config);
		out_object_close();
		break;
	}
}
