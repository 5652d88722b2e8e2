// SPDX-License-Identifier: GPL-2.0
/* Words about UDP encapsulation. */
#include "check.h"
#include "names.h"
#include "parse.h"

#include <netinet/in.h>
#include <string.h>

static bool port(struct parser *p, uint16_t *value)
{
	const char *word = NULL;
	uint64_t number;

	if (!parse_peek(p))
		return parse_fail(p, "encap needs two UDP ports: those that packets of this SA come from and go to");
	if (!parse_value(p, &word))
		return false;
	if (!names_number64(word, UINT16_MAX, &number) || !number)
		return parse_fail(p, "encap: '%s' is no UDP port, 1 to 65535",
				  word);
	*value = (uint16_t)number;
	return true;
}

/* SPORT DPORT, where SPORT may be "any". */
static bool encap(struct parser *p, void *object)
{
	struct encap *encap = object;
	const char *word = parse_peek(p);

	if (word && !strcmp(word, "any"))
		p->pos++;
	else if (!port(p, &encap->sport))
		return false;
	return port(p, &encap->dport);
}

static bool keepalive(struct parser *p, void *object)
{
	struct encap *encap = object;
	uint32_t seconds;

	if (!parse_number(p, 1, UINT16_MAX, &seconds))
		return false;
	encap->keepalive = (uint16_t)seconds;
	return true;
}

static bool follow(struct parser *p, void *object)
{
	struct encap *encap = object;

	(void)p;
	encap->follow = true;
	return true;
}

static bool original_src(struct parser *p, void *object)
{
	struct encap *encap = object;

	return parse_host(p, &encap->original_src);
}

static bool original_dst(struct parser *p, void *object)
{
	struct encap *encap = object;

	return parse_host(p, &encap->original_dst);
}

const struct keyword parse_encap_keywords[] = {
	{ "encap", encap, SEEN_ENCAP_FIRST },
	{ "keepalive", keepalive, SEEN_ENCAP_FIRST << 1 },
	{ "follow", follow, SEEN_ENCAP_FIRST << 2 },
	{ "original-src", original_src, SEEN_ENCAP_FIRST << 3 },
	{ "original-dst", original_dst, SEEN_ENCAP_FIRST << 4 },
	{ NULL, NULL, 0 }
};

static const char *lonely_word(const struct parser *p)
{
	const struct keyword *keyword;

	for (keyword = parse_encap_keywords; keyword->name; keyword++) {
		if (p->seen & keyword->bit)
			return keyword->name;
	}
	return NULL;
}

static bool originals_fit(struct parser *p, const struct sa *sa)
{
	const struct addr *src = &sa->encap.original_src;
	const struct addr *dst = &sa->encap.original_dst;

	if (src->family == AF_UNSPEC && dst->family == AF_UNSPEC)
		return true;
	if (sa->dir == IPSEC_DIR_OUT || sa->mode == IPSEC_MODE_TUNNEL)
		return parse_fail(p, "original-src and original-dst are about checksums that NAT has made wrong; they belong to an inbound SA in transport mode");
	return (src->family == AF_UNSPEC || src->family == sa->dst.family) &&
	       (dst->family == AF_UNSPEC || dst->family == sa->dst.family) ?
	       true :
	       parse_fail(p, "original-src, original-dst and dst are of one IP version");
}

static bool follow_fits(struct parser *p, const struct sa *sa)
{
	if (!sa->encap.follow)
		return true;
	if (sa->dir == IPSEC_DIR_OUT)
		return parse_fail(p, "follow belongs to the inbound SA: its packets say where the SAs back have to go");
	if (!sa->reqid)
		return parse_fail(p, "follow needs 'reqid N', by which the SAs back are found");
	return !sa->has_replay_window || sa->replay_window ||
	       parse_fail(p, "follow needs a replay-window: without it a copy of a packet would lead the replies away");
}

/**
 * check_encap() - do the words about UDP encapsulation fit the SA
 * @p: the parser, at the end of the statement
 * @sa: the SA
 *
 * Return: true when they do.
 */
bool check_encap(struct parser *p, const struct sa *sa)
{
	const struct encap *encap = &sa->encap;
	const char *word = lonely_word(p);

	if (!word)
		return true;
	if (!encap->dport)
		return parse_fail(p, "%s needs 'encap SPORT DPORT'", word);
	if (sa->proto != IPPROTO_ESP)
		return parse_fail(p, "encap needs esp: ah authenticates what a NAT changes");
	if (sa->dir == IPSEC_DIR_OUT && !encap->sport)
		return parse_fail(p, "encap any is for inbound SAs; an outbound one sends from a port");
	if (sa->dir == IPSEC_DIR_IN && encap->keepalive)
		return parse_fail(p, "keepalive sends; it belongs to an outbound SA");
	return follow_fits(p, sa) && originals_fit(p, sa);
}
