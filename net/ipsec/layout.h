/* SPDX-License-Identifier: GPL-2.0 */
/* Lengths of the parts of a protected packet. Pure. */
#ifndef _NET_IPSEC_LAYOUT_H
#define _NET_IPSEC_LAYOUT_H

#include <linux/types.h>

/**
 * struct ipsec_layout - what one SA adds to a packet
 * @outer_len: tunnel header, 0 in transport mode
 * @hdr_len: ESP header with IV, or AH with ICV and its padding
 * @icv_len: ICV on the wire behind an ESP packet; 0 for AH, where it is in
 *	@hdr_len
 * @align: ESP: payload, padding and trailer together are a multiple of this;
 *	0 for AH
 * @pad_min: ESP: least pad length; with what alignment adds at most 255
 * @encap_len: UDP header between @outer_len and @hdr_len (RFC 3948 2.1), or 0;
 *	outbound only, because UDP has taken it off before we see the packet
 */
struct ipsec_layout {
	u8 outer_len;
	u8 hdr_len;
	u8 icv_len;
	u8 align;
	u8 pad_min;
	u8 encap_len;
};

struct ipsec_alg;

void ipsec_layout_esp(struct ipsec_layout *layout, const struct ipsec_alg *enc,
		      const struct ipsec_alg *auth, u8 outer_len, u8 pad_min);
void ipsec_layout_ah(struct ipsec_layout *layout, const struct ipsec_alg *auth,
		     bool ipv6, u8 outer_len);
u32 ipsec_layout_trailer(const struct ipsec_layout *layout, u32 payload_len);
u32 ipsec_layout_mtu(const struct ipsec_layout *layout, u32 link_mtu,
		     u32 header_len);

#endif /* _NET_IPSEC_LAYOUT_H */
