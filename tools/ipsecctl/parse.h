/* SPDX-License-Identifier: GPL-2.0 */
/* Words to objects: one grammar for the command line and for files. */
#ifndef IPSECCTL_PARSE_H
#define IPSECCTL_PARSE_H

#include "model.h"
#include "names.h"

#define PARSE_ERROR_MAX 1024

/**
 * enum parse_source - where the words come from
 * @PARSE_COMMAND_LINE: every user of the machine can read them
 * @PARSE_FILE: a file that only its owner can read
 * @PARSE_EXPOSED_FILE: a file that others can read
 */
enum parse_source {
	PARSE_COMMAND_LINE,
	PARSE_FILE,
	PARSE_EXPOSED_FILE,
};

/**
 * struct parser - words, a position, and what went wrong
 * @words: the words
 * @count: how many
 * @pos: next word
 * @source: where they come from
 * @base_dir: directory of the file, NULL for the working directory
 * @icmp_type: word behind icmp-type, resolved once proto is known
 * @seen: keywords of this statement that were given, by their bit
 * @stdin_used: a key was read from standard input
 * @is_refused: the words are right and what they ask for cannot be done
 * @error: one sentence
 */
struct parser {
	char **words;
	int count;
	int pos;
	enum parse_source source;
	const char *base_dir;
	const char *icmp_type;
	uint64_t seen;
	bool stdin_used;
	bool is_refused;
	char error[PARSE_ERROR_MAX];
};

/**
 * struct keyword - a word that is followed by its value
 * @name: the word
 * @parse: reads the value into @object
 * @bit: for struct parser @seen; each keyword may be given once
 */
struct keyword {
	const char *name;
	bool (*parse)(struct parser *p, void *object);
	uint64_t bit;
};

/** enum keyword_result - what parse_keyword() found */
enum keyword_result {
	KEYWORD_NONE,
	KEYWORD_DONE,
	KEYWORD_ERROR,
};

#define SEEN_SELECTOR_FIRST 48
#define SEEN_OUTER_FIRST (1ULL << 32)
#define SEEN_ENCAP_FIRST (1ULL << 40)
#define SEEN_LIFE_FIRST (1ULL << 19)

extern const struct keyword parse_selector_keywords[];
extern const struct keyword parse_outer_keywords[];
extern const struct keyword parse_life_keywords[];
extern const struct keyword parse_encap_keywords[];

void parse_init(struct parser *p, char **words, int count);
bool parse_fail(struct parser *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
const char *parse_peek(const struct parser *p);
const char *parse_next(struct parser *p);
bool parse_value(struct parser *p, const char **value);
bool parse_enum(struct parser *p, const struct name *table, const char *what,
		uint8_t *value);
bool parse_number(struct parser *p, uint32_t min, uint32_t max,
		  uint32_t *value);
bool parse_host(struct parser *p, struct addr *addr);
bool parse_end(struct parser *p);
enum keyword_result parse_keyword(struct parser *p,
				  const struct keyword *table, void *object);
void parse_suggest(struct suggestion *s, const struct keyword *table);
bool parse_selector_finish(struct parser *p, struct selector *sel);

bool parse_sa_add(struct parser *p, struct sa *sa);
bool parse_sa_name(struct parser *p, struct sa *sa);
bool parse_sa_dummy(struct parser *p, struct sa *sa, struct dummies *dummies);
bool parse_sa_filter(struct parser *p, struct sa *sa);
bool parse_policy_add(struct parser *p, struct policy *policy);
bool parse_packet(struct parser *p, struct policy *packet);
bool parse_policy_del(struct parser *p, struct policy *policy);
bool parse_default(struct parser *p, struct config *config);
bool parse_limits(struct parser *p, struct config *config);
bool parse_settings(struct parser *p, struct config *config);

#endif /* IPSECCTL_PARSE_H */
