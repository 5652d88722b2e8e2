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
	if (auth->is_for_ah && sa->proto != IPPROTO_AH)
		return parse_fail(p, "%s does not go with an encryption algorithm; write 'enc %s' alone, which encrypts nothing",
				  auth->name, auth->name);
	if (auth->kind != IPSEC_ALG_AUTH && !auth->is_for_ah)
		return parse_fail(p, "%s is no integrity algorithm; write 'enc %s'",
				  auth->name, auth->name);
	return key_fits(p, "auth", auth, &sa->auth_key);
}

static bool seq_fits_in(struct parser *p, const struct sa *sa)
{
	bool is_off = sa->has_replay_window && !sa->replay_window;

	if (sa->seq_rollover)
		return parse_fail(p, "seq-rollover is about the numbers that are sent; it belongs to an outbound SA");
	if (sa->esn && is_off)
		return parse_fail(p, "esn needs a replay-window: the upper half of a number is not sent, and follows from where the window is");
	if (sa->seq && is_off)
		return parse_fail(p, "seq is where the replay-window begins, and replay-window 0 turns it off");
	return !sa->has_resync || sa->esn ||
	       parse_fail(p, "resync is about the upper half of sequence numbers; it needs esn");
}

static bool seq_fits_out(struct parser *p, const struct sa *sa)
{
	const struct ipsec_alg *enc = ipsec_alg_find(sa->enc);
	const struct ipsec_alg *alg = enc ? enc : ipsec_alg_find(sa->auth);

	if (alg && alg->iv == IPSEC_IV_COUNTER && sa->seq >= INT64_MAX)
		return parse_fail(p, "seq %llu is too high for %s; with seq the numbers are its IVs, and these end at 2^63 - 1",
				  (unsigned long long)sa->seq, alg->name);
	if (sa->has_resync)
		return parse_fail(p, "resync is about the numbers that are received; it belongs to an inbound SA");
	return !sa->seq_rollover || !sa->esn ||
	       parse_fail(p, "esn and seq-rollover do not go together: a peer without a replay window cannot use esn");
}

static bool seq_fits(struct parser *p, const struct sa *sa)
{
	bool is_last = sa->seq == (sa->esn ? UINT64_MAX : UINT32_MAX);

	if (!sa->esn && sa->seq > UINT32_MAX)
		return parse_fail(p, "seq %llu has more than 32 bits; that needs esn",
				  (unsigned long long)sa->seq);
	if (is_last && !sa->seq_rollover)
		return parse_fail(p, "seq %llu is the last number there is; nothing could follow it",
				  (unsigned long long)sa->seq);
	return sa->dir == IPSEC_DIR_IN ? seq_fits_in(p, sa) :
					 seq_fits_out(p, sa);
}

static bool selector_fits(const struct sa *sa)
{
	uint8_t family = model_selector_family(&sa->selector);

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
	if (sa->selector.has_mark || sa->selector.dev[0])
		return parse_fail(p, "mark and dev are for policies; an SA looks at neither");
	if (sa->has_replay_window && sa->dir == IPSEC_DIR_OUT)
		return parse_fail(p, "replay-window is checked by the receiver; it belongs to an inbound SA");
	return check_outer(p, sa) && check_encap(p, sa) && seq_fits(p, sa) &&
	       enc_fits(p, sa, enc, auth) &&
	       auth_fits(p, sa, enc, auth);
}

static bool tunnel_ends(struct parser *p, const struct protect *protect)
{
	bool has_src = protect->src.family != AF_UNSPEC;
	bool has_dst = protect->dst.family != AF_UNSPEC;

	if (protect->mode == IPSEC_MODE_TRANSPORT) {
		return (!has_src && !has_dst) ||
		       parse_fail(p, "src and dst are the ends of a tunnel; transport mode has none");
	}
	if (!has_src || !has_dst)
		return parse_fail(p, "'%s' of the tunnel is missing",
				  has_src ? "dst" : "src");
	return protect->src.family == protect->dst.family ||
	       parse_fail(p, "src and dst of the tunnel are of different IP versions");
}

static bool check_protect(struct parser *p, const struct protect *protect,
			  uint8_t dir)
{
	if (!tunnel_ends(p, protect))
		return false;
	if (!protect->reqid && !protect->spi)
		return parse_fail(p, "protect needs 'reqid N' (or 'spi N' for one SA)");
	if (protect->reqid && protect->spi)
		return parse_fail(p, "protect takes reqid or spi, not both");
	return !protect->spi || dir != DIR_BOTH ||
	       parse_fail(p, "'both' cannot go with spi, because an SPI names one SA and an SA has one direction; use reqid or write two policies");
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
	unsigned int i;

	for (i = 0; i < policy->protect_count; i++) {
		if (!check_protect(p, &policy->protect[i], policy->dir))
			return false;
	}
	return true;
}
