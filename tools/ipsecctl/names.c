// SPDX-License-Identifier: GPL-2.0
#include "names.h"

#include "model.h"

#include <errno.h>
#include <linux/ipsec.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct name names_dir[] = {
	{ "in", IPSEC_DIR_IN },
	{ "out", IPSEC_DIR_OUT },
	{ NULL, 0 }
};

const struct name names_mode[] = {
	{ "transport", IPSEC_MODE_TRANSPORT },
	{ "tunnel", IPSEC_MODE_TUNNEL },
	{ NULL, 0 }
};

const struct name names_action[] = {
	{ "protect", IPSEC_ACTION_PROTECT },
	{ "bypass", IPSEC_ACTION_BYPASS },
	{ "discard", IPSEC_ACTION_DISCARD },
	{ NULL, 0 }
};

const struct name names_df[] = {
	{ "copy", IPSEC_DF_COPY },
	{ "set", IPSEC_DF_SET },
	{ "clear", IPSEC_DF_CLEAR },
	{ NULL, 0 }
};

const struct name names_ecn[] = {
	{ "normal", IPSEC_ECN_NORMAL },
	{ "compatibility", IPSEC_ECN_COMPATIBILITY },
	{ NULL, 0 }
};

const struct name names_label[] = {
	{ "copy", IPSEC_LABEL_COPY },
	{ "hash", IPSEC_LABEL_HASH },
	{ NULL, 0 }
};

const struct name names_switch[] = {
	{ "off", SWITCH_OFF },
	{ "on", SWITCH_ON },
	{ NULL, 0 }
};

const struct name names_icmp_check[] = {
	{ "header", IPSEC_ICMP_CHECK_HEADER },
	{ "either", IPSEC_ICMP_CHECK_EITHER },
	{ "payload", IPSEC_ICMP_CHECK_PAYLOAD },
	{ NULL, 0 }
};

const struct name names_icmp_error[] = {
	{ "unreachable", IPSEC_ICMP_ERROR_UNREACHABLE },
	{ "too-big", IPSEC_ICMP_ERROR_TOO_BIG },
	{ "source-quench", IPSEC_ICMP_ERROR_SOURCE_QUENCH },
	{ "redirect", IPSEC_ICMP_ERROR_REDIRECT },
	{ "time-exceeded", IPSEC_ICMP_ERROR_TIME_EXCEEDED },
	{ "parameter-problem", IPSEC_ICMP_ERROR_PARAMETER_PROBLEM },
	{ "other", IPSEC_ICMP_ERROR_OTHER },
	{ NULL, 0 }
};

const struct name names_fragment[] = {
	{ "before", IPSEC_FRAGMENT_BEFORE },
	{ "after", IPSEC_FRAGMENT_AFTER },
	{ NULL, 0 }
};

const struct name names_life[] = {
	{ "time", IPSEC_LIFE_TIME },
	{ "use", IPSEC_LIFE_USE },
	{ "bytes", IPSEC_LIFE_BYTES },
	{ "packets", IPSEC_LIFE_PACKETS },
	{ "idle", IPSEC_LIFE_IDLE },
	{ NULL, 0 }
};

const struct name names_audit[] = {
	{ "no-sa", IPSEC_AUDIT_NO_SA },
	{ "fragment", IPSEC_AUDIT_FRAGMENT },
	{ "seq-overflow", IPSEC_AUDIT_SEQ_OVERFLOW },
	{ "replay", IPSEC_AUDIT_REPLAY },
	{ "icv", IPSEC_AUDIT_ICV },
	{ "selector", IPSEC_AUDIT_SELECTOR },
	{ "no-protection", IPSEC_AUDIT_NO_PROTECTION },
	{ NULL, 0 }
};

const struct name names_ipsec_proto[] = {
	{ "esp", IPPROTO_ESP },
	{ "ah", IPPROTO_AH },
	{ NULL, 0 }
};

/* The first name of a number is the one that is printed. */
const struct name names_proto[] = {
	{ "icmp", IPPROTO_ICMP },
	{ "igmp", IPPROTO_IGMP },
	{ "ipip", IPPROTO_IPIP },
	{ "tcp", IPPROTO_TCP },
	{ "udp", IPPROTO_UDP },
	{ "dccp", IPPROTO_DCCP },
	{ "ipv6", IPPROTO_IPV6 },
	{ "gre", IPPROTO_GRE },
	{ "esp", IPPROTO_ESP },
	{ "ah", IPPROTO_AH },
	{ "icmpv6", IPPROTO_ICMPV6 },
	{ "ipv6-icmp", IPPROTO_ICMPV6 },
	{ "ospf", 89 },
	{ "pim", IPPROTO_PIM },
	{ "vrrp", 112 },
	{ "l2tp", 115 },
	{ "sctp", IPPROTO_SCTP },
	{ "mh", IPPROTO_MH },
	{ "udplite", IPPROTO_UDPLITE },
	{ NULL, 0 }
};

static const struct name icmp4[] = {
	{ "echo-reply", 0 },
	{ "destination-unreachable", 3 },
	{ "redirect", 5 },
	{ "echo-request", 8 },
	{ "router-advertisement", 9 },
	{ "router-solicitation", 10 },
	{ "time-exceeded", 11 },
	{ "parameter-problem", 12 },
	{ "timestamp-request", 13 },
	{ "timestamp-reply", 14 },
	{ NULL, 0 }
};

static const struct name icmp6[] = {
	{ "destination-unreachable", 1 },
	{ "packet-too-big", 2 },
	{ "time-exceeded", 3 },
	{ "parameter-problem", 4 },
	{ "echo-request", 128 },
	{ "echo-reply", 129 },
	{ "mld-listener-query", 130 },
	{ "mld-listener-report", 131 },
	{ "mld-listener-done", 132 },
	{ "router-solicitation", 133 },
	{ "router-advertisement", 134 },
	{ "neighbour-solicitation", 135 },
	{ "neighbour-advertisement", 136 },
	{ "redirect", 137 },
	{ "mld2-listener-report", 143 },
	{ NULL, 0 }
};

/**
 * names_find() - the number of a word
 * @table: where to look
 * @word: the word
 * @value: receives the number
 *
 * Return: whether the table has the word.
 */
bool names_find(const struct name *table, const char *word,
		unsigned int *value)
{
	for (; table->name; table++) {
		if (!strcmp(table->name, word)) {
			*value = table->value;
			return true;
		}
	}
	return false;
}

/**
 * names_of() - the word of a number
 * @table: where to look
 * @value: the number
 *
 * Return: the word or NULL.
 */
const char *names_of(const struct name *table, unsigned int value)
{
	for (; table->name; table++) {
		if (table->value == value)
			return table->name;
	}
	return NULL;
}

/**
 * names_icmp() - the message types of ICMP or ICMPv6
 * @proto: IPPROTO_ICMP or IPPROTO_ICMPV6
 *
 * Return: the table.
 */
const struct name *names_icmp(unsigned int proto)
{
	return proto == IPPROTO_ICMPV6 ? icmp6 : icmp4;
}

/**
 * names_number64() - a decimal or 0x hexadecimal number, and nothing else
 * @word: the text
 * @max: largest value
 * @value: receives the number
 *
 * A leading zero is refused: it means octal to some readers and not to others.
 *
 * Return: whether @word is such a number, at most @max.
 */
bool names_number64(const char *word, uint64_t max, uint64_t *value)
{
	const char *digits = "0123456789";
	const char *start = word;
	unsigned long long number;
	int base = 10;

	if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X')) {
		digits = "0123456789abcdefABCDEF";
		start = word + 2;
		base = 16;
	} else if (word[0] == '0' && word[1]) {
		return false;
	}
	if (!*start || start[strspn(start, digits)])
		return false;
	errno = 0;
	number = strtoull(start, NULL, base);
	if (errno || number > max)
		return false;
	*value = number;
	return true;
}

/**
 * names_number() - names_number64() for numbers of 32 bits
 * @word: the text
 * @max: largest value
 * @value: receives the number
 *
 * Return: whether @word is such a number, at most @max.
 */
bool names_number(const char *word, uint32_t max, uint32_t *value)
{
	uint64_t number;

	if (!names_number64(word, max, &number))
		return false;
	*value = (uint32_t)number;
	return true;
}

#define WORD_MAX 31

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int min = a < b ? a : b;

	return min < c ? min : c;
}

/* Levenshtein's distance; words are short. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[WORD_MAX + 1], i, j, diagonal, above;
	size_t len_a = strlen(a), len_b = strlen(b);

	if (len_a > WORD_MAX || len_b > WORD_MAX)
		return WORD_MAX;
	for (j = 0; j <= len_b; j++)
		row[j] = j;
	for (i = 1; i <= len_a; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= len_b; j++) {
			above = row[j];
			row[j] = min3(above + 1, row[j - 1] + 1,
				      diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[len_b];
}

/**
 * names_suggest() - remember a candidate if it is nearer than the others
 * @s: the search, with @s->word set and @s->best NULL at its start
 * @candidate: a word that would have been right
 */
void names_suggest(struct suggestion *s, const char *candidate)
{
	unsigned int d = 2 * distance(s->word, candidate);
	size_t len = strlen(s->word);

	/* The beginning of a word is nearer than any mistyped one. */
	if (d && len > 1 && !strncmp(s->word, candidate, len))
		d = 1;
	if (!s->best || d < s->distance) {
		s->best = candidate;
		s->distance = d;
	}
}

/**
 * names_suggest_table() - names_suggest() for every word of a table
 * @s: the search
 * @table: the words
 */
void names_suggest_table(struct suggestion *s, const struct name *table)
{
	for (; table->name; table++)
		names_suggest(s, table->name);
}

/**
 * names_did_you_mean() - the end of an error sentence
 * @s: the search
 *
 * Return: "; did you mean '...'?" or "" when nothing is near. Valid until the
 * next call.
 */
const char *names_did_you_mean(const struct suggestion *s)
{
	static char text[WORD_MAX + 32];
	size_t len = strlen(s->word);
	unsigned int near = len <= 3 ? 2 : len <= 7 ? 4 : 6;

	if (!s->best || s->distance > near || s->distance >= 2 * len)
		return "";
	snprintf(text, sizeof(text), "; did you mean '%s'?", s->best);
	return text;
}
