// SPDX-License-Identifier: GPL-2.0
/* Statements about SAs. */
#include "addr.h"
#include "check.h"
#include "key.h"
#include "parse.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define SPI_MIN 256

#define SEEN_SPI (1 << 0)
#define SEEN_SRC (1 << 1)
#define SEEN_DST (1 << 2)
#define SEEN_REQID (1 << 3)

static bool spi(struct parser *p, void *object)
{
	struct sa *sa = object;

	if (!parse_number(p, 0, UINT32_MAX, &sa->spi))
		return false;
	return sa->spi >= SPI_MIN ||
	       parse_fail(p,
			  "spi %u is reserved by IANA; take one from %u (0x%x) up",
			  sa->spi, SPI_MIN, SPI_MIN);
}

static bool src(struct parser *p, void *object)
{
	struct sa *sa = object;

	return parse_host(p, &sa->src);
}

static bool dst(struct parser *p, void *object)
{
	struct sa *sa = object;

	return parse_host(p, &sa->dst);
}

static bool mode(struct parser *p, void *object)
{
	struct sa *sa = object;

	return parse_enum(p, names_mode, "mode", &sa->mode);
}

static bool reqid(struct parser *p, void *object)
{
	struct sa *sa = object;

	return parse_number(p, 1, UINT32_MAX, &sa->reqid);
}

static bool algorithm(struct parser *p, char *name)
{
	struct suggestion s = { 0 };
	const struct ipsec_alg *alg;
	const char *why;
	unsigned int i;

	if (!parse_value(p, &s.word))
		return false;
	if (ipsec_alg_find(s.word)) {
		snprintf(name, IPSEC_ALG_NAME_MAX + 1, "%s", s.word);
		return true;
	}
	why = ipsec_alg_refused(s.word);
	if (why)
		return parse_fail(p, "algorithm '%s' is refused: %s", s.word,
				  why);
	for (i = 0; (alg = ipsec_alg_at(i)); i++)
		names_suggest(&s, alg->name);
	return parse_fail(p,
			  "unknown algorithm '%s'%s ('ipsecctl algorithms' lists them)",
			  s.word, names_did_you_mean(&s));
}

static bool enc(struct parser *p, void *object)
{
	struct sa *sa = object;

	return algorithm(p, sa->enc);
}

static bool auth(struct parser *p, void *object)
{
	struct sa *sa = object;

	return algorithm(p, sa->auth);
}

static bool key_from_file(struct parser *p, struct key *key)
{
	const char *keyword = p->words[p->pos - 1];
	char error[KEY_ERROR_MAX];
	const char *path;

	if (!parse_value(p, &path))
		return false;
	if (key->is_set)
		return parse_fail(p, "'%s': the key is given twice", keyword);
	if (!strcmp(path, "-") && p->source != PARSE_COMMAND_LINE)
		return parse_fail(p,
				  "%s -: a key named in a configuration cannot come from standard input",
				  keyword);
	if (!strcmp(path, "-") && p->stdin_used)
		return parse_fail(p,
				  "%s -: standard input holds one key; put the other one in a file",
				  keyword);
	p->stdin_used |= !strcmp(path, "-");
	if (key_read_file(key, path, p->base_dir, error))
		return true;
	p->is_refused = true;
	return parse_fail(p, "%s: %s", keyword, error);
}

static bool key_from_words(struct parser *p, struct key *key)
{
	const char *keyword = p->words[p->pos - 1];
	char error[KEY_ERROR_MAX];
	const char *text;

	if (p->source == PARSE_COMMAND_LINE)
		return parse_fail(p,
				  "%s: every user of this machine can read a key on the command line, and the shell remembers it; write it to a file of mode 0600 and say '%s-file FILE', or '%s-file -' for standard input (and do not use the key that was just typed)",
				  keyword, keyword, keyword);
	p->is_refused = true;
	if (p->source == PARSE_EXPOSED_FILE)
		return parse_fail(p,
				  "%s: this file can be read by others than its owner, so it must not hold keys; chmod 600 it or use '%s-file FILE'",
				  keyword, keyword);
	p->is_refused = false;
	if (!parse_value(p, &text))
		return false;
	if (key->is_set)
		return parse_fail(p, "'%s': the key is given twice", keyword);
	return key_parse_hex(key, text, strlen(text), "the key", error) ||
	       parse_fail(p, "%s: %s", keyword, error);
}

static bool enc_key_file(struct parser *p, void *object)
{
	struct sa *sa = object;

	return key_from_file(p, &sa->enc_key);
}

static bool auth_key_file(struct parser *p, void *object)
{
	struct sa *sa = object;

	return key_from_file(p, &sa->auth_key);
}

static bool enc_key(struct parser *p, void *object)
{
	struct sa *sa = object;

	return key_from_words(p, &sa->enc_key);
}

static bool auth_key(struct parser *p, void *object)
{
	struct sa *sa = object;

	return key_from_words(p, &sa->auth_key);
}

static bool replay_window(struct parser *p, void *object)
{
	struct sa *sa = object;

	sa->has_replay_window = true;
	if (!parse_number(p, 0, IPSEC_REPLAY_WINDOW_MAX, &sa->replay_window))
		return false;
	return !sa->replay_window ||
	       sa->replay_window >= IPSEC_REPLAY_WINDOW_MIN ||
	       parse_fail(p,
			  "replay-window %u is too small: 0 turns it off, else %u to %u packets",
			  sa->replay_window, IPSEC_REPLAY_WINDOW_MIN,
			  IPSEC_REPLAY_WINDOW_MAX);
}

static bool esn(struct parser *p, void *object)
{
	struct sa *sa = object;

	(void)p;
	sa->esn = true;
	return true;
}

static bool seq_rollover(struct parser *p, void *object)
{
	struct sa *sa = object;

	(void)p;
	sa->seq_rollover = true;
	return true;
}

static bool seq(struct parser *p, void *object)
{
	struct sa *sa = object;
	const char *word;

	sa->has_seq = true;
	if (!parse_value(p, &word))
		return false;
	return names_number64(word, UINT64_MAX, &sa->seq) ||
	       parse_fail(p,
			  "seq '%s' is no number from 0 to %llu (decimal or 0x hexadecimal)",
			  word, (unsigned long long)UINT64_MAX);
}

static bool resync(struct parser *p, void *object)
{
	struct sa *sa = object;

	sa->has_resync = true;
	return parse_number(p, 0, UINT32_MAX, &sa->resync);
}

static bool df(struct parser *p, void *object)
{
	struct sa *sa = object;

	return parse_enum(p, names_df, "df", &sa->df);
}

static const struct keyword add_keywords[] = {
	{ "spi", spi, SEEN_SPI },
	{ "src", src, SEEN_SRC },
	{ "dst", dst, SEEN_DST },
	{ "reqid", reqid, SEEN_REQID },
	{ "mode", mode, 1 << 4 },
	{ "enc", enc, 1 << 5 },
	{ "enc-key-file", enc_key_file, 1 << 6 },
	{ "enc-key", enc_key, 1 << 7 },
	{ "auth", auth, 1 << 8 },
	{ "auth-key-file", auth_key_file, 1 << 9 },
	{ "auth-key", auth_key, 1 << 10 },
	{ "replay-window", replay_window, 1 << 11 },
	{ "df", df, 1 << 12 },
	{ "esn", esn, 1 << 24 },
	{ "seq", seq, 1 << 25 },
	{ "seq-rollover", seq_rollover, 1 << 26 },
	{ "resync", resync, 1 << 27 },
	{ NULL, NULL, 0 }
};

static const struct keyword name_keywords[] = {
	{ "spi", spi, SEEN_SPI },
	{ "dst", dst, SEEN_DST },
	{ NULL, NULL, 0 }
};

static const struct keyword filter_keywords[] = {
	{ "spi", spi, SEEN_SPI },
	{ "dst", dst, SEEN_DST },
	{ "reqid", reqid, SEEN_REQID },
	{ NULL, NULL, 0 }
};

static bool unknown_word(struct parser *p, const struct keyword *table)
{
	struct suggestion s = { .word = parse_peek(p) };

	parse_suggest(&s, table);
	if (table == add_keywords) {
		parse_suggest(&s, parse_outer_keywords);
		parse_suggest(&s, parse_life_keywords);
		parse_suggest(&s, parse_encap_keywords);
		parse_suggest(&s, parse_selector_keywords);
	}
	return parse_fail(p, "unknown word '%s'%s", s.word,
			  names_did_you_mean(&s));
}

static bool required(struct parser *p, uint64_t bits)
{
	const struct keyword *keyword;

	for (keyword = add_keywords; keyword->name; keyword++) {
		if ((bits & keyword->bit) && !(p->seen & keyword->bit))
			return parse_fail(p, "'%s' is missing", keyword->name);
	}
	return true;
}

static bool add_words(struct parser *p, struct sa *sa)
{
	enum keyword_result result;

	while (parse_peek(p)) {
		result = parse_keyword(p, add_keywords, sa);
		if (result == KEYWORD_NONE)
			result = parse_keyword(p, parse_outer_keywords,
					       &sa->outer);
		if (result == KEYWORD_NONE)
			result = parse_keyword(p, parse_life_keywords,
					       &sa->life);
		if (result == KEYWORD_NONE)
			result = parse_keyword(p, parse_encap_keywords,
					       &sa->encap);
		if (result == KEYWORD_NONE) {
			result = parse_keyword(p, parse_selector_keywords,
					       &sa->selector);
			sa->has_selector = true;
		}
		if (result == KEYWORD_NONE)
			return unknown_word(p, add_keywords);
		if (result == KEYWORD_ERROR)
			return false;
	}
	return true;
}

/**
 * parse_sa_add() - {in|out} {esp|ah} spi N src A dst A ...
 * @p: the parser, behind `sa add`
 * @sa: receives the SA, its keys included
 *
 * Return: whether the words are right and what they say makes sense.
 */
bool parse_sa_add(struct parser *p, struct sa *sa)
{
	bool is_parsed;

	memset(sa, 0, sizeof(*sa));
	is_parsed = parse_enum(p, names_dir, "direction", &sa->dir) &&
		    parse_enum(p, names_ipsec_proto, "IPsec protocol",
			       &sa->proto) &&
		    add_words(p, sa) &&
		    required(p, SEEN_SPI | SEEN_SRC | SEEN_DST) &&
		    parse_selector_finish(p, &sa->selector);
	if (!is_parsed)
		return false;
	if (!sa->mode)
		sa->mode = IPSEC_MODE_TRANSPORT;
	return check_sa(p, sa);
}

/**
 * parse_sa_name() - {esp|ah} spi N dst A
 * @p: the parser
 * @sa: receives the three values
 *
 * Return: whether the words are right.
 */
bool parse_sa_name(struct parser *p, struct sa *sa)
{
	enum keyword_result result;

	memset(sa, 0, sizeof(*sa));
	if (!parse_enum(p, names_ipsec_proto, "IPsec protocol", &sa->proto))
		return false;
	while (parse_peek(p)) {
		result = parse_keyword(p, name_keywords, sa);
		if (result == KEYWORD_NONE)
			return unknown_word(p, name_keywords);
		if (result == KEYWORD_ERROR)
			return false;
	}
	return required(p, SEEN_SPI | SEEN_DST);
}

static bool dummy_count(struct parser *p, void *object)
{
	struct dummies *dummies = object;

	return parse_number(p, 1, UINT16_MAX, &dummies->count);
}

static bool dummy_len(struct parser *p, void *object)
{
	struct dummies *dummies = object;

	dummies->has_len = true;
	return parse_number(p, 0, UINT16_MAX, &dummies->len);
}

static const struct keyword dummy_keywords[] = {
	{ "count", dummy_count, 1 << 4 },
	{ "len", dummy_len, 1 << 5 },
	{ NULL, NULL, 0 }
};

/**
 * parse_sa_dummy() - esp spi N dst A [count N] [len N]
 * @p: the parser, behind `sa dummy`
 * @sa: receives the name of the SA
 * @dummies: receives what to send
 *
 * Return: whether the words are right.
 */
bool parse_sa_dummy(struct parser *p, struct sa *sa, struct dummies *dummies)
{
	struct suggestion s = { 0 };
	enum keyword_result result;

	memset(sa, 0, sizeof(*sa));
	memset(dummies, 0, sizeof(*dummies));
	dummies->count = 1;
	if (!parse_enum(p, names_ipsec_proto, "IPsec protocol", &sa->proto))
		return false;
	while (parse_peek(p)) {
		result = parse_keyword(p, name_keywords, sa);
		if (result == KEYWORD_NONE)
			result = parse_keyword(p, dummy_keywords, dummies);
		if (result == KEYWORD_ERROR)
			return false;
		if (result == KEYWORD_DONE)
			continue;
		s.word = parse_peek(p);
		parse_suggest(&s, name_keywords);
		parse_suggest(&s, dummy_keywords);
		return parse_fail(p, "unknown word '%s'%s", s.word,
				  names_did_you_mean(&s));
	}
	if (sa->proto != IPPROTO_ESP)
		return parse_fail(p, "dummy packets are sent through esp");
	return required(p, SEEN_SPI | SEEN_DST);
}

static bool filter_word(struct parser *p, struct sa *sa)
{
	const char *word = parse_peek(p);
	unsigned int number;

	if (names_find(names_dir, word, &number) && !sa->dir)
		sa->dir = (uint8_t)number;
	else if (names_find(names_ipsec_proto, word, &number) && !sa->proto)
		sa->proto = (uint8_t)number;
	else
		return unknown_word(p, filter_keywords);
	p->pos++;
	return true;
}

/**
 * parse_sa_filter() - [in|out] [esp|ah] [reqid N], or the name of one SA
 * @p: the parser, behind `sa show`
 * @sa: receives the values; @sa->spi is not 0 when one SA is named
 *
 * Return: whether the words are right.
 */
bool parse_sa_filter(struct parser *p, struct sa *sa)
{
	enum keyword_result result;

	memset(sa, 0, sizeof(*sa));
	while (parse_peek(p)) {
		result = parse_keyword(p, filter_keywords, sa);
		if (result == KEYWORD_ERROR ||
		    (result == KEYWORD_NONE && !filter_word(p, sa)))
			return false;
	}
	if (!(p->seen & (SEEN_SPI | SEEN_DST)))
		return true;
	if (!sa->proto)
		return parse_fail(p, "one SA is named by {esp|ah} spi N dst ADDRESS; esp or ah is missing");
	if (sa->dir || (p->seen & SEEN_REQID))
		return parse_fail(p, "one SA is named by {esp|ah} spi N dst ADDRESS alone");
	return required(p, SEEN_SPI | SEEN_DST);
}
