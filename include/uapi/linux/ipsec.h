/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ipsec.yaml */
/* uAPI header, by scripts/gen-netlink.py */

#ifndef _UAPI_LINUX_IPSEC_H
#define _UAPI_LINUX_IPSEC_H

#define IPSEC_FAMILY_NAME	"ipsec"
#define IPSEC_FAMILY_VERSION	1
#define IPSEC_MCGRP_EVENTS	"events"
#define IPSEC_MCGRP_ACQUIRE	"acquire"
#define IPSEC_MCGRP_AUDIT	"audit"

#define IPSEC_DSCP_MAP_LEN		64
#define IPSEC_TFC_MTU			65535
#define IPSEC_MSS_AUTO			65535
#define IPSEC_NEST_MAX			4
#define IPSEC_RANGES_MAX		16
#define IPSEC_PREFIX_PAIRS_MAX		256
#define IPSEC_ADDR_MAX_LEN		16
#define IPSEC_ALG_NAME_MAX		31
#define IPSEC_KEY_MAX_LEN		128
#define IPSEC_REPLAY_WINDOW_MIN		32
#define IPSEC_REPLAY_WINDOW_MAX		8192
#define IPSEC_REPLAY_WINDOW_DEFAULT	8192
#define IPSEC_RESYNC_DEFAULT		1024
#define IPSEC_ACQUIRE_MAX		256
#define IPSEC_ACQUIRE_INTERVAL_MAX	3600
#define IPSEC_ACQUIRE_INTERVAL_DEFAULT	30
#define IPSEC_HOLD_PACKETS_MAX		1024
#define IPSEC_HOLD_PACKETS_DEFAULT	64
#define IPSEC_HOLD_TOTAL_MAX		16384
#define IPSEC_HOLD_TOTAL_DEFAULT	1024
#define IPSEC_HOLD_TIME_MAX		300
#define IPSEC_HOLD_TIME_DEFAULT		10
#define IPSEC_HOLD_BYTES_MAX		4194304

/* Direction across the IPsec boundary (RFC 4301 section 3.1). */
enum ipsec_dir {
	IPSEC_DIR_IN = 1,
	IPSEC_DIR_OUT,
};

/* Mode of an SA (RFC 4301 section 4.1). */
enum ipsec_mode {
	IPSEC_MODE_TRANSPORT = 1,
	IPSEC_MODE_TUNNEL,
};

/* What the SPD says of a packet (RFC 4301 section 4.4.1). */
enum ipsec_action {
	IPSEC_ACTION_PROTECT = 1,
	IPSEC_ACTION_BYPASS,
	IPSEC_ACTION_DISCARD,
};

/* The DF bit of an IPv4 tunnel header (RFC 4301 section 8.1). */
enum ipsec_df {
	IPSEC_DF_COPY = 1,
	IPSEC_DF_SET,
	IPSEC_DF_CLEAR,
};

/*
 * The ECN field of a tunnel header (RFC 6040 section 4.1) - copied from the
 * inner header, or Not-ECT for a far end that does not know ECN.
 */
enum ipsec_ecn {
	IPSEC_ECN_NORMAL = 1,
	IPSEC_ECN_COMPATIBILITY,
};

/*
 * Where the flow label of an IPv6 tunnel header comes from when it is not a
 * number - the inner header (RFC 4301 section 5.1.2.2, for hosts only), or a
 * hash of the inner flow (RFC 6438).
 */
enum ipsec_label {
	IPSEC_LABEL_COPY = 1,
	IPSEC_LABEL_HASH,
};

/*
 * What decides on an ICMP error that came out of an SA (RFC 4301 section 6.2) -
 * its own header alone; either that or, reversed, the header of the packet that
 * it is about; or the latter alone.
 */
enum ipsec_icmp_check {
	IPSEC_ICMP_CHECK_HEADER = 1,
	IPSEC_ICMP_CHECK_EITHER,
	IPSEC_ICMP_CHECK_PAYLOAD,
};

/**
 * enum ipsec_icmp_error - Kinds of ICMP and ICMPv6 errors; bits of a mask
 * @IPSEC_ICMP_ERROR_UNREACHABLE: ICMP type 3 except for code 4, ICMPv6
 *	type 1.
 * @IPSEC_ICMP_ERROR_TOO_BIG: ICMP type 3 code 4, ICMPv6 type 2.
 * @IPSEC_ICMP_ERROR_SOURCE_QUENCH: ICMP type 4.
 * @IPSEC_ICMP_ERROR_REDIRECT: ICMP type 5, ICMPv6 type 137.
 * @IPSEC_ICMP_ERROR_TIME_EXCEEDED: ICMP type 11, ICMPv6 type 3.
 * @IPSEC_ICMP_ERROR_PARAMETER_PROBLEM: ICMP type 12, ICMPv6 type 4.
 * @IPSEC_ICMP_ERROR_OTHER: Every other ICMPv6 type below 128.
 * @__IPSEC_ICMP_ERROR_MAX: one more than the highest
 * @IPSEC_ICMP_ERROR_MAX: the highest
 */
enum ipsec_icmp_error {
	IPSEC_ICMP_ERROR_UNREACHABLE,
	IPSEC_ICMP_ERROR_TOO_BIG,
	IPSEC_ICMP_ERROR_SOURCE_QUENCH,
	IPSEC_ICMP_ERROR_REDIRECT,
	IPSEC_ICMP_ERROR_TIME_EXCEEDED,
	IPSEC_ICMP_ERROR_PARAMETER_PROBLEM,
	IPSEC_ICMP_ERROR_OTHER,

	__IPSEC_ICMP_ERROR_MAX,
	IPSEC_ICMP_ERROR_MAX = (__IPSEC_ICMP_ERROR_MAX - 1)
};

/*
 * Where IPv6 packets that this host may fragment are cut (RFC 4301 section 5.1)
 * - in front of the tunnel or behind it.
 */
enum ipsec_fragment {
	IPSEC_FRAGMENT_BEFORE = 1,
	IPSEC_FRAGMENT_AFTER,
};

/**
 * enum ipsec_reason - Why a packet was dropped
 * @IPSEC_REASON_NO_SA: Inbound AH or ESP packet whose SPI, destination and
 *	protocol name no SA (RFC 4301 5.2).
 * @IPSEC_REASON_NOT_OURS: Not a drop - AH or ESP packet left to the
 *	kernel's own IPsec because it is in use in this namespace.
 * @IPSEC_REASON_MALFORMED: Inbound AH or ESP packet too short, or with
 *	lengths that contradict each other.
 * @IPSEC_REASON_FRAGMENT: A fragment reached AH or ESP, or would have been
 *	given to a transport mode SA (RFC 4303 3.3.4, 3.4.1).
 * @IPSEC_REASON_REPLAY: Sequence number seen before (RFC 4303 3.4.3).
 * @IPSEC_REASON_REPLAY_OLD: Sequence number left of the anti-replay window
 *	(RFC 4303 3.4.3).
 * @IPSEC_REASON_ICV: The integrity check value is wrong (RFC 4303 3.4.4,
 *	RFC 4302 3.4.4).
 * @IPSEC_REASON_PADDING: Authentic ESP packet whose padding length or
 *	padding bytes are wrong (RFC 4303 2.4, 2.5).
 * @IPSEC_REASON_INNER_HEADER: Authentic packet whose inner IP header or
 *	next header makes no sense in the mode of the SA, or outbound packet
 *	whose headers do.
 * @IPSEC_REASON_ECN: Inner packet is Not-ECT but the tunnel header says
 *	congestion experienced (RFC 6040 4.2).
 * @IPSEC_REASON_DUMMY: Not an error - traffic flow confidentiality dummy,
 *	next header 59 (RFC 4303 2.6).
 * @IPSEC_REASON_SA_SELECTOR: Authentic packet outside the selectors of the
 *	SA that protected it (RFC 4301 5.2 step 4).
 * @IPSEC_REASON_IN_POLICY: Authentic packet for which the SPD asks for
 *	another SA, BYPASS or DISCARD (RFC 4301 5.2).
 * @IPSEC_REASON_IN_NO_POLICY: Authentic packet that matches no IN policy,
 *	from an SA without selectors of its own (RFC 4301 5.2).
 * @IPSEC_REASON_IN_CLEAR: Clear packet that an IN policy says must be
 *	protected (RFC 4301 5.2).
 * @IPSEC_REASON_IN_DISCARD: An IN policy says DISCARD.
 * @IPSEC_REASON_IN_DEFAULT: No IN policy matches and the default is
 *	DISCARD.
 * @IPSEC_REASON_OUT_DISCARD: An OUT policy says DISCARD.
 * @IPSEC_REASON_OUT_DEFAULT: No OUT policy matches and the default is
 *	DISCARD.
 * @IPSEC_REASON_OUT_NO_SA: An OUT policy says PROTECT and no usable SA
 *	exists (RFC 4301 5.1).
 * @IPSEC_REASON_OUT_CHANGED: The packet was to be protected, and NAT or a
 *	policy change then moved it out of every PROTECT policy.
 * @IPSEC_REASON_SEQ_OVERFLOW: The sequence number of the SA would cycle
 *	(RFC 4303 3.3.3).
 * @IPSEC_REASON_TOO_BIG: Does not fit the path MTU of the SA and may not
 *	be fragmented; answered with ICMP (RFC 4301 8.2.1).
 * @IPSEC_REASON_NO_ROUTE: No route to the peer of the SA.
 * @IPSEC_REASON_LOOP: The route to the peer of the SA leads back into
 *	IPsec, or too many SAs are nested.
 * @IPSEC_REASON_NO_MEMORY: No memory for the packet or for its
 *	cryptographic request.
 * @IPSEC_REASON_CRYPTO: The kernel's crypto API refused or failed the
 *	request for a reason other than the ICV.
 * @IPSEC_REASON_QUEUE_FULL: A queue of packets that wait for re-entry into
 *	the stack is full.
 * @IPSEC_REASON_DEAD: The SA, the device or the namespace went away while
 *	the packet was in the middle of processing.
 * @IPSEC_REASON_CHECKSUM: Outbound packet whose transport checksum could
 *	not be completed or whose segments could not be made.
 * @IPSEC_REASON_IN_NEST: Authentic packet that came through other SAs, in
 *	number or order, than those that its policy nests in each other.
 * @IPSEC_REASON_NEST_DEPTH: AH or ESP inside of as many AH and ESP headers
 *	as are taken off one packet.
 * @IPSEC_REASON_ICMP_PAYLOAD: Authentic ICMP error about a packet whose
 *	return traffic may not come from this SA (RFC 4301 6.2).
 * @IPSEC_REASON_ICMP_REFUSED: ICMP error for this host of a type that the
 *	settings do not accept (RFC 4301 6.1).
 * @IPSEC_REASON_ICMP_UNKNOWN: Not a drop - ICMP error about an AH or ESP
 *	packet that no SA of this namespace has sent; nothing is changed by it.
 * @IPSEC_REASON_OUT_ICMP_NO_SA: ICMP error without a policy of its own,
 *	about a packet whose return traffic is protected, and no usable SA
 *	exists (RFC 4301 6.2).
 * @IPSEC_REASON_EXPIRED: A hard lifetime of the SA was over, or the packet
 *	would have gone beyond it (RFC 4301 4.4.2.1).
 * @IPSEC_REASON_ACQUIRE_TIMEOUT: Waited for an SA that did not come within
 *	hold-time (RFC 4301 5.1).
 * @IPSEC_REASON_ACQUIRE_FULL: An OUT policy says PROTECT, no usable SA
 *	exists, and no more packets may wait for one, or no more SAs be asked
 *	for.
 * @IPSEC_REASON_FRAGMENT_OFFSET: Authentic IPv4 fragment that begins
 *	inside of the next layer header, over which policy was decided (RFC 4301
 *	7.2).
 * @IPSEC_REASON_ENCAP: ESP came in UDP for an SA without UDP encapsulation
 *	or with another port, or without UDP for an SA with it.
 * @IPSEC_REASON_ENCAP_IKE: IKE came to a UDP port that SAs have opened and
 *	that no daemon owns (RFC 3948 2.2).
 * @IPSEC_REASON_KEEPALIVE: Not an error - NAT keepalive to a UDP port that
 *	SAs have opened (RFC 3948 2.3).
 * @__IPSEC_REASON_MAX: one more than the highest
 * @IPSEC_REASON_MAX: the highest
 *
 * Each has one counter per namespace; those that happen inside an SA have one
 * per SA as well.
 */
enum ipsec_reason {
	IPSEC_REASON_NO_SA = 1,
	IPSEC_REASON_NOT_OURS,
	IPSEC_REASON_MALFORMED,
	IPSEC_REASON_FRAGMENT,
	IPSEC_REASON_REPLAY,
	IPSEC_REASON_REPLAY_OLD,
	IPSEC_REASON_ICV,
	IPSEC_REASON_PADDING,
	IPSEC_REASON_INNER_HEADER,
	IPSEC_REASON_ECN,
	IPSEC_REASON_DUMMY,
	IPSEC_REASON_SA_SELECTOR,
	IPSEC_REASON_IN_POLICY,
	IPSEC_REASON_IN_NO_POLICY,
	IPSEC_REASON_IN_CLEAR,
	IPSEC_REASON_IN_DISCARD,
	IPSEC_REASON_IN_DEFAULT,
	IPSEC_REASON_OUT_DISCARD,
	IPSEC_REASON_OUT_DEFAULT,
	IPSEC_REASON_OUT_NO_SA,
	IPSEC_REASON_OUT_CHANGED,
	IPSEC_REASON_SEQ_OVERFLOW,
	IPSEC_REASON_TOO_BIG,
	IPSEC_REASON_NO_ROUTE,
	IPSEC_REASON_LOOP,
	IPSEC_REASON_NO_MEMORY,
	IPSEC_REASON_CRYPTO,
	IPSEC_REASON_QUEUE_FULL,
	IPSEC_REASON_DEAD,
	IPSEC_REASON_CHECKSUM,
	IPSEC_REASON_IN_NEST,
	IPSEC_REASON_NEST_DEPTH,
	IPSEC_REASON_ICMP_PAYLOAD,
	IPSEC_REASON_ICMP_REFUSED,
	IPSEC_REASON_ICMP_UNKNOWN,
	IPSEC_REASON_OUT_ICMP_NO_SA,
	IPSEC_REASON_EXPIRED,
	IPSEC_REASON_ACQUIRE_TIMEOUT,
	IPSEC_REASON_ACQUIRE_FULL,
	IPSEC_REASON_FRAGMENT_OFFSET,
	IPSEC_REASON_ENCAP,
	IPSEC_REASON_ENCAP_IKE,
	IPSEC_REASON_KEEPALIVE,

	__IPSEC_REASON_MAX,
	IPSEC_REASON_MAX = (__IPSEC_REASON_MAX - 1)
};

/**
 * enum ipsec_audit - What the RFCs call auditable events
 * @IPSEC_AUDIT_NO_SA: Inbound AH or ESP packet for which there is no SA
 *	(RFC 4303 3.4.2, RFC 4302 3.4.2, RFC 4301 5.2).
 * @IPSEC_AUDIT_FRAGMENT: A fragment was offered to AH or ESP (RFC 4303
 *	3.4.1, RFC 4302 3.4.1).
 * @IPSEC_AUDIT_SEQ_OVERFLOW: A packet was to be sent for which there is no
 *	sequence number left (RFC 4303 3.3.3, RFC 4302 3.3.2).
 * @IPSEC_AUDIT_REPLAY: Inbound packet that fails the anti-replay check
 *	(RFC 4303 3.4.3, RFC 4302 3.4.3).
 * @IPSEC_AUDIT_ICV: Inbound packet whose integrity check value is wrong
 *	(RFC 4303 3.4.4, RFC 4302 3.4.4).
 * @IPSEC_AUDIT_SELECTOR: Authentic packet whose headers are not those that
 *	its SA may carry (RFC 4301 5.2 step 4).
 * @IPSEC_AUDIT_NO_PROTECTION: An SA with neither encryption nor integrity
 *	was asked for, and refused (RFC 4303 3.2, RFC 4301 4.2).
 * @__IPSEC_AUDIT_MAX: one more than the highest
 * @IPSEC_AUDIT_MAX: the highest
 */
enum ipsec_audit {
	IPSEC_AUDIT_NO_SA = 1,
	IPSEC_AUDIT_FRAGMENT,
	IPSEC_AUDIT_SEQ_OVERFLOW,
	IPSEC_AUDIT_REPLAY,
	IPSEC_AUDIT_ICV,
	IPSEC_AUDIT_SELECTOR,
	IPSEC_AUDIT_NO_PROTECTION,

	__IPSEC_AUDIT_MAX,
	IPSEC_AUDIT_MAX = (__IPSEC_AUDIT_MAX - 1)
};

/*
 * How the lifetime of an SA is measured (RFC 4301 section 4.4.2.1) - seconds
 * since it was added, seconds since its first packet, bytes that its algorithm
 * was applied to, packets, seconds without a packet. The same numbers as those
 * of the attributes in the set life.
 */
enum ipsec_life {
	IPSEC_LIFE_TIME = 1,
	IPSEC_LIFE_USE,
	IPSEC_LIFE_BYTES,
	IPSEC_LIFE_PACKETS,
	IPSEC_LIFE_IDLE,

	__IPSEC_LIFE_MAX,
	IPSEC_LIFE_MAX = (__IPSEC_LIFE_MAX - 1)
};

/* A range of addresses of one family, both ends included. */
enum {
	/* First address, network byte order, 4 or 16 bytes. */
	IPSEC_A_ADDR_RANGE_FIRST = 1,
	/* Last address, network byte order, 4 or 16 bytes. */
	IPSEC_A_ADDR_RANGE_LAST,

	__IPSEC_A_ADDR_RANGE_MAX,
	IPSEC_A_ADDR_RANGE_MAX = (__IPSEC_A_ADDR_RANGE_MAX - 1)
};

/* A range of ports, both ends included. */
enum {
	/* First port, host byte order. */
	IPSEC_A_PORT_RANGE_FIRST = 1,
	/* Last port; first if missing. */
	IPSEC_A_PORT_RANGE_LAST,

	__IPSEC_A_PORT_RANGE_MAX,
	IPSEC_A_PORT_RANGE_MAX = (__IPSEC_A_PORT_RANGE_MAX - 1)
};

/*
 * RFC 4301 section 4.4.1.1, as seen from this host in both directions. A
 * missing attribute means ANY.
 */
enum {
	/* Local address, network byte order, 4 or 16 bytes. */
	IPSEC_A_SELECTOR_LOCAL_ADDR = 1,
	/* Prefix length of local-addr; the length of the address if missing. */
	IPSEC_A_SELECTOR_LOCAL_PLEN,
	/* Remote address, network byte order, 4 or 16 bytes. */
	IPSEC_A_SELECTOR_REMOTE_ADDR,
	/*
	 * Prefix length of remote-addr; the length of the address if missing.
	 */
	IPSEC_A_SELECTOR_REMOTE_PLEN,
	/* Next layer protocol; 0 or missing is ANY. */
	IPSEC_A_SELECTOR_PROTO,
	/*
	 * First local port, host byte order. Ports need proto TCP, UDP,
	 * UDP-Lite, SCTP or DCCP.
	 */
	IPSEC_A_SELECTOR_LOCAL_PORT_MIN,
	/* Last local port; local-port-min if missing. */
	IPSEC_A_SELECTOR_LOCAL_PORT_MAX,
	/* First remote port. */
	IPSEC_A_SELECTOR_REMOTE_PORT_MIN,
	/* Last remote port; remote-port-min if missing. */
	IPSEC_A_SELECTOR_REMOTE_PORT_MAX,
	/* ICMP or ICMPv6 type; needs proto 1 or 58. */
	IPSEC_A_SELECTOR_ICMP_TYPE,
	/* ICMP or ICMPv6 code; needs icmp-type. Any code if missing. */
	IPSEC_A_SELECTOR_ICMP_CODE,
	/*
	 * Last ICMP or ICMPv6 type; icmp-type if missing. Type times 256 plus
	 * code is compared (RFC 4301 section 4.4.1.1).
	 */
	IPSEC_A_SELECTOR_ICMP_TYPE_MAX,
	/*
	 * Last ICMP or ICMPv6 code, that of the last type; icmp-code if
	 * missing.
	 */
	IPSEC_A_SELECTOR_ICMP_CODE_MAX,
	/* Mobility Header type; needs proto 135. */
	IPSEC_A_SELECTOR_MH_TYPE,
	/* Last Mobility Header type; mh-type if missing. */
	IPSEC_A_SELECTOR_MH_TYPE_MAX,
	/*
	 * Only packets that do not show the ports, ICMP type and code, or
	 * Mobility Header type of proto (OPAQUE), later fragments for example.
	 * Missing ports, types and codes are ANY, which OPAQUE is part of.
	 */
	IPSEC_A_SELECTOR_OPAQUE,
	/*
	 * Only IPv6 packets that do not show their next layer protocol
	 * (OPAQUE).
	 */
	IPSEC_A_SELECTOR_PROTO_OPAQUE,
	/*
	 * A list of up to 16 ranges of local addresses that do not overlap, in
	 * place of local-addr.
	 */
	IPSEC_A_SELECTOR_LOCAL_RANGE,
	/*
	 * A list of up to 16 ranges of remote addresses that do not overlap, in
	 * place of remote-addr.
	 */
	IPSEC_A_SELECTOR_REMOTE_RANGE,
	/*
	 * A list of up to 16 ranges of local ports that do not overlap, in
	 * place of local-port-min.
	 */
	IPSEC_A_SELECTOR_LOCAL_PORTS,
	/*
	 * A list of up to 16 ranges of remote ports that do not overlap, in
	 * place of remote-port-min.
	 */
	IPSEC_A_SELECTOR_REMOTE_PORTS,
	/* Mark of the packet, policies only. */
	IPSEC_A_SELECTOR_MARK,
	/* Bits of the mark to look at; all if missing. */
	IPSEC_A_SELECTOR_MARK_MASK,
	/*
	 * Name of the device that the packet came in by (IN) or would leave by
	 * without IPsec (OUT), policies only.
	 */
	IPSEC_A_SELECTOR_DEV,

	__IPSEC_A_SELECTOR_MAX,
	IPSEC_A_SELECTOR_MAX = (__IPSEC_A_SELECTOR_MAX - 1)
};

/* One drop counter. */
enum {
	IPSEC_A_DROP_REASON = 1,
	/* Name of the reason. */
	IPSEC_A_DROP_NAME,
	IPSEC_A_DROP_COUNT,
	IPSEC_A_DROP_PAD,

	__IPSEC_A_DROP_MAX,
	IPSEC_A_DROP_MAX = (__IPSEC_A_DROP_MAX - 1)
};

/* Lifetimes of an SA, or what it has used of them. */
enum {
	/* Seconds since the SA was added, time in suspend included. */
	IPSEC_A_LIFE_TIME = 1,
	/* Seconds since its first packet. */
	IPSEC_A_LIFE_USE,
	/*
	 * Bytes that the algorithm is applied to - with ESP what is encrypted,
	 * padding and trailer included, with AH the packet; at most 2^63 - 1.
	 */
	IPSEC_A_LIFE_BYTES,
	/* Packets; at most 2^63 - 1. */
	IPSEC_A_LIFE_PACKETS,
	/* Seconds since its last packet, or since it was added; hard only. */
	IPSEC_A_LIFE_IDLE,
	IPSEC_A_LIFE_PAD,

	__IPSEC_A_LIFE_MAX,
	IPSEC_A_LIFE_MAX = (__IPSEC_A_LIFE_MAX - 1)
};

/* One security association (RFC 4301 section 4.4.2). */
enum {
	IPSEC_A_SA_DIR = 1,
	/* 50 is ESP, 51 is AH. */
	IPSEC_A_SA_PROTO,
	/*
	 * Security parameters index; 0 is refused, 1 to 255 are reserved by
	 * IANA and refused.
	 */
	IPSEC_A_SA_SPI,
	/* Source address of the protected packets on the wire. */
	IPSEC_A_SA_SRC,
	/* Destination address of the protected packets on the wire. */
	IPSEC_A_SA_DST,
	IPSEC_A_SA_MODE,
	/* Name by which PROTECT policies find this SA; 0 is none. */
	IPSEC_A_SA_REQID,
	/*
	 * Encryption algorithm, a name of the table in ipsecctl(8). ESP only.
	 */
	IPSEC_A_SA_ENC,
	/*
	 * Key, with the salt behind it where the algorithm has one. Never
	 * returned.
	 */
	IPSEC_A_SA_ENC_KEY,
	/* Integrity algorithm; none with a combined mode algorithm. */
	IPSEC_A_SA_AUTH,
	/* Key of the integrity algorithm. Never returned. */
	IPSEC_A_SA_AUTH_KEY,
	/*
	 * Anti-replay window of an inbound SA in packets, 0 (off) or 32 to
	 * 8192; 8192 if missing.
	 */
	IPSEC_A_SA_REPLAY_WINDOW,
	/* DF bit of an IPv4 tunnel header; copy if missing. */
	IPSEC_A_SA_DF,
	/*
	 * The packets this SA may carry; if missing, what the IN policies that
	 * name the SA say.
	 */
	IPSEC_A_SA_SELECTOR,
	/* Length of the encryption key without its salt (reply only). */
	IPSEC_A_SA_KEY_BITS,
	/*
	 * Last sequence number sent, or highest received. In a request, with
	 * which the SA begins; 0 if missing. Above 2^32 - 1 only with esn.
	 */
	IPSEC_A_SA_SEQ,
	/* Packets protected or verified (reply only). */
	IPSEC_A_SA_PACKETS,
	/*
	 * Bytes of the packets before protection or after verification, IP
	 * header included (reply only).
	 */
	IPSEC_A_SA_BYTES,
	/* Drop counters of this SA that are not zero (reply only). */
	IPSEC_A_SA_DROPS,
	/* Name of the crypto API implementation in use (reply only). */
	IPSEC_A_SA_DRIVER,
	IPSEC_A_SA_PAD,
	/*
	 * TTL or hop limit of the tunnel header; that of the route if missing.
	 * Outbound tunnels only.
	 */
	IPSEC_A_SA_TTL,
	/*
	 * DSCP of the tunnel header; the inner one if missing. Outbound tunnels
	 * only.
	 */
	IPSEC_A_SA_DSCP,
	/*
	 * DSCP of the tunnel header, one byte for each inner DSCP; not together
	 * with dscp.
	 */
	IPSEC_A_SA_DSCP_MAP,
	/*
	 * 1 overwrites the inner DSCP with that of the tunnel header, 0 keeps
	 * it; 0 if missing. Inbound tunnels only.
	 */
	IPSEC_A_SA_DECAP_DSCP,
	/*
	 * ECN field of the tunnel header; normal if missing. Outbound tunnels
	 * only.
	 */
	IPSEC_A_SA_ECN,
	/*
	 * Flow label of the tunnel header, 20 bits in host byte order; 0 if
	 * missing. Outbound tunnels over IPv6 only.
	 */
	IPSEC_A_SA_FLOW_LABEL,
	/* Another source of the flow label; not together with flow-label. */
	IPSEC_A_SA_LABEL,
	/*
	 * Inner packets shorter than this are padded behind their end to this
	 * length, as far as the path MTU allows (RFC 4303 section 2.7); 65535
	 * is the path MTU. Outbound ESP tunnels only.
	 */
	IPSEC_A_SA_TFC,
	/*
	 * Least pad length of outbound ESP packets (RFC 4303 section 2.4); 0 if
	 * missing.
	 */
	IPSEC_A_SA_PAD_MIN,
	/*
	 * How many dummy packets (RFC 4303 section 2.6) to send (sa-dummy
	 * only); 1 if missing.
	 */
	IPSEC_A_SA_DUMMY_COUNT,
	/*
	 * Bytes of random payload in each (sa-dummy only); if missing, a random
	 * number that fits the path MTU.
	 */
	IPSEC_A_SA_DUMMY_LEN,
	/*
	 * Extended sequence numbers of 64 bits, of which the lower half is sent
	 * (RFC 4303 section 2.2.1). An inbound SA needs a replay-window.
	 */
	IPSEC_A_SA_ESN,
	/*
	 * Outbound SAs without esn, the peer is known to have no anti-replay
	 * window, so 0 follows the last sequence number (RFC 4301 section
	 * 4.4.2.1).
	 */
	IPSEC_A_SA_SEQ_ROLLOVER,
	/*
	 * Inbound SAs with esn, wrong ICVs in a row after which higher upper
	 * halves are tried (RFC 4303 appendix A3), 0 is never; 1024 if missing.
	 */
	IPSEC_A_SA_RESYNC,
	/*
	 * Outbound SAs, path MTU to the peer, the longest protected packet that
	 * goes unfragmented (reply only); missing without a route.
	 */
	IPSEC_A_SA_PMTU,
	/*
	 * Seconds until what ICMP has told about the path is forgotten (reply
	 * only); missing when nothing has been told.
	 */
	IPSEC_A_SA_PMTU_EXPIRES,
	/*
	 * When the first of these is over, sa-soft-ntf says that the SA should
	 * be replaced.
	 */
	IPSEC_A_SA_LIFE_SOFT,
	/* When the first of these is over, the SA is deleted. */
	IPSEC_A_SA_LIFE_HARD,
	/*
	 * What an SA with lifetimes has used of them, use is missing until its
	 * first packet (reply only).
	 */
	IPSEC_A_SA_LIFE_USED,
	/* Which soft lifetime was over first; missing before (reply only). */
	IPSEC_A_SA_SOFT_EXPIRED,
	/*
	 * Which hard lifetime has ended the SA; missing if something else did
	 * (reply only).
	 */
	IPSEC_A_SA_HARD_EXPIRED,
	/*
	 * UDP source port, host byte order. With it and encap-dport ESP is in
	 * UDP (RFC 3948). Inbound it is what the peer is expected to send from,
	 * 0 is not known yet.
	 */
	IPSEC_A_SA_ENCAP_SPORT,
	/*
	 * UDP destination port, host byte order. Inbound it is opened in the
	 * namespace, or belongs to a socket with the option UDP_ENCAP.
	 */
	IPSEC_A_SA_ENCAP_DPORT,
	/*
	 * Outbound SAs with UDP encapsulation, seconds without a packet after
	 * which a NAT keepalive is sent (RFC 3948 section 4); never if missing.
	 */
	IPSEC_A_SA_KEEPALIVE,
	/*
	 * Inbound SAs with UDP encapsulation, the outbound SAs with the same
	 * reqid and the ends turned round follow the address and port that
	 * authentic packets come from.
	 */
	IPSEC_A_SA_FOLLOW,
	/*
	 * Inbound transport mode with UDP encapsulation, the source address
	 * before NAT, by which checksums inside are corrected (RFC 3948 section
	 * 3.1.2); without original addresses they are computed anew.
	 */
	IPSEC_A_SA_ORIGINAL_SRC,
	/* The same for the destination address. */
	IPSEC_A_SA_ORIGINAL_DST,
	/*
	 * Address of the peer on the wire, when it is not the configured one
	 * (reply only).
	 */
	IPSEC_A_SA_PEER,
	/* UDP port of the peer, with peer (reply only). */
	IPSEC_A_SA_PEER_PORT,
	/* Where the peer was before (sa-mapping-ntf only). */
	IPSEC_A_SA_OLD_PEER,
	/* Its port before, 0 if it was not known (sa-mapping-ntf only). */
	IPSEC_A_SA_OLD_PEER_PORT,

	__IPSEC_A_SA_MAX,
	IPSEC_A_SA_MAX = (__IPSEC_A_SA_MAX - 1)
};

/* One SA that a PROTECT policy asks for, around those before it. */
enum {
	/* 50 is ESP, 51 is AH. */
	IPSEC_A_PROTECT_PROTO = 1,
	IPSEC_A_PROTECT_MODE,
	/* Tunnel mode only, source address of the tunnel in this direction. */
	IPSEC_A_PROTECT_SRC,
	/*
	 * Tunnel mode only, destination address of the tunnel in this
	 * direction.
	 */
	IPSEC_A_PROTECT_DST,
	/* The SAs that may be used carry this reqid. */
	IPSEC_A_PROTECT_REQID,
	/* The one SA that may be used. */
	IPSEC_A_PROTECT_SPI,

	__IPSEC_A_PROTECT_MAX,
	IPSEC_A_PROTECT_MAX = (__IPSEC_A_PROTECT_MAX - 1)
};

/* One SPD entry (RFC 4301 section 4.4.1). */
enum {
	/* Number of the policy in its namespace, given by the kernel. */
	IPSEC_A_POLICY_INDEX = 1,
	IPSEC_A_POLICY_DIR,
	/*
	 * The lowest is looked at first; among equals the one that was added
	 * first. 1000 if missing.
	 */
	IPSEC_A_POLICY_PRIORITY,
	/* If missing, every packet. */
	IPSEC_A_POLICY_SELECTOR,
	IPSEC_A_POLICY_ACTION,
	/* PROTECT only, 50 is ESP, 51 is AH. */
	IPSEC_A_POLICY_PROTO,
	/* PROTECT only. */
	IPSEC_A_POLICY_MODE,
	/*
	 * PROTECT in tunnel mode only, source address of the tunnel in this
	 * direction.
	 */
	IPSEC_A_POLICY_SRC,
	/*
	 * PROTECT in tunnel mode only, destination address of the tunnel in
	 * this direction.
	 */
	IPSEC_A_POLICY_DST,
	/* PROTECT only, the SAs that may be used carry this reqid. */
	IPSEC_A_POLICY_REQID,
	/* PROTECT only, the one SA that may be used. */
	IPSEC_A_POLICY_SPI,
	/* Packets that this policy decided on (reply only). */
	IPSEC_A_POLICY_PACKETS,
	IPSEC_A_POLICY_PAD,
	/*
	 * PROTECT only, another SA around what the policy has protected so far;
	 * up to three of them, in the order in which they are applied.
	 */
	IPSEC_A_POLICY_OUTER,
	/*
	 * PROTECT only, most that the MSS option of a TCP SYN may say; 65535 is
	 * what fits the path MTU of the SA.
	 */
	IPSEC_A_POLICY_MSS,
	/* Why the packet would be dropped (explain only). */
	IPSEC_A_POLICY_REASON,
	/*
	 * An SA that would protect the packet, the innermost first (explain
	 * only).
	 */
	IPSEC_A_POLICY_SA,

	__IPSEC_A_POLICY_MAX,
	IPSEC_A_POLICY_MAX = (__IPSEC_A_POLICY_MAX - 1)
};

/* Settings and limits of the namespace. */
enum {
	/*
	 * BYPASS or DISCARD for packets that match no IN policy; bypass until
	 * set.
	 */
	IPSEC_A_CONFIG_DEFAULT_IN = 1,
	/*
	 * BYPASS or DISCARD for packets that match no OUT policy; bypass until
	 * set.
	 */
	IPSEC_A_CONFIG_DEFAULT_OUT,
	/*
	 * Most SAs in this namespace, 0 is no limit. Raising needs
	 * CAP_NET_ADMIN in the initial user namespace.
	 */
	IPSEC_A_CONFIG_MAX_SAS,
	/*
	 * Most policies in this namespace, 0 is no limit. Raising needs
	 * CAP_NET_ADMIN in the initial user namespace.
	 */
	IPSEC_A_CONFIG_MAX_POLICIES,
	/* SAs that exist (reply only). */
	IPSEC_A_CONFIG_SAS,
	/* Policies that exist (reply only). */
	IPSEC_A_CONFIG_POLICIES,
	/*
	 * What decides on ICMP errors that came out of an SA; either until set.
	 */
	IPSEC_A_CONFIG_ICMP_CHECK,
	/*
	 * 1 sends an ICMP error that matches no OUT policy through the SA of
	 * the return traffic of the packet that it is about, 0 does not; 1
	 * until set.
	 */
	IPSEC_A_CONFIG_ICMP_RETURN_SA,
	/*
	 * 1 answers forwarded packets that an OUT policy or the default
	 * discards, or that have no SA or route, with an ICMP error (RFC 4301
	 * 5.1.1), 0 does not; 0 until set.
	 */
	IPSEC_A_CONFIG_ICMP_ANSWER,
	/*
	 * Mask of icmp-error, kinds accepted by this host when they came in
	 * clear; all until set.
	 */
	IPSEC_A_CONFIG_ICMP_CLEAR,
	/*
	 * Mask of icmp-error, kinds accepted by this host when they came
	 * through an SA; all until set.
	 */
	IPSEC_A_CONFIG_ICMP_SA,
	/* Where IPv6 packets are fragmented; before until set. */
	IPSEC_A_CONFIG_FRAGMENT,
	/*
	 * Seconds until the same SA is asked for again, 1 to 3600; 30 until
	 * set.
	 */
	IPSEC_A_CONFIG_ACQUIRE_INTERVAL,
	/*
	 * Packets that wait for one SA, 0 is none, 1024 at most; 64 until set.
	 */
	IPSEC_A_CONFIG_HOLD_PACKETS,
	/*
	 * Packets that wait for SAs in this namespace, 0 is none, 16384 at
	 * most; 1024 until set. Together they take 4 MiB at most.
	 */
	IPSEC_A_CONFIG_HOLD_TOTAL,
	/* Seconds that a packet waits, 0 is none, 300 at most; 10 until set. */
	IPSEC_A_CONFIG_HOLD_TIME,
	/* Whether audit-ntf is sent, 0 or 1; 1 until set. */
	IPSEC_A_CONFIG_AUDIT_EVENTS,
	/*
	 * Whether auditable events go to the audit log of the kernel, 0 or 1. 1
	 * until set where the namespace belongs to the initial user namespace,
	 * elsewhere always 0.
	 */
	IPSEC_A_CONFIG_AUDIT_LOG,
	/*
	 * Whether forwarded packets go into tunnels and out of them from the
	 * end of PRE_ROUTING, past the chains of INPUT, FORWARD, OUTPUT and
	 * POST_ROUTING, 0 or 1; 0 until set.
	 */
	IPSEC_A_CONFIG_SHORTCUT,

	__IPSEC_A_CONFIG_MAX,
	IPSEC_A_CONFIG_MAX = (__IPSEC_A_CONFIG_MAX - 1)
};

/*
 * An SA that a PROTECT policy asks for and that does not exist (RFC 4301
 * section 5.1).
 */
enum {
	/* Number of this question; a new one each time it is asked. */
	IPSEC_A_ACQUIRE_SEQ = 1,
	/* Index of the policy. */
	IPSEC_A_ACQUIRE_POLICY,
	/*
	 * The packet that could not be sent, as the narrowest selector that
	 * matches it, with its ports, its ICMP type and code, or its Mobility
	 * Header type.
	 */
	IPSEC_A_ACQUIRE_FLOW,
	/* Mark of that packet, if it is not 0. */
	IPSEC_A_ACQUIRE_MARK,
	/*
	 * How many SAs of the policy are applied before this one; 0 is the
	 * innermost.
	 */
	IPSEC_A_ACQUIRE_INSIDE,
	/* 50 is ESP, 51 is AH. */
	IPSEC_A_ACQUIRE_PROTO,
	IPSEC_A_ACQUIRE_MODE,
	/* Source address that the SA must have. */
	IPSEC_A_ACQUIRE_SRC,
	/* Destination address that the SA must have. */
	IPSEC_A_ACQUIRE_DST,
	/* Reqid that the SA must have, if the policy names one. */
	IPSEC_A_ACQUIRE_REQID,
	/* SPI that the SA must have, if the policy names one. */
	IPSEC_A_ACQUIRE_SPI,
	/* Packets that wait for it (acquire-get only). */
	IPSEC_A_ACQUIRE_HELD,

	__IPSEC_A_ACQUIRE_MAX,
	IPSEC_A_ACQUIRE_MAX = (__IPSEC_A_ACQUIRE_MAX - 1)
};

/*
 * One auditable event (RFC 4303 section 4, RFC 4302 section 4, RFC 4301 section
 * 5.2). What is not known is missing.
 */
enum {
	IPSEC_A_AUDIT_EVENT = 1,
	/* When it was, nanoseconds since 1970. */
	IPSEC_A_AUDIT_TIME,
	/* 50 is ESP, 51 is AH. */
	IPSEC_A_AUDIT_PROTO,
	/* SPI of the packet or the SA. */
	IPSEC_A_AUDIT_SPI,
	/*
	 * Source address of the packet, with selector of the one that was
	 * inside; with seq-overflow and no-protection that of the SA.
	 */
	IPSEC_A_AUDIT_SRC,
	/* Destination address, likewise. */
	IPSEC_A_AUDIT_DST,
	/*
	 * Sequence number in the packet, 32 bits; with selector as it was
	 * verified; with seq-overflow the last there is.
	 */
	IPSEC_A_AUDIT_SEQ,
	/*
	 * Flow label of the packet whose addresses src and dst are, IPv6 only;
	 * with seq-overflow of the packet that was to be protected.
	 */
	IPSEC_A_AUDIT_FLOW_LABEL,
	/* How many events of this kind were not told since the one before. */
	IPSEC_A_AUDIT_SUPPRESSED,
	/* Why the packet was dropped. */
	IPSEC_A_AUDIT_REASON,
	/*
	 * With selector, the destination of the SA, which is its name together
	 * with proto and spi.
	 */
	IPSEC_A_AUDIT_SA_DST,
	/*
	 * With selector, the selector values of the packet, as seen from this
	 * host, with its ports, its ICMP type and code, or its Mobility Header
	 * type.
	 */
	IPSEC_A_AUDIT_PACKET,
	/* With selector, that of the SA; missing if it has none of its own. */
	IPSEC_A_AUDIT_SELECTOR,
	IPSEC_A_AUDIT_PAD,

	__IPSEC_A_AUDIT_MAX,
	IPSEC_A_AUDIT_MAX = (__IPSEC_A_AUDIT_MAX - 1)
};

enum {
	/*
	 * Add an SA. Refused if one with its SPI, destination and protocol
	 * exists.
	 */
	IPSEC_CMD_SA_NEW = 1,
	/*
	 * One SA by SPI, destination and protocol, or all of them. Without
	 * keys.
	 */
	IPSEC_CMD_SA_GET,
	/* Delete one SA by SPI, destination and protocol. */
	IPSEC_CMD_SA_DEL,
	/* Delete all SAs. */
	IPSEC_CMD_SA_FLUSH,
	/* An SA was added. */
	IPSEC_CMD_SA_NEW_NTF,
	/* An SA was deleted; the counters are its last. */
	IPSEC_CMD_SA_DEL_NTF,
	/*
	 * Add a policy. Refused if one with its direction, priority and
	 * selector exists.
	 */
	IPSEC_CMD_POLICY_NEW,
	/*
	 * One policy by index, or all of them in the order in which they are
	 * looked at.
	 */
	IPSEC_CMD_POLICY_GET,
	/*
	 * Delete one policy by index, or by direction, priority and selector.
	 */
	IPSEC_CMD_POLICY_DEL,
	/* Delete all policies, the defaults stay. */
	IPSEC_CMD_POLICY_FLUSH,
	/* A policy was added. */
	IPSEC_CMD_POLICY_NEW_NTF,
	/* A policy was deleted. */
	IPSEC_CMD_POLICY_DEL_NTF,
	/* Change settings; what is not named stays. */
	IPSEC_CMD_CONFIG_SET,
	/* Settings and limits. */
	IPSEC_CMD_CONFIG_GET,
	/* Settings changed. */
	IPSEC_CMD_CONFIG_NTF,
	/*
	 * Every drop counter of the namespace, one per message, zeros included.
	 */
	IPSEC_CMD_STATS_GET,
	/*
	 * Send dummy packets, which the peer discards, through an outbound ESP
	 * SA.
	 */
	IPSEC_CMD_SA_DUMMY,
	/*
	 * An SA has used up its sequence numbers and sends nothing any more
	 * (RFC 4303 section 3.3.3). Once per SA.
	 */
	IPSEC_CMD_SA_EXHAUSTED_NTF,
	/*
	 * A soft lifetime of an SA is over, it should be replaced (RFC 4301
	 * section 4.4.2.1). Once per SA.
	 */
	IPSEC_CMD_SA_SOFT_NTF,
	/*
	 * The SAs that were asked for in the last acquire-interval, or that
	 * packets wait for, in the order in which they were asked for.
	 */
	IPSEC_CMD_ACQUIRE_GET,
	/*
	 * An SA is asked for. Told to both groups; while somebody listens to
	 * "acquire", packets wait for the SA.
	 */
	IPSEC_CMD_ACQUIRE_NTF,
	/*
	 * What would happen to a packet that leaves, or comes in without IPsec.
	 * The selector is its values: one address on each side, and what it
	 * shows of the others. Without an index in the reply no policy matches.
	 */
	IPSEC_CMD_EXPLAIN,
	/*
	 * An auditable event, at most eight per second of each kind and
	 * namespace behind the first sixteen.
	 */
	IPSEC_CMD_AUDIT_NTF,
	/*
	 * An authentic packet of an inbound SA with UDP encapsulation came from
	 * another address or port than those before it. At most once per second
	 * and SA.
	 */
	IPSEC_CMD_SA_MAPPING_NTF,

	__IPSEC_CMD_MAX,
	IPSEC_CMD_MAX = (__IPSEC_CMD_MAX - 1)
};

#endif /* _UAPI_LINUX_IPSEC_H */
