/* SPDX-License-Identifier: GPL-2.0 */
/* The only user of the kernel crypto API. */
#ifndef _NET_IPSEC_CRYPTO_H
#define _NET_IPSEC_CRYPTO_H

#include <linux/types.h>

struct ipsec_packet;
struct ipsec_sa;
struct ipsec_sa_params;
struct netlink_ext_ack;

int ipsec_crypto_new(struct ipsec_sa *sa, const struct ipsec_sa_params *params,
		     struct netlink_ext_ack *extack);
void ipsec_crypto_free(struct ipsec_sa *sa);
unsigned int ipsec_crypto_reqsize(const struct ipsec_sa *sa);
const char *ipsec_crypto_driver(const struct ipsec_sa *sa);
int ipsec_crypto_encrypt(struct ipsec_packet *pkt, unsigned int text_len);
int ipsec_crypto_decrypt(struct ipsec_packet *pkt, unsigned int text_len);
int ipsec_crypto_hash(struct ipsec_packet *pkt, unsigned int hdr_len);

#endif /* _NET_IPSEC_CRYPTO_H */
