// SPDX-License-Identifier: GPL-2.0
/* Statements about policies. */
#include "check.h"
#include "parse.h"

#include <string.h>

static const struct name dirs[] = {
	{ "in", IPSEC_DIR_IN },
	{ "out", IPSEC_DIR_OUT },
	{ "both", DIR_BOTH },
	{ NULL, 0 }
};

static bool priority(struct parser *p, void *object)
{
	struct policy *policy = object;

	return parse_number(p, 0, UINT32_MAX, &policy->priority);
}

static const struct keyword priority_keywords[] = {
	{ "priority", priority, 1 << 0 },
	{ NULL, NULL, 0 }
};

static bool src(struct parser *p, void *object)
{
	struct protect *protect = object;

	return parse_host(p, &protect->src);
}

static bool dst(struct parser *p, void *object)
{
	struct protect *protect = object;

	return parse_host(p, &protect->dst);
}

static bool reqid(struct parser *p, void *object)
{
	struct protect *protect = object;

	return parse_number(p, 1, UINT32_MAX, &protect->reqid);
}

static bool spi(struct parser *p, void *object)
{
	struct protect *protect = object;

	return parse_number(p, 256, UINT32_MAX, &protect->spi);
}

static const struct keyword no_keywords[] = {
	{ NULL, NULL, 0 }
};

static const struct keyword protect_keywords[] = {
	{ "src", src, 1 << 1 },
	{ "dst", dst, 1 << 2 },
	{ "reqid", reqid, 1 << 3 },
	{ "spi", spi, 1 << 4 },
	{ NULL, NULL, 0 }
};

static bool is_keyword(const struct keyword *table, const char *word)
{
	for (; table->name; table++) {
		if (!strcmp(table->name, word))
			return true;
	}
	return false;
}

/* The word that follows a complete action. */
static bool behind_action(struct parser *p, const struct keyword *table)
{
	struct suggestion s = { .word = parse_peek(p) };

	if (is_keyword(priority_keywords, s.word) ||
	    is_keyword(parse_selector_keywords, s.word))
		return parse_fail(p,
				  "'%s' stands behind the action; the action is the last part of a policy",
				  s.word);
	parse_suggest(&s, table);
	return parse_fail(p, "unknown word '%s' behind the action%s", s.word,
			  names_did_you_mean(&s));
}

static bool one_sa(struct parser *p, struct protect *protect)
{
	const struct keyword *keyword;
	enum keyword_result result;

	for (keyword = protect_keywords; keyword->name; keyword++)
		p->seen &= ~keyword->bit;
	if (!parse_enum(p, names_ipsec_proto, "IPsec protocol",
			&protect->proto) ||
	    !parse_enum(p, names_mode, "mode", &protect->mode))
		return false;
	do {
		result = parse_keyword(p, protect_keywords, protect);
	} while (result == KEYWORD_DONE);
	return result == KEYWORD_NONE;
}

/* What follows the SAs: mss N|auto */
static bool mss(struct parser *p, struct policy *policy)
{
	uint32_t number = IPSEC_MSS_AUTO;

	p->pos++;
	if (parse_peek(p) && !strcmp(parse_peek(p), "auto"))
		p->pos++;
	else if (!parse_number(p, 88, UINT16_MAX - 1, &number))
		return false;
	policy->mss = (uint16_t)number;
	return parse_end(p);
}

static bool protect(struct parser *p, struct policy *policy)
{
	for (;;) {
		if (policy->protect_count == IPSEC_NEST_MAX)
			return parse_fail(p,
					  "more than %u SAs cannot be nested in each other",
					  IPSEC_NEST_MAX);
		if (!one_sa(p, &policy->protect[policy->protect_count++]))
			return false;
		if (!parse_peek(p))
			return true;
		if (!strcmp(parse_peek(p), "mss"))
			return mss(p, policy);
		if (strcmp(parse_peek(p), "inside"))
			return behind_action(p, protect_keywords);
		p->pos++;
	}
}

static bool action(struct parser *p, struct policy *policy)
{
	struct suggestion s = { .word = parse_peek(p) };
	unsigned int number;

	if (!s.word)
		return parse_fail(p,
				  "the action is missing: bypass, discard or protect");
	if (!names_find(names_action, s.word, &number)) {
		parse_suggest(&s, priority_keywords);
		parse_suggest(&s, parse_selector_keywords);
		names_suggest_table(&s, names_action);
		return parse_fail(p,
				  "'%s' is no selector and no action (bypass, discard, protect)%s",
				  s.word, names_did_you_mean(&s));
	}
	p->pos++;
	policy->action = (uint8_t)number;
	if (number == IPSEC_ACTION_PROTECT)
		return protect(p, policy);
	return !parse_peek(p) || behind_action(p, no_keywords);
}

static bool selector_words(struct parser *p, struct policy *policy)
{
	enum keyword_result result;

	do {
		result = parse_keyword(p, priority_keywords, policy);
		if (result == KEYWORD_NONE)
			result = parse_keyword(p, parse_selector_keywords,
					       &policy->selector);
	} while (result == KEYWORD_DONE);
	return result == KEYWORD_NONE;
}

static void start(struct policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	policy->priority = POLICY_PRIORITY_DEFAULT;
}

/**
 * parse_policy_add() - {in|out|both} [priority N] [SELECTOR] ACTION
 * @p: the parser, behind `policy add`
 * @policy: receives the policy
 *
 * Return: whether the words are right and what they say makes sense.
 */
bool parse_policy_add(struct parser *p, struct policy *policy)
{
	start(policy);
	return parse_enum(p, dirs, "direction", &policy->dir) &&
	       selector_words(p, policy) && action(p, policy) &&
	       parse_selector_finish(p, &policy->selector) &&
	       check_policy(p, policy);
}

/**
 * parse_policy_del() - index N, or {in|out|both} [priority N] [SELECTOR]
 * @p: the parser, behind `policy del`
 * @policy: receives the index, or direction, priority and selector
 *
 * Return: whether the words are right.
 */
bool parse_policy_del(struct parser *p, struct policy *policy)
{
	struct suggestion s = { 0 };

	start(policy);
	if (parse_peek(p) && !strcmp(parse_peek(p), "index")) {
		p->pos++;
		return parse_number(p, 1, UINT32_MAX, &policy->index) &&
		       parse_end(p);
	}
	if (!parse_enum(p, dirs, "direction", &policy->dir) ||
	    !selector_words(p, policy))
		return false;
	s.word = parse_peek(p);
	if (!s.word)
		return parse_selector_finish(p, &policy->selector);
	parse_suggest(&s, priority_keywords);
	parse_suggest(&s, parse_selector_keywords);
	return parse_fail(p, "unknown word '%s'%s", s.word,
			  names_did_you_mean(&s));
}

/**
 * parse_packet() - {in|out} SELECTOR
 * @p: the parser, behind `explain`
 * @packet: receives direction and selector
 *
 * Return: whether the words are right.
 */
bool parse_packet(struct parser *p, struct policy *packet)
{
	struct suggestion s = { 0 };
	enum keyword_result result;

	start(packet);
	if (!parse_enum(p, names_dir, "direction", &packet->dir))
		return false;
	do {
		result = parse_keyword(p, parse_selector_keywords,
				       &packet->selector);
	} while (result == KEYWORD_DONE);
	if (result == KEYWORD_ERROR)
		return false;
	s.word = parse_peek(p);
	if (!s.word)
		return parse_selector_finish(p, &packet->selector);
	parse_suggest(&s, parse_selector_keywords);
	return parse_fail(p, "unknown word '%s'%s", s.word,
			  names_did_you_mean(&s));
}
