/* SPDX-License-Identifier: GPL-2.0 */
/* AH: what of an IP header its ICV does not cover. Pure. */
#ifndef _NET_IPSEC_MUTABLE_H
#define _NET_IPSEC_MUTABLE_H

#include <linux/types.h>

int ipsec_mutable_zero4(u8 *hdr, size_t len);
int ipsec_mutable_zero6(u8 *hdr, size_t *len);

#endif /* _NET_IPSEC_MUTABLE_H */
