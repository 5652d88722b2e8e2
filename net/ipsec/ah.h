/* SPDX-License-Identifier: GPL-2.0 */
/* Authentication Header (RFC 4302). */
#ifndef _NET_IPSEC_AH_H
#define _NET_IPSEC_AH_H

#include <uapi/linux/ipsec.h>

struct ipsec_packet;

enum ipsec_reason ipsec_ah_check_headers(struct ipsec_packet *pkt);
void ipsec_ah_push(struct ipsec_packet *pkt);
int ipsec_ah_output(struct ipsec_packet *pkt);
void ipsec_ah_finish(struct ipsec_packet *pkt);
enum ipsec_reason ipsec_ah_check(const struct ipsec_packet *pkt);
int ipsec_ah_input(struct ipsec_packet *pkt);
int ipsec_ah_verify(const struct ipsec_packet *pkt);
void ipsec_ah_pull(struct ipsec_packet *pkt);

#endif /* _NET_IPSEC_AH_H */
