/* SPDX-License-Identifier: GPL-2.0 */
/* Words for numbers and back, and "did you mean". */
#ifndef IPSECCTL_NAMES_H
#define IPSECCTL_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct name - a word and its number
 * @name: the word; NULL ends a table
 * @value: the number
 */
struct name {
	const char *name;
	unsigned int value;
};

/**
 * struct suggestion - the best candidate for a mistyped word
 * @word: what was typed
 * @best: nearest candidate so far, or NULL
 * @distance: twice its distance
 */
struct suggestion {
	const char *word;
	const char *best;
	unsigned int distance;
};

extern const struct name names_dir[];
extern const struct name names_mode[];
extern const struct name names_action[];
extern const struct name names_df[];
extern const struct name names_ecn[];
extern const struct name names_label[];
extern const struct name names_switch[];
extern const struct name names_icmp_check[];
extern const struct name names_icmp_error[];
extern const struct name names_fragment[];
extern const struct name names_life[];
extern const struct name names_audit[];
extern const struct name names_ipsec_proto[];
extern const struct name names_proto[];

bool names_find(const struct name *table, const char *word,
		unsigned int *value);
const char *names_of(const struct name *table, unsigned int value);
const struct name *names_icmp(unsigned int proto);
bool names_number(const char *word, uint32_t max, uint32_t *value);
bool names_number64(const char *word, uint64_t max, uint64_t *value);

void names_suggest(struct suggestion *s, const char *candidate);
void names_suggest_table(struct suggestion *s, const struct name *table);
const char *names_did_you_mean(const struct suggestion *s);

#endif /* IPSECCTL_NAMES_H */
