// SPDX-License-Identifier: GPL-2.0
/* Words about the lifetimes of an SA. */
#include "parse.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/**
 * struct unit - a letter behind a number
 * @letter: the letter
 * @factor: what it multiplies with
 */
struct unit {
	char letter;
	uint64_t factor;
};

static const struct unit seconds[] = {
	{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 0, 0 }
};

static const struct unit bytes[] = {
	{ 'k', 1 << 10 }, { 'M', 1 << 20 }, { 'G', 1 << 30 },
	{ 'T', 1ULL << 40 }, { 0, 0 }
};

static const struct unit none[] = { { 0, 0 } };

/* A number from 1 to @max, with or without a unit. */
static bool amount(const char *text, size_t len, const struct unit *unit,
		   uint64_t max, uint64_t *value)
{
	uint64_t factor = 1, number;
	char digits[32];

	if (!len || len >= sizeof(digits))
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	for (; unit->letter; unit++) {
		if (digits[len - 1] != unit->letter)
			continue;
		digits[len - 1] = '\0';
		factor = unit->factor;
		break;
	}
	if (!isdigit((unsigned char)digits[0]) ||
	    !names_number64(digits, max / factor, &number))
		return false;
	*value = number * factor;
	return number > 0;
}

static bool is_none(const char *text)
{
	return !strcmp(text, "none");
}

/* HARD, SOFT/HARD or SOFT/none. */
static bool limits(struct parser *p, struct life *life, unsigned int which,
		   const struct unit *units, uint64_t max)
{
	const char *keyword = p->words[p->pos - 1];
	const char *word, *hard;
	size_t soft_len;

	if (!parse_value(p, &word))
		return false;
	hard = strchr(word, '/');
	soft_len = hard ? (size_t)(hard - word) : 0;
	hard = hard ? hard + 1 : word;
	if ((hard != word && !amount(word, soft_len, units, max,
				     &life->soft[which])) ||
	    (!(hard != word && is_none(hard)) &&
	     !amount(hard, strlen(hard), units, max, &life->hard[which])))
		return parse_fail(p,
				  "%s '%s' is neither HARD nor SOFT/HARD nor SOFT/none, with numbers from 1 to %llu%s",
				  keyword, word, (unsigned long long)max,
				  units == seconds ? " or 5m, 8h, 1d" :
				  units == bytes ? " or 100k, 10M, 4G, 1T" :
				  "");
	if (!life->hard[which] || life->soft[which] < life->hard[which])
		return true;
	return parse_fail(p,
			  "%s '%s': the soft lifetime is there to get a new SA in time; it must be lower than the hard one",
			  keyword, word);
}

static bool life_time(struct parser *p, void *object)
{
	return limits(p, object, IPSEC_LIFE_TIME, seconds, UINT32_MAX);
}

static bool life_use(struct parser *p, void *object)
{
	return limits(p, object, IPSEC_LIFE_USE, seconds, UINT32_MAX);
}

static bool life_bytes(struct parser *p, void *object)
{
	return limits(p, object, IPSEC_LIFE_BYTES, bytes, INT64_MAX);
}

static bool life_packets(struct parser *p, void *object)
{
	return limits(p, object, IPSEC_LIFE_PACKETS, none, INT64_MAX);
}

static bool life_idle(struct parser *p, void *object)
{
	struct life *life = object;

	if (!limits(p, life, IPSEC_LIFE_IDLE, seconds, UINT32_MAX))
		return false;
	return !life->soft[IPSEC_LIFE_IDLE] ||
	       parse_fail(p, "life-idle has no soft lifetime: what nobody uses needs no replacement");
}

const struct keyword parse_life_keywords[] = {
	{ "life-time", life_time, SEEN_LIFE_FIRST },
	{ "life-use", life_use, SEEN_LIFE_FIRST << 1 },
	{ "life-bytes", life_bytes, SEEN_LIFE_FIRST << 2 },
	{ "life-packets", life_packets, SEEN_LIFE_FIRST << 3 },
	{ "life-idle", life_idle, SEEN_LIFE_FIRST << 4 },
	{ NULL, NULL, 0 }
};
