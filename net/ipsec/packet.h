/* SPDX-License-Identifier: GPL-2.0 */
/* One packet on its way through one SA. */
#ifndef _NET_IPSEC_PACKET_H
#define _NET_IPSEC_PACKET_H

#include <linux/crypto.h>
#include <linux/scatterlist.h>
#include <linux/skbuff.h>
#include <uapi/linux/ipsec.h>

#include "protect.h"
#include "verified.h"

struct dst_entry;
struct ipsec_net;
struct ipsec_peer;
struct ipsec_sa;

#define IPSEC_MAX_IV_LEN 16
#define IPSEC_MAX_ICV_LEN 64
/* SPI and extended sequence number, as ESP authenticates them. */
#define IPSEC_ESN_AD_LEN 12

/**
 * struct ipsec_packet - state of one packet inside AH or ESP processing
 * @skb: the packet; linear and unshared from ipsec_packet_own() on
 * @sa: the SA that protects or protected it; a reference is held
 * @ipn: the namespace; a reference on its @inflight is held
 * @dev: input only, the device it came in on; a reference is held
 * @dst: output only, route of the protected packet, without a reference: one
 *	that comes out of an asynchronous cipher gets it anew
 * @seq: sequence number, 64 bits; on input with extended numbers its upper half
 *	is a guess until the ICV is verified
 * @outer: output only, the SAs that come next; a reference is held on each
 * @verified: input only, SAs that have verified it, with this one when it has
 * @oif: output only, device the packet would have left on without IPsec, or 0
 * @charge_len: bytes that count for the SA's byte counter
 * @family: family of the IP header in front of AH or ESP
 * @nexthdr: protocol of what is protected
 * @outer_len: length of the headers in front of AH or ESP
 * @is_tunneled: output only, the IP header in front is one of ours: this SA or
 *	one before it is in tunnel mode
 * @is_spare: its memory is as long as that which each CPU keeps
 * @encap_sport: input only, UDP source port in front of ESP, network byte order
 * @peer: output only, while the packet is built: where the peer is, NULL for
 *	where it was configured to be
 * @prevhdr: offset, from the network header, of the byte that names AH or ESP
 * @iv: IV of this packet, if the algorithm has one
 * @icv: AH: computed ICV on output and input, as long as the hash
 * @wire_icv: AH input: the ICV that the packet carries
 * @seq_hi: AH with extended sequence numbers: upper half of @seq, for the hash
 * @esn_ad: ESP with extended sequence numbers: SPI, both halves of @seq, IV
 * @sg: what the transform runs over
 * @ah_hdr: AH: copy of the headers in front of it with mutable fields zero;
 *	lies behind @req
 * @req: crypto request; how long it is depends on the SA
 *
 * One piece of memory, given back by ipsec_packet_free(); everything that crypto
 * reads or writes after -EINPROGRESS is in here or in @skb.
 */
struct ipsec_packet {
	struct sk_buff *skb;
	struct ipsec_sa *sa;
	struct ipsec_net *ipn;
	struct net_device *dev;
	struct dst_entry *dst;
	u64 seq;
	struct ipsec_nest outer;
	struct ipsec_verified verified;
	int oif;
	u32 charge_len;
	u8 family;
	u8 nexthdr;
	u16 outer_len;
	u16 prevhdr;
	__be16 encap_sport;
	bool is_tunneled;
	bool is_spare;
	struct ipsec_peer *peer;
	u8 iv[IPSEC_MAX_IV_LEN] __aligned(8);
	u8 icv[IPSEC_MAX_ICV_LEN];
	u8 wire_icv[IPSEC_MAX_ICV_LEN];
	__be32 seq_hi;
	u8 esn_ad[IPSEC_ESN_AD_LEN + IPSEC_MAX_IV_LEN];
	struct scatterlist sg[4];
	u8 *ah_hdr;
	u8 req[] CRYPTO_MINALIGN_ATTR;
};

struct ipsec_packet *ipsec_packet_new(struct ipsec_sa *sa, struct sk_buff *skb,
				      u8 family, u16 outer_len);
enum ipsec_reason ipsec_packet_refused(const struct ipsec_sa *sa);
bool ipsec_packet_hold_outer(struct ipsec_packet *pkt,
			     const struct ipsec_nest *nest);
void ipsec_packet_exit(void);
void ipsec_packet_free(struct ipsec_packet *pkt);
void ipsec_packet_drop(struct ipsec_packet *pkt, enum ipsec_reason reason);
int ipsec_packet_own(struct sk_buff *skb, unsigned int head,
		     unsigned int tail);

#endif /* _NET_IPSEC_PACKET_H */
