/* SPDX-License-Identifier: GPL-2.0 */
/* One packet on its way through one SA. */
#ifndef _NET_IPSEC_PACKET_H
#define _NET_IPSEC_PACKET_H

#include <linux/crypto.h>
#include <linux/scatterlist.h>
#include <linux/skbuff.h>
#include <uapi/linux/ipsec.h>

struct dst_entry;
struct ipsec_net;
struct ipsec_sa;

#define IPSEC_MAX_IV_LEN 16
#define IPSEC_MAX_ICV_LEN 64

/**
 * struct ipsec_packet - state of one packet inside AH or ESP processing
 * @skb: the packet; linear and unshared from ipsec_packet_own() on
 * @sa: the SA that protects or protected it; a reference is held
 * @ipn: the namespace; a reference on its @inflight is held
 * @dev: input only, the device it came in on; a reference is held
 * @dst: output only, route of the protected packet; a reference is held until
 *	emission
 * @seq: sequence number, 64 bits
 * @charge_len: bytes that count for the SA's byte counter
 * @family: family of the IP header in front of AH or ESP
 * @nexthdr: protocol of what is protected
 * @outer_len: length of the headers in front of AH or ESP
 * @prevhdr: offset, from the network header, of the byte that names AH or ESP
 * @iv: IV of this packet
 * @icv: AH: computed ICV on output and input, as long as the hash
 * @wire_icv: AH input: the ICV that the packet carries
 * @sg: what the transform runs over
 * @ah_hdr: AH: copy of the headers in front of it with mutable fields zero;
 *	lies behind @req
 * @req: crypto request; how long it is depends on the SA
 *
 * One allocation, freed by ipsec_packet_free(); everything that crypto reads
 * or writes after -EINPROGRESS is in here or in @skb.
 */
struct ipsec_packet {
	struct sk_buff *skb;
	struct ipsec_sa *sa;
	struct ipsec_net *ipn;
	struct net_device *dev;
	struct dst_entry *dst;
	u64 seq;
	u32 charge_len;
	u8 family;
	u8 nexthdr;
	u16 outer_len;
	u16 prevhdr;
	u8 iv[IPSEC_MAX_IV_LEN] __aligned(8);
	u8 icv[IPSEC_MAX_ICV_LEN];
	u8 wire_icv[IPSEC_MAX_ICV_LEN];
	struct scatterlist sg[2];
	u8 *ah_hdr;
	u8 req[] CRYPTO_MINALIGN_ATTR;
};

struct ipsec_packet *ipsec_packet_new(struct ipsec_sa *sa, struct sk_buff *skb,
				      u8 family, u16 outer_len);
void ipsec_packet_free(struct ipsec_packet *pkt);
void ipsec_packet_drop(struct ipsec_packet *pkt, enum ipsec_reason reason);
int ipsec_packet_own(struct sk_buff *skb, unsigned int head,
		     unsigned int tail);

#endif /* _NET_IPSEC_PACKET_H */
