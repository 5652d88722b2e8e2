// SPDX-License-Identifier: GPL-2.0
/* SELECTOR: the part that policies and SAs share (RFC 4301 4.4.1.1). */
#include "addr.h"
#include "parse.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static bool prefix(struct parser *p, struct addr *addr, uint8_t *plen)
{
	const char *keyword = p->words[p->pos - 1];
	char text[ADDR_TEXT_MAX];
	struct addr masked;
	const char *word;

	if (!parse_value(p, &word))
		return false;
	if (!strcmp(word, "any"))
		return true;
	if (!addr_parse_prefix(word, addr, plen))
		return parse_fail(p,
				  "%s '%s' is no prefix: an IPv4 or IPv6 address, with /LENGTH unless it is one host",
				  keyword, word);
	if (addr_is_masked(addr, *plen))
		return true;
	masked = *addr;
	addr_mask(&masked, *plen);
	return parse_fail(p,
			  "%s %s has bits set behind the prefix length; the network is %s",
			  keyword, word,
			  addr_format_prefix(&masked, *plen, text));
}

static bool local(struct parser *p, void *object)
{
	struct selector *sel = object;

	return prefix(p, &sel->local, &sel->local_plen);
}

static bool remote(struct parser *p, void *object)
{
	struct selector *sel = object;

	return prefix(p, &sel->remote, &sel->remote_plen);
}

static bool proto(struct parser *p, void *object)
{
	struct selector *sel = object;
	struct suggestion s = { 0 };
	unsigned int number;
	uint32_t value;

	if (!parse_value(p, &s.word))
		return false;
	if (!strcmp(s.word, "any"))
		return true;
	if (names_find(names_proto, s.word, &number)) {
		value = number;
	} else if (!names_number(s.word, UINT8_MAX, &value) || !value) {
		names_suggest_table(&s, names_proto);
		return parse_fail(p,
				  "proto '%s' is no protocol name or number from 1 to 255%s",
				  s.word, names_did_you_mean(&s));
	}
	sel->proto = (uint8_t)value;
	return true;
}

static bool port(const char *word, size_t len, uint16_t *value)
{
	char text[16];
	uint32_t number;

	if (len >= sizeof(text))
		return false;
	memcpy(text, word, len);
	text[len] = '\0';
	if (!names_number(text, UINT16_MAX, &number))
		return false;
	*value = (uint16_t)number;
	return true;
}

static bool ports(struct parser *p, uint16_t *min, uint16_t *max)
{
	const char *keyword = p->words[p->pos - 1];
	const char *word, *dash;
	bool is_valid;

	if (!parse_value(p, &word))
		return false;
	dash = strchr(word, '-');
	if (dash) {
		is_valid = port(word, (size_t)(dash - word), min) &&
			   port(dash + 1, strlen(dash + 1), max);
	} else {
		is_valid = port(word, strlen(word), min);
		*max = *min;
	}
	if (!is_valid)
		return parse_fail(p,
				  "%s '%s' is no port or range of ports (N or N-N, 0 to 65535)",
				  keyword, word);
	return *min <= *max ||
	       parse_fail(p, "%s %s ends before it begins", keyword, word);
}

static bool local_port(struct parser *p, void *object)
{
	struct selector *sel = object;

	sel->has_local_port = true;
	return ports(p, &sel->local_port_min, &sel->local_port_max);
}

static bool remote_port(struct parser *p, void *object)
{
	struct selector *sel = object;

	sel->has_remote_port = true;
	return ports(p, &sel->remote_port_min, &sel->remote_port_max);
}

static bool icmp_type(struct parser *p, void *object)
{
	struct selector *sel = object;

	sel->has_icmp_type = true;
	return parse_value(p, &p->icmp_type);
}

static bool icmp_code(struct parser *p, void *object)
{
	struct selector *sel = object;
	uint32_t value;

	if (!parse_number(p, 0, UINT8_MAX, &value))
		return false;
	sel->has_icmp_code = true;
	sel->icmp_code = (uint8_t)value;
	return true;
}

#define SEEN(n) (UINT32_C(1) << (SEEN_SELECTOR_FIRST + (n)))

const struct keyword parse_selector_keywords[] = {
	{ "local", local, SEEN(0) },
	{ "remote", remote, SEEN(1) },
	{ "proto", proto, SEEN(2) },
	{ "local-port", local_port, SEEN(3) },
	{ "remote-port", remote_port, SEEN(4) },
	{ "icmp-type", icmp_type, SEEN(5) },
	{ "icmp-code", icmp_code, SEEN(6) },
	{ NULL, NULL, 0 }
};

static bool resolve_icmp_type(struct parser *p, struct selector *sel)
{
	const struct name *table = names_icmp(sel->proto);
	struct suggestion s = { .word = p->icmp_type };
	unsigned int number;
	uint32_t value;

	if (sel->proto != IPPROTO_ICMP && sel->proto != IPPROTO_ICMPV6)
		return parse_fail(p,
				  "icmp-type needs 'proto icmp' or 'proto icmpv6'");
	if (names_find(table, p->icmp_type, &number)) {
		value = number;
	} else if (!names_number(p->icmp_type, UINT8_MAX, &value)) {
		names_suggest_table(&s, table);
		return parse_fail(p,
				  "icmp-type '%s' is no message type of %s (a name or 0 to 255)%s",
				  p->icmp_type,
				  names_of(names_proto, sel->proto),
				  names_did_you_mean(&s));
	}
	sel->icmp_type = (uint8_t)value;
	return true;
}

static bool has_ports(uint8_t number)
{
	return number == IPPROTO_TCP || number == IPPROTO_UDP ||
	       number == IPPROTO_UDPLITE || number == IPPROTO_SCTP ||
	       number == IPPROTO_DCCP;
}

static bool icmp_fits_family(struct parser *p, const struct selector *sel)
{
	uint8_t family = sel->local.family;

	if (family == AF_UNSPEC)
		family = sel->remote.family;
	if (sel->proto == IPPROTO_ICMP && family == AF_INET6)
		return parse_fail(p,
				  "proto icmp never comes with IPv6 addresses; IPv6 has 'proto icmpv6'");
	if (sel->proto == IPPROTO_ICMPV6 && family == AF_INET)
		return parse_fail(p,
				  "proto icmpv6 never comes with IPv4 addresses; IPv4 has 'proto icmp'");
	return true;
}

/**
 * parse_selector_finish() - what can be said only when all words were read
 * @p: the parser
 * @sel: the selector
 *
 * Return: whether the selector makes sense.
 */
bool parse_selector_finish(struct parser *p, struct selector *sel)
{
	if (sel->local.family && sel->remote.family &&
	    sel->local.family != sel->remote.family)
		return parse_fail(p,
				  "local and remote are of different IP versions");
	if ((sel->has_local_port || sel->has_remote_port) &&
	    !has_ports(sel->proto))
		return parse_fail(p,
				  "ports need 'proto tcp', udp, udplite, sctp or dccp");
	if (sel->has_icmp_type && !resolve_icmp_type(p, sel))
		return false;
	if (sel->has_icmp_code && !sel->has_icmp_type)
		return parse_fail(p, "icmp-code needs icmp-type");
	if (!icmp_fits_family(p, sel))
		return false;
	model_selector_normalise(sel);
	return true;
}
