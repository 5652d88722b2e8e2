// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: AH packet format (RFC 4302)
 *
 * Output: ipsec_ah_push() makes room, and when the headers in front are
 * complete ipsec_ah_output() hashes and ipsec_ah_finish() writes the ICV.
 * Input: ipsec_ah_check() looks at the lengths, ipsec_ah_input() hashes,
 * ipsec_ah_verify() compares, ipsec_ah_pull() takes the header off. The
 * headers in front are hashed from a copy whose mutable fields are zero, so the
 * packet itself never changes under an asynchronous hash.
 *
 * AES-GMAC needs an IV, which is sent as the first part of the ICV field (RFC
 * 4543 4). All of that field is zero in what is authenticated (RFC 4302 3.3.3);
 * a changed IV is noticed because it is part of the nonce.
 */
#include "ah.h"

#include <crypto/algapi.h>
#include <linux/ip.h>
#include <net/ah.h>

#include "alg.h"
#include "crypto.h"
#include "drop.h"
#include "iv.h"
#include "mutable.h"
#include "packet.h"
#include "sa.h"

/* RFC 4302 2.2: 32-bit words minus 2. */
static unsigned int header_len(const struct ip_auth_hdr *ah)
{
	return (ah->hdrlen + 2) << 2;
}

static int copy_headers(struct ipsec_packet *pkt, size_t *len)
{
	*len = pkt->outer_len;
	memcpy(pkt->ah_hdr, skb_network_header(pkt->skb), *len);
	if (pkt->family == AF_INET)
		return ipsec_mutable_zero4(pkt->ah_hdr, *len);
	return ipsec_mutable_zero6(pkt->ah_hdr, len);
}

/**
 * ipsec_ah_check_headers() - can the headers of an outbound packet be hashed
 * @pkt: transport mode; skb->data at the IP header, linear
 *
 * Asked before the packet takes a sequence number, which would be missing on
 * the wire if options or a routing header came out as nonsense only then.
 *
 * Return: 0 or IPSEC_REASON_INNER_HEADER.
 */
enum ipsec_reason ipsec_ah_check_headers(struct ipsec_packet *pkt)
{
	size_t len;

	return copy_headers(pkt, &len) ? IPSEC_REASON_INNER_HEADER : IPSEC_OK;
}

/**
 * ipsec_ah_push() - write the header, its ICV zero
 * @pkt: skb->data at what is protected; the skb is owned and has room; nexthdr
 *	and seq are set
 *
 * Leaves skb->data at AH.
 */
void ipsec_ah_push(struct ipsec_packet *pkt)
{
	unsigned int len = pkt->sa->layout.hdr_len;
	struct ip_auth_hdr *ah = __skb_push(pkt->skb, len);

	memset(ah, 0, len);
	ah->nexthdr = pkt->nexthdr;
	ah->hdrlen = (len >> 2) - 2;
	ah->spi = pkt->sa->key.spi;
	ah->seq_no = htonl((u32)pkt->seq);
	ipsec_iv_make(pkt);
}

/**
 * ipsec_ah_output() - compute the ICV
 * @pkt: skb->data at AH, the headers in front complete but for mutable fields
 *
 * Return: as ipsec_crypto_hash(); -EINVAL for headers that cannot be parsed.
 */
int ipsec_ah_output(struct ipsec_packet *pkt)
{
	size_t len;
	int err;

	err = copy_headers(pkt, &len);
	return err ?: ipsec_crypto_hash(pkt, len);
}

/**
 * ipsec_ah_finish() - write the ICV field
 * @pkt: skb->data at AH, pkt->icv computed
 */
void ipsec_ah_finish(struct ipsec_packet *pkt)
{
	struct ip_auth_hdr *ah = (struct ip_auth_hdr *)pkt->skb->data;
	const struct ipsec_alg *auth = pkt->sa->auth;

	memcpy(ah->auth_data, pkt->iv, auth->iv_len);
	memcpy(ah->auth_data + auth->iv_len, pkt->icv, auth->icv_len);
}

/**
 * ipsec_ah_check() - are the lengths possible
 * @pkt: skb->data at AH
 *
 * RFC 4302 2.6 pads AH to 4 bytes over IPv4 and to 8 over IPv6; some senders
 * pad to 8 over IPv4, too. The padding is under the ICV, so both are taken.
 *
 * Return: 0 or IPSEC_REASON_MALFORMED.
 */
enum ipsec_reason ipsec_ah_check(const struct ipsec_packet *pkt)
{
	const struct ip_auth_hdr *ah = (const struct ip_auth_hdr *)pkt->skb->data;
	unsigned int len = header_len(ah);

	if (len > pkt->skb->len || (len != pkt->sa->layout.hdr_len &&
				    len != ALIGN(pkt->sa->layout.hdr_len, 8)))
		return IPSEC_REASON_MALFORMED;
	return IPSEC_OK;
}

/**
 * ipsec_ah_input() - compute the ICV that the packet should have
 * @pkt: skb->data at AH; the skb is owned; ipsec_ah_check() said 0
 *
 * Return: as ipsec_crypto_hash(); -EINVAL for headers that cannot be parsed.
 */
int ipsec_ah_input(struct ipsec_packet *pkt)
{
	struct ip_auth_hdr *ah = (struct ip_auth_hdr *)pkt->skb->data;
	const struct ipsec_alg *auth = pkt->sa->auth;
	size_t len;
	int err;

	err = copy_headers(pkt, &len);
	if (err)
		return err;
	memcpy(pkt->iv, ah->auth_data, auth->iv_len);
	memcpy(pkt->wire_icv, ah->auth_data + auth->iv_len, auth->icv_len);
	memset(ah->auth_data, 0, auth->iv_len + auth->icv_len);
	pkt->nexthdr = ah->nexthdr;
	return ipsec_crypto_hash(pkt, len);
}

/**
 * ipsec_ah_verify() - compare the ICVs, in constant time
 * @pkt: the hash is done
 *
 * Return: 0 or -EBADMSG.
 */
int ipsec_ah_verify(const struct ipsec_packet *pkt)
{
	return crypto_memneq(pkt->icv, pkt->wire_icv, pkt->sa->auth->icv_len) ?
	       -EBADMSG : 0;
}

/**
 * ipsec_ah_pull() - take the header off a verified packet
 * @pkt: skb->data at AH
 */
void ipsec_ah_pull(struct ipsec_packet *pkt)
{
	__skb_pull(pkt->skb, header_len((struct ip_auth_hdr *)pkt->skb->data));
}
