// SPDX-License-Identifier: GPL-2.0
/* SELECTOR: the part that policies and SAs share (RFC 4301 4.4.1.1). */
#include "addr.h"
#include "list.h"
#include "parse.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static bool host_bits(struct parser *p, const char *keyword, const char *item)
{
	char text[ADDR_TEXT_MAX];
	struct addr masked;
	uint8_t plen;

	addr_parse_prefix(item, &masked, &plen);
	addr_mask(&masked, plen);
	return parse_fail(p,
			  "%s %s has bits set behind the prefix length; the network is %s",
			  keyword, item,
			  addr_format_prefix(&masked, plen, text));
}

static bool list_fail(struct parser *p, const char *keyword, const char *item,
		      enum list_error error)
{
	switch (error) {
	case LIST_HOST_BITS:
		return host_bits(p, keyword, item);
	case LIST_FAMILY:
		return parse_fail(p, "%s has addresses of different IP versions",
				  keyword);
	case LIST_REVERSED:
		return parse_fail(p, "%s %s ends before it begins", keyword,
				  item);
	case LIST_OVERLAP:
		return parse_fail(p, "%s %s overlaps another range of the list",
				  keyword, item);
	case LIST_TOO_LONG:
		return parse_fail(p, "%s has more than %u ranges", keyword,
				  IPSEC_RANGES_MAX);
	default:
		return parse_fail(p,
				  "%s '%s' is no prefix: an IPv4 or IPv6 address, with /LENGTH unless it is one host, or FIRST-LAST",
				  keyword, item);
	}
}

static bool addrs(struct parser *p, struct addr_list *list)
{
	const char *keyword = p->words[p->pos - 1];
	char item[2 * ADDR_TEXT_MAX];
	enum list_error error;
	const char *word;

	if (!parse_value(p, &word))
		return false;
	if (!strcmp(word, "any"))
		return true;
	error = list_parse_addrs(word, list, item);
	return !error || list_fail(p, keyword, item, error);
}

static bool local(struct parser *p, void *object)
{
	struct selector *sel = object;

	return addrs(p, &sel->local);
}

static bool remote(struct parser *p, void *object)
{
	struct selector *sel = object;

	return addrs(p, &sel->remote);
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
	if (!strcmp(s.word, "opaque")) {
		sel->is_proto_opaque = true;
		return true;
	}
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

static bool ports(struct parser *p, struct port_list *list)
{
	const char *keyword = p->words[p->pos - 1];
	enum list_error error;
	const char *word;

	if (!parse_value(p, &word))
		return false;
	error = list_parse_ports(word, list);
	if (error == LIST_SYNTAX)
		return parse_fail(p,
				  "%s '%s' is no port or range of ports (N or N-N, 0 to 65535)",
				  keyword, word);
	return !error || list_fail(p, keyword, word, error);
}

static bool local_port(struct parser *p, void *object)
{
	struct selector *sel = object;

	return ports(p, &sel->local_ports);
}

static bool remote_port(struct parser *p, void *object)
{
	struct selector *sel = object;

	return ports(p, &sel->remote_ports);
}

static bool number_range(const char *word, uint8_t *first, uint8_t *last)
{
	const char *dash = strchr(word, '-');
	uint32_t from, to;
	char head[16];

	snprintf(head, sizeof(head), "%.*s",
		 dash ? (int)(dash - word) : (int)strlen(word), word);
	if (!names_number(head, UINT8_MAX, &from) ||
	    !names_number(dash ? dash + 1 : head, UINT8_MAX, &to))
		return false;
	*first = (uint8_t)from;
	*last = (uint8_t)to;
	return true;
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
	const char *word;

	if (!parse_value(p, &word))
		return false;
	sel->has_icmp_code = true;
	return number_range(word, &sel->icmp_code, &sel->icmp_code_max) ||
	       parse_fail(p, "icmp-code '%s' is no number or range of numbers (N or N-N, 0 to 255)",
			  word);
}

static bool mh_type(struct parser *p, void *object)
{
	struct selector *sel = object;
	const char *word;

	if (!parse_value(p, &word))
		return false;
	sel->has_mh_type = true;
	if (!number_range(word, &sel->mh_type, &sel->mh_type_max))
		return parse_fail(p, "mh-type '%s' is no number or range of numbers (N or N-N, 0 to 255)",
				  word);
	return sel->mh_type <= sel->mh_type_max ||
	       parse_fail(p, "mh-type %s ends before it begins", word);
}

static bool opaque(struct parser *p, void *object)
{
	struct selector *sel = object;

	(void)p;
	sel->is_opaque = true;
	return true;
}

static bool mark(struct parser *p, void *object)
{
	struct selector *sel = object;
	const char *word, *slash;
	char head[16];

	if (!parse_value(p, &word))
		return false;
	slash = strchr(word, '/');
	snprintf(head, sizeof(head), "%.*s",
		 slash ? (int)(slash - word) : (int)strlen(word), word);
	sel->has_mark = true;
	sel->mark_mask = UINT32_MAX;
	if (!names_number(head, UINT32_MAX, &sel->mark) ||
	    (slash && !names_number(slash + 1, UINT32_MAX, &sel->mark_mask)))
		return parse_fail(p, "mark '%s' is no number, or NUMBER/MASK (decimal or 0x hexadecimal)",
				  word);
	if (!sel->mark_mask)
		return parse_fail(p, "mark %s looks at no bit of the mark",
				  word);
	return !(sel->mark & ~sel->mark_mask) ||
	       parse_fail(p, "mark %s has bits that its mask does not look at",
			  word);
}

static bool dev(struct parser *p, void *object)
{
	struct selector *sel = object;
	const char *word;

	if (!parse_value(p, &word))
		return false;
	if (!word[0] || strlen(word) >= sizeof(sel->dev) ||
	    word[strcspn(word, "/: \t")])
		return parse_fail(p, "dev '%s' is not a name that a device can have",
				  word);
	snprintf(sel->dev, sizeof(sel->dev), "%s", word);
	return true;
}

#define SEEN(n) (UINT64_C(1) << (SEEN_SELECTOR_FIRST + (n)))

const struct keyword parse_selector_keywords[] = {
	{ "local", local, SEEN(0) },
	{ "remote", remote, SEEN(1) },
	{ "proto", proto, SEEN(2) },
	{ "local-port", local_port, SEEN(3) },
	{ "remote-port", remote_port, SEEN(4) },
	{ "icmp-type", icmp_type, SEEN(5) },
	{ "icmp-code", icmp_code, SEEN(6) },
	{ "mh-type", mh_type, SEEN(7) },
	{ "opaque", opaque, SEEN(8) },
	{ "mark", mark, SEEN(9) },
	{ "dev", dev, SEEN(10) },
	{ NULL, NULL, 0 }
};

static bool resolve_icmp_type(struct parser *p, struct selector *sel)
{
	const struct name *table = names_icmp(sel->proto);
	struct suggestion s = { .word = p->icmp_type };
	unsigned int number;

	if (sel->proto != IPPROTO_ICMP && sel->proto != IPPROTO_ICMPV6)
		return parse_fail(p,
				  "icmp-type needs 'proto icmp' or 'proto icmpv6'");
	if (names_find(table, p->icmp_type, &number)) {
		sel->icmp_type = (uint8_t)number;
		sel->icmp_type_max = (uint8_t)number;
	} else if (!number_range(p->icmp_type, &sel->icmp_type,
				 &sel->icmp_type_max)) {
		names_suggest_table(&s, table);
		return parse_fail(p,
				  "icmp-type '%s' is no message type of %s (a name, 0 to 255, or N-N)%s",
				  p->icmp_type,
				  names_of(names_proto, sel->proto),
				  names_did_you_mean(&s));
	}
	return true;
}

/* One number of both, as the kernel compares it (RFC 4301 4.4.1.1). */
static bool icmp_in_order(struct parser *p, const struct selector *sel)
{
	unsigned int first = sel->icmp_type * 256u;
	unsigned int last = sel->icmp_type_max * 256u + UINT8_MAX;

	if (sel->has_icmp_code) {
		first += sel->icmp_code;
		last = sel->icmp_type_max * 256u + sel->icmp_code_max;
	}
	return first <= last ||
	       parse_fail(p, "icmp-type and icmp-code end before they begin");
}

static bool has_ports(uint8_t number)
{
	return number == IPPROTO_TCP || number == IPPROTO_UDP ||
	       number == IPPROTO_UDPLITE || number == IPPROTO_SCTP ||
	       number == IPPROTO_DCCP;
}

static bool icmp_fits_family(struct parser *p, const struct selector *sel)
{
	uint8_t family = model_selector_family(sel);

	if (sel->proto == IPPROTO_ICMP && family == AF_INET6)
		return parse_fail(p,
				  "proto icmp never comes with IPv6 addresses; IPv6 has 'proto icmpv6'");
	if (sel->proto == IPPROTO_ICMPV6 && family == AF_INET)
		return parse_fail(p,
				  "proto icmpv6 never comes with IPv4 addresses; IPv4 has 'proto icmp'");
	return true;
}

static bool mh_fits(struct parser *p, const struct selector *sel)
{
	if (!sel->has_mh_type)
		return true;
	if (sel->proto != IPPROTO_MH)
		return parse_fail(p, "mh-type needs 'proto mh'");
	return model_selector_family(sel) != AF_INET ||
	       parse_fail(p, "proto mh never comes with IPv4 addresses");
}

static bool opaque_fits(struct parser *p, const struct selector *sel)
{
	if (sel->is_proto_opaque && model_selector_family(sel) == AF_INET)
		return parse_fail(p, "proto opaque never comes with IPv4 addresses; IPv4 always shows its protocol");
	if (!sel->is_opaque)
		return true;
	if (!has_ports(sel->proto) && sel->proto != IPPROTO_ICMP &&
	    sel->proto != IPPROTO_ICMPV6 && sel->proto != IPPROTO_MH)
		return parse_fail(p, "opaque needs a proto that has ports or types: tcp, udp, udplite, sctp, dccp, icmp, icmpv6 or mh");
	if (sel->local_ports.count || sel->remote_ports.count ||
	    sel->has_icmp_type || sel->has_mh_type)
		return parse_fail(p, "what is opaque shows no ports and no types; opaque stands in their place");
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
	if (sel->local.count && sel->remote.count &&
	    sel->local.range[0].first.family !=
	    sel->remote.range[0].first.family)
		return parse_fail(p,
				  "local and remote are of different IP versions");
	if ((sel->local_ports.count || sel->remote_ports.count) &&
	    !has_ports(sel->proto))
		return parse_fail(p,
				  "ports need 'proto tcp', udp, udplite, sctp or dccp");
	if (sel->has_icmp_type && !resolve_icmp_type(p, sel))
		return false;
	if (sel->has_icmp_code && !sel->has_icmp_type)
		return parse_fail(p, "icmp-code needs icmp-type");
	if (!icmp_fits_family(p, sel) || !icmp_in_order(p, sel) ||
	    !mh_fits(p, sel) || !opaque_fits(p, sel))
		return false;
	model_selector_normalise(sel);
	return true;
}
