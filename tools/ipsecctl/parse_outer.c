// SPDX-License-Identifier: GPL-2.0
/* Words about the header and the padding that an SA adds. */
#include "check.h"
#include "parse.h"

#include <netinet/in.h>
#include <string.h>

static bool is_word(struct parser *p, const char *word)
{
	const char *next = parse_peek(p);

	if (!next || strcmp(next, word))
		return false;
	p->pos++;
	return true;
}

static bool ttl(struct parser *p, void *object)
{
	struct outer *outer = object;
	uint32_t number;

	if (!parse_number(p, 1, 255, &number))
		return false;
	outer->ttl = (uint8_t)number;
	return true;
}

static bool dscp(struct parser *p, void *object)
{
	struct outer *outer = object;
	uint32_t number;

	if (is_word(p, "copy"))
		return true;
	if (!parse_number(p, 0, 63, &number))
		return false;
	outer->has_dscp = true;
	outer->dscp = (uint8_t)number;
	return true;
}

/* A number from 0 to 63 at @text, and what follows it. */
static bool codepoint(const char **text, uint8_t *value)
{
	unsigned int number = 0;
	const char *digit = *text;

	while (*digit >= '0' && *digit <= '9' && number <= 63)
		number = number * 10 + (unsigned int)(*digit++ - '0');
	if (digit == *text || number > 63)
		return false;
	*text = digit;
	*value = (uint8_t)number;
	return true;
}

/* INNER:OUTER,... The rest is copied. */
static bool dscp_map(struct parser *p, void *object)
{
	struct outer *outer = object;
	uint64_t seen = 0;
	const char *text;
	uint8_t from, to;
	unsigned int i;

	if (!parse_value(p, &text))
		return false;
	for (i = 0; i < IPSEC_DSCP_MAP_LEN; i++)
		outer->dscp_map[i] = (uint8_t)i;
	outer->has_dscp_map = true;
	for (;; text++) {
		if (!codepoint(&text, &from) || *text++ != ':' ||
		    !codepoint(&text, &to) || (*text && *text != ','))
			return parse_fail(p,
					  "dscp-map: pairs INNER:OUTER of numbers from 0 to 63, with commas in between");
		if (seen & (1ULL << from))
			return parse_fail(p, "dscp-map: %u is given twice",
					  from);
		seen |= 1ULL << from;
		outer->dscp_map[from] = to;
		if (!*text)
			return true;
	}
}

static bool decap_dscp(struct parser *p, void *object)
{
	static const struct name words[] = {
		{ "keep", DECAP_DSCP_KEEP },
		{ "copy", DECAP_DSCP_COPY },
		{ NULL, 0 }
	};
	struct outer *outer = object;

	return parse_enum(p, words, "decap-dscp", &outer->decap_dscp);
}

static bool ecn(struct parser *p, void *object)
{
	struct outer *outer = object;

	return parse_enum(p, names_ecn, "ecn", &outer->ecn);
}

static bool flow_label(struct parser *p, void *object)
{
	struct outer *outer = object;
	const char *word = parse_peek(p);
	unsigned int number;

	if (word && names_find(names_label, word, &number)) {
		p->pos++;
		outer->label = (uint8_t)number;
		return true;
	}
	outer->has_flow_label = true;
	return parse_number(p, 0, 0xfffff, &outer->flow_label);
}

static bool tfc(struct parser *p, void *object)
{
	struct outer *outer = object;
	uint32_t number = IPSEC_TFC_MTU;

	if (!is_word(p, "mtu") &&
	    !parse_number(p, 1, IPSEC_TFC_MTU - 1, &number))
		return false;
	outer->tfc = (uint16_t)number;
	return true;
}

static bool pad_min(struct parser *p, void *object)
{
	struct outer *outer = object;
	uint32_t number;

	if (!parse_number(p, 0, 252, &number))
		return false;
	outer->pad_min = (uint8_t)number;
	return true;
}

const struct keyword parse_outer_keywords[] = {
	{ "ttl", ttl, SEEN_OUTER_FIRST },
	{ "dscp", dscp, SEEN_OUTER_FIRST << 1 },
	{ "dscp-map", dscp_map, SEEN_OUTER_FIRST << 2 },
	{ "decap-dscp", decap_dscp, SEEN_OUTER_FIRST << 3 },
	{ "ecn", ecn, SEEN_OUTER_FIRST << 4 },
	{ "flow-label", flow_label, SEEN_OUTER_FIRST << 5 },
	{ "tfc", tfc, SEEN_OUTER_FIRST << 6 },
	{ "pad-min", pad_min, SEEN_OUTER_FIRST << 7 },
	{ NULL, NULL, 0 }
};

static const char *tunnel_out_word(const struct parser *p)
{
	const struct keyword *keyword;

	for (keyword = parse_outer_keywords; keyword->name; keyword++) {
		if (p->seen & keyword->bit && strcmp(keyword->name, "pad-min") &&
		    strcmp(keyword->name, "decap-dscp"))
			return keyword->name;
	}
	return NULL;
}

/**
 * check_outer() - do the words about header and padding fit the SA
 * @p: the parser, at the end of the statement
 * @sa: the SA
 *
 * Return: true when they do.
 */
bool check_outer(struct parser *p, const struct sa *sa)
{
	bool is_tunnel = sa->mode == IPSEC_MODE_TUNNEL;
	bool is_out = sa->dir == IPSEC_DIR_OUT;
	const struct outer *outer = &sa->outer;
	const char *word = tunnel_out_word(p);

	if (word && (!is_tunnel || !is_out))
		return parse_fail(p,
				  "%s is about the header that a tunnel adds; it needs an outbound SA with 'mode tunnel'",
				  word);
	if (outer->decap_dscp && (!is_tunnel || is_out))
		return parse_fail(p, "decap-dscp is about the header that comes off; it needs an inbound SA with 'mode tunnel'");
	if (outer->has_dscp && outer->has_dscp_map)
		return parse_fail(p, "dscp is one value for all packets, dscp-map one for each; take one of them");
	if ((outer->label || outer->has_flow_label) &&
	    sa->dst.family != AF_INET6)
		return parse_fail(p, "flow-label needs IPv6 addresses");
	if (outer->tfc && sa->proto != IPPROTO_ESP)
		return parse_fail(p, "tfc pads what is encrypted; it needs esp");
	if (outer->pad_min && (sa->proto != IPPROTO_ESP || !is_out))
		return parse_fail(p, "pad-min needs an outbound SA of esp");
	return true;
}
