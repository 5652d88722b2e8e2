// SPDX-License-Identifier: GPL-2.0
/* Words about settings of the namespace. */
#include "parse.h"

#include <string.h>

static bool icmp_check(struct parser *p, void *object)
{
	struct config *config = object;

	return parse_enum(p, names_icmp_check, "icmp-check",
			  &config->icmp_check);
}

static bool icmp_return_sa(struct parser *p, void *object)
{
	struct config *config = object;

	return parse_enum(p, names_switch, "icmp-return-sa",
			  &config->icmp_return_sa);
}

static bool icmp_answer(struct parser *p, void *object)
{
	struct config *config = object;

	return parse_enum(p, names_switch, "icmp-answer",
			  &config->icmp_answer);
}

static bool audit_events(struct parser *p, void *object)
{
	struct config *config = object;

	return parse_enum(p, names_switch, "audit-events",
			  &config->audit_events);
}

static bool audit_log(struct parser *p, void *object)
{
	struct config *config = object;

	return parse_enum(p, names_switch, "audit-log", &config->audit_log);
}

static bool shortcut(struct parser *p, void *object)
{
	struct config *config = object;

	return parse_enum(p, names_switch, "shortcut", &config->shortcut);
}

static bool fragment(struct parser *p, void *object)
{
	struct config *config = object;

	return parse_enum(p, names_fragment, "fragment", &config->fragment);
}

/* The name of @len bytes at @word, as its bit. */
static bool one_error(struct parser *p, const char *word, size_t len,
		      uint32_t *mask)
{
	struct suggestion s = { 0 };
	unsigned int kind;
	char name[64];

	if (len >= sizeof(name))
		len = sizeof(name) - 1;
	memcpy(name, word, len);
	name[len] = '\0';
	if (names_find(names_icmp_error, name, &kind)) {
		*mask |= UINT32_C(1) << kind;
		return true;
	}
	s.word = name;
	names_suggest_table(&s, names_icmp_error);
	return parse_fail(p,
			  "'%s' is no kind of ICMP error (all, none, or some of unreachable, too-big, source-quench, redirect, time-exceeded, parameter-problem, other with commas in between)%s",
			  name, names_did_you_mean(&s));
}

static bool errors(struct parser *p, uint32_t *mask)
{
	const char *word;
	size_t len;

	*mask = 0;
	if (!parse_value(p, &word))
		return false;
	if (!strcmp(word, "none"))
		return true;
	if (!strcmp(word, "all")) {
		*mask = ICMP_ERRORS_ALL;
		return true;
	}
	for (;; word += len + 1) {
		len = strcspn(word, ",");
		if (!one_error(p, word, len, mask))
			return false;
		if (!word[len])
			return true;
	}
}

static bool icmp_clear(struct parser *p, void *object)
{
	struct config *config = object;

	config->has_icmp_clear = true;
	return errors(p, &config->icmp_clear);
}

static bool icmp_sa(struct parser *p, void *object)
{
	struct config *config = object;

	config->has_icmp_sa = true;
	return errors(p, &config->icmp_sa);
}

/**
 * parse_settings() - {NAME VALUE}
 * @p: the parser
 * @config: receives the settings
 *
 * Return: whether the words are right.
 */
bool parse_settings(struct parser *p, struct config *config)
{
	static const struct keyword keywords[] = {
		{ "icmp-check", icmp_check, 1 << 0 },
		{ "icmp-return-sa", icmp_return_sa, 1 << 1 },
		{ "icmp-answer", icmp_answer, 1 << 2 },
		{ "icmp-clear", icmp_clear, 1 << 3 },
		{ "icmp-sa", icmp_sa, 1 << 4 },
		{ "fragment", fragment, 1 << 5 },
		{ "audit-events", audit_events, 1 << 6 },
		{ "audit-log", audit_log, 1 << 7 },
		{ "shortcut", shortcut, 1 << 8 },
		{ NULL, NULL, 0 }
	};
	struct suggestion s = { 0 };
	enum keyword_result result;

	do {
		result = parse_keyword(p, keywords, config);
	} while (result == KEYWORD_DONE);
	if (result == KEYWORD_ERROR)
		return false;
	if (!parse_peek(p))
		return true;
	s.word = parse_peek(p);
	parse_suggest(&s, keywords);
	return parse_fail(p, "unknown word '%s'%s", s.word,
			  names_did_you_mean(&s));
}
