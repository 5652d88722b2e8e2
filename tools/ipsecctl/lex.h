/* SPDX-License-Identifier: GPL-2.0 */
/* The text of a configuration to words. */
#ifndef IPSECCTL_LEX_H
#define IPSECCTL_LEX_H

#include <stdbool.h>
#include <stddef.h>

#define LEX_WORDS_MAX 128
#define LEX_ERROR_MAX 256

/** struct macro - a name for text */
struct macro;

/**
 * struct lexer - a position in the text
 * @text: all of it; need not end with a 0
 * @len: bytes in @text
 * @pos: next byte
 * @at_line: line of @pos
 * @line: line where the statement begins
 * @words: the words of the statement
 * @count: how many
 * @word: the word that grows
 * @word_len: its length
 * @in_word: there is a word, even if it is empty
 * @macros: newest first
 * @error: one sentence, "" when there is none
 */
struct lexer {
	const char *text;
	size_t len;
	size_t pos;
	unsigned int at_line;
	unsigned int line;
	char *words[LEX_WORDS_MAX];
	int count;
	char *word;
	size_t word_len;
	bool in_word;
	struct macro *macros;
	char error[LEX_ERROR_MAX];
};

void lex_init(struct lexer *lex, const char *text, size_t len);
bool lex_statement(struct lexer *lex);

#endif /* IPSECCTL_LEX_H */
