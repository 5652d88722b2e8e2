// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Lengths
 *
 * How long the parts of a protected packet are. The length of an ESP packet
 * grows in steps with its payload, so the MTU inside an SA is not the MTU of
 * the link less a constant; all answers come from the few numbers of struct
 * ipsec_layout.
 */
#include "layout.h"

#include <linux/kernel.h>

#include "alg.h"

/* SPI and sequence number (RFC 4303 2.1, 2.2). */
#define ESP_FIXED_LEN 8
/* Pad length and next header (RFC 4303 2.5, 2.6). */
#define ESP_TRAILER_LEN 2
/* AH before its ICV (RFC 4302 2). */
#define AH_FIXED_LEN 12

/**
 * ipsec_layout_esp - lengths of an ESP SA
 * @layout: to be filled
 * @enc: algorithm of kind IPSEC_ALG_COMBINED or IPSEC_ALG_ENC
 * @auth: algorithm of kind IPSEC_ALG_AUTH, NULL with a combined one
 * @outer_len: length of the tunnel header, 0 in transport mode
 * @pad_min: least pad length, such that alignment can bring it to 255 at most
 *
 * Context: Any.
 */
void ipsec_layout_esp(struct ipsec_layout *layout, const struct ipsec_alg *enc,
		      const struct ipsec_alg *auth, u8 outer_len, u8 pad_min)
{
	layout->outer_len = outer_len;
	layout->hdr_len = ESP_FIXED_LEN + enc->iv_len;
	layout->icv_len = auth ? auth->icv_len : enc->icv_len;
	/* RFC 4303 2.4 has two rules: without the IV a multiple of the block,
	 * with the IV a multiple of 4. Blocks are powers of two and IVs are
	 * multiples of 4, so the larger of the two without the IV meets both.
	 */
	layout->align = max_t(u8, enc->block, 4);
	layout->pad_min = pad_min;
	layout->encap_len = 0;
}

/**
 * ipsec_layout_ah - lengths of an AH SA
 * @layout: to be filled
 * @auth: integrity algorithm; what it has of an IV is in the ICV field, in front
 * @ipv6: the header that AH follows is IPv6
 * @outer_len: length of the tunnel header, 0 in transport mode
 *
 * RFC 4302 2.6, 3.3.3.2.1: AH is a multiple of 4 bytes behind IPv4 and of 8
 * behind IPv6, and more padding than that is prohibited. This is what we send;
 * peers exist that pad to 8 behind IPv4 as well.
 *
 * Context: Any.
 */
void ipsec_layout_ah(struct ipsec_layout *layout, const struct ipsec_alg *auth,
		     bool ipv6, u8 outer_len)
{
	layout->outer_len = outer_len;
	layout->hdr_len = round_up(AH_FIXED_LEN + auth->iv_len + auth->icv_len,
				   ipv6 ? 8 : 4);
	layout->icv_len = 0;
	layout->align = 0;
	layout->pad_min = 0;
	layout->encap_len = 0;
}

/**
 * ipsec_layout_trailer - how much is appended to a payload
 * @layout: lengths of the SA
 * @payload_len: bytes that ESP encrypts, its trailer not counted
 *
 * Context: Any.
 * Return: padding, pad length, next header and ICV of ESP; 0 for AH
 */
u32 ipsec_layout_trailer(const struct ipsec_layout *layout, u32 payload_len)
{
	u32 pad_len;

	if (!layout->align)
		return 0;
	/* The least length from pad_min on that aligns what it ends. */
	pad_len = layout->pad_min +
		  (-(payload_len + layout->pad_min + ESP_TRAILER_LEN) &
		   (layout->align - 1));
	return pad_len + ESP_TRAILER_LEN + layout->icv_len;
}

/**
 * ipsec_layout_mtu - longest packet that still fits once it is protected
 * @layout: lengths of the SA
 * @link_mtu: what the protected packet may be long
 * @header_len: transport mode: IP header and the extension headers that stay
 *	in front of ESP or AH; 0 in tunnel mode
 *
 * Context: Any.
 * Return: length of the packet before protection, its IP header included; one
 *	byte more does not fit. 0 if none fits.
 */
u32 ipsec_layout_mtu(const struct ipsec_layout *layout, u32 link_mtu,
		     u32 header_len)
{
	u32 fixed_len = layout->outer_len + layout->encap_len +
			layout->hdr_len + layout->icv_len;
	u32 room;

	/* Both comparisons come before their subtraction: an MTU below what the
	 * SA adds must not come out as one of 4 GB.
	 */
	if (link_mtu < header_len)
		return 0;
	room = link_mtu - header_len;
	if (room < fixed_len)
		return 0;
	room -= fixed_len;
	if (!layout->align)
		return header_len + room;
	room = round_down(room, layout->align);
	if (room < layout->pad_min + ESP_TRAILER_LEN)
		return 0;
	return header_len + room - layout->pad_min - ESP_TRAILER_LEN;
}
