// SPDX-License-Identifier: GPL-2.0
/*
 * The parts that statements share. A function that fails leaves one sentence
 * in struct parser and returns false; nobody goes on after that.
 */
#include "parse.h"
#include "addr.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/**
 * parse_init() - begin with the first word
 * @p: the parser; source and base directory stay as they are
 * @words: the words
 * @count: how many
 */
void parse_init(struct parser *p, char **words, int count)
{
	p->words = words;
	p->count = count;
	p->pos = 0;
	p->icmp_type = NULL;
	p->seen = 0;
	p->stdin_used = false;
	p->is_refused = false;
	p->error[0] = '\0';
}

/**
 * parse_fail() - say what is wrong
 * @p: the parser
 * @format: a sentence for printf(3)
 *
 * Return: false, always.
 */
bool parse_fail(struct parser *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->error, sizeof(p->error), format, args);
	va_end(args);
	return false;
}

/**
 * parse_peek() - look at the next word
 * @p: the parser
 *
 * Return: the word or NULL at the end.
 */
const char *parse_peek(const struct parser *p)
{
	return p->pos < p->count ? p->words[p->pos] : NULL;
}

/**
 * parse_next() - take the next word
 * @p: the parser
 *
 * Return: the word or NULL at the end.
 */
const char *parse_next(struct parser *p)
{
	return p->pos < p->count ? p->words[p->pos++] : NULL;
}

/**
 * parse_value() - take the word behind a keyword
 * @p: the parser, behind the keyword
 * @value: receives the word
 *
 * Return: whether there is one.
 */
bool parse_value(struct parser *p, const char **value)
{
	const char *keyword = p->words[p->pos - 1];

	*value = parse_next(p);
	return *value || parse_fail(p, "'%s' needs a value", keyword);
}

/**
 * parse_end() - there must be no word left
 * @p: the parser
 *
 * Return: whether that is so.
 */
bool parse_end(struct parser *p)
{
	const char *word = parse_peek(p);

	return !word || parse_fail(p, "'%s' is one word too many", word);
}

static void list_words(const struct name *table, char *text, size_t size)
{
	const char *before = "";
	size_t len = 0;

	text[0] = '\0';
	for (; table->name; table++) {
		len += (size_t)snprintf(text + len, size - len, "%s%s", before,
					table->name);
		before = table[1].name && table[2].name ? ", " : " or ";
	}
}

/**
 * parse_enum() - take one of a few words
 * @p: the parser
 * @table: the words
 * @what: what they are, for the error sentence
 * @value: receives the number of the word
 *
 * Return: whether there was one.
 */
bool parse_enum(struct parser *p, const struct name *table, const char *what,
		uint8_t *value)
{
	const char *word = parse_next(p);
	unsigned int number;
	char list[128];

	if (word && names_find(table, word, &number)) {
		*value = (uint8_t)number;
		return true;
	}
	list_words(table, list, sizeof(list));
	if (!word)
		return parse_fail(p, "the %s is missing: %s", what, list);
	return parse_fail(p, "'%s' is no %s: %s", word, what, list);
}

/**
 * parse_number() - take the number behind a keyword
 * @p: the parser, behind the keyword
 * @min: smallest value
 * @max: largest value
 * @value: receives it
 *
 * Return: whether there was one.
 */
bool parse_number(struct parser *p, uint32_t min, uint32_t max,
		  uint32_t *value)
{
	const char *keyword = p->words[p->pos - 1];
	const char *word;

	if (!parse_value(p, &word))
		return false;
	if (names_number(word, max, value) && *value >= min)
		return true;
	return parse_fail(p,
			  "%s '%s' is no number from %u to %u (decimal or 0x hexadecimal)",
			  keyword, word, min, max);
}

/**
 * parse_host() - take the address of one host behind a keyword
 * @p: the parser, behind the keyword
 * @addr: receives it
 *
 * Return: whether there was one.
 */
bool parse_host(struct parser *p, struct addr *addr)
{
	const char *keyword = p->words[p->pos - 1];
	const char *word;

	if (!parse_value(p, &word))
		return false;
	if (!addr_parse(word, addr))
		return parse_fail(p, "%s '%s' is no IPv4 or IPv6 address",
				  keyword, word);
	return addr_is_unicast(addr) ||
	       parse_fail(p, "%s %s is not the address of one host", keyword,
			  word);
}

/**
 * parse_keyword() - take a keyword and its value, if the next word is one
 * @p: the parser
 * @table: the keywords
 * @object: what they write to
 *
 * Return: KEYWORD_NONE with nothing taken when the next word is none of them.
 */
enum keyword_result parse_keyword(struct parser *p,
				  const struct keyword *table, void *object)
{
	const char *word = parse_peek(p);

	for (; word && table->name; table++) {
		if (strcmp(table->name, word))
			continue;
		if (p->seen & table->bit) {
			parse_fail(p, "'%s' is given twice", word);
			return KEYWORD_ERROR;
		}
		p->seen |= table->bit;
		p->pos++;
		return table->parse(p, object) ? KEYWORD_DONE : KEYWORD_ERROR;
	}
	return KEYWORD_NONE;
}

/**
 * parse_suggest() - names_suggest() for every keyword of a table
 * @s: the search
 * @table: the keywords
 */
void parse_suggest(struct suggestion *s, const struct keyword *table)
{
	for (; table->name; table++)
		names_suggest(s, table->name);
}

static bool direction(struct parser *p, uint8_t *dir)
{
	static const struct name dirs[] = {
		{ "in", IPSEC_DIR_IN },
		{ "out", IPSEC_DIR_OUT },
		{ "both", DIR_BOTH },
		{ NULL, 0 }
	};

	return parse_enum(p, dirs, "direction", dir);
}

/**
 * parse_default() - {in|out|both} {bypass|discard}
 * @p: the parser
 * @config: receives the defaults
 *
 * Return: whether the words are right.
 */
bool parse_default(struct parser *p, struct config *config)
{
	static const struct name actions[] = {
		{ "bypass", IPSEC_ACTION_BYPASS },
		{ "discard", IPSEC_ACTION_DISCARD },
		{ NULL, 0 }
	};
	uint8_t dir, action;

	if (!direction(p, &dir) ||
	    !parse_enum(p, actions, "default", &action) || !parse_end(p))
		return false;
	if (dir != IPSEC_DIR_OUT)
		config->default_in = action;
	if (dir != IPSEC_DIR_IN)
		config->default_out = action;
	return true;
}

static bool find_limit(struct parser *p, const char *word, unsigned int *id)
{
	struct suggestion s = { .word = word };

	for (*id = 0; *id < LIMIT_COUNT; ++*id) {
		if (!strcmp(model_limits[*id].name, word))
			return true;
		names_suggest(&s, model_limits[*id].name);
	}
	return parse_fail(p, "unknown word '%s'%s", word,
			  names_did_you_mean(&s));
}

/**
 * parse_limits() - words of model_limits, each with a number
 * @p: the parser
 * @config: receives the limits
 *
 * Return: whether the words are right.
 */
bool parse_limits(struct parser *p, struct config *config)
{
	const char *word;
	unsigned int id;

	while ((word = parse_next(p))) {
		if (!find_limit(p, word, &id))
			return false;
		if (config->has_limit[id])
			return parse_fail(p, "'%s' is given twice", word);
		config->has_limit[id] = true;
		if (!parse_number(p, model_limits[id].min, model_limits[id].max,
				  &config->limit[id]))
			return false;
	}
	return true;
}
