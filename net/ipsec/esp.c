// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: ESP packet format (RFC 4303)
 *
 * Output: ipsec_esp_push() puts the trailer behind and the header in front of
 * what is protected, ipsec_esp_output() encrypts. Input: ipsec_esp_check()
 * looks at the lengths, ipsec_esp_input() verifies and decrypts,
 * ipsec_esp_pull() takes header and trailer off again. No family, no mode and
 * no database in here.
 */
#include "esp.h"

#include <linux/ip.h>
#include <net/esp.h>

#include "alg.h"
#include "crypto.h"
#include "drop.h"
#include "iv.h"
#include "packet.h"
#include "sa.h"

/* Trailer: padding 1, 2, 3, ... (RFC 4303 2.4), pad length, next header. */
static void push_trailer(struct ipsec_packet *pkt)
{
	const struct ipsec_layout *layout = &pkt->sa->layout;
	unsigned int len = ipsec_layout_trailer(layout, pkt->skb->len);
	u8 pad_len = len - layout->icv_len - 2;
	u8 *tail = skb_put(pkt->skb, len);
	u8 i;

	for (i = 0; i < pad_len; i++)
		tail[i] = i + 1;
	tail[pad_len] = pad_len;
	tail[pad_len + 1] = pkt->nexthdr;
}

/**
 * ipsec_esp_push() - write trailer, header and IV around the payload
 * @pkt: skb->data at what is protected; the skb is owned and has room; nexthdr
 *	and seq are set
 *
 * Leaves skb->data at the ESP header.
 */
void ipsec_esp_push(struct ipsec_packet *pkt)
{
	struct ip_esp_hdr *esp;

	push_trailer(pkt);
	ipsec_iv_make(pkt);
	esp = __skb_push(pkt->skb, pkt->sa->layout.hdr_len);
	esp->spi = pkt->sa->key.spi;
	esp->seq_no = htonl((u32)pkt->seq);
	memcpy(esp->enc_data, pkt->iv, pkt->sa->enc->iv_len);
}

/**
 * ipsec_esp_output() - encrypt and authenticate
 * @pkt: skb->data at the ESP header
 *
 * Return: as ipsec_crypto_encrypt().
 */
int ipsec_esp_output(struct ipsec_packet *pkt)
{
	const struct ipsec_layout *layout = &pkt->sa->layout;

	return ipsec_crypto_encrypt(pkt, pkt->skb->len - layout->hdr_len -
				    layout->icv_len);
}

/**
 * ipsec_esp_check() - are the lengths possible
 * @pkt: skb->data at the ESP header
 *
 * Return: 0 or IPSEC_REASON_MALFORMED.
 */
enum ipsec_reason ipsec_esp_check(const struct ipsec_packet *pkt)
{
	const struct ipsec_layout *layout = &pkt->sa->layout;
	unsigned int fixed = layout->hdr_len + layout->icv_len;
	unsigned int len = pkt->skb->len;

	if (len < fixed + 2 || (len - fixed) % layout->align)
		return IPSEC_REASON_MALFORMED;
	return IPSEC_OK;
}

/**
 * ipsec_esp_input() - verify and decrypt
 * @pkt: skb->data at the ESP header; the skb is owned; ipsec_esp_check() said
 *	0
 *
 * Return: as ipsec_crypto_decrypt().
 */
int ipsec_esp_input(struct ipsec_packet *pkt)
{
	unsigned int hdr_len = pkt->sa->layout.hdr_len;

	memcpy(pkt->iv, pkt->skb->data + sizeof(struct ip_esp_hdr),
	       pkt->sa->enc->iv_len);
	return ipsec_crypto_decrypt(pkt, pkt->skb->len - hdr_len);
}

/**
 * ipsec_esp_pull() - take header and trailer off a verified packet
 * @pkt: skb->data at the ESP header, decrypted. On success at what was
 *	protected, and nexthdr is set.
 *
 * Return: 0 or IPSEC_REASON_PADDING.
 */
enum ipsec_reason ipsec_esp_pull(struct ipsec_packet *pkt)
{
	const struct ipsec_layout *layout = &pkt->sa->layout;
	struct sk_buff *skb = pkt->skb;
	unsigned int text_len = skb->len - layout->hdr_len - layout->icv_len;
	const u8 *end = skb->data + layout->hdr_len + text_len;
	u8 pad_len = end[-2];
	u8 wrong = 0;
	u8 i;

	pkt->nexthdr = end[-1];
	if (pad_len + 2 > text_len)
		return IPSEC_REASON_PADDING;
	/* RFC 4303 2.4: the receiver inspects all padding bytes, else they are
	 * a covert channel and room for cut and paste.
	 */
	for (i = 0; i < pad_len; i++)
		wrong |= end[-2 - pad_len + i] ^ (i + 1);
	if (wrong)
		return IPSEC_REASON_PADDING;

	__skb_pull(skb, layout->hdr_len);
	__skb_trim(skb, text_len - pad_len - 2);
	return IPSEC_OK;
}
