/* SPDX-License-Identifier: GPL-2.0 */
/* What an SA says of its tunnel header and of padding. */
#ifndef _NET_IPSEC_OUTER_H
#define _NET_IPSEC_OUTER_H

#include <linux/types.h>
#include <uapi/linux/ipsec.h>

/**
 * struct ipsec_outer - how the fields of a tunnel header come about
 * @ttl: TTL or hop limit, 0 is that of the route. RFC 4301 5.1.2.1 wants it
 *	constructed without regard to the inner one, so it cannot be copied
 * @has_dscp: @dscp goes into every header; else the inner DSCP does, by way of
 *	@dscp_map if there is one (RFC 4301 5.1.2, note 5)
 * @dscp: 0 to 63
 * @decap_dscp: inbound: the inner DSCP is overwritten with the outer one (RFC
 *	4301 5.1.2.2, note 9); never unless the user says so
 * @ecn: enum ipsec_ecn
 * @label: enum ipsec_label, 0 is @flow_label
 * @pad_min: least pad length of ESP (RFC 4303 2.4); in transport mode, too
 * @tfc: ESP payloads are padded to this length as far as the path MTU allows
 *	(RFC 4303 2.7), 0 is off
 * @flow_label: 20 bits, host byte order
 * @dscp_map: outer DSCP by inner DSCP, IPSEC_DSCP_MAP_LEN bytes, or NULL;
 *	belongs to the SA
 */
struct ipsec_outer {
	u8 ttl;
	bool has_dscp;
	u8 dscp;
	bool decap_dscp;
	u8 ecn;
	u8 label;
	u8 pad_min;
	u16 tfc;
	u32 flow_label;
	const u8 *dscp_map;
};

#endif /* _NET_IPSEC_OUTER_H */
