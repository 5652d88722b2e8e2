// SPDX-License-Identifier: GPL-2.0
/*
 * One statement per line. '#' begins a comment, a backslash at the end of a
 * line joins the next one, "..." is one word with nothing special in it,
 * `name = words` defines a macro and $name stands for its words. After an
 * error the rest of the line is skipped, so that all errors can be reported.
 */
#include "lex.h"
#include "secret.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WORD_MAX 4096
#define NAME_MAX_LEN 64

/**
 * struct macro - a name for text
 * @next: older macro
 * @name: its name
 * @words: what it stands for
 * @count: how many words
 * @line: where it is defined
 */
struct macro {
	struct macro *next;
	const char *name;
	char **words;
	int count;
	unsigned int line;
};

/**
 * lex_init() - begin with the first line
 * @lex: the lexer
 * @text: the text of the file
 * @len: its length
 */
void lex_init(struct lexer *lex, const char *text, size_t len)
{
	memset(lex, 0, sizeof(*lex));
	lex->text = text;
	lex->len = len;
	lex->at_line = 1;
	lex->word = secret_alloc(WORD_MAX);
}

static void fail(struct lexer *lex, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void fail(struct lexer *lex, const char *format, ...)
{
	va_list args;

	if (lex->error[0])
		return;
	va_start(args, format);
	vsnprintf(lex->error, sizeof(lex->error), format, args);
	va_end(args);
}

static int peek(const struct lexer *lex)
{
	return lex->pos < lex->len ? (unsigned char)lex->text[lex->pos] : '\n';
}

static void push(struct lexer *lex, int c)
{
	lex->in_word = true;
	if (lex->word_len < WORD_MAX - 1)
		lex->word[lex->word_len++] = (char)c;
	else
		fail(lex, "a word is longer than %d characters", WORD_MAX - 1);
}

static void end_word(struct lexer *lex)
{
	if (!lex->in_word)
		return;
	if (lex->count < LEX_WORDS_MAX)
		lex->words[lex->count++] = secret_strndup(lex->word,
							  lex->word_len);
	else
		fail(lex, "a statement has more than %d words", LEX_WORDS_MAX);
	lex->word_len = 0;
	lex->in_word = false;
}

static void quoted(struct lexer *lex)
{
	lex->in_word = true;
	for (lex->pos++; peek(lex) != '\n'; lex->pos++) {
		if (peek(lex) == '"') {
			lex->pos++;
			return;
		}
		push(lex, peek(lex));
	}
	fail(lex, "a quoted string ends on the line where it begins; the closing '\"' is missing");
}

static bool is_name_char(int c)
{
	return c < 0x80 && (isalnum(c) || c == '_');
}

static const struct macro *find_macro(const struct lexer *lex,
				      const char *name, size_t len)
{
	const struct macro *macro;

	for (macro = lex->macros; macro; macro = macro->next) {
		if (strlen(macro->name) == len &&
		    !memcmp(macro->name, name, len))
			return macro;
	}
	return NULL;
}

/* The first and the last word of a macro join what touches the $name. */
static void expand(struct lexer *lex)
{
	const char *name = lex->text + lex->pos + 1;
	const struct macro *macro;
	const char *c;
	size_t len;
	int i;

	for (lex->pos++; is_name_char(peek(lex)); lex->pos++)
		;
	len = (size_t)(lex->text + lex->pos - name);
	if (!len) {
		fail(lex, "'$' is followed by the name of a macro");
		return;
	}
	macro = find_macro(lex, name, len);
	if (!macro) {
		fail(lex, "the macro '%.*s' is not defined",
		     (int)(len > NAME_MAX_LEN ? NAME_MAX_LEN : len), name);
		return;
	}
	for (i = 0; i < macro->count; i++) {
		if (i)
			end_word(lex);
		lex->in_word = true;
		for (c = macro->words[i]; *c; c++)
			push(lex, *c);
	}
}

static void backslash(struct lexer *lex)
{
	size_t pos = lex->pos + 1;

	if (pos < lex->len && lex->text[pos] == '\r')
		pos++;
	if (pos < lex->len && lex->text[pos] != '\n') {
		fail(lex, "a backslash joins two lines; it must be the last character of its line");
		return;
	}
	end_word(lex);
	lex->pos = pos + 1;
	lex->at_line++;
}

static void skip_line(struct lexer *lex)
{
	while (peek(lex) != '\n')
		lex->pos++;
}

static void other(struct lexer *lex, int c)
{
	if (c == ' ' || c == '\t' || c == '\r') {
		end_word(lex);
	} else if (c == '=') {
		end_word(lex);
		push(lex, c);
		end_word(lex);
	} else if (c < 0x20 || c == 0x7f) {
		fail(lex, "the line holds a control character (0x%02x)", c);
	} else {
		push(lex, c);
	}
	lex->pos++;
}

static void read_line(struct lexer *lex)
{
	int c;

	for (c = peek(lex); c != '\n' && !lex->error[0]; c = peek(lex)) {
		if (!lex->count && !lex->in_word)
			lex->line = lex->at_line;
		if (c == '#')
			skip_line(lex);
		else if (c == '"')
			quoted(lex);
		else if (c == '$')
			expand(lex);
		else if (c == '\\')
			backslash(lex);
		else
			other(lex, c);
	}
	end_word(lex);
	skip_line(lex);
	lex->pos++;
	lex->at_line++;
}

static bool is_name(const char *word)
{
	size_t i;

	if (!isalpha((unsigned char)word[0]))
		return false;
	for (i = 0; word[i]; i++) {
		if (!is_name_char((unsigned char)word[i]))
			return false;
	}
	return i <= NAME_MAX_LEN;
}

static void define(struct lexer *lex)
{
	const struct macro *old;
	struct macro *macro;
	int i;

	if (!is_name(lex->words[0])) {
		fail(lex, "'%.64s' is no name for a macro: a letter, then letters, digits and '_'",
		     lex->words[0]);
		return;
	}
	if (lex->count < 3) {
		fail(lex, "the macro '%s' has no value", lex->words[0]);
		return;
	}
	old = find_macro(lex, lex->words[0], strlen(lex->words[0]));
	if (old) {
		fail(lex, "the macro '%s' is already defined on line %u",
		     old->name, old->line);
		return;
	}
	macro = secret_alloc(sizeof(*macro));
	macro->name = lex->words[0];
	macro->count = lex->count - 2;
	macro->words = secret_alloc((size_t)macro->count *
				    sizeof(*macro->words));
	for (i = 0; i < macro->count; i++)
		macro->words[i] = lex->words[i + 2];
	macro->line = lex->line;
	macro->next = lex->macros;
	lex->macros = macro;
}

/**
 * lex_statement() - the words of the next statement
 * @lex: receives @words, @count and @line, or @error
 *
 * Return: false at the end of the text.
 */
bool lex_statement(struct lexer *lex)
{
	while (lex->pos < lex->len) {
		lex->count = 0;
		lex->word_len = 0;
		lex->in_word = false;
		lex->error[0] = '\0';
		lex->line = lex->at_line;
		read_line(lex);
		if (!lex->error[0] && lex->count > 1 &&
		    !strcmp(lex->words[1], "=")) {
			define(lex);
			lex->count = 0;
		}
		if (lex->error[0] || lex->count)
			return true;
	}
	return false;
}
