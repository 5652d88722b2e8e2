// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel has the last word; these checks exist so that a configuration
 * fails before its first statement is applied.
 */
#include "check.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/**
 * check_key_lengths() - the key lengths of an algorithm as text
 * @alg: the algorithm, which has a key
 * @text: receives for example "20, 28 or 36 bytes (key and 4 bytes of salt)"
 * @size: bytes of @text
 */
void check_key_lengths(const struct ipsec_alg *alg, char *text, size_t size)
{
	const char *before = "";
	size_t len = 0;
	int i;

	text[0] = '\0';
	for (i = 0; i < IPSEC_ALG_MAX_KEYLENS && alg->key_lens[i]; i++) {
		len += (size_t)snprintf(text + len, size - len, "%s%u", before,
					alg->key_lens[i] + alg->salt_len);
		before = i + 2 < IPSEC_ALG_MAX_KEYLENS && alg->key_lens[i + 2]
			 ? ", " : " or ";
	}
	len += (size_t)snprintf(text + len, size - len, " bytes");
	if (alg->salt_len)
		snprintf(text + len, size - len,
			 " (key and %u bytes of salt)", alg->salt_len);
}

static bool key_fits(struct parser *p, const char *keyword,
		     const struct ipsec_alg *alg, const struct key *key)
{
	char lengths[96];

	if (!alg->key_lens[0]) {
		return !key->is_set ||
		       parse_fail(p, "%s has no key; leave %s-key-file out",
				  alg->name, keyword);
	}
	check_key_lengths(alg, lengths, sizeof(lengths));
	if (!key->is_set)
		return parse_fail(p, "%s %s needs %s-key-file with %s",
				  keyword, alg->name, keyword, lengths);
	if (ipsec_alg_key_fits(alg, key->len))
		return true;
	p->is_refused = true;
	if (!key->path)
		return parse_fail(p, "%s needs %s, %s-key has %u", alg->name,
				  lengths, keyword, key->len);
	if (!strcmp(key->path, "-"))
		return parse_fail(p, "%s needs %s, standard input has %u",
				  alg->name, lengths, key->len);
	return parse_fail(p, "%s needs %s, the file '%s' has %u", alg->name,
			  lengths, key->path, key->len);
}

static bool enc_fits(struct parser *p, const struct sa *sa,
		     const struct ipsec_alg *enc, const struct ipsec_alg *auth)
{
	if (sa->proto == IPPROTO_AH) {
		return (!enc && !sa->enc_key.is_set) ||
		       parse_fail(p, "AH does not encrypt; leave enc out or use esp");
	}
	if (!enc)
		return parse_fail(p, "'enc' is missing; ESP without encryption is 'enc null' with 'auth'");
	if (enc->kind == IPSEC_ALG_AUTH)
		return parse_fail(p, "%s is no encryption algorithm; write 'auth %s'",
				  enc->name, enc->name);
	if (enc->kind == IPSEC_ALG_COMBINED && auth)
		return parse_fail(p, "%s authenticates too; leave auth out",
				  enc->name);
	return key_fits(p, "enc", enc, &sa->enc_key);
}

static bool auth_fits(struct parser *p, const struct sa *sa,
		      const struct ipsec_alg *enc,
		      const struct ipsec_alg *auth)
{
	if (!auth && sa->auth_key.is_set)
		return parse_fail(p, "there is a key for auth, and 'auth' is missing");
	if (!auth && enc && enc->kind == IPSEC_ALG_COMBINED)
		return true;
	if (!auth && enc)
		return parse_fail(p, "%s does not authenticate; 'auth' is missing",
				  enc->name);
	if (!auth)
		return parse_fail(p, "'auth' is missing");
	if (auth->kind != IPSEC_ALG_AUTH)
		return parse_fail(p, "%s is no integrity algorithm; write 'enc %s'",
				  auth->name, auth->name);
	return key_fits(p, "auth", auth, &sa->auth_key);
}

static bool selector_fits(const struct sa *sa)
{
	const struct selector *sel = &sa->selector;
	uint8_t family = sel->local.family ? sel->local.family :
					     sel->remote.family;

	return family == AF_UNSPEC || family == sa->dst.family;
}

/**
 * check_sa() - does an SA make sense
 * @p: receives the error sentence
 * @sa: the SA
 *
 * Return: true when it does.
 */
bool check_sa(struct parser *p, const struct sa *sa)
{
	const struct ipsec_alg *enc = ipsec_alg_find(sa->enc);
	const struct ipsec_alg *auth = ipsec_alg_find(sa->auth);

	if (sa->src.family != sa->dst.family)
		return parse_fail(p, "src and dst are of different IP versions");
	if (sa->df && (sa->mode != IPSEC_MODE_TUNNEL ||
		       sa->dst.family != AF_INET))
		return parse_fail(p, "df is about the IPv4 header that a tunnel adds; it needs 'mode tunnel' and IPv4 addresses");
	if (sa->mode == IPSEC_MODE_TRANSPORT && !selector_fits(sa))
		return parse_fail(p, "in transport mode the selector and dst are of one IP version");
	if (sa->has_replay_window && sa->dir == IPSEC_DIR_OUT)
		return parse_fail(p, "replay-window is checked by the receiver; it belongs to an inbound SA");
	return enc_fits(p, sa, enc, auth) &&
	       auth_fits(p, sa, enc, auth);
}

static bool tunnel_ends(struct parser *p, const struct policy *policy)
{
	bool has_src = policy->src.family != AF_UNSPEC;
	bool has_dst = policy->dst.family != AF_UNSPEC;

	if (policy->mode == IPSEC_MODE_TRANSPORT) {
		return (!has_src && !has_dst) ||
		       parse_fail(p, "src and dst are the ends of a tunnel; transport mode has none");
	}
	if (!has_src || !has_dst)
		return parse_fail(p, "'%s' of the tunnel is missing",
				  has_src ? "dst" : "src");
	return policy->src.family == policy->dst.family ||
	       parse_fail(p, "src and dst of the tunnel are of different IP versions");
}

/**
 * check_policy() - does a policy make sense
 * @p: receives the error sentence
 * @policy: the policy
 *
 * Return: true when it does.
 */
bool check_policy(struct parser *p, const struct policy *policy)
{
	if (policy->action != IPSEC_ACTION_PROTECT)
		return true;
	if (!tunnel_ends(p, policy))
		return false;
	if (!policy->reqid && !policy->spi)
		return parse_fail(p, "protect needs 'reqid N' (or 'spi N' for one SA)");
	if (policy->reqid && policy->spi)
		return parse_fail(p, "protect takes reqid or spi, not both");
	return !policy->spi || policy->dir != DIR_BOTH ||
	       parse_fail(p, "'both' cannot go with spi, because an SPI names one SA and an SA has one direction; use reqid or write two policies");
}
